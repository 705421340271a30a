"""Run studies: ``python -m bookbuild.studies.run [NAME ...]``, which is ``nox -s studies``.

Without a name, those run that have no results or whose code has changed. Every finished unit is
kept in the cache folder until its study is complete, so a run that was stopped goes on where it
was.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from convbook import _files
from bookbuild.gallery import fingerprint
from convbook import studies
from convbook._machine import device, machine
from bookbuild.studies.define import DEFINED, Defined, Unit


def run(name: str, defined: Defined) -> studies.Study:
    """Run the units of a study that are not done yet, and write its results.

    Raises
    ------
    ValueError
        If the study has no unit, or two of one label.
    TypeError
        If a unit returns what JSON cannot hold.
    convbook._files.CacheError
        If a folder cannot be written.
    """
    units = list(defined.units())
    labels = [unit.label for unit in units]
    if not units or len(set(labels)) < len(units):
        raise ValueError(f"study {name}: expected units of different labels, got {labels}")
    done = _done(name, defined)
    with _files.locked(done):
        made = {}
        for number, unit in enumerate(units, start=1):
            print(f"{name} [{number}/{len(units)}] {unit.label} ...", flush=True)
            made[unit.label] = _unit(done, unit)
            print(f"{name} [{number}/{len(units)}] {unit.label}: {made[unit.label]['seconds']} s")
        study = studies.save(
            name,
            {label: one["result"] for label, one in made.items()},
            modules=defined.modules,
            device=", ".join(sorted({one["device"] for one in made.values()})),
            seconds=sum(one["seconds"] for one in made.values()),
        )
        shutil.rmtree(done)
    return study


def _done(name: str, defined: Defined) -> Path:
    """Return the folder of the finished units: of this code, these releases and this machine."""
    total = hashlib.sha256(studies.code_fingerprint(name, defined.modules).encode())
    total.update(fingerprint.versions().encode())
    total.update(machine().encode())
    return _files.cache_folder("studies", name, total.hexdigest()[:16])


def _unit(done: Path, unit: Unit) -> dict[str, Any]:
    """Return what a unit gave, from the folder of finished units if it is there."""
    file = done / f"{hashlib.sha256(unit.label.encode()).hexdigest()[:16]}.json"
    if not file.exists():
        started = time.perf_counter()
        result = unit.work()
        seconds = round(time.perf_counter() - started, 1)
        made = {"result": result, "seconds": seconds, "device": device()}
        try:
            text = json.dumps(made, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise TypeError(
                f"unit {unit.label!r}: expected what JSON can hold, got {result!r} ({error})"
            ) from error
        _files.write(file, text.encode())
    kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return kept


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and run."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's start-up notes
    import bookbuild.studies.definitions  # noqa: F401 - fills DEFINED

    parser = argparse.ArgumentParser(
        prog="python -m bookbuild.studies.run", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(DEFINED) or "none yet")
    wanted = parser.parse_args(arguments).names
    unknown = [name for name in wanted if name not in DEFINED]
    if unknown:
        known = ", ".join(DEFINED) or "none"
        return _fail(f"no study {unknown[0]!r} is defined; those that are: {known}")
    for name in wanted or _missing():
        try:
            study = run(name, DEFINED[name])
        except (OSError, RuntimeError, TypeError, ValueError) as error:
            return _fail(f"study {name}: {error}")
        except KeyboardInterrupt:
            return _fail(f"study {name} was stopped; the same command goes on with it", 130)
        print(f"{name}: {study.passport.seconds} s; written: {name}.json in {studies.FOLDER}")
    return 0


def _missing() -> list[str]:
    there = studies.names()
    return [n for n in DEFINED if n not in there or studies.outdated(studies.load(n))]


def _fail(message: str, status: int = 1) -> int:
    print(f"error: {message}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
