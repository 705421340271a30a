"""Checks of arrays and pictures, shared by the whole package: none is misread, each is named."""

import sys
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from convbook._checks import kind

Array: TypeAlias = npt.NDArray[Any]


def as_array(name: str, value: object) -> Array:
    """Return whatever NumPy takes for an array, or raise a ValueError that names the argument.

    A picture of Pillow becomes (H, W, 3), uint8, as a viewer shows it on white: turned as its EXIF
    data say, its palette, CMYK or transparency resolved. Only grey of more than 8 bits stays as it
    is. bfloat16, which NumPy lacks, becomes float32, which holds it exactly. Masked values, ragged
    lists and tensors without values are refused.
    """
    if np.ma.is_masked(value):
        raise ValueError(f"{name}: expected no masked values; numpy.ma.filled puts numbers there")
    pillow = sys.modules.get("PIL.Image")  # Where nobody has imported it, there is no picture.
    try:
        array = np.asarray(_rgb(value) if pillow and isinstance(value, pillow.Image) else value)
    except (TypeError, ValueError, NotImplementedError, OSError) as error:
        message = f"{name}: expected an array, got a {kind(value)} that is none ({error})"
        raise ValueError(message) from error
    return array.astype(np.float32) if array.dtype.name == "bfloat16" else array


def as_real(name: str, value: object) -> Array:
    """Return `value` as an array, or raise a TypeError if it does not hold real numbers."""
    array = as_array(name, value)
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name}: expected real numbers, got an array of {array.dtype}")
    return array


def check_finite(name: str, values: Array, what: str = "NaN or infinity") -> None:
    """Raise a ValueError if a number is NaN or infinite."""
    if not np.isfinite(values).all():
        raise ValueError(f"{name}: expected finite numbers, got {what}")


def to_float32(name: str, values: Array) -> npt.NDArray[np.float32]:
    """Return the numbers as float32, or raise a ValueError if one is not finite there."""
    with np.errstate(over="ignore"):
        converted = values.astype(np.float32)
    check_finite(name, converted, "NaN, infinity or more than float32 holds")
    return converted


def _rgb(image: Any) -> Any:
    from PIL import Image, ImageOps

    upright = ImageOps.exif_transpose(image)
    if upright.mode in ("F", "I") or upright.mode.startswith("I;16"):
        return upright
    if upright.has_transparency_data:
        white = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(white, upright.convert("RGBA"))
    return upright.convert("RGB")
