"""Output sizes, padding and transposed output sizes along one axis."""

import operator
from collections.abc import Sequence
from typing import SupportsIndex, TypeAlias

from convbook._checks import integer, plain, positive, word

Padding: TypeAlias = str | SupportsIndex | Sequence[SupportsIndex]
"""``"valid"``, ``"same"``, one integer for both sides, or a ``(before, after)`` pair."""


def effective_kernel(kernel: SupportsIndex, dilation: SupportsIndex = 1) -> int:
    """Return the extent that a dilated kernel covers: ``(kernel - 1) * dilation + 1`` elements.

    Parameters
    ----------
    kernel : int
        Number of taps, at least 1.
    dilation : int, default 1
        Distance between neighbouring taps, at least 1.

    References
    ----------
    V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning",
    arXiv:1603.07285, section 5.1, 2016.

    Examples
    --------
    >>> effective_kernel(3, dilation=2)
    5
    """
    return (positive("kernel", kernel) - 1) * positive("dilation", dilation) + 1


def output_size(
    size: SupportsIndex,
    kernel: SupportsIndex,
    stride: SupportsIndex = 1,
    dilation: SupportsIndex = 1,
    padding: Padding = "valid",
) -> int:
    """Return the length of a convolution's or a pooling's output along one axis.

    Parameters
    ----------
    size : int
        Length of the input, at least 1.
    kernel : int
        Number of taps of the kernel, or the length of the pooling window, at least 1.
    stride : int, default 1
        Distance between neighbouring windows, at least 1.
    dilation : int, default 1
        Distance between neighbouring taps, at least 1.
    padding : {"valid", "same"}, int or (int, int), default "valid"
        The word, in upper or lower case; or the number of elements added on both sides; or those
        added ``(before, after)``.

    Returns
    -------
    int
        ``ceil(size / stride)`` for "same". Otherwise
        ``floor((size + before + after - effective_kernel) / stride) + 1``.

    Raises
    ------
    ValueError
        If the dilated kernel is larger than the padded input.

    Notes
    -----
    The floor matters: where the stride does not divide ``size + padding - kernel``, the last
    elements of the input are never visited. ``tf.nn.conv2d`` takes a stride and a dilation above 1
    at once; ``tf.nn.convolution`` and the Keras layers refuse the combination.

    References
    ----------
    V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning",
    arXiv:1603.07285, relationships 6 and 15, 2016.

    Examples
    --------
    >>> output_size(7, 3), output_size(7, 3, stride=2)
    (5, 3)
    >>> output_size(28, 5, padding=2)
    28
    >>> output_size(224, 7, stride=2, padding="same")
    112
    """
    n = positive("size", size)
    k = effective_kernel(kernel, dilation)
    s = positive("stride", stride)
    if isinstance(padding, str):
        if padding.lower() == "same":
            return -(-n // s)
        if padding.lower() != "valid":
            raise ValueError(f"padding: expected {_FORMS}, got {padding!r}")
        before = after = 0
    else:
        before, after = _padding_pair(padding)
    padded = n + before + after
    if k > padded:
        raise ValueError(
            f"kernel: {operator.index(kernel)} taps with dilation {operator.index(dilation)} cover "
            f"{k} elements, expected at most the padded size {padded} "
            f"(size {n}, padding {before} + {after})"
        )
    return (padded - k) // s + 1


def same_padding(
    size: SupportsIndex,
    kernel: SupportsIndex,
    stride: SupportsIndex = 1,
    dilation: SupportsIndex = 1,
) -> tuple[int, int]:
    """Return the zeros that TensorFlow's SAME padding adds before and after one axis.

    Parameters
    ----------
    size, kernel, stride, dilation : int
        As in :func:`output_size`.

    Returns
    -------
    before, after : int
        Elements added on each side. Their difference is 0 or 1, and the odd one comes after.

    Notes
    -----
    SAME fixes the output to ``ceil(size / stride)`` and adds as few zeros as that needs. With a
    stride above 1 the padding thus depends on the size of the input, and a symmetric
    ``kernel // 2`` reads other windows even where it gives the same output size.

    References
    ----------
    TensorFlow API documentation, "Notes on padding", module ``tf.nn``.

    Examples
    --------
    >>> same_padding(224, 7, stride=2)
    (2, 3)
    >>> same_padding(28, 5)
    (2, 2)
    """
    n = positive("size", size)
    s = positive("stride", stride)
    out = output_size(n, kernel, s, dilation, "same")
    # A stride above the kernel may leave elements over: then nothing is added.
    total = max((out - 1) * s + effective_kernel(kernel, dilation) - n, 0)
    return total // 2, total - total // 2


def transposed_output_size(
    size: SupportsIndex,
    kernel: SupportsIndex,
    stride: SupportsIndex = 1,
    padding: str = "valid",
) -> int:
    """Return the length of a transposed convolution's output along one axis, as in Keras.

    It is ``size * stride`` for "same", ``(size - 1) * stride + max(kernel, stride)`` for "valid".

    Parameters
    ----------
    size : int
        Length of the input, at least 1.
    kernel : int
        Number of taps, at least 1.
    stride : int, default 1
        Distance in the output between the windows of neighbouring inputs, at least 1.
    padding : {"valid", "same"}, default "valid"
        Padding of the convolution that this one transposes, in upper or lower case.

    Notes
    -----
    Several input sizes of a strided convolution give the same output size, so the size of the
    transposed output is a choice. ``keras.layers.Conv2DTranspose`` with ``output_padding=None``
    takes the one returned here.

    Examples
    --------
    >>> transposed_output_size(14, 4, stride=2, padding="same")
    28
    >>> transposed_output_size(5, 3)
    7
    """
    n = positive("size", size)
    k = positive("kernel", kernel)
    s = positive("stride", stride)
    if word("padding", padding, ("valid", "same")) == "same":
        return n * s
    return (n - 1) * s + max(k, s)


_FORMS = "'valid', 'same', an integer or a (before, after) pair of integers"


def _padding_pair(padding: object) -> tuple[int, int]:
    padding = plain(padding)
    sides = tuple(padding) if isinstance(padding, Sequence) else (padding, padding)
    try:
        pads = [integer("padding", side) for side in sides]
    except TypeError:
        raise TypeError(f"padding: expected {_FORMS}, got {padding!r}") from None
    if len(pads) != 2:
        raise ValueError(f"padding: expected {_FORMS}, got {padding!r}")
    if min(pads) < 0:
        raise ValueError(f"padding: expected integers of at least 0, got {padding!r}")
    return pads[0], pads[1]
