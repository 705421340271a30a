"""The arithmetic of convolution: sizes, padding, receptive fields, parameters and operations.

Everything here is pure Python on integers. Sizes are in elements (pixels) along one axis, kernels
and strides likewise, and every function accepts whatever behaves as an integer (NumPy's included).
The results are TensorFlow's: the tests compare them with what its operations return.

An argument of another type than its description says raises a TypeError, and a value that the
description does not allow, such as a size below 1, a ValueError.
"""

from convbook.arithmetic.costs import (
    Extent,
    conv_macs,
    conv_parameters,
    dense_macs,
    dense_parameters,
    depthwise_separable_macs,
    depthwise_separable_parameters,
    locally_connected_parameters,
)
from convbook.arithmetic.fields import Layer, LayerLike, effective_stride, receptive_field
from convbook.arithmetic.sizes import (
    Padding,
    effective_kernel,
    output_size,
    same_padding,
    transposed_output_size,
)

__all__ = [
    "Extent",
    "Layer",
    "LayerLike",
    "Padding",
    "conv_macs",
    "conv_parameters",
    "dense_macs",
    "dense_parameters",
    "depthwise_separable_macs",
    "depthwise_separable_parameters",
    "effective_kernel",
    "effective_stride",
    "locally_connected_parameters",
    "output_size",
    "receptive_field",
    "same_padding",
    "transposed_output_size",
]
