"""The work of the study `conv_speed`: five algorithms for one layer, timed by turns."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from convbook import arithmetic, reference, timing
from convbook.reference import winograd

Float32: TypeAlias = npt.NDArray[np.float32]

IMAGE = 64  # outputs along each side while the kernel varies
CHANNELS = 16  # of the image, and as many feature maps
KERNELS = (1, 2, 3, 4, 5, 7, 9, 11, 13, 15, 17, 21, 25, 27)
IMAGES = (8, 16, 32, 64, 128)
SMALL, LARGE = 3, 11  # taps along each side of the kernel while the image varies
LOOPS_MOST = 5_000_000  # multiply-accumulates: seconds of loops in Python
STAGES = {
    "kernel": 3,
    "image": 56,
    "channels": 64,
}  # the first blocks of VGG and ResNet see such pictures


def layer(size: int, kernel: int, channels: int = CHANNELS) -> tuple[Float32, Float32]:
    """Return a random picture that gives `size` outputs a side without padding, and kernels."""
    rng = np.random.default_rng(0)
    side = size + kernel - 1
    x = rng.standard_normal((1, side, side, channels), dtype=np.float32)
    w = rng.standard_normal((kernel, kernel, channels, channels), dtype=np.float32)
    return x, w / np.float32(kernel * channels**0.5)


def one_layer(size: int, kernel: int) -> dict[str, Any]:
    """Time every algorithm that fits one layer without padding; tell each one's largest error.

    The ``error`` is the largest one over the largest output, against the definition in float64;
    ``macs`` are the multiply-accumulates of the definition.
    """
    x, w = layer(size, kernel)
    image, kernels = tf.constant(x), tf.constant(w)
    macs = arithmetic.conv_macs(size, kernel, CHANNELS, CHANNELS)
    exact = reference.conv2d(x.astype(np.float64), w.astype(np.float64))
    calls: dict[str, Callable[[], Any]] = {
        "im2col": lambda: reference.conv2d_im2col(x, w),
        "fft": lambda: reference.conv2d_fft(x, w),
        "tensorflow": lambda: tf.nn.conv2d(image, kernels, 1, "VALID").numpy(),
    }
    if kernel == 3:
        calls["winograd"] = lambda: reference.conv2d_winograd(x, w)
    taken = {name: each._asdict() for name, each in timing.by_turns(calls, repeats=5).items()}
    if macs <= LOOPS_MOST:
        calls["loops"] = lambda: reference.conv2d_loops(x, w)
        taken["loops"] = timing.measure(calls["loops"], repeats=1)._asdict()
    for name, call in calls.items():
        taken[name]["error"] = float(np.abs(call() - exact).max() / np.abs(exact).max())
    return {"macs": macs, **taken}


def winograd_stages() -> dict[str, Any]:
    """Time the stages of Winograd's F(2x2, 3x3) and of im2col for a layer of many channels.

    Here the products of Winograd are sixteen matrix products, as Lavin and Gray arrange them, so
    that both ways multiply by the same library.

    References
    ----------
    A. Lavin, S. Gray, "Fast algorithms for convolutional neural networks", CVPR 2016, section 4.1.
    """
    kernel, size, channels = STAGES.values()
    x, w = layer(size, kernel, channels)
    image, kernels = tf.constant(x), tf.constant(w)
    to_input, to_kernel, to_output = (
        matrix.astype(np.float32)
        for matrix in (winograd.INPUT_TRANSFORM, winograd.KERNEL_TRANSFORM,
                       winograd.OUTPUT_TRANSFORM)
    )  # fmt: skip
    tiles = size // 2  # along each side
    view = np.lib.stride_tricks.sliding_window_view(x[0], (4, 4), axis=(0, 1))[::2, ::2]
    kernel_sums = np.einsum("au,uvco,bv->abco", to_kernel, w, to_kernel, optimize=True)
    kernel_sums = np.ascontiguousarray(kernel_sums.reshape(16, channels, channels))

    def gather() -> Any:
        """Sum the pixels of every tile: two small matrices from both sides of it."""
        flat = np.ascontiguousarray(view.transpose(3, 4, 0, 1, 2)).reshape(16, -1)
        return (np.kron(to_input, to_input) @ flat).reshape(16, tiles * tiles, channels)

    def scatter() -> Any:
        """Sum the products to the four outputs of every tile, and lay the tiles side by side."""
        sums = np.kron(to_output, to_output) @ products.reshape(16, -1)
        blocks = sums.reshape(2, 2, tiles, tiles, channels)
        return np.ascontiguousarray(blocks.transpose(2, 0, 3, 1, 4)).reshape(1, size, size, -1)

    pixel_sums = gather()
    products = pixel_sums @ kernel_sums
    patches = reference.im2col(x, kernel)
    matrix = w.reshape(-1, channels)
    exact = reference.conv2d(x, w)
    np.testing.assert_allclose(scatter(), exact, atol=1e-4 * np.abs(exact).max())
    ways: dict[str, dict[str, Callable[[], Any]]] = {
        "im2col": {"patches": lambda: reference.im2col(x, kernel),
                   "product": lambda: patches @ matrix},
        "winograd": {"pixel sums": gather, "products": lambda: pixel_sums @ kernel_sums,
                     "outputs": scatter},
        "tensorflow": {"whole": lambda: tf.nn.conv2d(image, kernels, 1, "VALID").numpy()},
    }  # fmt: skip
    calls = {f"{way} {stage}": call for way, of in ways.items() for stage, call in of.items()}
    taken = iter(timing.by_turns(calls).values())  # in the order of the calls
    macs = {
        "im2col": arithmetic.conv_macs(size, kernel, channels, channels),
        "winograd": 16 * tiles**2 * channels**2,
    }
    stages = {way: {stage: next(taken)._asdict() for stage in of} for way, of in ways.items()}
    return {"macs": macs, **stages}
