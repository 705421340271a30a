"""Named kernels, the Gaussian family, and what is done to a kernel.

A kernel is an array of shape (kh, kw) with at least one tap, of finite real numbers that float32
can hold. What is returned is float32, TensorFlow's default; computations behind it run in float64.
Kernels are written down for cross-correlation, which is what TensorFlow computes under the name of
convolution: the tap at the top left weighs the pixel to the top left. :func:`flip` turns one into
the other.

An argument of another type than its description says raises a TypeError, and a value that the
description does not allow, NaN and infinity among them, a ValueError. What else is refused stands
with the function.
"""

from convbook.kernels.classical import CLASSICAL, NamedKernel, binomial, box, get, names
from convbook.kernels.gaussian import (
    gabor,
    gaussian,
    gaussian_derivative,
    gaussian_profile,
    laplacian_of_gaussian,
)
from convbook.kernels.operations import flip, per_channel, rank, rotate, separate, to_hwio

__all__ = [
    "CLASSICAL",
    "NamedKernel",
    "binomial",
    "box",
    "flip",
    "gabor",
    "gaussian",
    "gaussian_derivative",
    "gaussian_profile",
    "get",
    "laplacian_of_gaussian",
    "names",
    "per_channel",
    "rank",
    "rotate",
    "separate",
    "to_hwio",
]
