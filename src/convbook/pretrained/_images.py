"""Pictures of any kind as the networks take them: three channels, from 0 to 255, square."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

from convbook._checks import kind

Floats: TypeAlias = npt.NDArray[np.float32]
Pictures: TypeAlias = npt.NDArray[Any] | Sequence[npt.NDArray[Any]]
"""One picture (H, W) or (H, W, C), several of one size (N, H, W, C), or a list of pictures."""

WHITE = 255.0


def as_pictures(name: str, images: Pictures) -> list[Floats]:
    """Return the pictures one by one, float32 from 0 to 255, each of shape (H, W, 3)."""
    if isinstance(images, list | tuple):
        if not images:
            raise ValueError(f"{name}: expected at least one picture, got an empty list")
        return [_picture(f"{name}[{i}]", image) for i, image in enumerate(images)]
    if isinstance(images, np.ndarray) and images.ndim == 4:
        return list(_colour(name, images))
    return [_picture(name, images)]


def _picture(name: str, image: object) -> Floats:
    if not isinstance(image, np.ndarray):
        raise TypeError(f"{name}: expected a NumPy array, got one of type {kind(image)}")
    if image.ndim == 2:
        image = image[..., np.newaxis]
    if image.ndim != 3:
        raise ValueError(f"{name}: expected shape (H, W) or (H, W, C), got {image.shape}")
    return _colour(name, image)


def _colour(name: str, image: npt.NDArray[Any]) -> Floats:
    """Return (..., H, W, C) as (..., H, W, 3), from 0 to 255; what is transparent becomes white."""
    if image.size == 0:
        raise ValueError(f"{name}: expected at least one pixel, got shape {image.shape}")
    if image.shape[-1] not in (1, 3, 4):
        raise ValueError(
            f"{name}: expected 1, 3 or 4 channels (grey, RGB or RGBA), got shape {image.shape}"
        )
    factor = np.float32(WHITE / _white(name, image))
    values = image.astype(np.float32) * factor
    if image.shape[-1] == 4:
        opaque = values[..., 3:] / WHITE
        values = opaque * values[..., :3] + (1 - opaque) * WHITE
    return np.broadcast_to(values, (*values.shape[:-1], 3))


def _white(name: str, image: npt.NDArray[Any]) -> float:
    """Return the value that stands for white: that of the dtype, or for floats 1 or 255."""
    if image.dtype in (np.uint8, np.uint16):
        return float(np.iinfo(image.dtype).max)
    if image.dtype.kind != "f":
        raise TypeError(f"{name}: expected uint8, uint16 or floats, got {image.dtype}")
    low, high = float(image.min()), float(image.max())  # NaN if one of them is.
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError(f"{name}: expected finite pixels, got NaN or infinity")
    if low >= 0 and high <= 1:
        return 1.0
    if low >= 0 and 2 <= high <= 255:
        return 255.0
    raise ValueError(
        f"{name}: expected floats from 0 to 1, or from 0 to 255 with a largest of at least 2, got "
        f"{low:g} to {high:g}"
    )


def square(picture: Floats, size: int) -> Floats:
    """Return the middle of a picture (H, W, 3), as large as it can be, at size x size pixels.

    A pixel of the result is a weighted sum of those under it and around it, by the bicubic kernel
    stretched to the size of a new pixel: reducing is free of aliasing.
    """
    height, width = picture.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    middle = picture[top : top + side, left : left + side]
    if side == size:
        return np.ascontiguousarray(middle)
    channels = [
        Image.fromarray(np.ascontiguousarray(middle[..., c])).resize(
            (size, size), Image.Resampling.BICUBIC
        )
        for c in range(3)
    ]
    # The kernel has negative weights: beside an edge of black and white it overshoots both.
    resized: Floats = np.stack([np.asarray(channel) for channel in channels], axis=-1)
    return resized.clip(0, WHITE)
