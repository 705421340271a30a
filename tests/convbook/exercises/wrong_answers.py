"""Typical wrong answers to each coding exercise, and what the check must say of each.

A body of the function, and a part of the message that names the mistake.
"""

WRONG = {
    "turn": [
        ("return np.rot90(image, -1)", "clockwise"),
        ("return np.swapaxes(image, 0, 1)", "mirrored along its diagonal"),
        ("return image[::-1, ::-1]", "half turn"),
        ("return image[::-1]", "upside down"),
        ("return image.T[::-1]", "colours"),
    ],
    "exposure": [
        ("return (first + second) // 2", "wraps around"),
        ("return first // 2 + second // 2", "lose half a level"),
        ("return (first / 2 + second / 2)", "expected bytes, uint8"),
    ],
    "scramble": [
        ("return np.reshape(image, (3, *image.shape[:2]))", "a reshape"),
        ("return np.transpose(image)", "changed places as well"),
        ("return image", "as it was"),
    ],
    "batch": [
        ("return (batch - batch.mean()) / batch.std()", "for the whole batch"),
        (
            "m, s = batch.mean((1, 2), keepdims=True), batch.std((1, 2), keepdims=True)\n"
            "    return (batch - m) / s",
            "each channel on its own",
        ),
        (
            "m, v = batch.mean((1, 2, 3), keepdims=True), batch.var((1, 2, 3), keepdims=True)\n"
            "    return (batch - m) / v",
            "divides by the variance",
        ),
        (
            "m, s = batch.mean((0, 1, 2)), batch.std((0, 1, 2))\n    return (batch - m) / s",
            "batch normalization",
        ),
        (
            "result = np.zeros(batch.shape)\n"
            "    for n in range(len(batch)):\n"
            "        m, s = batch[n].mean(), batch[n].std()\n"
            "        for place in np.ndindex(batch.shape[1:]):\n"
            "            result[n][place] = (batch[n][place] - m) / s\n"
            "    return result",
            "too slow",
        ),
    ],
    "light": [
        (
            "rows = values[::2] + values[1::2]\n    return (rows[:, ::2] + rows[:, 1::2]) / 4",
            "averages the values",
        ),
        (
            "l = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)\n"
            "    rows = l[::2] + l[1::2]\n    return (rows[:, ::2] + rows[:, 1::2]) / 4",
            "That is the light",
        ),
        (
            "l = ((values + 0.055) / 1.055) ** 2.4\n"
            "    rows = l[::2] + l[1::2]\n    l = (rows[:, ::2] + rows[:, 1::2]) / 4\n"
            "    return 1.055 * l ** (1 / 2.4) - 0.055",
            "Dark values need the line",
        ),
    ],
    "balance": [
        ("m = picture.mean((0, 1))\n    return np.clip(picture * m.mean() / m, 0, 1)", "grey"),
        ("m = patch.mean((0, 1))\n    return picture * m.mean() / m", "clip"),
        ("return np.clip(picture / patch.mean((0, 1)), 0, 1)", "makes the patch white"),
        ("return np.clip(picture - patch.mean((0, 1)) + patch.mean(), 0, 1)", "adds to the"),
    ],
    "black-box": [
        (
            "x, w = np.zeros((5, 5)), np.arange(9.0).reshape(3, 3)\n    x[2, 2] = 1\n"
            "    flips = not np.array_equal(box(x, w)[1:4, 1:4], w)\n"
            "    return flips, bool(box(np.ones((3, 3)), np.ones((3, 3)))[0, 0] == 4)",
            "about the kernel are exchanged",
        ),
        (
            "x, w = np.zeros((5, 5)), np.ones((3, 3))\n    x[2, 2] = 1\n"
            "    flips = np.array_equal(box(x, w)[1:4, 1:4], w)\n"
            "    return flips, bool(box(np.ones((3, 3)), w)[0, 0] == 4)",
            "its own half turn",
        ),
        (
            "x, w = np.zeros((5, 5)), np.arange(9.0).reshape(3, 3)\n    x[2, 2] = 1\n"
            "    flips = np.array_equal(box(x, w)[1:4, 1:4], w)\n"
            "    return flips, bool(box(np.ones((3, 3)), np.ones((3, 3)))[0, 0] == 9)",
            "about the border are exchanged",
        ),
    ],
    "mean-subtracted": [
        (
            "a = np.array([picture[i:i + 3, j:j + 3].ravel() for i in range(picture.shape[0] - 2)\n"
            "                  for j in range(picture.shape[1] - 2)])\n"
            "    c = 2 * a.T @ a / len(a)\n    rate = 0.9 / np.linalg.eigvalsh(c)[-1]\n"
            "    w = np.zeros(9)\n    for _ in range(steps):\n"
            "        w = w - rate * c @ (w - kernel.ravel())\n    return w.reshape(3, 3)",
            "half as long",
        ),
        (
            "a = np.array([picture[i:i + 3, j:j + 3].ravel() for i in range(picture.shape[0] - 2)\n"
            "                  for j in range(picture.shape[1] - 2)])\n"
            "    c = 2 * a.T @ a / len(a)\n    rate = 2 / np.linalg.eigvalsh(c)[-1]\n"
            "    w = np.zeros(9)\n    for _ in range(steps):\n"
            "        w = w - rate * c @ (w - kernel.ravel())\n    return w.reshape(3, 3)",
            "the limit itself",
        ),
        ("return kernel.copy()", "the kernel itself"),
    ],
    "matching": [
        (
            "from scipy import signal\n"
            "    return signal.correlate2d(picture, pattern - pattern.mean(), 'valid')",
            "not yet divided by contrast",
        ),
        (
            "from scipy import signal\n    return signal.correlate2d(picture, pattern, 'valid')",
            "the plain correlation",
        ),
        (
            "from scipy import signal\n    p = pattern - pattern.mean()\n"
            "    squares = signal.correlate2d(picture**2, np.ones_like(p), 'valid')\n"
            "    return signal.correlate2d(picture, p, 'valid') / np.sqrt(squares * (p**2).sum())",
            "window with its mean",
        ),
    ],
    "dilated-stack": [
        ("return 1 + 2 * sum(dilations), 1 + 2 * sum(dilations)", "has no holes"),
        ("return 1 + 2 * sum(dilations), 3 ** len(dilations)", "counts paths"),
        (
            "seen = {0}\n    for d in dilations:\n"
            "        seen = {p + t for p in seen for t in (-d, 0, d)}\n"
            "    return 1 + sum(dilations), len(seen)",
            "to both sides",
        ),
    ],
    "normalized": [
        (
            "from scipy import ndimage\n"
            "    return ndimage.correlate(picture, kernel, mode='constant')",
            "with its shadow",
        ),
        (
            "from scipy import ndimage\n"
            "    return ndimage.correlate(picture, kernel / kernel.sum(), mode='constant')",
            "the sum of all weights",
        ),
        (
            "from scipy import ndimage\n"
            "    return ndimage.correlate(picture, kernel / kernel.sum(), mode='mirror')",
            "with a mirror",
        ),
        (
            "from scipy import ndimage\n"
            "    return ndimage.correlate(picture, kernel / kernel.sum(), mode='nearest')",
            "repeats the pixels",
        ),
    ],
    "stamps": [
        ("return np.array([k // s] * s)", "get one more"),
        ("return np.array([int(np.ceil(k / s))] * s)", "get one less"),
        ("return np.array([k // s + (p >= s - k % s) for p in range(s)])", "begins elsewhere"),
    ],
    "enlarge": [
        (
            "h, w = picture.shape\n"
            "    small = picture.reshape(h // 2, 2, w // 2, 2).mean((1, 3))\n"
            "    small = np.pad(small, 1)\n"
            "    a = np.lib.stride_tricks.sliding_window_view(small, (3, 3)).reshape(-1, 9)\n"
            "    y = [picture[u::2, v::2].ravel() for u in (0, 1) for v in (0, 1)]\n"
            "    return np.linalg.lstsq(a, np.transpose(y))[0]",
            "pads the small picture with zeros",
        ),
        (
            "h, w = picture.shape\n"
            "    small = picture.reshape(h // 2, 2, w // 2, 2).mean((1, 3))\n"
            "    small = np.pad(small, 1, 'edge')\n"
            "    a = np.lib.stride_tricks.sliding_window_view(small, (3, 3)).reshape(-1, 9)\n"
            "    y = [picture[u::2, v::2].ravel() for v in (0, 1) for u in (0, 1)]\n"
            "    return np.linalg.lstsq(a, np.transpose(y))[0]",
            "in another order",
        ),
    ],
    "unknown-kernel": [
        (
            "k = len(w)\n    h, v = x.shape[1] - k + 1, x.shape[2] - k + 1\n"
            "    return sum(x[:, i:i + h, j:j + v] @ w[-1 - i, -1 - j]\n"
            "               for i in range(k) for j in range(k))",
            "true convolution",
        ),
        (
            "k = len(w)\n    h, v = x.shape[1] - k + 1, x.shape[2] - k + 1\n"
            "    return sum(x[:, i:i + h, j:j + v] @ w[j, i] for i in range(k) for j in range(k))",
            "Rows and columns of the taps are exchanged",
        ),
        (
            "k = len(w)\n    h, v = x.shape[1:3]\n"
            "    x = np.pad(x, [(0, 0), ((k - 1) // 2, k // 2), ((k - 1) // 2, k // 2), (0, 0)])\n"
            "    return sum(x[:, i:i + h, j:j + v] @ w[i, j] for i in range(k) for j in range(k))",
            "That is SAME",
        ),
    ],
    "integral": [
        (
            "from scipy import signal\n"
            "    return signal.correlate2d(image, np.ones((size, size)), 'valid')",
            "That is the sum",
        ),
        (
            "t = image.cumsum(0).cumsum(1)\n    k = size\n"
            "    return (t[k:, k:] - t[:-k, k:] - t[k:, :-k] + t[:-k, :-k]) / k**2",
            "a row and a column of zeros",
        ),
        (
            "n, m = image.shape[0] - size + 1, image.shape[1] - size + 1\n"
            "    return np.array([[image[i:i + size, j:j + size].mean() for j in range(m)]\n"
            "                     for i in range(n)])",
            "too slow",
        ),
    ],
    "ellipse": [
        (
            "r = int(np.ceil(4 * aspect * sigma))\n    x, y = np.mgrid[-r:r + 1, -r:r + 1]\n"
            "    q = (x / sigma) ** 2 + (y / (aspect * sigma)) ** 2\n"
            "    w = (q - 2) * np.exp(-q / 2) / np.exp(-q / 2).sum()\n    return w - w.mean()",
            "along the rows",
        ),
        (
            "r = int(np.ceil(4 * aspect * sigma))\n    y, x = np.mgrid[-r:r + 1, -r:r + 1]\n"
            "    q = (x / sigma) ** 2 + (y / (aspect * sigma)) ** 2\n"
            "    return (q - 2) * np.exp(-q / 2) / np.exp(-q / 2).sum()",
            "Its sum is not zero",
        ),
    ],
    "top-five": [
        (
            "best = np.argsort(scores, axis=1)[:, -k:]\n"
            "    return np.mean([t in row for t, row in zip(truth, best)])",
            "That is the accuracy",
        ),
        (
            "best = np.argpartition(scores, k - 1, axis=1)[:, :k]\n"
            "    return 1 - np.mean((best == truth[:, None]).any(1))",
            "the k smallest",
        ),
        ("return np.mean(scores.argmax(1) != truth)", "the top-1 error"),
    ],
    "folding": [
        (
            "g = gamma / np.sqrt(variance)\n    return kernel * g, beta - mean * g",
            "variance plus epsilon",
        ),
        (
            "g = gamma / np.sqrt(variance + epsilon)\n    return kernel * g, beta - mean",
            "The mean is scaled",
        ),
        ("g = gamma / np.sqrt(variance + epsilon)\n    return kernel * g, beta", "into the bias"),
    ],
    "pixel-shuffle": [
        ("h, w, _ = maps.shape\n    return maps.reshape(2 * h, 2 * w)", "a reshape alone"),
        (
            "h, w, _ = maps.shape\n    result = np.zeros((2 * h, 2 * w))\n"
            "    for n in range(4):\n        result[n % 2::2, n // 2::2] = maps[..., n]\n"
            "    return result",
            "rows and columns are exchanged",
        ),
        (
            "a, b, c, d = np.moveaxis(maps, -1, 0)\n    return np.block([[a, b], [c, d]])",
            "side by side",
        ),
    ],
}  # fmt: skip
