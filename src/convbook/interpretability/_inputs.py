"""Checks of the arrays and numbers that the methods take."""

from collections.abc import Sequence
from typing import SupportsFloat, SupportsIndex, TypeAlias

import keras
import numpy as np
import numpy.typing as npt

from convbook._arrays import as_array, to_float32
from convbook._checks import finite, integer, one_of
from convbook.interpretability._networks import Floats, input_shape, logits

Integers: TypeAlias = SupportsIndex | Sequence[SupportsIndex] | npt.NDArray[np.integer]
"""One integer for all images, or one an image."""
Range: TypeAlias = tuple[SupportsFloat, SupportsFloat] | None


def as_images(name: str, images: npt.ArrayLike, model: keras.Model) -> Floats:
    """Return the images as float32 (N, H, W, C) of the size that the model takes."""
    return _as_pixels(name, images, ("N", *_named(input_shape(model))))


def as_image(name: str, image: npt.ArrayLike, model: keras.Model) -> Floats:
    """Return one image of shape (H, W, C) as float32, of the size that the model takes."""
    return _as_pixels(name, image, _named(input_shape(model)))


def _named(sizes: tuple[int | None, int | None, int]) -> tuple[int | str, ...]:
    """Return the sizes with a letter for each that is free."""
    return tuple(
        letter if size is None else size for letter, size in zip("HWC", sizes, strict=True)
    )


def _as_pixels(name: str, pixels: npt.ArrayLike, expected: tuple[int | str, ...]) -> Floats:
    array = as_array(name, pixels)
    if array.dtype.kind != "f":
        raise TypeError(
            f"{name}: expected floats prepared as the network takes them, got {array.dtype}"
        )
    if (
        array.ndim != len(expected)
        or array.size == 0
        or any(n != e for n, e in zip(array.shape, expected, strict=True) if isinstance(e, int))
    ):
        wanted = ", ".join(map(str, expected))
        raise ValueError(f"{name}: expected shape ({wanted}), none of them 0, got {array.shape}")
    return to_float32(name, array)


def as_indices(name: str, values: Integers, count: int, below: int) -> npt.NDArray[np.int64]:
    """Return `count` integers from 0 to below `below`; a single one stands for all."""
    array = as_array(name, values)
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name}: expected integers, got {values!r} of {array.dtype}")
    if array.shape not in ((), (count,)):
        raise ValueError(f"{name}: expected one integer or {count} of them, got {array.shape}")
    if array.min() < 0 or array.max() >= below:
        outside = array[(array < 0) | (array >= below)].flat[0]
        raise ValueError(f"{name}: expected integers from 0 to {below - 1}, got {outside}")
    indices: npt.NDArray[np.int64] = np.broadcast_to(array, count).astype(np.int64)
    return indices


def as_classes(
    name: str, classes: Integers | None, model: keras.Model, images: Floats, count: int
) -> npt.NDArray[np.int64]:
    """Return one class an image; None stands for the class with the largest logit."""
    if classes is None:
        best: npt.NDArray[np.int64] = logits(model, images).argmax(axis=1)
        return best
    return as_indices(name, classes, len(images), count)


def one_hot(indices: npt.NDArray[np.int64], count: int) -> Floats:
    """Return one row an index, with a 1 at the index and 0 elsewhere."""
    return np.eye(count, dtype=np.float32)[indices]


def as_range(value_range: Range) -> tuple[float, float]:
    """Return the two limits of a pixel, infinite for None."""
    if value_range is None:
        return -np.inf, np.inf
    if not isinstance(value_range, tuple | list) or len(value_range) != 2:
        raise TypeError(f"value_range: expected a pair (low, high) or None, got {value_range!r}")
    low, high = (finite("value_range", limit) for limit in value_range)
    if low >= high:
        raise ValueError(f"value_range: expected low below high, got {low} and {high}")
    return low, high


def check_within(name: str, images: Floats, low: float, high: float) -> None:
    """Raise a ValueError if a pixel lies outside the limits."""
    if images.min() < np.float32(low) or images.max() > np.float32(high):
        raise ValueError(
            f"{name}: expected pixels in value_range, {low} to {high}, "
            f"got {images.min()} to {images.max()}"
        )


def not_negative(name: str, value: object) -> float:
    """Return `value` as a finite float of at least 0, or raise an error that names the argument."""
    number = finite(name, value)
    if number < 0:
        raise ValueError(f"{name}: expected a number of at least 0, got {number}")
    return number


def as_seed(seed: object) -> np.random.Generator:
    """Return the random numbers of a seed, an integer of at least 0."""
    return np.random.default_rng(integer("seed", seed, 0))


def of_probability(of: object) -> bool:
    """Return whether `of` asks for the probability rather than for the logit."""
    return one_of("of", of, ("logit", "probability")) == "probability"
