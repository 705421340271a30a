"""Pictures of any kind as the networks take them: three channels, from 0 to 255, square."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

from convbook._arrays import Array, as_array

Floats: TypeAlias = npt.NDArray[np.float32]
Pictures: TypeAlias = npt.ArrayLike | Image.Image | Sequence[npt.ArrayLike | Image.Image]
"""One picture (H, W) or (H, W, C), several of one size (N, H, W, C), or a list of pictures."""

WHITE = 255.0
STRIP = 256  # rows that are converted at a time


def as_pictures(name: str, images: Pictures) -> list[tuple[Array, float]]:
    """Return the pictures one by one, (H, W, C), each with the value that is white in it."""
    if isinstance(images, list | tuple):
        if not images:
            raise ValueError(f"{name}: expected at least one picture, got an empty list")
        return [_picture(f"{name}[{i}]", as_array(f"{name}[{i}]", x)) for i, x in enumerate(images)]
    array = as_array(name, images)
    if array.ndim == 4:
        white = _white(name, array)
        return [(picture, white) for picture in array]
    return [_picture(name, array)]


def _picture(name: str, image: Array) -> tuple[Array, float]:
    if image.dtype.kind in "OSU":  # None, or the name of a file.
        raise TypeError(f"{name}: expected a picture, got an array of {image.dtype}")
    if image.ndim == 2:
        image = image[..., np.newaxis]
    if image.ndim != 3:
        raise ValueError(f"{name}: expected shape (H, W) or (H, W, C), got {image.shape}")
    return image, _white(name, image)


def _white(name: str, image: npt.NDArray[Any]) -> float:
    """Return the value that stands for white: that of the dtype, or for floats 1 or 255."""
    if image.size == 0:
        raise ValueError(f"{name}: expected at least one pixel, got shape {image.shape}")
    if image.shape[-1] not in (1, 3, 4):
        raise ValueError(
            f"{name}: expected 1, 3 or 4 channels (grey, RGB or RGBA), got shape {image.shape}"
        )
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


def square(picture: Array, white: float, size: int) -> Floats:
    """Return the middle of a picture, as large as it can be, at size x size pixels in colour.

    A pixel of the result is a weighted sum of those under it and around it, by the bicubic kernel
    stretched to the size of a new pixel: reducing is free of aliasing. Along the rows it is taken
    of some rows at a time, so that a large picture is never converted as a whole.
    """
    height, width = picture.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    middle = picture[top : top + side, left : left + side]
    strips = [
        _resized(_colour(middle[row : row + STRIP], white), size) for row in range(0, side, STRIP)
    ]
    # The kernel has negative weights: beside an edge of black and white it overshoots both.
    return _resized(np.concatenate(strips).swapaxes(0, 1), size).swapaxes(0, 1).clip(0, WHITE)


def _resized(picture: Floats, width: int) -> Floats:
    """Return the picture with rows of another width."""
    channels = [
        Image.fromarray(np.ascontiguousarray(picture[..., c])).resize(
            (width, len(picture)), Image.Resampling.BICUBIC
        )
        for c in range(3)
    ]
    return np.stack([np.asarray(channel) for channel in channels], axis=-1)


def _colour(image: Array, white: float) -> Floats:
    """Return pixels as RGB from 0 to 255; what is transparent becomes white."""
    values = image.astype(np.float32) * np.float32(WHITE / white)
    if image.shape[-1] == 4:
        opaque = values[..., 3:] / WHITE
        values = opaque * values[..., :3] + (1 - opaque) * WHITE
    return np.broadcast_to(values, (*values.shape[:-1], 3))
