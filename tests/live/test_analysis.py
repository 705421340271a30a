"""What the page reads from a kernel, against NumPy and the package."""

import json

import numpy as np

from bookbuild.live import export
from convbook import kernels
from tests.live.conftest import LIVE, Node


def test_transforms_are_numpy_s(page: Node, rng: np.random.Generator) -> None:
    page.scripts.append(LIVE / "analysis.js")
    forth = """(re, im) => {
      const [a, b, n] = [Float64Array.from(re.data), Float64Array.from(im.data), re.shape[0]];
      ConvbookLive.analysis.fft2(a, b, n);
      const forth = [a, b].map((part) => ({ data: new Float32Array(part), shape: [n, n] }));
      ConvbookLive.analysis.fft2(b, a, n);
      const back = a.map((value) => value / n ** 2);
      return [...forth, { data: new Float32Array(back), shape: [n, n] }];
    }"""
    squares = [rng.normal(size=(2, n, n)).astype(np.float32) for n in (2, 8, 64)]
    for parts in squares:
        page.call(forth, *parts)
    for parts, (re, im, back) in zip(squares, page.run(), strict=True):
        expected = np.fft.fft2(parts[0] + 1j * parts[1])
        np.testing.assert_allclose(re, expected.real, rtol=0, atol=2e-5)
        np.testing.assert_allclose(im, expected.imag, rtol=0, atol=2e-5)
        np.testing.assert_allclose(back, parts[0], rtol=0, atol=1e-6)


def test_amplitudes_are_numpy_s(page: Node, rng: np.random.Generator) -> None:
    page.scripts.append(LIVE / "analysis.js")
    expected = []
    for k, dilation in ((3, 1), (5, 2), (7, 4)):
        kernel = rng.normal(size=(k, k)).astype(np.float32)
        page.call("(w, d) => ConvbookLive.analysis.amplitudes(w.data, 64, d)", kernel, dilation)
        spread = np.zeros((64, 64))
        spread[: k * dilation : dilation, : k * dilation : dilation] = kernel
        expected.append(np.abs(np.fft.fftshift(np.fft.fft2(spread))))
    for found, amplitudes in zip(page.run(), expected, strict=True):
        np.testing.assert_allclose(found[0, :, :, 0], amplitudes, rtol=0, atol=1e-5)


def test_ranks_are_the_package_s(page: Node, rng: np.random.Generator) -> None:
    page.scripts.append(LIVE / "analysis.js")
    tried = [kernels.get(name) for name in kernels.names()]
    tried += [kernels.box(7), kernels.binomial(7), np.zeros((3, 3), np.float32)]
    tried += [kernels.gabor(1.5, 4, angle, size=7) for angle in (0, 30, 45)]
    for k in (3, 5, 7):
        for rank in range(1, k + 1):
            factors = rng.normal(size=(k, rank)), rng.normal(size=(rank, k))
            tried.append(np.matmul(*factors).astype(np.float32))
    for kernel in tried:
        page.call("(w) => ConvbookLive.analysis.rank(w.data)", kernel)
    assert page.run() == [kernels.rank(kernel) for kernel in tried]


def test_the_named_kernels_are_the_package_s() -> None:
    text = export.script("kernels/classical")
    left = text.removeprefix("ConvbookLive.kernels = {classical: ").removesuffix("};\n")
    found = json.loads(left)
    blurs = {f"{name}_{size}": getattr(kernels, name)(size)
             for size in (5, 7) for name in ("box", "binomial")}  # fmt: skip
    expected = {name: kernels.get(name) for name in kernels.names()} | blurs
    assert found.keys() == expected.keys()
    for name, kernel in expected.items():
        rows = np.array(found[name]["rows"]) / found[name]["divisor"]
        np.testing.assert_array_equal(rows.astype(np.float32), kernel, err_msg=name)
        assert found[name]["description"].endswith("."), name
