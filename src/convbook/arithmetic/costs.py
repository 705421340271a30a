"""Parameters and multiply-accumulates of layers.

A *multiply-accumulate* (MAC) is one product and one addition to a running sum. Papers that count
"FLOPs" usually mean twice this number; the functions here count MACs, for one example.
"""

import math
from collections.abc import Sequence
from typing import SupportsIndex, TypeAlias

from convbook._checks import boolean, plain, positive

Extent: TypeAlias = SupportsIndex | Sequence[SupportsIndex]
"""One integer for a square, or one integer an axis: ``(height, width)``."""


def dense_parameters(
    in_features: SupportsIndex, out_features: SupportsIndex, bias: bool = True
) -> int:
    """Return the number of parameters of a fully connected layer, weights and biases.

    Parameters
    ----------
    in_features, out_features : int
        Number of inputs and of outputs, at least 1.
    bias : bool, default True
        Whether each output has a bias.

    Examples
    --------
    >>> dense_parameters(28 * 28, 10)
    7850
    """
    weights = dense_macs(in_features, out_features)
    return weights + boolean("bias", bias) * positive("out_features", out_features)


def dense_macs(in_features: SupportsIndex, out_features: SupportsIndex) -> int:
    """Return the multiply-accumulates of a fully connected layer: ``in_features * out_features``.

    Parameters
    ----------
    in_features, out_features : int
        Number of inputs and of outputs, at least 1.

    Examples
    --------
    >>> dense_macs(28 * 28, 10)
    7840
    """
    return positive("in_features", in_features) * positive("out_features", out_features)


def conv_parameters(
    kernel: Extent,
    in_channels: SupportsIndex,
    out_channels: SupportsIndex,
    groups: SupportsIndex = 1,
    bias: bool = True,
) -> int:
    """Return the number of parameters of a convolution, weights and biases.

    The size of the image is not in it: the weights are shared.

    Parameters
    ----------
    kernel : int or tuple of int
        Kernel size: one integer for a square, or one an axis (one to three axes).
    in_channels, out_channels : int
        Number of input and of output channels, at least 1.
    groups : int, default 1
        Number of groups that the channels are split into; divides both numbers of channels.
        A depthwise convolution has ``groups=in_channels``.
    bias : bool, default True
        Whether each output channel has a bias.

    Examples
    --------
    >>> conv_parameters(5, 1, 32)
    832
    >>> conv_parameters(3, 32, 32, groups=32)
    320
    """
    c_in, c_out, g = _channels(in_channels, out_channels, groups)
    weights = math.prod(_extent("kernel", kernel)) * (c_in // g) * c_out
    return weights + boolean("bias", bias) * c_out


def conv_macs(
    output: Extent,
    kernel: Extent,
    in_channels: SupportsIndex,
    out_channels: SupportsIndex,
    groups: SupportsIndex = 1,
) -> int:
    """Return the multiply-accumulates of a convolution for one example.

    These are the products of the direct algorithm, those with padded zeros counted too.

    Parameters
    ----------
    output : int or tuple of int
        Size of the *output* feature map: one integer for a square, or one an axis.
    kernel : int or tuple of int
        Kernel size, with as many axes as `output`.
    in_channels, out_channels, groups : int
        As in :func:`conv_parameters`.

    Examples
    --------
    >>> conv_macs(24, 5, 1, 32)
    460800
    >>> conv_macs((45, 80), (3, 3), 1, 1)
    32400
    """
    sizes = _matching_extents(output, kernel)
    c_in, c_out, g = _channels(in_channels, out_channels, groups)
    return math.prod(sizes) * (c_in // g) * c_out


def depthwise_separable_parameters(
    kernel: Extent, in_channels: SupportsIndex, out_channels: SupportsIndex, bias: bool = True
) -> int:
    """Return the parameters of a depthwise convolution followed by a pointwise one.

    Parameters
    ----------
    kernel : int or tuple of int
        Size of the depthwise kernel, as in :func:`conv_parameters`.
    in_channels, out_channels : int
        Number of input and of output channels, at least 1.
    bias : bool, default True
        Whether the pointwise convolution has a bias. As in ``keras.layers.SeparableConv2D``, the
        depthwise one has none.

    References
    ----------
    A. G. Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision
    Applications", arXiv:1704.04861, section 3.1, 2017.

    Examples
    --------
    >>> depthwise_separable_parameters(3, 32, 64), conv_parameters(3, 32, 64)
    (2400, 18496)
    """
    depthwise = conv_parameters(kernel, in_channels, in_channels, groups=in_channels, bias=False)
    return depthwise + conv_parameters(1, in_channels, out_channels, bias=bias)


def depthwise_separable_macs(
    output: Extent, kernel: Extent, in_channels: SupportsIndex, out_channels: SupportsIndex
) -> int:
    """Return the multiply-accumulates of a depthwise convolution and a pointwise one after it.

    Parameters
    ----------
    output, kernel : int or tuple of int
        Size of the output feature map and of the depthwise kernel, as in :func:`conv_macs`.
    in_channels, out_channels : int
        Number of input and of output channels, at least 1.

    References
    ----------
    A. G. Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision
    Applications", arXiv:1704.04861, equation 5, 2017.

    Examples
    --------
    >>> depthwise_separable_macs(14, 3, 512, 512), conv_macs(14, 3, 512, 512)
    (52283392, 462422016)
    """
    depthwise = conv_macs(output, kernel, in_channels, in_channels, groups=in_channels)
    pointwise = math.prod(_extent("output", output)) * dense_macs(in_channels, out_channels)
    return depthwise + pointwise


def locally_connected_parameters(
    output: Extent,
    kernel: Extent,
    in_channels: SupportsIndex,
    out_channels: SupportsIndex,
    bias: bool = True,
) -> int:
    """Return the parameters of a layer that looks locally but shares no weights.

    It has one kernel and one bias for every element of the output.

    Parameters
    ----------
    output, kernel : int or tuple of int
        Size of the output feature map and of the kernel, as in :func:`conv_macs`.
    in_channels, out_channels : int
        Number of input and of output channels, at least 1.
    bias : bool, default True
        Whether each output element has a bias of its own.

    Examples
    --------
    >>> locally_connected_parameters(24, 5, 1, 1), conv_parameters(5, 1, 1)
    (14976, 26)
    """
    # Unshared weights serve once each, so there are as many of them as products.
    weights = conv_macs(output, kernel, in_channels, out_channels)
    outputs = math.prod(_extent("output", output)) * positive("out_channels", out_channels)
    return weights + boolean("bias", bias) * outputs


def _extent(name: str, value: object) -> tuple[int, ...]:
    value = plain(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        if not 1 <= len(value) <= 3:
            raise ValueError(f"{name}: expected one to three axes, got {value!r}")
        return tuple(positive(name, element) for element in value)
    return (positive(name, value),) * 2


def _matching_extents(output: Extent, kernel: Extent) -> tuple[int, ...]:
    sizes, taps = _extent("output", output), _extent("kernel", kernel)
    if len(sizes) != len(taps):
        raise ValueError(
            f"kernel: expected as many axes as output {output!r}, got {kernel!r} "
            "(an integer stands for two axes)"
        )
    return sizes + taps


def _channels(in_channels: object, out_channels: object, groups: object) -> tuple[int, int, int]:
    c_in, c_out = positive("in_channels", in_channels), positive("out_channels", out_channels)
    g = positive("groups", groups)
    if c_in % g or c_out % g:
        raise ValueError(
            f"groups: expected a common divisor of in_channels {c_in} and out_channels {c_out}, "
            f"got {g}"
        )
    return c_in, c_out, g
