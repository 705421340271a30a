"""The geometry of a sliding window: where it stands, what it sees, and the adjoint of both."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convbook._checks import plain
from convbook.arithmetic import Padding as AxisPadding
from convbook.arithmetic import effective_kernel, output_size, same_padding
from convbook.reference._checks import Array, PerAxis, per_axis, wide

Padding: TypeAlias = AxisPadding | Sequence[Sequence[int]]


@dataclass(frozen=True)
class Geometry:
    """Sizes in pixels along the sliding axes; each field has one entry per axis.

    Attributes
    ----------
    size, kernel, stride, dilation : tuple of int
        Input size, taps of the kernel, and the two steps.
    pads : tuple of (int, int)
        Zeros before and after the input.
    output : tuple of int
        Number of positions of the kernel.
    """

    size: tuple[int, ...]
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    pads: tuple[tuple[int, int], ...]
    output: tuple[int, ...]

    @property
    def span(self) -> tuple[int, ...]:
        """Pixels from the first tap of the dilated kernel to its last, both included."""
        return tuple(map(effective_kernel, self.kernel, self.dilation))

    @property
    def padded(self) -> tuple[int, ...]:
        """Size of the padded input."""
        return tuple(n + sum(pads) for n, pads in zip(self.size, self.pads, strict=True))

    @property
    def inside(self) -> tuple[slice, ...]:
        """Slices that cut the input out of the padded input (batch and channels whole)."""
        cuts = (slice(pads[0], pads[0] + n) for n, pads in zip(self.size, self.pads, strict=True))
        return (slice(None), *cuts, slice(None))

    def tap(self, index: Sequence[int]) -> tuple[slice, ...]:
        """Slices of the padded input that tap `index` meets, one pixel per output position."""
        cuts = (
            slice(i * d, i * d + s * (n - 1) + 1, s)
            for i, d, s, n in zip(index, self.dilation, self.stride, self.output, strict=True)
        )
        return (slice(None), *cuts, slice(None))


def geometry(
    size: Sequence[int],
    kernel: Sequence[int],
    stride: PerAxis = 1,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
    name: str = "w",
) -> Geometry:
    """Work out pads and output size for every sliding axis; `size` and `kernel` are checked.

    The padding is ``"valid"``, ``"same"``, a number of zeros for every side, a (before, after) pair
    for every axis, or such a pair for each axis. It raises a TypeError if a stride, dilation or pad
    is no int, and a ValueError if it is too small, the padding is unknown, or the dilated kernel,
    which comes from the argument `name`, is larger than the padded input.
    """
    layout = "DHW"[-len(size) :]
    strides = per_axis("stride", stride, layout)
    dilations = per_axis("dilation", dilation, layout)
    pads: list[tuple[int, int]] = []
    output: list[int] = []
    for axis, n, k, s, d, wanted in zip(
        layout, size, kernel, strides, dilations, _padding_per_axis(padding, layout), strict=True
    ):
        try:
            output.append(output_size(n, k, s, d, wanted))
        except (TypeError, ValueError) as error:
            forms = f"pair of integers, or one such pair for each axis ({', '.join(layout)})"
            said = f"{error}".replace("pair of integers", forms).replace("kernel:", f"{name}:")
            raise type(error)(f"{said}; axis {axis}, padding={padding!r}") from None
        if isinstance(wanted, str):
            pads.append(same_padding(n, k, s, d) if wanted.lower() == "same" else (0, 0))
        elif isinstance(wanted, Sequence):
            pads.append((int(wanted[0]), int(wanted[1])))
        else:
            pads.append((int(wanted), int(wanted)))
    return Geometry(tuple(size), tuple(kernel), strides, dilations, tuple(pads), tuple(output))


def _padding_per_axis(padding: Padding, layout: str) -> Sequence[AxisPadding]:
    """Give each axis the pair meant for it, or else all of them the same padding."""
    padding = cast(Padding, plain(padding))
    if isinstance(padding, Sequence) and all(isinstance(pair, (list, tuple)) for pair in padding):
        if len(padding) != len(layout):
            raise ValueError(
                f"padding: got {len(padding)} pairs, {padding!r}, "
                f"expected {len(layout)} ({', '.join(layout)})"
            )
        return padding
    # Whatever else it may be, `output_size` accepts or refuses it.
    return [cast(AxisPadding, padding)] * len(layout)


def pad(x: Array, shape: Geometry, value: float = 0) -> Array:
    """Surround the sliding axes of `x` (batch first, channels last) with `value`."""
    return np.pad(x, ((0, 0), *shape.pads, (0, 0)), constant_values=value)


def windows(padded: Array, shape: Geometry) -> Array:
    """View the padded input (N, padded sizes..., C) through the sliding window, without copying.

    What is returned is read-only, of shape (N, output sizes..., C, kernel sizes...).
    """
    axes = len(shape.size)
    every = sliding_window_view(padded, shape.span, axis=tuple(range(1, axes + 1)))
    positions = tuple(slice(None, None, s) for s in shape.stride)
    taps = tuple(slice(None, None, d) for d in shape.dilation)
    return every[(slice(None), *positions, slice(None), *taps)]


def add_windows(views: Array, shape: Geometry) -> Array:
    """Add window contents back where they came from: the adjoint of padding, then `windows`.

    From shape (N, output sizes..., C, kernel sizes...), one value for each pixel that each window
    sees, to (N, sizes..., C): each pixel holds the sum over all windows that see it.
    """
    axes = len(shape.size)
    by_tap = views.reshape(*views.shape[: axes + 2], -1)
    padded = np.zeros((len(views), *shape.padded, views.shape[axes + 1]), wide(views.dtype))
    for number, index in enumerate(itertools.product(*map(range, shape.kernel))):
        padded[shape.tap(index)] += by_tap[..., number]
    return padded[shape.inside].astype(views.dtype)
