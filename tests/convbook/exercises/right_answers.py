"""The answers of each exercise for paper, computed from what its chapter asks."""

import math
from collections.abc import Iterable
from fractions import Fraction
from functools import reduce
from itertools import count, product
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from convbook import arithmetic, kernels, models, reference
from convbook.reference import winograd


def image(row: Any) -> np.ndarray:
    return np.reshape(np.float64(row), (1, 1, -1, 1))


def taps(row: Any) -> np.ndarray:
    return np.reshape(np.float64(row), (1, -1, 1, 1))


def side(n: int, k: int, stride: int = 1, padding: Any = "VALID", dilation: int = 1) -> int:
    x, w = tf.zeros((1, n, n, 1)), tf.zeros((k, k, 1, 1))
    return int(tf.nn.conv2d(x, w, stride, padding, dilations=dilation).shape[1])


def around(zeros: int) -> list[list[int]]:
    return [[0, 0], [zeros, zeros], [zeros, zeros], [0, 0]]


def starts(n: int, k: int, stride: int) -> range:
    return range(0, n - k + 1, stride)


def unread(n: int, k: int, stride: int) -> int:
    return n - (starts(n, k, stride)[-1] + k)


def read(output: int, layers: Iterable[tuple[int, int, int]]) -> set[int]:
    """Return which pixels an output reads through layers of (taps, stride, dilation)."""
    pixels = {output}
    for k, stride, dilation in reversed(list(layers)):
        pixels = {pixel * stride + tap * dilation for pixel in pixels for tap in range(k)}
    return pixels


def field(layers: list[tuple[int, int, int]]) -> int:
    return 1 + max(read(0, layers)) - min(read(0, layers))


def weights(k: int, maps: int, outputs: int) -> int:
    return arithmetic.conv_parameters(k, maps, outputs, bias=False)


def bytes_on_paper() -> list[Any]:
    first, second = np.array([[250, 3, 16], [10, 5, 17]], np.uint8)
    four = tf.reshape([2, 4, 4, 6], (1, 4, 1))
    return [
        (first + second)[0],
        (first - second)[1],
        (first * second)[2],
        tf.image.convert_image_dtype(np.array(51, np.uint8), tf.float32),
        tf.image.convert_image_dtype(np.array(0.6, np.float32), tf.uint8),
        tf.image.per_image_standardization(four)[0, -1, 0],
    ]


def alexnet() -> list[Any]:
    fits = next(n for n in count(11) if len(starts(n, 11, 4)) == 55 and not unread(n, 11, 4))
    zeros = next(z for z in count() if len(starts(224 + z, 11, 4)) == 55)
    assert not unread(224 + zeros, 11, 4)
    return [side(224, 11, 4), side(224, 11, 4, "SAME"), fits, zeros]


def axes() -> list[Any]:
    def kernel(layer: keras.layers.Layer, *shape: int) -> tuple[int, ...]:
        layer.build((None, *shape))
        return tuple(layer.kernel.shape)

    film = np.stack([np.zeros((112, 112, 3))] * 30)
    return [
        kernel(keras.layers.Conv1D(16, 5), 5000, 12),
        kernel(keras.layers.Conv3D(16, 5), 128, 128, 64, 1),
        kernel(keras.layers.Conv2D(16, 5), 256, 256, 13),
        kernel(keras.layers.Conv2D(16, 5), *film.shape[1:]),
        film.shape,
    ]


def transpose_by_hand() -> list[Any]:
    x, w = tf.reshape([1.0, 2, -1], (1, 3, 1)), tf.reshape([1.0, 3, 2], (3, 1, 1))
    valid = tf.nn.conv1d_transpose(x, w, (1, 2 * 2 + 3, 1), 2, "VALID")
    same = tf.nn.conv1d_transpose(x, w, (1, 2 * 3, 1), 2, "SAME")
    return [valid[0, :, 0], same[0, :, 0]]


def invisible() -> list[Any]:
    matrix = reference.toeplitz_matrix(np.ones((2, 2, 1, 1)), (6, 6, 1))
    return [matrix.shape[1] - np.linalg.matrix_rank(matrix)]


def gradients_by_hand() -> list[Any]:
    x, w, g = image([1, 2, 0, -1]), taps([2, 1]), image([1, -1, 3])
    strided = reference.conv2d_input_gradient(image([1, 1]), taps([1]), x.shape, (1, 2))
    return [
        reference.conv2d(x, w).ravel(),
        reference.conv2d_kernel_gradient(x, g, (1, 2)).ravel(),
        reference.conv2d_input_gradient(g, w, x.shape).ravel(),
        np.flatnonzero(strided == 0),
    ]


def winograd_by_hand() -> list[Any]:
    d, g = np.array([2, 0, 1, 3]), np.array([2, -1, 1])
    products = (winograd.INPUT_TRANSFORM @ d) * (winograd.KERNEL_TRANSFORM @ g)
    outputs = np.correlate(d, g, "valid")
    np.testing.assert_array_equal(winograd.OUTPUT_TRANSFORM @ products, outputs)
    return [products, outputs, 8 // len(outputs) * len(products), 8 * len(g)]


def break_even() -> list[Any]:
    def by_fft(k: int, c: int, transforms: int) -> float:
        n = (256 + k - 1) ** 2
        return transforms * n * math.log2(n) + 4 * c**2 * n / 2

    def smallest(c: int, transforms: int) -> int:
        return next(k for k in count(1, 2) if by_fft(k, c, transforms) < (256 * k * c) ** 2)

    return [smallest(1, 3), smallest(64, 64 + 64**2 + 64), smallest(64, 64 + 64)]


def unsharp() -> list[Any]:
    identity, sharpen = kernels.get("identity"), kernels.get("sharpen")
    cross = (sharpen != 0) / np.count_nonzero(sharpen)
    a, b = ((sharpen - identity)[1, 1] / (identity - blur)[1, 1]
            for blur in (cross, kernels.binomial(3)))  # fmt: skip
    np.testing.assert_allclose(identity + a * (identity - cross), sharpen, atol=1e-6)
    return [a, b]


def variances() -> list[Any]:
    blur = kernels.gaussian_profile(np.arange(-6, 7))

    def width(times: int) -> float:
        row = reduce(np.convolve, [blur] * times)
        return math.sqrt(row @ (np.arange(row.size) - row.size // 2) ** 2)

    return [min(range(1, 40), key=lambda times: abs(width(times) - 4))]


def bell() -> list[Any]:
    b = np.arange(33) / 64
    rows = np.stack([b, 1 - 2 * b, b], axis=1)
    response = rows @ np.cos(2 * np.pi * np.outer([-1, 0, 1], np.linspace(0, 0.5, 101)))
    return [
        b[np.abs(response[:, -1]).argmin()],
        b[response.min(axis=1) > -1e-9].max(),
        b[np.abs(rows @ np.array([1, 0, 1]) - 0.5**2).argmin()],
    ]


def slopes() -> list[Any]:
    x = tf.Variable([0.0, -1.0, 1.0])
    with tf.GradientTape(persistent=True) as tape:
        sigmoid, relu = tf.sigmoid(x), tf.nn.relu(x)
    of_relu = tape.gradient(relu, x).numpy()[1:]  # below 0, above 0
    factors = {math.prod(chain) for chain in product(of_relu, repeat=10)}
    return [1 / tape.gradient(sigmoid, x)[0], math.prod([1 / 2] * 10), sorted(factors)]


def two_kernels() -> list[Any]:
    def layers(*rows: list[int]) -> np.ndarray:
        return reduce(lambda x, w: np.maximum(np.correlate(x, w, "valid"), 0), rows, signal)

    signal, blur, slope = np.array([0, 2, 5, 1]), [1, 1], [1, -1]
    both = np.convolve(blur, slope)
    return [both, np.correlate(signal, both, "valid"), layers(blur, slope), layers(slope, blur)]


def pool_by_hand() -> list[Any]:
    x, window = image([3, 1, 4, 1, 5, 9]), (1, 3)
    apart, dense = (reference.max_pool(x, window, (1, stride)) for stride in (3, 1))
    mean = reference.average_pool_gradient(np.ones_like(dense), x.shape, window, (1, 1))
    back = [reference.max_pool_gradient(x, np.ones_like(y), window, (1, stride)).ravel()
            for y, stride in ((apart, 3), (dense, 1))]  # fmt: skip
    return [apart.ravel(), dense.ravel(), *back, 3 * mean.ravel()]


def pooling_sizes() -> list[Any]:
    def sides(padding: str) -> list[int]:
        return [side(side(n, 5, 2, padding), 3, 2, padding) for n in (100, 75)]

    seen = read(sides("VALID")[0] - 1, [(5, 2, 1), (3, 2, 1)])
    return [sides("SAME"), sides("VALID"), max(seen) + 1]


def lenet_colour() -> list[Any]:
    grey = models.build("lenet", padding="VALID")
    copies = [type(layer).from_config(layer.get_config()) for layer in grey.layers[1:]]
    colour = keras.Sequential([keras.Input((32, 32, 3)), *copies])
    counts = [layer.count_params() for layer in copies if layer.count_params()]
    return [colour.get_layer("pool2").output.shape[1:], *counts]


def rate() -> list[Any]:
    rates = [Fraction(number, 26 * 1000) for number in range(1, 2600)]
    slowest = {step: max(abs(1 - step * curvature) for curvature in (1, 25)) for step in rates}
    best = min(rates, key=lambda step: slowest[step])
    return [max(step for step in rates if slowest[step] <= 1), best, slowest[best]]


def seeds() -> list[Any]:
    def errors(number: int) -> float:
        return 0.12 / (math.hypot(0.10, 0.10) / math.sqrt(number))

    return [errors(5), next(number for number in count(2) if errors(number) >= 3)]


def residual_parameters() -> list[Any]:
    layers = models.build("small_resnet").layers
    return [sum(each.count_params() for each in layers if each.name.startswith("stage2"))]


def architectures_sizes() -> list[Any]:
    def whole(n: int, poolings: int) -> bool:
        inner = len(starts(n, 3, 2))
        return not poolings or (unread(n, 3, 2) == 0 and whole(inner, poolings - 1))

    used = [n for n in range(220, 241) if unread(n, 11, 4) == 0]
    (single,) = (n for n in used if whole(len(starts(n, 11, 4)), 3))
    return [used, single]


def budget() -> list[Any]:
    left = {r: weights(1, 192, r) + weights(5, r, 192) for r in range(1, 192)}
    largest = max(r for r in left if 28 * 28 * left[r] <= 100e6)
    return [largest, weights(5, 192, 192) - left[largest]]


def two_classes() -> list[Any]:
    cold, warm, hot = (reference.softmax(np.array([2.0, 0]) / t) for t in (1, 2, 1e6))
    return [cold[0], warm[0], math.exp(-(hot * np.log(hot)).sum())]


def suppression() -> list[Any]:
    lefts = np.array([0, 8, 16, 40])
    boxes = [[0, left, 20, left + 20] for left in lefts]
    overlap = reference.box_overlap(boxes, boxes)[0]
    kept = [lefts[np.sort(reference.non_maximum_suppression(boxes, scores, 0.2))]
            for scores in ([0.6, 0.9, 0.8, 0.3], [0.9, 0.6, 0.8, 0.3])]  # fmt: skip
    return [overlap[1], overlap[2], *kept]


def price_of_a_pixel() -> list[Any]:
    def agreement(width: int, more: int) -> float:
        stroke, found = [0, 0, 999, width], [0, -more, 999, width + more]
        return float(reference.box_overlap([stroke], [found])[0, 0])

    wide = next(width for width in count(3) if agreement(width, 1) >= 0.9)
    narrow = next(width for width in count(3) if agreement(width, -1) >= 0.9)
    return [agreement(2, 1), agreement(10, -1), wide, narrow]


def quantize_by_hand() -> list[Any]:
    scale, zero = reference.affine_range(0, 5.1)
    weights = np.array([0.635, -0.3, 0.004])
    step = reference.symmetric_scale(weights, per_channel=False)
    whole = reference.quantize(weights, step)
    error = np.abs(reference.dequantize(whole, step) - weights).max()
    return [scale, zero, reference.quantize(2.0, scale, zero), step, whole, error]


def accumulator() -> list[Any]:
    fits, small = (int(np.iinfo(kind).max) // (255 * 127) for kind in (np.int32, np.int16))
    return [fits, next(channels for channels in count(1) if 3 * 3 * channels > fits), small]
