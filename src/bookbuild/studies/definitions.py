"""The book's studies: each a function that yields units of work, in the order of their results."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from convbook import _files, models, training
from bookbuild.studies import algorithms, architectures, limits, networks, parallel, variants
from bookbuild.studies.define import Unit, study
from convbook.training import Recipe, recipes
from convbook.training.networks import key_of

LOOP = "convbook.training.loop"
SEEDS = range(3)


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
    tried = {
        "chosen": chosen,
        "three epochs": chosen.but(epochs=3),
        "fewer maps": chosen.but(options={"widths": (16, 24, 32)}),
        "wide at the end": chosen.but(options=recipes.NINETY_NINE.options),
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


@study(LOOP, "convbook.models.small_convnet")
def one_epoch() -> Iterator[Unit]:
    """Train the recipe of a single epoch that aims at the lecture's last number and no further."""
    for seed in SEEDS:
        yield Unit(f"seed {seed}", partial(trained, recipes.LECTURE.but(seed=seed)))


@study("bookbuild.studies.variants")
def variant_times() -> Iterator[Unit]:
    """Time the six ways of chapter 02 for a small layer, and MobileNet's layer both ways."""
    yield Unit("six ways", variants.six_ways)
    yield Unit("separable", variants.separable)


@study("bookbuild.studies.algorithms")
def conv_speed() -> Iterator[Unit]:
    """Time five algorithms against the size of kernel and picture, and the stages of two."""
    for kernel in algorithms.KERNELS:
        yield Unit(f"kernel {kernel}", partial(algorithms.one_layer, algorithms.IMAGE, kernel))
    for kernel in (algorithms.SMALL, algorithms.LARGE):
        for size in algorithms.IMAGES:
            label = f"kernel {kernel}, image {size}"
            yield Unit(label, partial(algorithms.one_layer, size, kernel))
    yield Unit("stages", algorithms.winograd_stages)


@study("bookbuild.studies.limits")
def roofline() -> Iterator[Unit]:
    """Measure the machine's peak rates and bandwidths, and what single layers reach of them."""
    for dtype in ("float32", "bfloat16"):
        yield Unit(f"peak {dtype}", partial(limits.peak, dtype))
    for size in limits.SIZES:
        yield Unit(f"copy {size}", partial(limits.bandwidth, size))
    for name in limits.layers():
        yield Unit(name, partial(limits.one_layer, name))


@study("bookbuild.studies.networks", "convbook.models.mnist_convnet")
def execution() -> Iterator[Unit]:
    """Time two networks by threads, batch, mode, precision and layout, and a step by its parts."""
    for network in networks.NETWORKS:
        for count in (1, 2):
            yield Unit(f"{network}, threads {count}", partial(networks.threads, network, count))
        yield Unit(f"{network}, batches", partial(networks.batch_sizes, network))
        yield Unit(f"{network}, modes", partial(networks.modes, network))
        yield Unit(f"{network}, precision", partial(networks.precision, network))
        yield Unit(f"{network}, step", partial(networks.step_parts, network))
    yield Unit("layers", networks.layer_parts)
    for size, channels in networks.LAYOUTS:
        yield Unit(f"layout {size} {channels}", partial(networks.layout, size, channels))


@study("bookbuild.studies.networks", "convbook.models.mnist_convnet")
def devices() -> Iterator[Unit]:
    """Time networks and a matrix product on the CPU, and beside it on a GPU if there is one."""
    for device in networks.devices():
        for network in networks.NETWORKS:
            yield Unit(f"{network} on {device}", partial(networks.on_device, network, device))
        yield Unit(f"product on {device}", partial(networks.product_on, device))


@study(
    "bookbuild.studies.networks",
    *(f"convbook.models.{name}" for name in ("lenet5", "mnist_convnet", *models.IMAGENET)),
)
def forward_times() -> Iterator[Unit]:
    """Time one picture's way through each of the architectures."""
    for name in ("lenet5", "mnist_convnet", *models.IMAGENET):
        yield Unit(name, partial(networks.forward_time, name))


@study(
    "bookbuild.studies.architectures",
    "convbook.models.lenet5",
    *(f"convbook.models.{name}" for name in models.IMAGENET),
)
def layer_tables() -> Iterator[Unit]:
    """Read the layers and edges of every architecture off its model, which is built unweighted."""
    for name in architectures.NETWORKS:
        yield Unit(name, partial(architectures.layers_of, name))


@study(
    "bookbuild.studies.parallel",
    *(
        f"convbook.models.{name}"
        for name in ("lenet5", "strided_convnet", "small_convnet", "lenet")
    ),
)
def data_parallel() -> Iterator[Unit]:
    """Train four networks on one device, two devices and two workers; kill one; scale the rate."""
    for name, recipe in parallel.NETWORKS.items():
        yield Unit(f"{name}, one device", partial(parallel.run, recipe))
        yield Unit(f"{name}, 2 devices", partial(parallel.run, recipe, devices=2))
        yield Unit(f"{name}, 2 workers", partial(parallel.run, recipe, workers=2))
    yield Unit("ReLU, other kernels", partial(parallel.rounded_otherwise, parallel.KINKS))
    yield Unit("smooth, 4 workers", partial(parallel.run, parallel.RECIPE, workers=4))
    yield Unit("smooth, killed", partial(parallel.killed, parallel.RECIPE, 2))
    for name, recipe in parallel.RATES.items():
        yield Unit(f"batch {name}", partial(parallel.run, recipe))
