"""How a reader's result differs from the expected one, in a sentence."""

from numbers import Integral, Real
from typing import Any

import numpy as np

from convbook._checks import kind

KINDS = {"b": "booleans", "i": "integers", "u": "integers", "f": "floats"}


def difference(result: object, expected: Any, tolerance: float) -> str | None:
    """Return what is wrong with a result; None if nothing is.

    Parameters
    ----------
    result
        What the reader's function returned: an array, a tensor, a number or a tuple of them.
    expected : ndarray, bool, int, float or tuple of them
        What the book's solution returns.
    tolerance : float
        Largest difference, as a share of the largest absolute value expected. Integers are exact.
    """
    if result is None:
        return "it returned None: is there a return?"
    if isinstance(expected, tuple):
        return _of_tuples(result, expected, tolerance)
    if callable(getattr(result, "numpy", None)):  # a tensor of TensorFlow, without importing it
        result = result.numpy()  # type: ignore[attr-defined]
    if isinstance(expected, np.ndarray):
        return _of_arrays(result, expected, tolerance)
    return _of_numbers(result, expected, tolerance)


def _of_tuples(result: object, expected: tuple[Any, ...], tolerance: float) -> str | None:
    if not isinstance(result, tuple | list):
        return f"it returned a value of type {kind(result)}, expected a tuple of {len(expected)}"
    if len(result) != len(expected):
        return f"it returned {len(result)} values, expected {len(expected)}"
    for place, pair in enumerate(zip(result, expected, strict=True)):
        if text := difference(*pair, tolerance):
            return f"value {place} of the tuple: {text}"
    return None


def _of_numbers(result: object, expected: Any, tolerance: float) -> str | None:
    if isinstance(result, np.ndarray) and result.ndim == 0:
        result = result.item()
    boolean = isinstance(expected, bool)
    # NumPy's numbers are registered as such, its bool is not.
    fits = isinstance(result, bool | np.bool_) if boolean else isinstance(result, Real)
    if not fits:
        wanted = "True or False" if boolean else "a number"
        return f"it returned a value of type {kind(result)}, expected {wanted}"
    allowed = 0 if isinstance(expected, Integral) else tolerance * abs(expected)
    if not abs(float(result) - float(expected)) <= allowed:  # type: ignore[arg-type]
        return f"it returned {_shown(result)}, expected {_shown(expected)}"
    return None


def _of_arrays(result: object, expected: np.ndarray, tolerance: float) -> str | None:
    if not isinstance(result, np.ndarray):
        return f"it returned a value of type {kind(result)}, expected an array"
    if result.dtype.kind not in KINDS:
        return f"it returned an array of type {result.dtype}, expected numbers"
    if result.shape != expected.shape:
        return f"its result has the shape {result.shape}, expected {expected.shape}"
    if expected.dtype == np.uint8 != result.dtype:
        return f"its result is of type {result.dtype}, expected bytes, uint8"
    got, wanted = result.astype(np.float64), expected.astype(np.float64)
    exact = expected.dtype.kind != "f"
    allowed = 0 if exact else tolerance * max(np.abs(wanted).max(initial=0), 1e-12)
    wrong = ~(np.abs(got - wanted) <= allowed)  # NaN is wrong too
    if not wrong.any():
        return None
    place = tuple(int(index) for index in np.argwhere(wrong)[0])
    count = "all values are" if wrong.all() else f"{wrong.sum():,} of {wrong.size:,} values are"
    return (
        f"at [{', '.join(map(str, place))}] its result is {_shown(result[place])}, "
        f"expected {_shown(expected[place])}; {count} wrong"
    )


def _shown(value: Any) -> str:
    return str(value) if isinstance(value, bool | np.bool_ | Integral) else f"{value:.6g}"
