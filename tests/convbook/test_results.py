"""Recording and formatting of named numbers."""

import io
import json
import sys
from collections.abc import Iterator

import numpy as np
import pytest

from convbook import results


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    results.begin()
    yield
    results.begin()


def test_recorded_numbers_are_ready_for_json() -> None:
    results.record("topic.shape", (1, 45, 80, 1))
    results.record("topic.error", np.float32(0.5), unit="px", tolerance=0.1)
    assert results.recorded() == {
        "topic.error": {"value": 0.5, "unit": "px", "tolerance": 0.1},
        "topic.shape": {"value": [1, 45, 80, 1], "unit": "", "tolerance": 0.0},
    }
    assert all(type(item) is int for item in results.recorded()["topic.shape"]["value"])


def test_floats_keep_six_digits() -> None:
    results.record("topic.third", 1 / 3)
    results.record("topic.count", 123456789)
    results.record("topic.near", 1.0, tolerance=1 / 3)
    values = {name: number["value"] for name, number in results.recorded().items()}
    assert values == {"topic.third": 0.333333, "topic.count": 123456789, "topic.near": 1.0}
    assert results.recorded()["topic.near"]["tolerance"] == 0.333333


def test_recording_prints_the_number(capsys: pytest.CaptureFixture[str]) -> None:
    results.record("topic.time", 1.5, unit="s")
    assert capsys.readouterr().out == "topic.time = 1.5 s\n"


@pytest.mark.parametrize(
    ("encoding", "line"),
    [
        ("utf-8", "topic.x = \u22121.5 × 10⁻⁷ µm\n"),
        ("cp1252", "topic.x = -1.5e-07 \\xb5m\n"),
        ("ascii", "topic.x = -1.5e-07 \\xb5m\n"),
    ],
)
def test_an_output_of_few_characters_gets_what_it_can_hold(
    monkeypatch: pytest.MonkeyPatch, encoding: str, line: str
) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="\n", write_through=True)
    monkeypatch.setattr(sys, "stdout", out)
    results.record("topic.x", -1.5e-7, unit="µm")
    assert out.buffer.getvalue().decode(encoding) == line  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "value", "tolerance", "error", "message"),
    [
        ("Topic.x", 1, 0.0, ValueError, "dotted lower case"),
        ("topic", 1, 0.0, ValueError, "dotted lower case"),
        ("topic.x", float("nan"), 0.0, ValueError, "must be finite"),
        ("topic.x", [1.0, float("inf")], 0.0, ValueError, "must be finite"),
        ("topic.x", np.ones((2, 2)), 0.0, TypeError, "flat sequence"),
        ("topic.x", True, 0.0, TypeError, "got bool"),
        ("topic.x", None, 0.0, TypeError, "got NoneType"),
        ("topic.x", 1, -0.1, ValueError, "tolerance"),
        ("topic.x", 1, float("nan"), ValueError, "tolerance"),
    ],
)
def test_what_cannot_be_recorded_is_refused(
    name: str, value: object, tolerance: float, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        results.record(name, value, tolerance=tolerance)
    assert results.recorded() == {}


def test_a_name_is_recorded_once() -> None:
    results.record("topic.x", 1)
    with pytest.raises(ValueError, match="recorded twice"):
        results.record("topic.x", 2)


@pytest.mark.parametrize(
    ("result", "spec", "text"),
    [
        (results.Result(-1.25, "px"), ".1f", "\u22121.2\u00a0px"),
        (results.Result([1, 2]), "", "(1, 2)"),
        (results.Result(0.75), ".0%", "75%"),
        (results.Result("a-b"), "", "a-b"),
        (results.Result(1.54e-7), ".1e", "1.5\u00a0×\u00a010⁻⁷"),
        (results.Result(2e12), ".0e", "2\u00a0×\u00a010¹²"),
    ],
)
def test_format(result: results.Result, spec: str, text: str) -> None:
    assert result.format(spec) == text


def test_a_wrong_format_is_an_error() -> None:
    with pytest.raises(ValueError, match="format"):
        results.Result(1.5).format("d")


def test_a_tolerance_of_numpy_is_stored_as_json_knows_it():
    results.record("topic.number", 1.0, tolerance=np.float32(0.5))
    assert json.loads(json.dumps(results.recorded()))["topic.number"]["tolerance"] == 0.5
