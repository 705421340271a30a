"""Results of experiments that are too long for every build, and where they come from.

``nox -s studies -- NAME`` runs a study. What it measured lies beside this file as ``NAME.json``,
and a gallery script loads and draws it.
"""

import base64
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Passport", "Study", "Unit", "load", "names", "pack", "unpack"]

FOLDER = Path(__file__).parent
DATA = ("*.json",)  # a figure depends on it


@dataclass(frozen=True)
class Passport:
    """Where the results of a study come from."""

    date: str
    """The day on which the study ended, in UTC, as 2026-11-22."""
    machine: str
    """The processor and the number of its cores."""
    device: str
    """What the networks were computed on: ``"CPU"`` or the name of the GPU."""
    seconds: float
    """How long the study ran, in seconds."""
    versions: dict[str, str]
    """The releases of Python and of the libraries that compute."""
    revision: int
    """The revision of the study that was run."""
    commit: str | None
    """The commit that was checked out, with ``-dirty`` if code had been edited; None if unknown."""


@dataclass(frozen=True)
class Unit:
    """One piece of a study: one recipe with one seed, say."""

    parameters: dict[str, Any]
    """What distinguishes it from the other units, and what else its result depends on."""
    result: Any
    """What was measured."""


@dataclass(frozen=True)
class Study:
    """What a study measured, with its passport.

    Examples
    --------
    >>> study = load("conv_speed")
    >>> study.result(measured="kernels", kernel=3)["macs"]
    9437184
    >>> [unit.parameters["image"] for unit in study.select(measured="images", kernel=3)]
    [8, 16, 32, 64, 128]
    """

    name: str
    passport: Passport
    units: list[Unit]
    """In the order in which the study defines them."""

    def select(self, **parameters: Any) -> list[Unit]:
        """Return the units that have all of these parameters, whatever others they have."""
        return [unit for unit in self.units if unit.parameters | parameters == unit.parameters]

    def result(self, **parameters: Any) -> Any:
        """Return the result of the only unit that has all of these parameters.

        Raises
        ------
        ValueError
            If no unit has them, or several have.
        """
        found = self.select(**parameters)
        if len(found) == 1:
            return found[0].result
        listed = "\n".join(describe(unit.parameters) for unit in found or self.units)
        raise ValueError(
            f"study {self.name}: expected one unit with {describe(parameters)}, "
            f"got {len(found)}; {'these' if found else 'there'} are\n{listed}"
        )


def describe(parameters: dict[str, Any]) -> str:
    """Return the parameters that are numbers or words, as ``"kernel=3, image=8"``."""
    plain = {
        name: value for name, value in parameters.items() if not isinstance(value, list | dict)
    }
    return ", ".join(f"{name}={value!r}" for name, value in plain.items())


def pack(weights: Sequence[npt.NDArray[Any]]) -> str:
    """Return a network's weights as text that JSON can hold, in half precision.

    A number keeps three decimal digits: whoever packs weights goes on with what `unpack` returns.

    Raises
    ------
    ValueError
        If a weight is not finite in half precision.

    Examples
    --------
    >>> unpack(pack([np.ones((1, 2)), np.array([0.5])]))
    [array([[1., 1.]], dtype=float32), array([0.5], dtype=float32)]
    """
    with np.errstate(over="ignore"):
        halves = [np.asarray(array, np.float16) for array in weights]
    for number, array in enumerate(halves):
        if not np.isfinite(array).all():
            raise ValueError(f"weights[{number}]: expected finite numbers in half precision")
    buffer = io.BytesIO()
    np.savez(buffer, *halves)
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def unpack(text: str) -> list[npt.NDArray[np.float32]]:
    """Return the weights that `pack` has packed, float32, for a model's ``set_weights``.

    Raises
    ------
    ValueError
        If the text is not what `pack` returns.
    """
    try:
        with np.load(io.BytesIO(base64.b64decode(text, validate=True)), allow_pickle=False) as file:
            return [file[name].astype(np.float32) for name in file.files]
    except Exception as error:  # NumPy and zipfile have a dozen for bytes that they cannot read.
        raise ValueError(f"text: expected packed weights, got others ({error!r})") from error


def names() -> list[str]:
    """Return the names of the studies that have results."""
    return sorted(file.stem for file in FOLDER.glob(*DATA))


def load(name: str) -> Study:
    """Return a study as it was recorded.

    Raises
    ------
    ValueError
        If the study has no results, or its file is damaged or was written by an older edition.
    """
    if name not in names():
        known = ", ".join(names()) or "none"
        raise ValueError(f"no study {name!r} has results; those that have: {known}")
    file = FOLDER / f"{name}.json"
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        passport = Passport(**content["passport"])
        units = [Unit(dict(unit["parameters"]), unit["result"]) for unit in content["units"]]
        if not isinstance(passport.revision, int) or passport.revision < 1:
            raise ValueError(f"revision: expected 1 or more, got {passport.revision!r}")
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(
            f"{file} does not hold the results of a study in today's form ({error!r}); "
            f"`nox -s studies -- {name}` records them anew"
        ) from error
    return Study(name, passport, units)
