"""Learning from a few garments of each class, from pixels or a pretrained network's features."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from bookbuild.studies.garments import JUDGES, few
from convbook import data, pretrained
from convbook.training import device
from convbook.training.batches import Pair

SIDE = 64  # pixels that a garment is enlarged to for the pretrained network
ASKED = 500  # of the judges, since enlarged garments take their time
BORROWED: Mapping[str, Any] = {
    "side": SIDE, "judges": ASKED, "pool": 100, "shots": [1, 2, 5, 10, 20, 50], "draws": 20,
    "penalty": 0.1,
}  # fmt: skip
"""Of a linear fit on pixels or on features: garments are drawn from a pool of each class."""

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.uint8]


def shots(number: int, seed: int) -> Pair:
    """Draw so many garments of each class, none of them a judge's, class by class."""
    (x, y), _ = data.fashion_mnist()
    x, y = x[:-JUDGES], y[:-JUDGES]
    rng = np.random.default_rng(seed)
    rows = [rng.choice(np.flatnonzero(y == label), number, replace=False) for label in range(10)]
    chosen = np.concatenate(rows)
    return x[chosen], y[chosen]


def judges() -> Pair:
    """Return the held-out garments that are asked about."""
    x, y = few(1)[1]
    return x[:ASKED], y[:ASKED]


def borrowed() -> dict[str, list[list[float]]]:
    """Fit pixels and features linearly; return accuracies by input: a row a number of shots.

    Each entry of a row is a draw, the same for both inputs.
    """
    device.prepare()
    (x, y), (asked, labels) = shots(BORROWED["pool"], seed=0), judges()
    base = features_network()
    inputs = {
        "pixels": (_scaled(x).reshape(len(x), -1), _scaled(asked).reshape(len(asked), -1)),
        "features": (_predict(base, enlarged(x)), _predict(base, enlarged(asked))),
    }
    accuracies: dict[str, list[list[float]]] = {name: [] for name in inputs}
    for number in BORROWED["shots"]:
        draws = [  # The pool is sorted by class.
            np.concatenate([
                label * BORROWED["pool"] + rng.choice(BORROWED["pool"], number, replace=False)
                for label in range(10)
            ])
            for rng in map(np.random.default_rng, range(BORROWED["draws"]))
        ]  # fmt: skip
        for name, (pool, seen) in inputs.items():
            fits = [ridge(pool[rows], y[rows], seen, BORROWED["penalty"]) for rows in draws]
            accuracies[name].append([float(np.mean(fit == labels)) for fit in fits])
    return accuracies


def ridge(x: Floats, y: Labels, seen: Floats, penalty: float) -> npt.NDArray[np.intp]:
    """Fit a linear function to ten classes with a penalty on its weights; return its answers.

    Inputs (n, features) are centred and divided by one number, their standard deviation times the
    root of the number of features: pixels and features meet the same penalty. Targets are 1 for the
    class and 0 for the others. The solution comes from the n x n products of inputs.
    """
    mean, scale = x.mean(axis=0), x.std() * np.sqrt(x.shape[1])
    x, seen = (x - mean) / scale, (seen - mean) / scale
    targets = np.eye(10)[y]
    dual = np.linalg.solve(x @ x.T + penalty * np.eye(len(x)), targets - targets.mean(axis=0))
    answers: npt.NDArray[np.intp] = (seen @ (x.T @ dual) + targets.mean(axis=0)).argmax(axis=1)
    return answers


def enlarged(images: npt.NDArray[np.uint8]) -> Floats:
    """Return garments as the pretrained network takes pictures: larger, in three channels."""
    big = tf.image.resize(tf.cast(images, tf.float32)[..., tf.newaxis], (SIDE, SIDE))
    pixels: Floats = tf.repeat(big, 3, axis=-1).numpy()
    return (pixels - np.float32(127)) / np.float32(128)


def features_network() -> keras.Model:
    """Return EfficientNet-Lite0 from enlarged garments to the 1,280 averages of its last maps."""
    network = pretrained.load("efficientnet_lite0")
    features = network.model.get_layer(network.layers["features"]).output
    whole = keras.Model(network.model.input, features)
    base = keras.models.clone_model(whole, input_tensors=keras.Input((SIDE, SIDE, 3)))
    base.set_weights(whole.get_weights())
    return base


def _predict(model: keras.Model, x: Floats) -> Any:
    return model.predict(x, batch_size=50, verbose=0)


def _scaled(images: npt.NDArray[np.uint8]) -> Floats:
    """Return garments as the book's networks take them."""
    return np.asarray(data.to_float(images)[..., np.newaxis], np.float32)
