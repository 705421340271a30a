"""What a network says about pictures, and how often it is right."""

from functools import lru_cache
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from convbook.training.batches import Pair, check_images, check_pair

BATCH = 1000  # pictures


def evaluate(model: keras.Model, pair: Pair) -> tuple[float, float]:
    """Return the mean cross-entropy and the share of right answers of a model that gives logits.

    The pair is of pictures (n, 28, 28), uint8, and labels (n,).
    """
    check_pair("given", pair)
    logits = predict(model, pair[0])
    loss = keras.losses.sparse_categorical_crossentropy(pair[1], logits, from_logits=True)
    return float(np.mean(loss)), float(np.mean(logits.argmax(axis=1) == pair[1]))


def predict(model: keras.Model, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Return the logits (n, 10) of pictures (n, 28, 28), uint8.

    Examples
    --------
    >>> from convbook import models
    >>> predict(models.build("lenet"), np.zeros((2, 28, 28), np.uint8)).shape
    (2, 10)
    """
    images = check_images("images", images)
    call = _compiled(model)
    parts = [
        call(images[start : start + BATCH, ..., np.newaxis] / np.float32(255), training=False)
        for start in range(0, len(images), BATCH)
    ]
    return np.concatenate(parts)


@lru_cache(maxsize=2)  # A training evaluates after each epoch; to trace again takes time.
def _compiled(model: keras.Model) -> Any:
    return tf.function(model, reduce_retracing=True)
