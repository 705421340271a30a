"""How a study is defined: a function that yields the units of its work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias


class Unit(NamedTuple):
    """A piece of work that is kept once it is done: one recipe with one seed, say."""

    label: str
    """Unique in the study: the results are addressed by it."""
    work: Callable[[], Any]
    """Returns what JSON can hold."""


Definition: TypeAlias = "Callable[[], Iterator[Unit]]"


@dataclass(frozen=True)
class Defined:
    """A definition with the modules that its results rest on."""

    units: Definition
    modules: list[str]


DEFINED: dict[str, Defined] = {}
"""The studies by name, filled when ``bookbuild.studies.definitions`` is imported."""


def study(*modules: str) -> Callable[[Definition], Definition]:
    """Register a function that yields the units of a study; the study has the function's name.

    Parameters
    ----------
    *modules : str
        Full names of the modules whose code the results rest on. What they import counts as well. A
        network that is built by its name is named here.

    Raises
    ------
    ValueError
        If no module is named, or a study of that name exists.

    Examples
    --------
    >>> @study("convbook.kernels.gaussian")
    ... def sums_of_gaussians():
    ...     from convbook import kernels
    ...     for sigma in (1, 2):
    ...         yield Unit(f"sigma {sigma}", lambda: float(kernels.gaussian(sigma).sum()))
    >>> [unit.label for unit in DEFINED.pop("sums_of_gaussians").units()]
    ['sigma 1', 'sigma 2']
    """
    if not modules:
        raise ValueError("modules: a study names at least one module that its results rest on")

    def register(definition: Definition) -> Definition:
        name = definition.__name__
        if name in DEFINED:
            raise ValueError(f"the study {name!r} is defined twice")
        DEFINED[name] = Defined(definition, list(modules))
        return definition

    return register
