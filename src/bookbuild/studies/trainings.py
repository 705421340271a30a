"""The work of the studies that train networks: `cs20`, `equal_terms` and others."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any

from bookbuild.studies.define import Unit
from convbook import _files, training
from convbook.training import Recipe
from convbook.training.loop import REVISION
from convbook.training.networks import key_of


def unit(recipe: Recipe, **parameters: Any) -> Unit:
    """Return the unit that trains by a recipe."""
    return Unit({**parameters, **recorded(recipe)}, partial(trained, recipe))


def recorded(recipe: Recipe) -> dict[str, Any]:
    """Return what a unit keeps of its recipe: the recipe, and the revision of the training code."""
    return {"recipe": asdict(recipe), "training_revision": REVISION}


def trained(recipe: Recipe) -> dict[str, Any]:
    """Train a network; return its history by column, its size and its precision.

    It is never taken from the cache: the seconds there may be those of a busy machine.
    """
    state = _files.cache_folder("studies", f"{key_of(recipe)[:16]}.npz")
    network = training.train(recipe, checkpoint=state)
    state.unlink()
    columns = zip(*network.history, strict=True)
    return {
        **dict(zip(training.Epoch._fields, map(list, columns), strict=True)),
        "parameters": network.model.count_params(),
        "precision": recipe.precision,
    }
