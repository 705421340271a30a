"""Validation shared by the reference algorithms: arrays, shapes, and ints given per axis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, SupportsIndex, TypeAlias

import numpy as np
import numpy.typing as npt

from convbook._checks import kind, positive

Array: TypeAlias = npt.NDArray[Any]
PerAxis: TypeAlias = SupportsIndex | Sequence[SupportsIndex]

FLOATS = ("float16", "float32", "float64")
FFT_FLOATS = ("float32", "float64")
NUMBERS = (*FLOATS, "int32", "int64")


def check_array(
    name: str, value: npt.ArrayLike, layout: str, dtypes: Sequence[str] = NUMBERS
) -> Array:
    """Return `value` as an array, or raise with the reason why it cannot be used.

    Parameters
    ----------
    name : str
        Name of the argument, for the message.
    value : array_like
        What the caller passed.
    layout : str
        Expected axes, one letter each, such as ``"NHWC"``.
    dtypes : sequence of str
        Names of the dtypes in which the algorithm can compute.

    Returns
    -------
    ndarray
        `value` itself where it already is an array.

    Raises
    ------
    TypeError
        If the dtype is not one of `dtypes`.
    ValueError
        If the rank differs from the layout, an axis is empty, or a value is NaN or infinite.
    """
    array = np.asarray(value)
    if array.dtype.name not in dtypes:
        raise TypeError(
            f"{name}: got dtype {array.dtype.name}, expected one of {', '.join(dtypes)}; "
            f"convert it first, as in {name}.astype('float32') "
            "(arithmetic in a small integer type such as uint8 would overflow)"
        )
    if array.ndim != len(layout):
        raise ValueError(
            f"{name}: got {array.ndim} axes, shape {array.shape}, "
            f"expected {len(layout)} axes ({', '.join(layout)})"
        )
    if array.size == 0:
        raise ValueError(f"{name}: got shape {array.shape}, expected no axis of length 0")
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: got NaN or infinite values, expected finite numbers")
    return array


def check_same_dtype(name: str, array: Array, other_name: str, other: Array) -> None:
    """Raise TypeError unless both arrays have one dtype."""
    if array.dtype != other.dtype:
        raise TypeError(
            f"{name}: got dtype {array.dtype.name}, "
            f"expected {other.dtype.name}, the dtype of {other_name}"
        )


def check_operands(
    x: npt.ArrayLike, w: npt.ArrayLike, layouts: tuple[str, str], dtypes: Sequence[str] = NUMBERS
) -> tuple[Array, Array]:
    """Return input `x` and kernel `w` as arrays of one dtype whose channels agree.

    The last axis of `x` (its channels) must be as long as the last but one of `w` (its
    input channels).
    """
    x = check_array("x", x, layouts[0], dtypes)
    w = check_array("w", w, layouts[1], dtypes)
    check_same_dtype("w", w, "x", x)
    if w.shape[-2] != x.shape[-1]:
        raise ValueError(
            f"w: got {w.shape[-2]} input channels, shape {w.shape}, "
            f"expected {x.shape[-1]}, the channels of x, shape {x.shape}"
        )
    return x, w


def check_output_shape(name: str, array: Array, expected: tuple[int, ...]) -> None:
    """Raise ValueError unless `array` has the shape that the forward pass gives."""
    if array.shape != expected:
        raise ValueError(
            f"{name}: got shape {array.shape}, expected {expected}, the shape of the forward output"
        )


def check_word(name: str, value: object, words: Sequence[str]) -> str:
    """Return `value` in lower case if it is one of `words`."""
    expected = " or ".join(f"'{word}'" for word in words)
    if not isinstance(value, str):
        raise TypeError(f"{name}: got {value!r}, expected {expected}")
    if value.lower() not in words:
        raise ValueError(f"{name}: got {value!r}, expected {expected}")
    return value.lower()


def check_sizes(name: str, value: Iterable[SupportsIndex], layout: str) -> tuple[int, ...]:
    """Return `value` as a tuple of ints of at least 1, one for each letter of `layout`."""
    expected = f"expected {len(layout)} integers ({', '.join(layout)})"
    if not isinstance(value, Iterable):
        raise TypeError(f"{name}: {expected}, got {value!r} of type {kind(value)}")
    sizes = tuple(positive(name, size) for size in value)
    if len(sizes) != len(layout):
        raise ValueError(f"{name}: {expected}, got {len(sizes)}: {value!r}")
    return sizes


def per_axis(name: str, value: PerAxis, layout: str) -> tuple[int, ...]:
    """Spread an int over the sliding axes of `layout`, or check one int for each of them."""
    numbers = value if isinstance(value, Sequence) else [value] * len(layout)
    return check_sizes(name, numbers, layout)
