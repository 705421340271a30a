"""The pictures, checked, and the batches of a training in their order.

The order, the shifts and the flips depend on seed, epoch and step alone. A training that goes on
after an interruption sees the batches that it would have seen.
"""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from convbook._arrays import as_array
from convbook.training.recipe import Recipe

SPLIT_REVISION = 2
"""Which pictures are held out. Raise it with a change after which they are others."""

Pair: TypeAlias = tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]
"""Pictures (n, H, W) and their labels (n,)."""

Split: TypeAlias = tuple[Pair, Pair]
"""What is learned from, and what is evaluated."""

CLASSES = 10


def check(dataset: Split) -> None:
    """Refuse pictures or labels that a network for digits cannot take, as `check_pair` does."""
    for name, pair in zip(("training", "test"), dataset, strict=True):
        check_pair(name, pair)


def check_pair(name: str, pair: Pair) -> None:
    """Refuse pictures or labels that a network for digits cannot take; messages begin with `name`.

    It raises a TypeError if pictures are not uint8 or labels no integers, and a ValueError if their
    shapes are not (n, 28, 28) and (n,), or a label is not one of the ten classes.
    """
    images, labels = pair
    check_images(f"{name} images", images)
    labels = as_array(f"{name} labels", labels)
    if labels.dtype.kind not in "iu":
        raise TypeError(f"{name} labels: expected integers, got {labels.dtype}")
    if labels.shape != (len(images),):
        raise ValueError(f"{name} labels: expected shape ({len(images)},), got {labels.shape}")
    if labels.min() < 0 or labels.max() >= CLASSES:
        raise ValueError(
            f"{name} labels: expected classes from 0 to {CLASSES - 1}, "
            f"got {labels.min()} to {labels.max()}"
        )


def check_images(name: str, images: npt.ArrayLike) -> npt.NDArray[np.uint8]:
    """Return pictures of digits as an array.

    It raises a TypeError that names the argument if they are not uint8, and a ValueError if they
    have another shape than (n, 28, 28), or there are none.
    """
    pictures = as_array(name, images)
    if pictures.dtype != np.uint8:
        raise TypeError(f"{name}: expected uint8, got {pictures.dtype}")
    if pictures.ndim != 3 or pictures.shape[1:] != (28, 28) or not len(pictures):
        raise ValueError(f"{name}: expected shape (n, 28, 28), got {pictures.shape}")
    return pictures


def split(recipe: Recipe, dataset: Split) -> Split:
    """Return what a recipe learns from and what it is evaluated with.

    Pictures are held out by a random draw, the same for every recipe; a smaller draw is a part of
    a larger one.

    Raises
    ------
    ValueError
        If the recipe holds out all pictures, or has in a batch more than are left.
    """
    (x, y), test = dataset
    if recipe.held_out:
        if recipe.held_out >= len(x):
            raise ValueError(f"held_out: expected below {len(x)}, got {recipe.held_out}")
        rows = np.random.default_rng(0).permutation(len(x))
        learn, held = rows[: -recipe.held_out], rows[-recipe.held_out :]
        (x, y), test = (x[learn], y[learn]), (x[held], y[held])
    if recipe.batch_size > len(x):
        raise ValueError(f"batch_size: expected at most {len(x)}, got {recipe.batch_size}")
    return (x, y), test


def steps_per_epoch(recipe: Recipe, pictures: int) -> int:
    """Return how many whole batches an epoch has.

    Examples
    --------
    >>> steps_per_epoch(Recipe("lenet"), 60_000)
    468
    """
    return pictures // recipe.batch_size


def batches(recipe: Recipe, pair: Pair, first_epoch: int = 0) -> tf.data.Dataset:
    """Return the batches of all epochs from `first_epoch` on, counted from 0, one after another.

    Each is a pair: pictures (batch, 28, 28, 1), float32 from 0 to 1, and labels (batch,), int32.
    """
    images, labels = tf.constant(pair[0]), tf.constant(pair[1].astype(np.int32))
    steps = steps_per_epoch(recipe, len(pair[0]))
    order = np.concatenate(
        [
            np.random.default_rng([recipe.seed, epoch]).permutation(len(pair[0]))[
                : steps * recipe.batch_size
            ]
            for epoch in range(first_epoch, recipe.epochs)
        ]
    )
    rows = order.reshape(-1, recipe.batch_size).astype(np.int32)
    numbers = np.arange(len(rows), dtype=np.int32) + first_epoch * steps

    def fetch(indices: tf.Tensor, step: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        pictures = tf.gather(images, indices)
        if recipe.shift:  # Still as bytes: a quarter of the memory to move.
            pictures = _shifted(pictures, recipe.shift, tf.stack([recipe.seed, step]))
        if recipe.flip:  # Steps below zero seed no shift.
            pictures = _flipped(pictures, tf.stack([recipe.seed, -1 - step]))
        return tf.cast(pictures, tf.float32)[..., tf.newaxis] / 255.0, tf.gather(labels, indices)

    dataset = tf.data.Dataset.from_tensor_slices((rows, numbers)).map(fetch).prefetch(2)
    options = tf.data.Options()
    # Measured: its tuning makes a training wait for seconds at the ends of epochs.
    options.autotune.enabled = False
    return dataset.with_options(options)


def _flipped(pictures: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Mirror each picture, left to right, with probability a half."""
    chosen = tf.random.stateless_uniform((pictures.shape[0], 1, 1), seed) < 0.5
    return tf.where(chosen, pictures[:, :, ::-1], pictures)


def _shifted(pictures: tf.Tensor, most: int, seed: tf.Tensor) -> tf.Tensor:
    """Move each picture by its own whole number of pixels along both axes, zeros coming in."""
    size = pictures.shape[1]
    padded = tf.pad(pictures, [[0, 0], [most, most], [most, most]])
    starts = tf.random.stateless_uniform(
        (pictures.shape[0], 2), seed, 0, 2 * most + 1, dtype=tf.int32
    )
    window = starts[..., tf.newaxis] + tf.range(size)
    rows = tf.gather(padded, window[:, 0], axis=1, batch_dims=1)
    return tf.gather(rows, window[:, 1], axis=2, batch_dims=1)
