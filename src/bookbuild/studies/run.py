"""Run studies: ``python -m bookbuild.studies.run [NAME ...]``, which is ``nox -s studies``.

Without a name, those run that have no results or results of an older revision. Every finished unit
is cached until its study is complete, so a run that was stopped goes on where it was.
"""

import argparse
import hashlib
import json
import os
import platform
import shutil
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bookbuild.checkout import commit_of
from bookbuild.studies.define import Definition, Unit
from bookbuild.studies.definitions import DEFINITIONS
from convbook import _files, pretrained, studies
from convbook._machine import device, machine, releases

LIBRARIES = ("keras", "numpy", "tensorflow", "tensorflow-cpu")
ROOT = Path(__file__).parents[3]


def run(name: str, definition: Definition) -> studies.Study:
    """Run the units of a study that are not cached, and write its results.

    A study without a unit or with two of the same parameters is a ValueError, parameters or a
    result that JSON cannot hold a TypeError, and a folder that cannot be written a CacheError.
    """
    units = list(definition.units())
    keys = [_key(unit.parameters) for unit in units]
    if not units or len(set(keys)) < len(units):
        raise ValueError(
            "expected units of different parameters, got " + (", ".join(keys) or "none")
        )
    versions = {"python": platform.python_version(), **releases(LIBRARIES)}
    setting = _key([definition.revision, versions, machine()])
    cache = _files.cache_folder("studies", name, _hash(setting))
    with _files.locked(cache):
        finished = []
        for number, (key, unit) in enumerate(zip(keys, units, strict=True), start=1):
            label = f"{name} [{number}/{len(units)}] {studies.describe(unit.parameters)}"
            print(f"{label} ...", flush=True)
            finished.append(_finished(cache / f"{_hash(key)}.json", unit))
            print(f"{label}: {finished[-1]['seconds']} s")
        if "tensorflow-cpu" in versions:
            versions["tensorflow"] = versions.pop("tensorflow-cpu")
        passport = studies.Passport(
            date=datetime.now(UTC).date().isoformat(),
            machine=machine(),
            device=", ".join(sorted({unit["device"] for unit in finished})),
            seconds=round(sum(unit["seconds"] for unit in finished), 1),
            versions=versions,
            revision=definition.revision,
            commit=_commit(),
        )
        rows = [
            {"parameters": unit.parameters, "result": done["result"]}
            for unit, done in zip(units, finished, strict=True)
        ]
        content = {"passport": asdict(passport), "units": rows}
        text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
        _files.write(studies.FOLDER / f"{name}.json", f"{text}\n".encode())
        shutil.rmtree(cache)
    return studies.load(name)


def _finished(file: Path, unit: Unit) -> dict[str, Any]:
    """Return what a unit's file holds: result, seconds and device. A missing file is written."""
    if not file.exists():
        started = time.perf_counter()
        result = unit.work()
        seconds = round(time.perf_counter() - started, 1)
        text = _key({"result": result, "seconds": seconds, "device": device()})
        _files.write(file, text.encode())
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


def _key(value: object) -> str:
    try:
        return json.dumps(value, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise TypeError(f"expected what JSON can hold, got {value!r} ({error})") from error


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _commit() -> str | None:
    """Return the commit that is checked out, marked if code has been edited since."""
    found = commit_of(ROOT, "src", f":(exclude){studies.FOLDER}/{studies.DATA[0]}")
    return f"{found['commit']}-dirty" if found["uncommitted_changes"] else found["commit"]


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and run."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's start-up notes
    parser = argparse.ArgumentParser(
        prog="python -m bookbuild.studies.run", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(DEFINITIONS))
    names = parser.parse_args(arguments).names
    unknown = [name for name in names if name not in DEFINITIONS]
    if unknown:
        known = ", ".join(DEFINITIONS)
        return _fail(f"no study {unknown[0]!r} is defined; those that are: {known}")
    for name in names or filter(_due, DEFINITIONS):
        try:
            study = run(name, DEFINITIONS[name])
        except pretrained.UnavailableError as error:
            if names:
                return _fail(f"study {name}: {error}")
            print(f"{name} is left out: {error}")
            continue
        except (OSError, RuntimeError, TypeError, ValueError) as error:
            return _fail(f"study {name}: {error}")
        except KeyboardInterrupt:
            return _fail(f"study {name} was stopped; the same command goes on with it", 130)
        print(f"{name}: {study.passport.seconds} s; written: {name}.json in {studies.FOLDER}")
    return 0


def _due(name: str) -> bool:
    """Tell whether a study lacks results, or has those of an older revision."""
    try:
        return studies.load(name).passport.revision < DEFINITIONS[name].revision
    except ValueError:
        return True


def _fail(message: str, status: int = 1) -> int:
    print(f"error: {message}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
