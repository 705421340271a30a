"""The recorded layers of the architectures are those of the models."""

from __future__ import annotations

import json

import pytest

from bookbuild.studies import architectures
from tests.bookbuild.studies.test_definitions import advice, current


@pytest.mark.parametrize("name", architectures.NETWORKS)
def test_the_recorded_layers_are_those_of_the_model(name: str) -> None:
    built = json.loads(json.dumps(architectures.layers_of(name)))
    assert built == current("layer_tables").result(network=name), advice("layer_tables")
