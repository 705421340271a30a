"""Results of experiments that are too long for every build, with where they come from.

A study is defined in ``bookbuild.studies.definitions`` and run by ``nox -s studies``. What it
gave lies beside this file as ``NAME.json`` and is committed. A gallery script loads it and draws
it; a chapter says when and on what machine it was recorded, and whether the code has changed since.
"""

from __future__ import annotations

import ast
import hashlib
import json
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bookbuild.gallery import fingerprint
from convbook import _files
from convbook._machine import machine

__all__ = ["Passport", "Study", "code_fingerprint", "load", "names", "outdated", "save", "sources"]

FOLDER = Path(__file__).parent
RESULTS = "*.json"  # the fingerprint of a script that imports this module covers all of them
DEFINITIONS = "definitions.py"
LIBRARIES = ("keras", "numpy", "tensorflow", "tensorflow-cpu")


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
    modules: list[str]
    """The modules whose code the results rest on, with all that these import."""
    fingerprint: str
    """The fingerprint of that code and of the study's definition."""


@dataclass(frozen=True)
class Study:
    """What a study gave, with its passport."""

    name: str
    passport: Passport
    results: dict[str, Any]
    """What each unit of the study returned, by the unit's label, in the order of the units."""


def names() -> list[str]:
    """Return the names of the studies that have results.

    Examples
    --------
    >>> "no_such_study" in names()
    False
    """
    return sorted(file.stem for file in FOLDER.glob(RESULTS))


def load(name: str) -> Study:
    """Return a study as it was recorded.

    Raises
    ------
    ValueError
        If the study has no results, or the file that should hold them is damaged.
    """
    if name not in names():
        known = ", ".join(names()) or "none"
        raise ValueError(f"no study {name!r} has results; those that have: {known}")
    file = FOLDER / f"{name}.json"
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        return Study(name, Passport(**content["passport"]), dict(content["results"]))
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"{file} does not hold the results of a study: {error}") from error


def save(
    name: str, results: dict[str, Any], *, modules: list[str], device: str, seconds: float
) -> Study:
    """Write the results of a study, with a passport of here and now, and return both.

    Parameters
    ----------
    name : str
        The study; the file is ``NAME.json`` beside this module.
    results : dict
        What JSON holds: numbers that are finite, strings, lists and dictionaries.
    modules : list of str
        The modules whose code the results rest on.
    device : str
        What the networks were computed on.
    seconds : float
        How long that took.

    Raises
    ------
    TypeError, ValueError
        If JSON cannot hold the results.
    convbook._files.CacheError
        If the file cannot be written.
    """
    versions = fingerprint.releases(LIBRARIES)
    if "tensorflow-cpu" in versions:
        versions["tensorflow"] = versions.pop("tensorflow-cpu")
    passport = Passport(
        date=datetime.now(UTC).date().isoformat(),
        machine=machine(),
        device=device,
        seconds=round(seconds, 1),
        versions={"python": platform.python_version(), **versions},
        modules=modules,
        fingerprint=code_fingerprint(name, modules),
    )
    content = {"passport": asdict(passport), "results": results}
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    _files.write(FOLDER / f"{name}.json", f"{text}\n".encode())
    return Study(name, passport, results)


def outdated(study: Study) -> bool:
    """Say whether the code that a study's results rest on has changed since, or is gone."""
    try:
        now = code_fingerprint(study.name, study.passport.modules)
    except (ModuleNotFoundError, ValueError):
        return True
    return now != study.passport.fingerprint


def sources(study: Study) -> list[Path]:
    """Return the files on which a study's results and `outdated` depend."""
    files = [FOLDER / f"{study.name}.json", FOLDER / DEFINITIONS]
    try:
        modules = fingerprint.closure(study.passport.modules)
        files += sorted(map(fingerprint.source, modules))
    except ModuleNotFoundError:  # then it is outdated until the study runs again
        pass
    return files


def code_fingerprint(name: str, modules: list[str]) -> str:
    """Return the fingerprint of a study's definition and of the modules that it names.

    Of the file of definitions it covers the study and whatever no study owns, such as a constant,
    but no import and no other study. It reads the file and imports nothing: the definitions reach
    TensorFlow. Comments, docstrings and the releases of libraries play no part: the passport names
    the releases.

    Raises
    ------
    ValueError
        If no study of that name is defined.
    ModuleNotFoundError
        If one of the modules is not there.
    """
    tree = ast.parse((FOLDER / DEFINITIONS).read_text(encoding="utf-8"))
    studies = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    others = [node for node in studies if node.decorator_list and node.name != name]
    if name not in {node.name for node in studies}:
        raise ValueError(f"no study {name!r} is defined in {FOLDER / DEFINITIONS}")
    imports = (ast.Import, ast.ImportFrom)
    tree.body = [one for one in tree.body if one not in others and not isinstance(one, imports)]
    total = hashlib.sha256(fingerprint.code_of(tree).encode())
    total.update(fingerprint.of_modules(modules, ()).encode())
    return total.hexdigest()
