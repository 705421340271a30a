"""Receptive field and effective stride of a chain of layers."""

import math
import operator
from collections.abc import Iterable
from typing import NamedTuple, SupportsIndex, TypeAlias

from convbook._checks import kind, positive
from convbook.arithmetic.sizes import effective_kernel


class Layer(NamedTuple):
    """A convolution or pooling layer, as far as its receptive field depends on it.

    Attributes
    ----------
    kernel : int
        Kernel or window size, in elements.
    stride : int
        Distance between neighbouring windows, in elements of the layer's input.
    dilation : int
        Distance between neighbouring taps of the kernel.

    Examples
    --------
    >>> Layer(kernel=5)
    Layer(kernel=5, stride=1, dilation=1)
    """

    kernel: SupportsIndex
    stride: SupportsIndex = 1
    dilation: SupportsIndex = 1


LayerLike: TypeAlias = (
    Layer | tuple[SupportsIndex, SupportsIndex] | tuple[SupportsIndex, SupportsIndex, SupportsIndex]
)
"""A :class:`Layer`, a ``(kernel, stride)`` or a ``(kernel, stride, dilation)`` tuple."""


def receptive_field(layers: Iterable[LayerLike]) -> int:
    """Return how many input elements one output element of a chain of layers depends on.

    It is the extent along one axis, and 1 without layers.

    Parameters
    ----------
    layers : iterable of Layer or tuple
        The layers, the one at the input first: each a :class:`Layer`, ``(kernel, stride)`` or
        ``(kernel, stride, dilation)``. Pooling layers count as convolutions do.

    References
    ----------
    A. Araujo, W. Norris and J. Sim, "Computing Receptive Fields of Convolutional Neural
    Networks", Distill, 2019, doi:10.23915/distill.00021, equation 2.

    Examples
    --------
    Two 5x5 convolutions, each followed by a 2x2 pooling with stride 2, as in LeNet:

    >>> receptive_field([(5, 1), (2, 2), (5, 1), (2, 2)])
    16
    >>> receptive_field([Layer(3)] * 3) == receptive_field([Layer(7)])
    True
    """
    field, jump = 1, 1
    for layer in _layers(layers):
        field += (effective_kernel(layer.kernel, layer.dilation) - 1) * jump
        jump *= operator.index(layer.stride)
    return field


def effective_stride(layers: Iterable[LayerLike]) -> int:
    """Return the distance, on the input, between the windows of neighbouring output elements.

    The layers are as in :func:`receptive_field`. The distance is the product of the strides, and 1
    without layers. Shifting the input by a multiple of it shifts the output by whole elements.

    References
    ----------
    A. Araujo, W. Norris and J. Sim, "Computing Receptive Fields of Convolutional Neural
    Networks", Distill, 2019, doi:10.23915/distill.00021.

    Examples
    --------
    >>> effective_stride([(5, 1), (2, 2), (5, 1), (2, 2)])
    4
    """
    return math.prod(operator.index(layer.stride) for layer in _layers(layers))


def _layers(layers: Iterable[LayerLike]) -> list[Layer]:
    if not isinstance(layers, Iterable):
        raise TypeError(f"layers: expected an iterable of layers, got {layers!r}")
    checked = []
    for number, entry in enumerate(layers):
        name = f"layers[{number}]"
        if not isinstance(entry, tuple):
            raise TypeError(
                f"{name}: expected a Layer, (kernel, stride) or (kernel, stride, dilation), "
                f"got {entry!r} of type {kind(entry)}"
            )
        if len(entry) not in (2, 3):
            raise ValueError(
                f"{name}: expected (kernel, stride) or (kernel, stride, dilation), got {entry!r}"
            )
        fields = zip(Layer._fields, entry, strict=False)  # The dilation may be left out.
        checked.append(Layer(*(positive(f"{name} {field}", value) for field, value in fields)))
    return checked
