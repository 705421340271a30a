"""Softmax, and batch normalization with the statistics handed in."""

from typing import SupportsFloat

import numpy as np
import numpy.typing as npt

from convbook._checks import positive_float
from convbook.reference._checks import FLOATS, Array, check_array, check_same_dtype, wide


def softmax(x: npt.ArrayLike) -> Array:
    """Turn logits into probabilities along the last axis, as `tf.nn.softmax` does.

    The largest logit is subtracted first, which changes no probability and lets none overflow.

    Parameters
    ----------
    x : array_like of shape (..., classes)
        Logits; float16, float32 or float64.

    Returns
    -------
    ndarray of the shape and dtype of `x`
        At least 0; the last axis adds up to 1.

    Examples
    --------
    >>> softmax([[1000.0, 1000.0], [0.0, -1000.0]])
    array([[0.5, 0.5],
           [1. , 0. ]])
    """
    x = check_array("x", x, "", FLOATS)
    z = x.astype(wide(x.dtype))
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    shares: Array = (powers / powers.sum(axis=-1, keepdims=True)).astype(x.dtype)
    return shares


def batch_normalization(
    x: npt.ArrayLike,
    mean: npt.ArrayLike,
    variance: npt.ArrayLike,
    offset: npt.ArrayLike,
    scale: npt.ArrayLike,
    epsilon: SupportsFloat = 1e-3,
) -> Array:
    """Normalize, scale and shift every channel, as `tf.nn.batch_normalization` does.

    Parameters
    ----------
    x : array_like of shape (..., C)
        Feature maps; float16, float32 or float64.
    mean, variance, offset, scale : array_like of shape (C,), of the dtype of `x`
        The statistics, those of the batch in training and moving averages in use, no variance below
        0; beta and gamma.
    epsilon : float, optional
        Above 0, added to the variance; unless given, Keras's.

    Returns
    -------
    ndarray of the shape and dtype of `x`
        ``scale * (x - mean) / sqrt(variance + epsilon) + offset``.

    References
    ----------
    S. Ioffe, C. Szegedy, "Batch normalization", ICML 2015, algorithm 1. arXiv:1502.03167.

    Examples
    --------
    >>> batch_normalization([[1.0], [3.0]], [2.0], [0.999], [10.0], [5.0]).ravel()
    array([ 5., 15.])
    """
    x = check_array("x", x, "", FLOATS)
    names = ("mean", "variance", "offset", "scale")
    arrays = [
        check_array(*pair, "C", FLOATS)
        for pair in zip(names, (mean, variance, offset, scale), strict=True)
    ]
    for name, array in zip(names, arrays, strict=True):
        check_same_dtype(name, array, "x", x)
        if array.shape != x.shape[-1:]:
            raise ValueError(f"{name}: got shape {array.shape}, expected {x.shape[-1:]}, as x has")
    z, mu, square, beta, gamma = (array.astype(wide(x.dtype)) for array in (x, *arrays))
    if square.min() < 0:
        raise ValueError(f"variance: got {square.min()}, expected at least 0")
    deviation = np.sqrt(square + positive_float("epsilon", epsilon))
    y: Array = (gamma * (z - mu) / deviation + beta).astype(x.dtype)
    return y
