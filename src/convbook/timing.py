"""Times of short calls: warmed up, repeated, and told with how far they spread.

A single reading of a clock says little. The first call pays for what later ones find prepared:
memory, caches, a traced graph. A short call drowns in the clock's own steps. Other programs take
the processor away for a while, and make a call longer, never shorter. So every call here runs once
before it is timed, is repeated within each reading until the reading is long enough, and is read
several times. An argument of another type than is described raises a TypeError, a number below the
least a ValueError.
"""

import math
import statistics
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any, NamedTuple

from convbook._checks import positive, positive_float

__all__ = ["Timing", "by_turns", "measure", "ratio", "reach"]


class Timing(NamedTuple):
    """What one call took.

    Attributes
    ----------
    median : float
        Seconds a call: the median of the readings.
    least : float
        Seconds a call in the shortest reading: what the call takes when nothing disturbs it.
    spread : float
        Distance between the readings' quartiles as a share of the median. Differences below it
        mean nothing.
    calls : int
        How many calls were timed.
    """

    median: float
    least: float
    spread: float
    calls: int


def measure(call: Callable[[], object], *, repeats: int = 7, at_least: float = 0.2) -> Timing:
    """Time a call; return its `Timing`.

    Parameters
    ----------
    call : callable
        Takes no argument. It has to return when the work is done: what only asks a GPU to begin is
        back at once, and needs to wait for its result.
    repeats : int, default 7
        Readings of the clock, at least 1.
    at_least : float, default 0.2
        Seconds, above 0, that all readings together last at the least. A short call is repeated
        within each reading for its share of them.

    Examples
    --------
    >>> taken = measure(lambda: sum(range(1000)), at_least=0.01)
    >>> 0 < taken.least <= taken.median
    True
    """
    return by_turns({"call": call}, repeats=repeats, at_least=at_least)["call"]


def by_turns(
    calls: Mapping[str, Callable[[], object]], *, repeats: int = 7, at_least: float = 0.2
) -> dict[str, Timing]:
    """Time several calls in turn, so that what slows the machine for a while slows all of them.

    A dictionary has the `Timing` of each, in the order of the calls.

    Parameters
    ----------
    calls : mapping of str to callable
        What to compare, by name; at least one.
    repeats, at_least
        As for `measure`, for each of the calls.

    Examples
    --------
    >>> numbers = list(range(1000))
    >>> both = by_turns({"all": lambda: sum(numbers), "one": lambda: numbers[0]}, at_least=0.01)
    >>> both["one"].least < both["all"].least
    True
    """
    repeats = positive("repeats", repeats)
    share = positive_float("at_least", at_least) / repeats
    if not calls:
        raise ValueError("calls: expected at least one, got none")
    for name, call in calls.items():
        if not callable(call):
            raise TypeError(f"calls: expected what can be called, got {call!r} for {name!r}")
    numbers = {name: _enough(call, share) for name, call in calls.items()}
    readings: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(repeats):
        for name, call in calls.items():
            readings[name].append(_seconds(call, numbers[name]) / numbers[name])
    return {
        name: Timing(statistics.median(taken), min(taken), _spread(taken), repeats * numbers[name])
        for name, taken in readings.items()
    }


def reach(taken: Mapping[str, Any]) -> tuple[float, float]:
    """Return from where to where the readings of a call reach, for a figure's whisker.

    Parameters
    ----------
    taken : mapping
        The fields of a `Timing`, as a study holds them.

    Returns
    -------
    low, high : float
        Seconds: the shortest reading, and the median with half of the distance between the
        quartiles on top, which is about the upper quartile.

    Examples
    --------
    >>> reach({"median": 4.0, "least": 3.0, "spread": 0.5})
    (3.0, 5.0)
    """
    return taken["least"], max(taken["least"], taken["median"] * (1 + taken["spread"] / 2))


def ratio(taken: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[float, float, float]:
    """Return how many times as long one call takes as another, and how sure that is.

    Parameters
    ----------
    taken, other : mapping
        The fields of a `Timing`, as a study holds them.

    Returns
    -------
    ratio, low, high : float
        The ratio of the shortest readings, and a range that holds it, the ratio of the medians, and
        half of either call's spread below and above that.

    Examples
    --------
    >>> slow = {"median": 9.0, "least": 8.0, "spread": 0.1}
    >>> fast = {"median": 3.0, "least": 2.0, "spread": 0.3}
    >>> [round(number, 2) for number in ratio(slow, fast)]
    [4.0, 2.4, 4.0]
    """
    least, median = taken["least"] / other["least"], taken["median"] / other["median"]
    half = (taken["spread"] + other["spread"]) / 2
    return least, min(least, median * (1 - half)), max(least, median * (1 + half))


def _enough(call: Callable[[], object], share: float) -> int:
    """Warm up, then return the number of calls that take at least `share` seconds."""
    _seconds(call, 1)
    number = 1
    while (taken := _seconds(call, number)) < share:
        # A clock that has not moved says only that many more are needed.
        grown = math.ceil(1.1 * number * share / taken) if taken > 0 else 10 * number
        number = min(max(grown, number + 1), 10 * number)
    return number


def _seconds(call: Callable[[], object], number: int) -> float:
    turns = range(number)
    begun = perf_counter()
    for _ in turns:
        call()
    return perf_counter() - begun


def _spread(taken: list[float]) -> float:
    """Return the distance between the quartiles over the median; 0 for a single reading."""
    if len(taken) == 1:
        return 0.0
    low, middle, high = statistics.quantiles(taken, n=4, method="inclusive")
    return (high - low) / middle
