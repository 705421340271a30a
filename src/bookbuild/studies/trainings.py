"""The work of the studies that train networks, and what they compare."""

import json
from functools import partial
from typing import Any

import numpy as np
from scipy import stats

from bookbuild.studies.define import Unit
from convbook import _files, studies, training
from convbook.training import Recipe, recipes
from convbook.training.loop import REVISION
from convbook.training.networks import key_of

HELD_OUT = 10_000  # pictures
SEARCH_SEED = 5  # of no run that is compared

ADAM_RATES = (0.0003, 0.001, 0.003, 0.01, 0.03)
NETWORKS = {
    name: Recipe(recipes.BOOK[name].network, recipes.BOOK[name].options)
    for name in ("mlp", "lenet", "strided_convnet", "strided_convnet_pool", "mnist_convnet")
}
"""The networks that are compared on equal terms, in float32 and with Adam."""

START = recipes.SHORTEST
VARIANTS = {
    "start": START,
    "searched rate": START,
    "three epochs": START.but(epochs=3),
    "wide at the end": START.but(options=recipes.NINETY_NINE.options),
    "no shift": START.but(shift=0),
    "constant rate": START.but(schedule="constant", warmup=0.0),
    "Adam": START.but(optimizer="adam"),
}
"""The recipe that the search for the shortest way starts from, and changes of one thing each."""

VARIANT_RATES = {
    "searched rate": (0.03, 0.1, 0.3, 1.0),
    "constant rate": (0.03, 0.1, 0.3),
    "Adam": (0.003, 0.01, 0.03),
}
"""The rates tried for a variant that gets one of its own; the others have the start's."""

ONE_EPOCH = {"98.18 %": recipes.LECTURE, "99 %": recipes.NINETY_NINE}


def unit(recipe: Recipe, *, timed: bool = False, **parameters: Any) -> Unit:
    """Return the unit that trains by a recipe; a study on a busy machine keeps no seconds."""
    return Unit({**parameters, **recorded(recipe)}, partial(trained, recipe, timed=timed))


def recorded(recipe: Recipe) -> dict[str, Any]:
    """Return what a unit keeps of its recipe: the recipe, and the revision of the training code."""
    return {"recipe": json.loads(recipe.as_json()), "training_revision": REVISION}


def trained(recipe: Recipe, *, timed: bool) -> dict[str, Any]:
    """Train a network; return its history by column, its size and its precision.

    It is never taken from the cache: the seconds there may be those of a busy machine.
    """
    state = _files.cache_folder("studies", f"{key_of(recipe)[:16]}.npz")
    network = training.train(recipe, checkpoint=state)
    state.unlink()
    columns = zip(*network.history, strict=True)
    history = dict(zip(training.Epoch._fields, map(list, columns), strict=True))
    if not timed:
        del history["seconds"]
    return {
        **history, "parameters": network.model.count_params(), "precision": recipe.precision,
    }  # fmt: skip


def best_rate(study: str, **parameters: Any) -> float:
    """Return the learning rate with which a study found the highest held-out accuracy."""
    units = studies.load(study).select(**parameters)
    best = max(units, key=lambda unit: float(unit.result["test_accuracy"][-1]))
    return float(best.parameters["rate"])


def variant(name: str) -> Recipe:
    """Return one of `VARIANTS`, with the rate that `recipe_rates` found for it if it has one."""
    if name not in VARIANT_RATES:
        return VARIANTS[name]
    return VARIANTS[name].but(learning_rate=best_rate("recipe_rates", variant=name))


def taken() -> str:
    """Return the variant that `shortest_way` leaves to be tested.

    It is the start, unless Dunnett's interval for the difference of a change from it lies above
    zero. Of several such changes it is the best.
    """
    accuracies = {
        name: [
            u.result["test_accuracy"][-1] for u in studies.load("shortest_way").select(variant=name)
        ]
        for name in VARIANTS
    }
    changes = [name for name in VARIANTS if name != "start"]
    dunnett = stats.dunnett(*map(accuracies.get, changes), control=accuracies["start"], rng=0)
    lows = dunnett.confidence_interval(0.95).low
    better = [name for name, low in zip(changes, lows, strict=True) if low > 0]
    return max(better, key=lambda name: float(np.mean(accuracies[name])), default="start")
