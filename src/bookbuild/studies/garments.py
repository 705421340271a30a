"""The trainings on Fashion-MNIST: short ones, on few pictures, judged by held-out pictures."""

from functools import partial
from typing import Any

from bookbuild.studies.define import Unit
from bookbuild.studies.trainings import recorded
from convbook import _files, data, training
from convbook.training import Recipe
from convbook.training.batches import Split
from convbook.training.networks import key_of

JUDGES = 2000  # held-out training pictures, the last ones

# The depth changes, and what is left is small enough for seeds: 2,500 pictures, narrow stages.
DEEP = Recipe(
    "small_resnet", {"widths": [8, 16, 32]}, epochs=4, batch_size=100, optimizer="sgd",
    learning_rate=0.1, schedule="cosine", warmup=0.2, dataset="fashion_mnist",
)  # fmt: skip
DEEP_PICTURES = 2500
BLOCKS = {8: 1, 20: 3, 56: 9}
"""Blocks of a stage by layers of the network."""

FEW = Recipe(
    "small_resnet", {"widths": [16, 32, 64]}, epochs=40, batch_size=100, optimizer="adam",
    learning_rate=2e-3, dataset="fashion_mnist",
)  # fmt: skip
FEW_PICTURES = 1000


def unit(recipe: Recipe, pictures: int, **parameters: Any) -> Unit:
    """Return the unit that trains on so many of the first garments."""
    return Unit(
        {**parameters, "pictures": pictures, "judges": JUDGES, **recorded(recipe)},
        partial(trained, recipe, pictures),
    )


def trained(recipe: Recipe, pictures: int) -> dict[str, Any]:
    """Train on the first garments; return loss and accuracy by epoch, there and on the judges."""
    dataset = few(pictures)
    state = _files.cache_folder("studies", f"{key_of(recipe, dataset)[:16]}.npz")
    network = training.train(recipe, dataset, checkpoint=state)
    state.unlink()
    columns = zip(*network.history, strict=True)
    history = dict(zip(training.Epoch._fields, map(list, columns), strict=True))
    del history["seconds"]
    return {**history, "parameters": network.model.count_params()}


def few(pictures: int) -> Split:
    """Return the first training pictures, and the last ones to judge by."""
    (x, y), _ = data.fashion_mnist()
    return (x[:pictures], y[:pictures]), (x[-JUDGES:], y[-JUDGES:])
