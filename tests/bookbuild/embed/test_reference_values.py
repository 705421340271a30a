"""Numbers with a tolerance are compared with committed ones, and a build says which has moved."""

import json
from pathlib import Path
from typing import Any

import pytest
from sphinx.errors import ExtensionError

from bookbuild.embed import reference_values as references
from convbook.results import Result
from tests.bookbuild.conftest import Book

NAME = "net.accuracy"


def reference(value: Any, unit: str = "") -> dict[str, dict[str, Any]]:
    return {NAME: {"value": value, "unit": unit, "machine": "Fast CPU, 2 cores",
                   "device": "CPU", "date": "2026-11-22"}}  # fmt: skip


def recorded(value: Any, tolerance: float = 0.01, unit: str = "") -> references.Recorded:
    return {NAME: (Result(value, unit, tolerance), "GPU")}


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.98, 0.98), (0.98, 0.97), (0.97, 0.98), (1, 1.01), ([0.5, 0.98], [0.5, 0.97]), ("a", "a")],
)
def test_what_lies_within_its_tolerance_is_well(value: Any, expected: Any) -> None:
    assert references.compare(recorded(value), reference(expected)) == {}


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.98, 0.9699), (0.9699, 0.98), ([0.5, 0.98], [0.5, 0.9]), ([0.5], [0.5, 0.5]),
     ([0.5], 0.5), (0.5, [0.5]), ("a", "b"), ("1", 1)],
)  # fmt: skip
def test_what_has_left_its_tolerance_is_named_with_all_that_one_needs(
    value: Any, expected: Any
) -> None:
    problem = references.compare(recorded(value), reference(expected))[NAME]
    assert problem == (
        f"{value} on GPU has left its tolerance: the reference value is {expected} "
        "(Fast CPU, 2 cores, CPU, 2026-11-22), the tolerance 0.01"
    )


def test_the_tolerance_is_the_script_s_present_one() -> None:
    assert references.compare(recorded(0.9, tolerance=0.1), reference(0.98)) == {}
    assert references.compare(recorded(0.98, tolerance=0.001), reference(0.979)) == {}
    assert NAME in references.compare(recorded(0.98, tolerance=0.0001), reference(0.979))


def test_a_number_without_reference_a_changed_unit_and_a_stale_reference_are_named() -> None:
    assert references.compare(recorded(0.9), {}) == {NAME: "0.9 on GPU has no reference value"}
    problems = references.compare(recorded(1, unit="s"), reference(1, unit="ms"))
    assert problems == {NAME: "1 s on GPU is of another unit than its reference value 1 ms"}
    problems = references.compare({}, reference(1))
    assert problems == {NAME: "plot_net.py records no such number with a tolerance any more"}


def test_accepting_changes_only_what_is_wrong() -> None:
    near = references.accept(recorded(0.975, tolerance=0.02), reference(0.98))[NAME]
    assert near == reference(0.98)[NAME]
    far = references.accept(recorded(0.5), reference(0.98))
    assert far[NAME]["value"] == 0.5
    assert far[NAME]["device"] == "GPU"
    assert references.compare(recorded(0.5), far) == {}
    assert references.accept({}, reference(1)) == {}


@pytest.mark.parametrize("content", ["{", "[1]", '{"a": 1}', '{"a": {"value": 1}}'])
def test_a_file_that_holds_no_reference_values_is_refused(content: str, tmp_path: Path) -> None:
    file = tmp_path / references.FILE
    assert references.read(file) == {}
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ExtensionError, match="holds no reference values"):
        references.read(file)


def test_builds_fail_until_the_number_is_near_or_accepted(book: Book) -> None:
    file, script = book.root / "examples" / references.FILE, book.script("alpha")
    book.edit(script, "value)", "value, tolerance=0.5)")
    for _ in range(2):  # the second build runs no script
        printed = book.build(passes=False)
        assert "alpha.value: 5 on CPU has no reference value" in printed
        assert "nox -s site -- --accept" in printed
    assert "0 of 2 scripts run" in printed
    assert not file.exists()

    assert "accepted: alpha.value" in book.build("--accept")
    values = json.loads(file.read_text(encoding="utf-8"))
    assert values["alpha.value"]["value"] == 5
    assert "Nothing has changed" in book.build()

    values["alpha.value"]["value"] = 5.6
    file.write_text(json.dumps(values), encoding="utf-8")
    for _ in range(2):
        printed = book.build(passes=False)
        assert "alpha.value: 5 on CPU has left its tolerance" in printed
        assert "reference value is 5.6" in printed

    book.append(script, "1 / 0\n")  # its numbers are unknown, not gone
    assert "alpha.value:" not in book.build(passes=False)
    book.edit(script, "1 / 0\n", "")
    book.edit(script, "value, tolerance=0.5)", "value)")
    printed = book.build(passes=False)
    assert "alpha.value: plot_alpha.py records no such number with a tolerance" in printed
    book.build("--accept")
    assert json.loads(file.read_text(encoding="utf-8")) == {}
