"""Recorded studies are found by their parameters, and a damaged file is named."""

import json
from pathlib import Path

import numpy as np
import pytest

from convbook import studies

PASSPORT = {
    "date": "2026-11-22", "machine": "A processor, 2 cores", "device": "CPU", "seconds": 1.5,
    "versions": {"python": "3.11.7"}, "revision": 1, "commit": None,
}  # fmt: skip
UNITS = [
    {"parameters": {"kernel": 3, "image": 8, "sizes": [1, 2]}, "result": 0.25},
    {"parameters": {"kernel": 3, "image": 16}, "result": [1, 2]},
    {"parameters": {"kernel": 5, "image": None}, "result": {"macs": 7}},
]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only recorded study, `small`."""
    monkeypatch.setattr(studies, "FOLDER", tmp_path)
    file = tmp_path / "small.json"
    file.write_text(json.dumps({"passport": PASSPORT, "units": UNITS}), encoding="utf-8")
    return file


def test_a_unit_is_found_by_some_of_its_parameters(file: Path) -> None:
    study = studies.load("small")
    assert study.passport == studies.Passport(**PASSPORT)
    assert study.result(kernel=3, image=16) == [1, 2]
    assert study.result(kernel=5) == {"macs": 7}
    assert [unit.result for unit in study.select(kernel=3)] == [0.25, [1, 2]]
    assert study.select(kernel=7) == study.select(image=None, colour=None) == []
    assert [unit.parameters["kernel"] for unit in study.units] == [3, 3, 5]


def test_parameters_of_no_unit_or_of_several_are_answered_by_a_list(file: Path) -> None:
    study = studies.load("small")
    with pytest.raises(ValueError, match=r"one unit with kernel=7, got 0; there are\nkernel=3, im"):
        study.result(kernel=7)
    with pytest.raises(
        ValueError, match=r"got 2; these are\nkernel=3, image=8\nkernel=3, image=16$"
    ):
        study.result(kernel=3)


def test_a_study_without_results_is_named(file: Path) -> None:
    with pytest.raises(ValueError, match="no study 'large' has results; those that have: small"):
        studies.load("large")
    file.unlink()
    with pytest.raises(ValueError, match="those that have: none"):
        studies.load("small")


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        json.dumps({"passport": PASSPORT}),
        json.dumps({"passport": PASSPORT, "units": [{"result": 1}]}),
        json.dumps({"passport": PASSPORT | {"revision": 0}, "units": UNITS}),
        json.dumps({"passport": PASSPORT | {"revision": "two"}, "units": UNITS}),
    ],
)
def test_a_damaged_file_is_named(file: Path, content: str) -> None:
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"small\.json does not hold .*`nox -s studies -- small`"):
        studies.load("small")


def test_results_of_the_first_edition_are_refused(file: Path) -> None:
    passport = {key: PASSPORT[key] for key in ("date", "machine", "device", "seconds", "versions")}
    passport |= {"modules": ["convbook.data"], "fingerprint": "0123"}
    content = {"passport": passport, "results": {"kernel 3, image 8": 0.25}}
    file.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ValueError, match=r"in today's form .*records them anew"):
        studies.load("small")


@pytest.mark.parametrize("name", studies.names())
def test_every_study_of_the_book_can_be_read(name: str) -> None:
    study = studies.load(name)
    assert study.units
    for unit in study.units:
        assert study.select(**unit.parameters) == [unit]


def test_packed_weights_keep_three_digits(rng: np.random.Generator) -> None:
    weights = [rng.standard_normal((3, 2)), rng.standard_normal(4)]
    found = studies.unpack(studies.pack(weights))
    for array, again in zip(weights, found, strict=True):
        assert again.dtype == np.float32
        np.testing.assert_allclose(array, again, rtol=1e-3)
    assert studies.pack(found) == studies.pack(weights)  # what is unpacked stays as it is


def test_weights_that_cannot_be_packed_are_refused() -> None:
    with pytest.raises(ValueError, match=r"weights\[1\]: expected finite numbers"):
        studies.pack([np.ones(2), np.array([1.0, 1e6])])


@pytest.mark.parametrize("text", ["", "no weights", "bm8gd2VpZ2h0cw=="])
def test_other_text_holds_no_weights(text: str) -> None:
    with pytest.raises(ValueError, match="text: expected packed weights"):
        studies.unpack(text)
