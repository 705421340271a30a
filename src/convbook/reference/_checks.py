"""Validation shared by the reference algorithms: arrays, shapes, and ints given per axis."""

from collections.abc import Iterable, Sequence
from typing import Any, SupportsIndex, TypeAlias

import numpy as np
import numpy.typing as npt

from convbook._arrays import Array as Array
from convbook._arrays import as_array, check_finite
from convbook._checks import kind, plain, positive

PerAxis: TypeAlias = SupportsIndex | Sequence[SupportsIndex]

FLOATS = ("float16", "float32", "float64")
FFT_FLOATS = ("float32", "float64")
NUMBERS = (*FLOATS, "int32", "int64")


def check_array(
    name: str, value: npt.ArrayLike, layout: str, dtypes: Sequence[str] = NUMBERS
) -> Array:
    """Return `value` as an array with an axis for each letter of `layout`, such as ``"NHWC"``.

    An empty layout stands for any number of axes but 0. It raises a TypeError if the dtype is not
    one of `dtypes`, and a ValueError if the rank differs, an axis is empty, or a value is NaN or
    infinite.
    """
    array = as_array(name, value)
    if array.dtype.name not in dtypes:
        remedy = f"; convert it first, as in {name}.astype('float32')"
        small = " (arithmetic in a small integer type such as uint8 would overflow)"
        raise TypeError(
            f"{name}: got dtype {array.dtype.name}, expected one of {', '.join(dtypes)}"
            f"{remedy * (array.dtype.kind in 'biuf')}"
            f"{small * (array.dtype.kind in 'iu' and array.itemsize < 4)}"
        )
    if array.ndim != (len(layout) or max(1, array.ndim)):
        raise ValueError(
            f"{name}: got {array.ndim} axes, shape {array.shape}, "
            f"expected {len(layout)} axes ({', '.join(layout)})"
        )
    if array.size == 0:
        raise ValueError(f"{name}: got shape {array.shape}, expected no axis of length 0")
    check_finite(name, array)
    return array


def wide(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return the dtype to add in, that of TensorFlow's sums: float32 for float16, else the same."""
    return np.promote_types(dtype, "float32") if dtype.kind == "f" else dtype


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
    numbers = plain(value)
    if isinstance(numbers, Sequence) and not isinstance(numbers, str):
        return check_sizes(name, numbers, layout)
    try:
        return (positive(name, numbers),) * len(layout)
    except TypeError:
        axes = ", ".join(layout)
        raise TypeError(
            f"{name}: expected an integer, or {len(layout)} of them ({axes}), got {value!r}"
        ) from None
