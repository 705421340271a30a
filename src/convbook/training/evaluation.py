"""What a network says about pictures, and how often it is right."""

from functools import lru_cache
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from convbook._arrays import as_array, check_finite
from convbook.training.batches import Pair, check_images, check_pair

BATCH = 1000  # pictures
PIXELS = 1_000_000  # of the pictures that a network answers with maps for at once


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


def predict_maps(model: keras.Model, pictures: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """Return what one of :data:`convbook.models.PICTURES` says of pictures.

    Parameters
    ----------
    model : keras.Model
        It takes (n, H, W, 1) and returns (n, H', W', maps).
    pictures : array of shape (n, H, W), floating
        Grey values, for most networks from 0 to 1.

    Returns
    -------
    ndarray of shape (n, H', W', maps), float32

    Raises
    ------
    TypeError, ValueError
        If the pictures are not floats, have another shape or hold NaN or infinity, or the network
        halves them oftener than their height and width allow.

    Examples
    --------
    >>> from convbook import models
    >>> predict_maps(models.build("unet"), np.zeros((2, 12, 16), np.float32)).shape
    (2, 12, 16, 11)
    """
    grey = as_array("pictures", pictures)
    if grey.dtype.kind != "f":
        raise TypeError(f"pictures: expected floats, got {grey.dtype}")
    if grey.ndim != 3 or not grey.size:
        raise ValueError(f"pictures: expected shape (n, H, W), got {grey.shape}")
    check_finite("pictures", grey)
    pools = [layer for layer in model.layers if isinstance(layer, keras.layers.MaxPooling2D)]
    step = int(np.prod([pool.strides[0] for pool in pools], dtype=int))
    if grey.shape[1] % step or grey.shape[2] % step:
        raise ValueError(
            f"pictures: expected a height and a width that {step} divides, got {grey.shape}"
        )
    call = _compiled_by_size(model)
    each = max(1, PIXELS // (grey.shape[1] * grey.shape[2]))
    parts = [
        call(grey[start : start + each, ..., np.newaxis].astype(np.float32), training=False)
        for start in range(0, len(grey), each)
    ]
    return np.concatenate(parts)


@lru_cache(maxsize=2)  # A training evaluates after each epoch; to trace again takes time.
def _compiled(model: keras.Model) -> Any:
    return tf.function(model, reduce_retracing=True)


@lru_cache(maxsize=2)
def _compiled_by_size(model: keras.Model) -> Any:
    return tf.function(model)  # Keras enlarges maps of a known size only.
