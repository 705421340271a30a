"""Checks of scalar arguments, shared by the whole package. Arrays: :mod:`convbook._arrays`."""

import math
import operator
from contextlib import suppress
from typing import SupportsFloat, SupportsIndex


def integer(name: str, value: object, least: int | None = None, most: int | None = None) -> int:
    """Return `value` as an int from `least` to `most`, or raise an error that names the argument.

    To Python a bool is an integer. It is never a size, so it is refused.
    """
    number = None
    if not isinstance(value, bool) and isinstance(value, SupportsIndex):
        with suppress(TypeError):  # Arrays refuse it unless they hold one integer.
            number = operator.index(value)
    if number is None:
        raise TypeError(f"{name}: expected an integer, got {value!r} of type {kind(value)}")
    if least is not None and number < least:
        raise ValueError(f"{name}: expected an integer of at least {least}, got {number}")
    if most is not None and number > most:
        raise ValueError(f"{name}: expected at most {most}, got {number}")
    return number


def positive(name: str, value: object) -> int:
    """Return `value` as an int of at least 1, or raise an error that names the argument."""
    return integer(name, value, 1)


def boolean(name: str, value: object) -> bool:
    """Return `value`, True or False, or raise a TypeError that names the argument."""
    if kind(value) != "bool":  # NumPy's has the same name.
        raise TypeError(f"{name}: expected True or False, got {value!r}")
    return bool(value)


def finite(name: str, value: object) -> float:
    """Return `value` as a finite float, or raise an error that names the argument."""
    if isinstance(value, bool | str | bytes) or not isinstance(value, SupportsFloat):
        raise TypeError(f"{name}: expected a number, got {value!r} of type {kind(value)}")
    try:
        number = float(value)
    except TypeError:  # As above: arrays of several numbers.
        raise TypeError(f"{name}: expected a number, got {value!r} of type {kind(value)}") from None
    if not math.isfinite(number):
        raise ValueError(f"{name}: expected a finite number, got {number}")
    return number


def positive_float(name: str, value: object) -> float:
    """Return `value` as a finite float above 0, or raise an error that names the argument."""
    number = finite(name, value)
    if number <= 0:
        raise ValueError(f"{name}: expected a number above 0, got {number}")
    return number


def share(name: str, value: object) -> float:
    """Return `value` as a float from 0 to below 1, or raise an error that names the argument."""
    number = finite(name, value)
    if not 0 <= number < 1:
        raise ValueError(f"{name}: expected a share from 0 to below 1, got {number}")
    return number


def one_of(name: str, value: object, known: tuple[str, ...]) -> str:
    """Return `value` if it is one of the known words, or raise an error that lists them."""
    if not isinstance(value, str):
        raise TypeError(f"{name}: expected one of {', '.join(known)}, got {value!r}")
    if value not in known:
        raise ValueError(f"{name}: expected one of {', '.join(known)}, got {value!r}")
    return value


def word(name: str, value: object, known: tuple[str, ...]) -> str:
    """Return `value` in lower case if it is one of the known words in upper or lower case."""
    return one_of(name, value.lower() if isinstance(value, str) else value, known)


def plain(value: object) -> object:
    """Return an array of NumPy as nested lists of plain numbers, anything else as it is."""
    return value.tolist() if hasattr(value, "tolist") else value


def kind(value: object) -> str:
    """Return the name of the type of `value`, for messages."""
    return type(value).__name__
