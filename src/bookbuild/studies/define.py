"""How a study is defined: a function that yields the units of its work, and a revision."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias


class Unit(NamedTuple):
    """A piece of work whose result is kept once it is there: one recipe with one seed, say."""

    parameters: dict[str, Any]
    """What distinguishes it from the other units, and the sizes that its result depends on."""
    work: Callable[[], Any]
    """Returns what JSON can hold."""


Units: TypeAlias = Callable[[], Iterator[Unit]]


@dataclass(frozen=True)
class Definition:
    """A study that can be run."""

    revision: int
    units: Units


DEFINITIONS: dict[str, Definition] = {}
"""The studies by name. Importing ``bookbuild.studies.definitions`` fills it."""


def study(*, revision: int) -> Callable[[Units], Units]:
    """Register a function that yields the units of a study; the study has the function's name.

    The revision is to be raised with every change after which the study would record something
    else. Recorded results of another revision are shown as such, and run again by
    ``nox -s studies``.

    Examples
    --------
    >>> @study(revision=1)
    ... def sums_of_gaussians():
    ...     from convbook import kernels
    ...     for sigma in (1, 2):
    ...         yield Unit({"sigma": sigma}, lambda: float(kernels.gaussian(sigma).sum()))
    >>> [unit.parameters for unit in DEFINITIONS.pop("sums_of_gaussians").units()]
    [{'sigma': 1}, {'sigma': 2}]
    """

    def register(units: Units) -> Units:
        name = units.__name__
        if name in DEFINITIONS:
            raise ValueError(f"the study {name!r} is defined twice")
        DEFINITIONS[name] = Definition(revision, units)
        return units

    return register
