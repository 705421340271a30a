"""Readable NumPy oracles for the operations of the book, one family of algorithms a file.

All of them take images as NHWC and kernels as HWIO, compute cross-correlation as TensorFlow
does (only `convolve2d` flips the kernel), and work in the dtype they are given. Each is written
to be read and to be compared with. None imports TensorFlow. What computes `conv2d` in another way
takes its arguments, and returns what it returns.

Wrong arguments raise a TypeError or a ValueError as in `conv2d`, a window counting as a kernel, and
also where the description of an argument does not allow them. What else is raised stands with the
function.
"""

from convbook.reference.channels import depthwise_conv2d, grouped_conv2d, separable_conv2d
from convbook.reference.direct import (
    conv1d,
    conv2d,
    conv2d_loops,
    conv3d,
    convolve2d,
    correlate2d,
)
from convbook.reference.fft import conv2d_fft
from convbook.reference.gradients import conv2d_input_gradient, conv2d_kernel_gradient
from convbook.reference.im2col import conv2d_im2col, im2col
from convbook.reference.normalization import batch_normalization, softmax
from convbook.reference.overlap import (
    box_overlap,
    intersection_over_union,
    non_maximum_suppression,
    pixel_confusion,
)
from convbook.reference.pooling import (
    average_pool,
    average_pool_gradient,
    blur_pool,
    global_average_pool,
    max_pool,
    max_pool_gradient,
)
from convbook.reference.quantization import (
    affine_range,
    conv2d_int8,
    dequantize,
    fixed_point,
    quantize,
    requantize,
    symmetric_scale,
)
from convbook.reference.toeplitz import conv2d_toeplitz, toeplitz_matrix
from convbook.reference.transposed import conv2d_transpose
from convbook.reference.winograd import conv2d_winograd

__all__ = [
    "affine_range",
    "average_pool",
    "average_pool_gradient",
    "batch_normalization",
    "blur_pool",
    "box_overlap",
    "conv1d",
    "conv2d",
    "conv2d_fft",
    "conv2d_im2col",
    "conv2d_input_gradient",
    "conv2d_int8",
    "conv2d_kernel_gradient",
    "conv2d_loops",
    "conv2d_toeplitz",
    "conv2d_transpose",
    "conv2d_winograd",
    "conv3d",
    "convolve2d",
    "correlate2d",
    "depthwise_conv2d",
    "dequantize",
    "fixed_point",
    "global_average_pool",
    "grouped_conv2d",
    "im2col",
    "intersection_over_union",
    "max_pool",
    "max_pool_gradient",
    "non_maximum_suppression",
    "pixel_confusion",
    "quantize",
    "requantize",
    "separable_conv2d",
    "softmax",
    "symmetric_scale",
    "toeplitz_matrix",
]
