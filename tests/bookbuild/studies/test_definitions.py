"""What is recorded is what the definitions measure: whoever changes them raises a revision."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bookbuild.studies import networks
from bookbuild.studies.define import Unit
from bookbuild.studies.definitions import DEFINITIONS
from convbook import models, studies
from convbook.training import fastest_precision

ELSEWHERE = ("inception_v3_answer",)  # recorded where the weights of that network can be had
MEASURED = {"median", "least", "spread", "calls", "first", "rate", "error"}
TRAINING = (
    "cs20", "equal_terms", "four_epochs", "network_rates", "one_epoch", "one_epoch_rates",
    "recipe_rates", "shortest_way", "few_garments", "residual_depth",
)  # fmt: skip


def current(name: str) -> studies.Study:
    """Return recorded results, unless a page says already that they are of another revision."""
    if name in ELSEWHERE and name not in studies.names():
        pytest.skip(f"{name} has not been recorded")
    study = studies.load(name)
    if study.passport.revision != DEFINITIONS[name].revision:
        pytest.skip(f"{name} has results of revision {study.passport.revision}")
    return study


def advice(name: str) -> str:
    return (
        f"the study {name} would record something else than it did: raise its revision in "
        f"src/bookbuild/studies/definitions.py and run `nox -s studies -- {name}`"
    )


def as_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


def counted(result: Any) -> Any:
    """Return a result as JSON holds it, without what a clock or a processor decides."""
    if isinstance(result, dict):
        return {key: counted(value) for key, value in result.items() if key not in MEASURED}
    return [counted(value) for value in result] if isinstance(result, list | tuple) else result


@pytest.mark.parametrize("name", DEFINITIONS)
def test_the_recorded_units_are_those_defined(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = [unit.parameters for unit in current(name).units]
    if name == "devices":  # The GPU is that of the machine which recorded it.
        there = tuple(dict.fromkeys(parameters["device"] for parameters in recorded))
        monkeypatch.setattr(networks, "devices", lambda: there)
    defined = [as_json(unit.parameters) for unit in DEFINITIONS[name].units()]
    for now, then in zip(defined, recorded, strict=False):
        recipe = now.get("recipe", {})
        if recipe.get("precision") == fastest_precision():  # It may be the processor's choice.
            recipe["precision"] = then.get("recipe", {}).get("precision")
    assert defined == recorded, advice(name)


def test_every_recorded_study_is_defined() -> None:
    assert set(studies.names()) <= set(DEFINITIONS) <= {*studies.names(), *ELSEWHERE}


@pytest.mark.parametrize("name", TRAINING)
def test_the_trained_networks_have_the_recorded_size(name: str) -> None:
    sizes: dict[str, int] = {}
    for unit in current(name).units:
        recipe = unit.parameters["recipe"]
        network = json.dumps([recipe["network"], recipe["options"]])
        if network not in sizes:
            sizes[network] = models.build(recipe["network"], **recipe["options"]).count_params()
        assert unit.result["parameters"] == sizes[network], advice(name)


def quick_units(name: str) -> Iterator[Unit]:
    """Yield the units that a test can afford to compute once more."""
    for unit in DEFINITIONS[name].units():
        parameters = unit.parameters
        if (
            parameters.get("measured") not in ("kernels", "threads", "modes", "precision")
            and (parameters.get("measured") != "images" or parameters["image"] <= 16)
            and parameters.get("mebibytes", 1) <= 4
            and (name != "forward_times" or parameters["network"] in ("lenet5", "mnist_convnet"))
        ):
            yield unit


@pytest.mark.parametrize(
    "name", ["conv_speed", "devices", "execution", "forward_times", "roofline", "variant_times"]
)
def test_shapes_and_counts_are_those_recorded(
    name: str, called_once: None, random_digits: None
) -> None:
    study = current(name)
    for unit in quick_units(name):
        again = as_json(unit.work())
        recorded = study.result(**as_json(unit.parameters))
        assert counted(again) == counted(recorded), advice(name)
