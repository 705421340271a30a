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


def reliability(
    probabilities: npt.ArrayLike, labels: npt.ArrayLike, bins: int = 10
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.int64], float]:
    """Compare how probable answers are said to be with how often they are right.

    Parameters
    ----------
    probabilities : array of shape (n, classes)
        The largest one of a row is that of the answer.
    labels : array of shape (n,), integer
        The right classes.
    bins : int
        Equal intervals from 0 to 1, by the probability of the answer.

    Returns
    -------
    confidence, accuracy : ndarray of shape (bins,)
        Mean probability of the answers, and share of right ones; zero in an empty bin.
    count : ndarray of shape (bins,)
        Answers.
    error : float
        The expected calibration error: the mean of ``abs(confidence - accuracy)``, each bin
        weighted by its count.

    Raises
    ------
    ValueError
        If the shapes do not agree.

    References
    ----------
    C. Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, arXiv:1706.04599.

    Examples
    --------
    >>> confidence, accuracy, count, error = reliability([[0.9, 0.1], [0.3, 0.7]], [0, 0], bins=2)
    >>> confidence.tolist(), accuracy.tolist(), count.tolist(), round(error, 2)
    ([0.0, 0.8], [0.0, 0.5], [0, 2], 0.3)
    """
    p, truth = np.asarray(probabilities), np.asarray(labels)
    if p.ndim != 2 or truth.shape != p.shape[:1]:
        raise ValueError(f"labels: expected one for each of {p.shape}, got shape {truth.shape}")
    top, right = p.max(axis=1), p.argmax(axis=1) == truth
    number = np.minimum((top * bins).astype(int), bins - 1)
    count = np.bincount(number, minlength=bins)
    sums = np.stack([np.bincount(number, value, minlength=bins) for value in (top, right)])
    confidence, accuracy = sums / np.maximum(count, 1)
    return confidence, accuracy, count, float(np.abs(sums[0] - sums[1]).sum() / len(truth))


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
