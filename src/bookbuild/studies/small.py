"""The work of the studies on small networks: int8, its calibration and training, and pruning."""

import zlib
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from convbook import data, models, pretrained, quantization, timing, training
from convbook.models.tables import layer_table

NETWORKS = ("lenet", "strided_convnet", "small_convnet", "mnist_convnet")
PHOTOGRAPHIC = "efficientnet_lite0"
VARIANTS: Mapping[str, tuple[str, bool]] = {
    "float32": ("float32", True),
    "float16": ("float16", True),
    "int8 weights": ("int8 weights", True),
    "int8": ("int8", True),
    "int8, a scale a kernel": ("int8", False),
}
"""What is compared: a kind of file, and whether each channel of a kernel has its own scale."""

CALIBRATED = "strided_convnet"
CALIBRATION = 100  # pictures
COUNTS = (1, 2, 5, 10, 30, 100)  # calibration pictures
DRAWS = 5

GARMENTS = "strided_convnet, Fashion-MNIST"
"""Beside `NETWORKS`: the network of `TRAINED`, trained on Fashion-MNIST."""

TRAINED: Mapping[str, Any] = {
    "network": "strided_convnet",
    "dataset": "fashion_mnist",
    "batch_size": 128,
    "pictures": 10_000,  # to learn from
    "epochs": 4,  # before anything is rounded or removed
    "rate": 0.003,  # of Adam
    "further_rate": 0.001,  # in the epoch after that
}
BITS = (8, 4, 3, 2)
SHARES = (0.5, 0.75, 0.9)  # of the weights of a kernel
MAPS = (0.5, 0.75)  # share of the maps of a layer
SQUARES = 50  # of Chelsea

Floats = npt.NDArray[np.float32]
Weights = list[Any]
Through = Callable[[Weights], Weights]


@cache
def pictures(dataset: str) -> tuple[tuple[Floats, npt.NDArray[Any]], ...]:
    """Return "mnist" or "fashion_mnist" as networks take them, for training and for testing."""
    (x, y), (x_test, y_test) = {"mnist": data.mnist, "fashion_mnist": data.fashion_mnist}[dataset]()
    return (as_input(x), y.astype(np.int64)), (as_input(x_test), y_test.astype(np.int64))


def as_input(images: npt.NDArray[np.uint8]) -> Floats:
    """Return pictures of shape (n, 28, 28) as networks take them."""
    return np.asarray(data.to_float(images)[..., np.newaxis], np.float32)


@lru_cache(maxsize=1)
def file(network: str, variant: str) -> bytes:
    """Return one of `NETWORKS`, or the photographic one, as the file of a variant."""
    kind, per_channel = VARIANTS[variant]
    return quantization.convert(
        _model(network),
        kind,
        calibration(network) if kind == "int8" else None,
        per_channel=per_channel,
    )


def calibration(network: str) -> Floats:
    """Return the pictures that a network is calibrated with."""
    if network == GARMENTS:
        return pictures("fashion_mnist")[0][0][:CALIBRATION]
    return quantization.calibration_pictures(network)


def _model(network: str) -> keras.Model:
    if network == PHOTOGRAPHIC:
        return pretrained.load(network).model
    return base(0) if network == GARMENTS else training.load(network).model


@lru_cache(maxsize=1)
def _reference(network: str) -> Floats:
    """Return what a network says in float32, by LiteRT's interpreter."""
    return quantization.load(file(network, "float32")).predict(_asked(network))


def _test(network: str) -> tuple[Floats, npt.NDArray[Any]]:
    return pictures("fashion_mnist" if network == GARMENTS else "mnist")[1]


@lru_cache(maxsize=1)
def _asked(network: str) -> Floats:
    """Return the pictures that a network is asked about; of the photographic one, Chelsea first."""
    if network != PHOTOGRAPHIC:
        return _test(network)[0]
    chelsea, rng = data.chelsea(), np.random.default_rng(0)
    squares = [chelsea]
    height, width = chelsea.shape[:2]
    for _ in range(SQUARES):
        side = rng.integers(height // 2, height + 1)
        top, left = rng.integers(height - side + 1), rng.integers(width - side + 1)
        squares.append(chelsea[top : top + side, left : left + side])
    return pretrained.load(network).preprocess(squares)


def answers(network: str, variant: str) -> dict[str, Any]:
    """Return the size of a file, and how its answers compare with those of float32.

    ``changed`` is the number of pictures with another answer, ``error`` the root mean square of
    the differences between logits, over the standard deviation of the logits.
    """
    expected = _reference(network)
    content = file(network, variant)
    logits = quantization.load(content).predict(_asked(network))
    found = {
        "bytes": len(content),
        "pictures": len(logits),
        "changed": int(np.sum(logits.argmax(axis=1) != expected.argmax(axis=1))),
        "error": float(np.sqrt(np.mean((logits - expected) ** 2)) / expected.std()),
    }
    if network != PHOTOGRAPHIC:
        return {**found, "right": int(np.sum(logits.argmax(axis=1) == _test(network)[1]))}
    return {**found, "chelsea": [round(float(logit), 4) for logit in logits[0]]}


def times(network: str) -> dict[str, Any]:
    """Time one picture through the files of a network by turns, and through Keras's model."""
    picture = _asked(network)[:1]
    lite = {}
    for variant in ("float32", "int8 weights", "int8"):
        lite[variant] = quantization.load(file(network, variant))
        lite[variant].predict(picture)
    calls: dict[str, Callable[[], object]] = {name: each.call for name, each in lite.items()}
    model = _model(network)
    traced = tf.function(lambda x: model(x, training=False))
    tensor = tf.constant(picture)
    calls["Keras"] = lambda: traced(tensor)
    taken = timing.by_turns(calls, repeats=9, at_least=1.0)
    return {name: each._asdict() for name, each in taken.items()}


def calibrated(count: int) -> list[dict[str, Any]]:
    """Convert a network with so many training pictures, drawn `DRAWS` times; test each file."""
    (x, _), (x_test, y_test) = pictures("mnist")
    model, rng, found = training.load(CALIBRATED).model, np.random.default_rng(count), []
    expected = training.predict(model, data.mnist()[1][0])
    for _ in range(DRAWS):
        drawn = x[rng.choice(len(x), count, replace=False)]
        lite = quantization.load(quantization.convert(model, "int8", drawn))
        logits = lite.predict(x_test)
        found.append(
            {
                "right": int(np.sum(logits.argmax(axis=1) == y_test)),
                "changed": int(np.sum(logits.argmax(axis=1) != expected.argmax(axis=1))),
                "error": float(np.sqrt(np.mean((logits - expected) ** 2)) / expected.std()),
            }
        )
    return found


def same(weights: Weights) -> Weights:
    """Return weights as they are."""
    return weights


def rounded(bits: int) -> Through:
    """Return the function that rounds kernels to so many bits, a scale for each output channel."""

    def through(weights: Weights) -> Weights:
        return [_fake(w, bits) if len(w.shape) > 1 else w for w in weights]

    return through


def _fake(w: Any, bits: int) -> tf.Tensor:
    limit = tf.reduce_max(tf.abs(w), axis=tuple(range(len(w.shape) - 1)))
    return tf.quantization.fake_quant_with_min_max_vars_per_channel(
        w, -limit, limit, num_bits=bits, narrow_range=True
    )


def masked(masks: Weights) -> Through:
    """Return the function that multiplies weights by masks."""

    def through(weights: Weights) -> Weights:
        return [w * mask for w, mask in zip(weights, masks, strict=True)]

    return through


def fit(
    model: keras.Model, epochs: int, seed: int, *, rate: float, through: Through = same
) -> None:
    """Train a model with Adam; each step sees the weights as `through` changes them."""
    (x, y), _ = pictures(TRAINED["dataset"])
    rng = np.random.default_rng(seed)
    optimizer = keras.optimizers.Adam(rate)
    variables, others = model.trainable_variables, model.non_trainable_variables
    optimizer.build(variables)

    def step(x: tf.Tensor, y: tf.Tensor) -> None:
        with tf.GradientTape() as tape:
            seen = through([tf.convert_to_tensor(v) for v in variables])
            logits, _ = model.stateless_call(seen, others, x, training=True)
            losses = keras.losses.sparse_categorical_crossentropy(y, logits, from_logits=True)
            loss = tf.reduce_mean(losses)
        gradients = tape.gradient(loss, [v.value for v in variables])
        optimizer.apply(gradients, variables)

    traced = tf.function(step)
    size = TRAINED["batch_size"]
    for _ in range(epochs):
        order = rng.permutation(TRAINED["pictures"])
        for start in range(0, len(order) - size + 1, size):
            rows = order[start : start + size]
            traced(tf.constant(x[rows]), tf.constant(y[rows]))


def right(model: keras.Model, through: Through = same) -> int:
    """Return how many test pictures a model answers right, with its weights as `through` says."""
    _, (x_test, y_test) = pictures(TRAINED["dataset"])
    changed = changed_copy(model, through)
    logits = changed.predict(x_test, batch_size=1000, verbose=0)
    return int(np.sum(logits.argmax(axis=1) == y_test))


def right_in_int8(model: keras.Model) -> int:
    """Return how many test pictures LiteRT answers right with a model in int8."""
    (x, _), (x_test, y_test) = pictures(TRAINED["dataset"])
    lite = quantization.load(quantization.convert(model, "int8", x[:CALIBRATION]))
    return int(np.sum(lite.predict(x_test).argmax(axis=1) == y_test))


@lru_cache(maxsize=1)
def base(seed: int) -> keras.Model:
    """Return a trained network, from which all variants of a seed begin."""
    model = models.build(TRAINED["network"], seed=seed)
    fit(model, TRAINED["epochs"], seed, rate=TRAINED["rate"])
    return model


@lru_cache(maxsize=1)
def longer(seed: int) -> keras.Model:
    """Return the network of a seed after one more epoch, with nothing rounded or removed."""
    return _further(base(seed), seed)


def changed_copy(model: keras.Model, through: Through = same) -> keras.Model:
    """Return a copy of a model, its weights as `through` changes them."""
    copied = keras.models.clone_model(model)
    for variable, values in zip(
        copied.trainable_variables, through(model.trainable_variables), strict=True
    ):
        variable.assign(values)
    return copied


def _further(model: keras.Model, seed: int, through: Through = same) -> keras.Model:
    """Return a copy of a model after one more epoch."""
    trained = changed_copy(model)
    fit(trained, 1, 1000 + seed, rate=TRAINED["further_rate"], through=through)
    return trained


def rounding(seed: int) -> dict[str, Any]:
    """Round a network to fewer bits: at once, after an epoch more, and after one that rounds."""
    network, more = base(seed), longer(seed)
    found: dict[str, Any] = {
        "float": right(network),
        "float, an epoch more": right(more),
        "int8": right_in_int8(network),
        "int8, an epoch more": right_in_int8(more),
    }
    for bits in BITS:
        through = rounded(bits)
        trained = _further(network, seed, through)
        found[str(bits)] = {
            "at once": right(network, through),
            "an epoch more": right(more, through),
            "aware": right(trained, through),
        }
        if bits == BITS[0]:
            found["int8, aware"] = right_in_int8(trained)
    return found


def weakest(weights: Weights, share: float) -> Weights:
    """Return masks that remove the smallest share of the numbers of each kernel."""
    masks = []
    for w in weights:
        values = np.abs(np.asarray(w))
        mask = np.ones_like(values)
        if values.ndim > 1:
            mask.ravel()[
                np.argsort(values, axis=None, kind="stable")[: round(share * values.size)]
            ] = 0
        masks.append(mask)
    return masks


def narrower(model: keras.Model, share: float) -> keras.Model:
    """Return a model without the maps and units whose kernels have the smallest sums.

    The last layer keeps its outputs. It goes for models that are a chain of convolutions, a
    flattening and dense layers.
    """
    kept: npt.NDArray[Any] | None = None
    x = image = keras.Input(model.inputs[0].shape[1:], name="image")
    values: list[Any] = []
    for layer in model.layers[1:]:
        settings = layer.get_config()
        if isinstance(layer, keras.layers.Flatten):
            positions = int(np.prod(layer.input.shape[1:-1]))
            channels = layer.input.shape[-1]
            if kept is not None:
                kept = (channels * np.arange(positions)[:, np.newaxis] + kept).ravel()
        else:
            kernel, bias = (np.asarray(w) for w in layer.get_weights())
            if kept is not None:
                kernel = kernel[..., kept, :]
            kept = np.arange(kernel.shape[-1])
            if layer is not model.layers[-1]:
                strength = np.abs(kernel).sum(axis=tuple(range(kernel.ndim - 1)))
                count = len(kept) - round(share * len(kept))
                kept = np.sort(np.argsort(-strength, kind="stable")[:count])
                settings["filters" if "filters" in settings else "units"] = count
            values += [kernel[..., kept], bias[kept]]
        x = type(layer).from_config(settings)(x)
    small = keras.Model(image, x)
    small.set_weights(values)
    return small


def _cost(model: keras.Model) -> dict[str, int]:
    """Return what a network takes: parameters, multiplications, bytes in int8, and these zipped."""
    content = quantization.convert(model, "int8", pictures(TRAINED["dataset"])[0][0][:CALIBRATION])
    return {
        "parameters": model.count_params(),
        "macs": sum(row.macs for row in layer_table(model)),
        "bytes": len(content),
        "zipped": len(zlib.compress(content, 9)),
    }


def pruning(seed: int) -> dict[str, Any]:
    """Remove weights or whole maps of a network, at once and with an epoch more."""
    network = base(seed)
    found: dict[str, Any] = {
        "all": {"at once": right(network), "trained": right(longer(seed)), **_cost(longer(seed))}
    }
    for share in SHARES:
        through = masked(weakest(network.trainable_variables, share))
        trained = changed_copy(_further(network, seed, through), through)
        found[f"weights {share}"] = {
            "at once": right(network, through), "trained": right(trained), **_cost(trained)
        }  # fmt: skip
    for share in MAPS:
        small = narrower(network, share)
        trained = _further(small, seed)
        found[f"maps {share}"] = {
            "at once": right(small), "trained": right(trained), **_cost(trained)
        }  # fmt: skip
    return found


def sparse_times() -> dict[str, Any]:
    """Time files of one network with all weights, nine tenths of them 0, and half of the maps."""
    name = TRAINED["network"]
    model = training.load(name).model
    zeros = changed_copy(model, masked(weakest(model.trainable_variables, 0.9)))
    digits = quantization.calibration_pictures(name)
    calls: dict[str, Callable[[], object]] = {}
    for kept, each in (("all", model), ("zeros", zeros), ("half", narrower(model, 0.5))):
        for kind in ("float32", "int8"):
            content = quantization.convert(each, kind, digits if kind == "int8" else None)
            lite = quantization.load(content)
            lite.predict(digits[:1])
            calls[f"{kept}, {kind}"] = lite.call
    taken = timing.by_turns(calls, repeats=9, at_least=1.0)
    return {name: each._asdict() for name, each in taken.items()}
