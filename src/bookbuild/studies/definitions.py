"""The book's studies: each a function that yields units of work, in the order of their results.

What they time or train is imported when they run: a page that asks for the revision of a study
does not wait for TensorFlow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from bookbuild.studies.define import DEFINITIONS, Unit, study

if TYPE_CHECKING:
    from convbook.training import Recipe

__all__ = ["DEFINITIONS"]

SEEDS = range(5)


@study(revision=1)
def cs20() -> Iterator[Unit]:
    """Train the lecture's network for its 25 epochs, from today's initial weights and from its."""
    from bookbuild.studies import trainings
    from convbook.training import recipes

    for initializer in ("glorot", "source"):
        recipe = recipes.CS20.but(epochs=25, options={"initializer": initializer})
        yield trainings.unit(recipe, timed=True, initializer=initializer)


@study(revision=1)
def network_rates() -> Iterator[Unit]:
    """Search Adam's learning rate for each of five networks: an epoch each, held-out pictures."""
    from bookbuild.studies import trainings

    for name, network in trainings.NETWORKS.items():
        recipe = network.but(held_out=trainings.HELD_OUT, seed=trainings.SEARCH_SEED)
        for rate in trainings.ADAM_RATES:
            yield trainings.unit(recipe.but(learning_rate=rate), network=name, rate=rate)


@study(revision=2)
def equal_terms() -> Iterator[Unit]:
    """Train five networks alike for three epochs, each at the rate that `network_rates` found."""
    from bookbuild.studies import trainings

    for name, network in trainings.NETWORKS.items():
        recipe = network.but(
            epochs=3, learning_rate=trainings.best_rate("network_rates", network=name)
        )
        # The lecture's network takes ten times as long as any other.
        for seed in SEEDS[:3] if name == "mnist_convnet" else SEEDS:
            yield trainings.unit(recipe.but(seed=seed), network=name, seed=seed)


@study(revision=1)
def recipe_rates() -> Iterator[Unit]:
    """Search the learning rates of `shortest_way`: under its schedule, constant, and for Adam."""
    from bookbuild.studies import trainings

    for name, rates in trainings.VARIANT_RATES.items():
        recipe = trainings.VARIANTS[name].but(
            held_out=trainings.HELD_OUT, seed=trainings.SEARCH_SEED
        )
        for rate in rates:
            yield trainings.unit(recipe.but(learning_rate=rate), variant=name, rate=rate)


@study(revision=2)
def shortest_way() -> Iterator[Unit]:
    """Compare changes of a recipe by held-out pictures, at the rates of `recipe_rates`."""
    from bookbuild.studies import trainings

    for name in trainings.VARIANTS:
        recipe = trainings.variant(name).but(held_out=trainings.HELD_OUT)
        for seed in SEEDS:
            yield trainings.unit(recipe.but(seed=seed), variant=name, seed=seed)


@study(revision=1)
def shortest_way_tested() -> Iterator[Unit]:
    """Train what `shortest_way` leaves on all training pictures, and look at the test pictures."""
    from bookbuild.studies import trainings

    name = trainings.taken()
    for seed in SEEDS:
        yield trainings.unit(trainings.variant(name).but(seed=seed), variant=name, seed=seed)


@study(revision=1)
def one_epoch_rates() -> Iterator[Unit]:
    """Judge the recipes of one epoch by held-out pictures, at half and twice their rate too."""
    from bookbuild.studies import trainings

    for name, recipe in trainings.ONE_EPOCH.items():
        for factor in (0.5, 1.0, 2.0):
            rate = factor * recipe.learning_rate
            judged = recipe.but(learning_rate=rate, held_out=trainings.HELD_OUT)
            for seed in SEEDS:
                yield trainings.unit(judged.but(seed=seed), aim=name, rate=rate, seed=seed)


@study(revision=1)
def one_epoch() -> Iterator[Unit]:
    """Train the recipe of a single epoch that aims at the lecture's last number and no further."""
    from bookbuild.studies import trainings
    from convbook.training import recipes

    for seed in SEEDS[:3]:
        yield trainings.unit(recipes.LECTURE.but(seed=seed), timed=True, seed=seed)


@study(revision=1)
def four_epochs() -> Iterator[Unit]:
    """Train the start of `shortest_way` on all pictures, and test it, on a machine left alone."""
    from bookbuild.studies import trainings
    from convbook.training import recipes

    for seed in SEEDS[:3]:
        yield trainings.unit(recipes.SHORTEST.but(seed=seed), timed=True, seed=seed)


@study(revision=1)
def residual_depth() -> Iterator[Unit]:
    """Train 8, 20 and 56 layers on garments, with shortcuts and without, with the same seeds."""
    from bookbuild.studies import garments

    for seed in SEEDS[:3]:
        for layers, blocks in garments.BLOCKS.items():
            for shortcuts in (True, False):
                options = {**garments.DEEP.options, "blocks": blocks, "shortcuts": shortcuts}
                recipe = garments.DEEP.but(options=options, seed=seed)
                yield garments.unit(
                    recipe, garments.DEEP_PICTURES, layers=layers, shortcuts=shortcuts, seed=seed
                )


@study(revision=1)
def few_garments() -> Iterator[Unit]:
    """Train on a thousand garments for forty epochs, as they are or shifted and mirrored."""
    from bookbuild.studies import garments

    for seed in SEEDS[:3]:
        for augmented in (False, True):
            recipe = garments.FEW.but(shift=int(augmented), flip=augmented, seed=seed)
            yield garments.unit(recipe, garments.FEW_PICTURES, augmented=augmented, seed=seed)


@study(revision=1)
def borrowed_features() -> Iterator[Unit]:
    """Fit few garments linearly, from their pixels and from a pretrained network's features."""
    from bookbuild.studies import transfer

    yield Unit({"network": "efficientnet_lite0", **transfer.BORROWED}, transfer.borrowed)


@study(revision=1)
def variant_times() -> Iterator[Unit]:
    """Time the six algorithms for a small layer, and MobileNet's layer both ways."""
    from bookbuild.studies import variants

    yield Unit({"measured": "six ways", **variants.SMALL}, variants.six_ways)
    yield Unit({"measured": "separable", **variants.MOBILENET}, variants.separable)


@study(revision=1)
def conv_speed() -> Iterator[Unit]:
    """Time five algorithms against the size of kernel and picture, and the stages of two."""
    from bookbuild.studies import algorithms

    kernels = [(algorithms.IMAGE, kernel) for kernel in algorithms.KERNELS]
    images = [
        (image, kernel)
        for kernel in (algorithms.SMALL, algorithms.LARGE)
        for image in algorithms.IMAGES
    ]
    for measured, sizes in (("kernels", kernels), ("images", images)):
        for image, kernel in sizes:
            parameters = {"kernel": kernel, "image": image, "channels": algorithms.CHANNELS}
            work = partial(algorithms.one_layer, image, kernel)
            yield Unit({"measured": measured, **parameters}, work)
    yield Unit({"measured": "stages", **algorithms.STAGES}, algorithms.winograd_stages)


@study(revision=1)
def roofline() -> Iterator[Unit]:
    """Measure the machine's peak rates and bandwidths, and what single layers reach of them."""
    from bookbuild.studies import limits

    for dtype in limits.DTYPES:
        parameters = {"measured": "peak", "dtype": dtype, "side": limits.SIDE}
        yield Unit(parameters, partial(limits.peak, dtype))
    for size in limits.SIZES:
        yield Unit({"measured": "copy", "mebibytes": size}, partial(limits.bandwidth, size))
    for name, layer in limits.layers().items():
        parameters = {"measured": "layer", "layer": name, **layer._asdict()}
        yield Unit(parameters, partial(limits.one_layer, layer))


@study(revision=1)
def execution() -> Iterator[Unit]:
    """Time two networks by threads, batch, mode, precision and layout, and a step by its parts."""
    from bookbuild.studies import networks

    for network in networks.NETWORKS:
        sizes = networks.sizes(network)
        for count in (1, 2):
            parameters = {"measured": "threads", **sizes, "threads": count}
            yield Unit(parameters, partial(networks.threads, network, count))
        for measured, work in (
            ("batches", networks.batch_sizes),
            ("modes", networks.modes),
            ("precision", networks.precision),
            ("step", networks.step_parts),
        ):
            yield Unit({"measured": measured, **sizes}, partial(work, network))
    yield Unit({"measured": "layers", **networks.sizes("mnist_convnet")}, networks.layer_parts)
    for image, channels in networks.LAYOUTS:
        parameters = {"measured": "layout", "image": image, "channels": channels}
        parameters |= {"pictures": networks.PICTURES}
        yield Unit(parameters, partial(networks.layout, image, channels))


@study(revision=1)
def devices() -> Iterator[Unit]:
    """Time networks and a matrix product on the CPU, and beside it on a GPU if there is one."""
    from bookbuild.studies import limits, networks

    for device in networks.devices():
        for network in networks.NETWORKS:
            parameters = {"measured": "network", "device": device, **networks.sizes(network)}
            yield Unit(parameters, partial(networks.on_device, network, device))
        parameters = {"measured": "product", "device": device, "side": limits.SIDE}
        yield Unit(parameters, partial(networks.product_on, device))


@study(revision=1)
def forward_times() -> Iterator[Unit]:
    """Time one picture's way through each of the architectures."""
    from bookbuild.studies import networks

    for name in networks.TIMED:
        yield Unit({"network": name}, partial(networks.forward_time, name))


@study(revision=1)
def inception_v3_answer() -> Iterator[Unit]:
    """Ask Inception v3 about five pictures; its official weights cannot be had everywhere."""
    from bookbuild.studies import answers
    from convbook.answers import pictures

    for picture in pictures():
        parameters = {"network": "inception_v3", "picture": picture}
        yield Unit(parameters, partial(answers.logits_of, **parameters))


@study(revision=1)
def layer_tables() -> Iterator[Unit]:
    """Read the layers and edges of every architecture off its model, which is built unweighted."""
    from bookbuild.studies import architectures

    for name in architectures.NETWORKS:
        yield Unit({"network": name}, partial(architectures.layers_of, name))


@study(revision=1)
def data_parallel() -> Iterator[Unit]:
    """Train four networks on one device, two devices and two workers; kill one; scale the rate."""
    from bookbuild.studies import parallel
    from bookbuild.studies.trainings import recorded

    def unit(measured: str, recipe: Recipe, work: Callable[[], Any], **parameters: Any) -> Unit:
        parameters = {"measured": measured, **parameters, "pictures": parallel.PICTURES}
        return Unit({**parameters, **recorded(recipe)}, work)

    run = parallel.run
    for network, recipe in parallel.NETWORKS.items():
        yield unit("replicas", recipe, partial(run, recipe), network=network, devices=1)
        yield unit("replicas", recipe, partial(run, recipe, devices=2), network=network, devices=2)
        yield unit("replicas", recipe, partial(run, recipe, workers=2), network=network, workers=2)
    relu, smooth = parallel.NETWORKS["ReLU"], parallel.NETWORKS["smooth"]
    other_kernels = partial(parallel.rounded_otherwise, relu)
    yield unit("other kernels", relu, other_kernels, network="ReLU", devices=1)
    yield unit("replicas", smooth, partial(run, smooth, workers=4), network="smooth", workers=4)
    killed = partial(parallel.killed, smooth, 2)
    yield unit("killed worker", smooth, killed, network="smooth", workers=2)
    for name, recipe in parallel.RATES.items():
        yield unit("rate", recipe, partial(run, recipe), rate=name, devices=1)


@study(revision=1)
def rounding_and_pruning() -> Iterator[Unit]:
    """Round or prune a network on Fashion-MNIST, at once and with an epoch of training for it."""
    from bookbuild.studies import small

    for seed in SEEDS:
        for measured, work, sizes in (
            ("rounding", small.rounding, {"bits": small.BITS}),
            ("pruning", small.pruning, {"weights": small.SHARES, "maps": small.MAPS}),
        ):
            parameters = {"measured": measured, "seed": seed, **small.TRAINED, **sizes}
            yield Unit(parameters, partial(work, seed))


@study(revision=1)
def int8_answers() -> Iterator[Unit]:
    """Compare the answers and the sizes of files in floats and in int8, network by network."""
    from bookbuild.studies import small

    for network in (*small.NETWORKS, small.GARMENTS, small.PHOTOGRAPHIC):
        for variant in small.VARIANTS:
            yield Unit(
                {"network": network, "variant": variant}, partial(small.answers, network, variant)
            )


@study(revision=1)
def calibration_sizes() -> Iterator[Unit]:
    """Convert a network to int8 with more and more calibration pictures, several draws each."""
    from bookbuild.studies import small

    for count in small.COUNTS:
        parameters = {"network": small.CALIBRATED, "count": count, "draws": small.DRAWS}
        yield Unit(parameters, partial(small.calibrated, count))


@study(revision=1)
def int8_times() -> Iterator[Unit]:
    """Time one picture through files in floats and in int8, and through pruned ones, by turns."""
    from bookbuild.studies import small

    for network in (*small.NETWORKS, small.PHOTOGRAPHIC):
        yield Unit({"measured": "kinds", "network": network}, partial(small.times, network))
    yield Unit({"measured": "pruned", "network": small.TRAINED["network"]}, small.sparse_times)


@study(revision=1)
def digit_detector() -> Iterator[Unit]:
    """Teach LeNet-5's last layers to say that there is no digit."""
    from bookbuild.studies import pictures

    for seed in SEEDS[:2]:
        yield Unit({"seed": seed, **pictures.DETECTOR}, partial(pictures.detecting, seed))


@study(revision=1)
def digit_masks() -> Iterator[Unit]:
    """Train FCN and U-Net to find the pixels of digits, each with its skips and without."""
    from bookbuild.studies import pictures

    for network, seed, epochs in pictures.PAIRS:
        for skips in (True, False):
            parameters = {"network": network, "skips": skips, "seed": seed, **pictures.MASKS}
            parameters["epochs"] = epochs
            work = partial(pictures.segmentation, network, skips, seed, epochs)
            yield Unit(parameters, work)


@study(revision=1)
def restored_pictures() -> Iterator[Unit]:
    """Train a denoiser towards clean and noisy pictures, and super-resolution four ways."""
    from bookbuild.studies import pictures
    from convbook.models.pictures import espcn

    for seed in SEEDS[:1]:
        for target in ("clean", "noisy"):
            parameters = {"task": "denoise", "target": target, "seed": seed, **pictures.NOISE}
            yield Unit(parameters, partial(pictures.denoising, target, seed))
        for way in espcn.UPSAMPLINGS:
            parameters = {"task": "enlarge", "upsampling": way, "seed": seed, **pictures.FINER}
            yield Unit(parameters, partial(pictures.enlarging, way, seed))
