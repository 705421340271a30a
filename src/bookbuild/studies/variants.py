"""The work of the study `variant_times`: layers, each computed in several ways."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from convbook import reference, timing

SMALL = {"size": 32, "kernel": 3, "inputs": 3, "outputs": 4}  # pixels and taps a side, channels
MOBILENET = {"size": 14, "kernel": 3, "channels": 512}  # the layer that it repeats five times


def six_ways() -> dict[str, Any]:
    """Time six ways to compute a small layer, the building of their matrices included."""
    rng = np.random.default_rng(0)
    size, kernel, inputs, outputs = SMALL.values()
    x = rng.standard_normal((1, size, size, inputs), dtype=np.float32)
    w = rng.standard_normal((kernel, kernel, inputs, outputs), dtype=np.float32)
    calls: dict[str, Callable[[], Any]] = {
        "loops": lambda: reference.conv2d_loops(x, w),
        "im2col": lambda: reference.conv2d_im2col(x, w),
        "toeplitz": lambda: reference.conv2d_toeplitz(x, w),
        "fft": lambda: reference.conv2d_fft(x, w),
        "winograd": lambda: reference.conv2d_winograd(x, w),
        "tensorflow": lambda: tf.nn.conv2d(x, w, strides=1, padding="VALID").numpy(),
    }
    return {"shapes": [x.shape, w.shape], **_timed(calls)}


def separable() -> dict[str, Any]:
    """Time a layer of MobileNet's as it is, depthwise separable, and as a full convolution.

    The kernels are depthwise, pointwise and full.
    """
    rng = np.random.default_rng(0)
    size, kernel, channels = MOBILENET.values()
    shapes = (1, size, size, channels), (kernel, kernel, channels, 1), (1, 1, channels, channels)
    x, depthwise, pointwise = (
        tf.constant(rng.standard_normal(shape, dtype=np.float32)) for shape in shapes
    )
    full, strides = depthwise * pointwise, (1, 1, 1, 1)
    calls: dict[str, Callable[[], Any]] = {
        "full": lambda: tf.nn.conv2d(x, full, 1, "SAME").numpy(),
        "separable": lambda: tf.nn.separable_conv2d(
            x, depthwise, pointwise, strides, "SAME"
        ).numpy(),
    }
    return {"shapes": [*shapes, tuple(full.shape)], **_timed(calls)}


def _timed(calls: dict[str, Callable[[], Any]]) -> dict[str, dict[str, Any]]:
    """Time calls by turns that give the same but for rounding."""
    first, *others = (call() for call in calls.values())
    for other in others:
        np.testing.assert_allclose(other, first, atol=1e-5 * np.abs(first).max())
    return {name: taken._asdict() for name, taken in timing.by_turns(calls).items()}
