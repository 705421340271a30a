"""The recorded layers of chapter 08 are those of the models."""

from __future__ import annotations

import json

import pytest

from convbook import studies
from bookbuild.studies import architectures


@pytest.mark.parametrize("name", architectures.NETWORKS)
def test_the_recorded_layers_are_those_of_the_model(name: str) -> None:
    built = json.loads(json.dumps(architectures.layers_of(name)))
    recorded = studies.load("layer_tables").results[name]
    assert built["edges"] == recorded["edges"]
    assert built["rows"] == recorded["rows"]


def test_no_network_is_missing_and_none_is_too_many() -> None:
    assert tuple(studies.load("layer_tables").results) == architectures.NETWORKS
