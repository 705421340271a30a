"""Recorded numbers against committed ones: the build fails when one has left its tolerance.

A number whose tolerance is positive may differ from machine to machine, as the accuracy of a
trained network does, and the prose around it holds only as long as it stays near. Its reference
value lies in ``examples/reference_values.json``, with the machine that gave it.
"""

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging

from bookbuild.gallery import catalogue
from bookbuild.state import state_of
from convbook._machine import machine
from convbook.results import Result, Value

FILE = "reference_values.json"  # in the folder of the examples
ACCEPT = "nox -s site -- --accept"

References: TypeAlias = dict[str, dict[str, Any]]
Recorded: TypeAlias = Mapping[str, tuple[Result, str]]  # each number with the device it came from

logger = logging.getLogger(__name__)


def check_references(app: Sphinx) -> None:
    """After the gallery: compare every number that has a tolerance, or accept all as they are."""
    file = (Path(app.srcdir) / catalogue.EXAMPLES / FILE).resolve()
    references = read(file)
    outputs = state_of(app.env).outputs
    recorded = {
        name: (result, output.device)
        for output in outputs.values()
        for name, result in output.results.items()
        if result.tolerance
    }
    # Of a script that did not run to its end the build has complained; its numbers are unknown.
    scripts = {script.stem for script in catalogue.scripts(Path(app.srcdir))}
    unknown = {name for name in references if script_of(name) in scripts - outputs.keys()}
    expected = {name: value for name, value in references.items() if name not in unknown}
    problems = compare(recorded, expected)
    if problems and app.config.bookbuild_accept:
        accepted = accept(recorded, expected) | {name: references[name] for name in unknown}
        catalogue.write_json(file, accepted)
        for name, problem in problems.items():
            logger.info("accepted: %s: %s", name, problem)
    elif problems:
        for name, problem in problems.items():
            logger.warning("%s: %s", name, problem)
        logger.info("If the new numbers are right, and the prose around them too: %s", ACCEPT)


def load_recorded(app: Sphinx) -> None:
    """After the gallery: load the reference values of scripts that cannot run for want of data."""
    references, state = read(Path(app.srcdir) / catalogue.EXAMPLES / FILE), state_of(app.env)
    state.recorded = {
        name: Result(reference["value"], reference["unit"])
        for name, reference in references.items()
        if script_of(name) in state.missing
    }


def read(file: Path) -> References:
    """Return the reference values by name; none if there is no such file."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        if not all({"value", "unit"} <= set(reference) for reference in content.values()):
            raise ValueError("a number has no value or no unit")
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, AttributeError) as error:
        raise ExtensionError(f"{file} holds no reference values: {error}") from error
    references: References = content
    return references


def compare(recorded: Recorded, references: References) -> dict[str, str]:
    """Return what is wrong, by the number's name; nothing if all is well."""
    problems = {}
    for name, (result, device) in sorted(recorded.items()):
        reference = references.get(name)
        here = f"{_text(result.value, result.unit)} on {device}"
        if reference is None:
            problems[name] = f"{here} has no reference value"
        elif reference["unit"] != result.unit:
            there = _text(reference["value"], reference["unit"])
            problems[name] = f"{here} is of another unit than its reference value {there}"
        elif not near(result.value, reference["value"], result.tolerance):
            there = _text(reference["value"], reference["unit"])
            source = ", ".join(str(reference[key]) for key in _ORIGIN if key in reference)
            problems[name] = (
                f"{here} has left its tolerance: the reference value is {there} ({source}), "
                f"the tolerance {result.tolerance:g}"
            )
    for name in sorted(set(references) - set(recorded)):
        problems[name] = f"{script_of(name)}.py records no such number with a tolerance any more"
    return problems


def accept(recorded: Recorded, references: References) -> References:
    """Return the references with every recorded number that was wrong or missing put in.

    A number within its tolerance keeps its reference value: else it could drift, little by little.
    """
    accepted: References = {}
    problems = compare(recorded, references)
    for name, (result, device) in recorded.items():
        if name in problems:
            today = datetime.now(UTC).date().isoformat()
            origin = dict(zip(_ORIGIN, (machine(), device, today), strict=True))
            accepted[name] = {"value": result.value, "unit": result.unit, **origin}
        else:
            accepted[name] = references[name]
    return accepted


def near(value: Value, reference: Any, tolerance: float) -> bool:
    """Say whether a value lies within the tolerance of another; lists are compared item by item.

    Examples
    --------
    >>> near([0.97, 0.98], [0.97, 0.979], tolerance=0.001)
    True
    >>> near([0.97, 0.98], [0.97], tolerance=0.001)
    False
    """
    if isinstance(value, list) and isinstance(reference, list):
        pairs = zip(value, reference, strict=False)
        return len(value) == len(reference) and all(near(*pair, tolerance) for pair in pairs)
    if isinstance(value, (int, float)) and isinstance(reference, (int, float)):
        # 0.98 - 0.979 is a little more than 0.001.
        difference = abs(value - reference)
        return difference <= tolerance or math.isclose(difference, tolerance, rel_tol=1e-9)
    return bool(value == reference)


def script_of(number: str) -> str:
    """Return the name of the script that records a number.

    Examples
    --------
    >>> script_of("mnist_convnet.accuracy")
    'plot_mnist_convnet'
    """
    return f"plot_{number.split('.')[0]}"


_ORIGIN = ("machine", "device", "date")


def _text(value: Value, unit: str) -> str:
    return f"{value} {unit}".rstrip()
