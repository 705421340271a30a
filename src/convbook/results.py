"""Named numbers: recorded by the gallery scripts, cited by the chapters.

A script calls `record` for every number that the book's prose repeats. Run alone, the script prints
it. In a build the image scraper of `bookbuild` also writes it beside the script's page,
where the ``{result}`` role finds it.
"""

import math
import re
import sys
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

import numpy as np

Value: TypeAlias = int | float | str | list[int | float]

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")


@dataclass(frozen=True)
class Result:
    """One recorded number: its value, its unit, and how far it may stray from a reference value."""

    value: Value
    unit: str = ""
    tolerance: float = 0.0

    def format(self, spec: str = "") -> str:
        r"""Return the value in the given format, followed by its unit.

        Parameters
        ----------
        spec : str
            A format specification of Python, such as ``".1f"`` or ``".0%"``. It applies to each
            item of a list.

        Raises
        ------
        ValueError
            If the value cannot be formatted so.

        Examples
        --------
        >>> Result(0.4212, unit="s").format(".2f")
        '0.42\xa0s'
        >>> Result([1, 45, 80, 1]).format()
        '(1, 45, 80, 1)'
        """
        if isinstance(self.value, list):
            text = f"({', '.join(format(item, spec) for item in self.value)})"
        else:
            text = format(self.value, spec)
        if not isinstance(self.value, str):
            text = _typeset(text)
        return f"{text}\N{NO-BREAK SPACE}{self.unit}" if self.unit else text


def _typeset(number: str) -> str:
    """Write 1.5e-07 as a book does, and a minus sign instead of a hyphen."""
    number = re.sub(
        r"e([+-])0*(\d+)",
        lambda found: (
            "\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10"
            + (found[1] + found[2]).removeprefix("+").translate(_SUPERSCRIPTS)
        ),
        number,
    )
    return number.replace("-", "\N{MINUS SIGN}")


_recorded: dict[str, Result] = {}


def record(name: str, value: Any, *, unit: str = "", tolerance: float = 0.0) -> None:
    """Record one number under a name, and print it.

    Parameters
    ----------
    name : str
        Dotted and lower case; the first part is the script's name without ``plot_``:
        ``"same_padding.before"`` in ``plot_same_padding.py``.
    value : int, float, str, or a sequence of int or float
        NumPy scalars, arrays of one axis and shapes are taken as well. Floats keep six significant
        digits, more than any page prints: the last ones depend on where an array lies in memory.
    unit : str
        What the number counts, such as ``"px"``, ``"s"`` or ``"MAC"``.
    tolerance : float
        How far the value may stray from its reference value, in its unit. Zero says that it has
        none: the number is exact, or the prose holds for any. Either way every run on one machine
        gives the same; what differs from run to run, as a time does, belongs in a study.

    Raises
    ------
    ValueError
        If the name is not dotted lower case or was recorded before, or a number is not finite, or
        the tolerance is negative.
    TypeError
        If the value is of another type.

    Examples
    --------
    >>> begin()
    >>> record("same_padding.pads", (2, 3), unit="px")
    same_padding.pads = (2, 3) px
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"name must be dotted lower case like 'topic.number', got {name!r}")
    if name in _recorded:
        raise ValueError(f"{name!r} is recorded twice by this script")
    if not tolerance >= 0:
        raise ValueError(f"tolerance must be zero or positive, got {tolerance!r}")
    result = Result(_plain(name, value), unit, _plain_number(name, float(tolerance)))
    _recorded[name] = result
    line = f"{name} = {result.format()}".replace("\N{NO-BREAK SPACE}", " ")
    try:
        line.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:  # a pipe on Windows has no minus sign and no superscripts
        plain = f"{name} = {result.value} {unit}".rstrip()
        line = plain.encode("ascii", "backslashreplace").decode()
    print(line)


def begin() -> None:
    """Forget what was recorded: a new script starts."""
    _recorded.clear()


def recorded() -> dict[str, dict[str, Any]]:
    """Return what this script has recorded so far, ready for JSON, ordered by name."""
    return {name: asdict(_recorded[name]) for name in sorted(_recorded)}


def _plain(name: str, value: Any) -> Value:
    """Return the value as JSON knows it, or say what is wrong with it."""
    if isinstance(value, (np.ndarray, np.generic)):
        value = value.tolist()
    if isinstance(value, (tuple, list)):
        return [_plain_number(name, item) for item in value]
    if isinstance(value, str):
        return value
    return _plain_number(name, value)


def _plain_number(name: str, value: Any) -> int | float:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(
            f"{name!r} must be a number, a string or a flat sequence of numbers, "
            f"got {type(value).__name__}"
        )
    if not math.isfinite(value):
        raise ValueError(f"{name!r} must be finite, got {value!r}")
    return float(f"{value:.6g}") if isinstance(value, float) else value
