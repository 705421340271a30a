"""The book's studies: each a function that yields units of work, in the order of their results."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from convbook import training
from convbook.studies.define import Unit, study
from convbook.training import Recipe, recipes

LOOP = "convbook.training.loop"
SEEDS = range(3)


def trained(recipe: Recipe) -> dict[str, Any]:
    """Train a network; return its history by column, its size and its recipe."""
    network = training.train(recipe)
    columns = zip(*network.history, strict=True)
    return {
        **dict(zip(training.Epoch._fields, map(list, columns), strict=True)),
        "parameters": network.model.count_params(),
        "precision": recipe.precision,
    }


@study(LOOP, "convbook.models.mnist_convnet")
def cs20() -> Iterator[Unit]:
    """Train the lecture's network for its 25 epochs, from today's initial weights and from its."""
    for initializer in ("glorot", "source"):
        recipe = recipes.CS20.but(epochs=25, options={"initializer": initializer})
        yield Unit(initializer, partial(trained, recipe))


@study(
    LOOP,
    *(f"convbook.models.{name}" for name in ("lenet", "mnist_convnet", "strided_convnet", "mlp")),
)
def equal_terms() -> Iterator[Unit]:
    """Train the chapter's networks alike: Adam, batches of 128, three epochs, three seeds each."""
    for name in ("lenet", "mnist_convnet", "strided_convnet", "strided_convnet_pool", "mlp"):
        book = recipes.BOOK[name]
        alike = Recipe(book.network, book.options, epochs=3, precision=book.precision)
        for seed in SEEDS:
            yield Unit(f"{name} {seed}", partial(trained, alike.but(seed=seed)))


@study(LOOP, "convbook.models.small_convnet")
def shortest_way() -> Iterator[Unit]:
    """Choose a recipe on 5,000 pictures held out; only then look at the test pictures."""
    chosen = recipes.SHORTEST
    last_wide = {"widths": (16, 32, 64), "pools": (2, 2, 1)}
    tried = {
        "chosen": chosen,
        "three epochs": chosen.but(epochs=3),
        "fewer maps": chosen.but(options={"widths": (16, 24, 32)}),
        "wide at the end": chosen.but(options=last_wide),
        "no shift": chosen.but(shift=0),
        "constant rate": chosen.but(schedule="constant", warmup=0.0, learning_rate=0.1),
        "batches of 128": chosen.but(batch_size=128, learning_rate=0.15),
        "Adam": chosen.but(optimizer="adam", learning_rate=0.003),
    }
    for name, recipe in tried.items():
        for seed in SEEDS:
            yield Unit(f"{name} {seed}", partial(trained, recipe.but(seed=seed, held_out=5000)))
    for seed in SEEDS:
        yield Unit(f"test {seed}", partial(trained, chosen.but(seed=seed)))
