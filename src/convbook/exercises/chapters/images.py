"""Exercises of the chapter on images."""

from collections.abc import Iterator

import numpy as np

from convbook.exercises.exercise import Exercise, Inputs, Mistake, Part, Pencil

BYTES_ON_PAPER = Pencil(
    "bytes-on-paper",
    parts=(
        Part(
            "250 + 10 in uint8",
            4,
            {
                260: "A byte holds 0 to 255.",
                255: "It does not stop at 255: it wraps around.",
                5: "That is the remainder by 255; a byte has 256 values.",
            },
        ),
        Part(
            "3 - 5 in uint8",
            254,
            {
                -2: "A byte has no sign.",
                0: "It does not stop at 0: it wraps around.",
                253: "That is the remainder by 255; a byte has 256 values.",
            },
        ),
        Part(
            "16 * 17 in uint8",
            16,
            {
                272: "A byte holds 0 to 255.",
                255: "It does not stop at 255: it wraps around.",
                17: "That is the remainder by 255; a byte has 256 values.",
            },
        ),
        Part(
            "the float of the byte 51",
            0.2,
            {51 / 256: "1 is the largest byte, 255, not 256.", 51: "The float is in 0 to 1."},
            tolerance=1e-4,
        ),
        Part(
            "the byte of the float 0.6",
            153,
            {154: "1 becomes 255, not 256.", 153.6: "1 becomes 255, not 256."},
        ),
        Part(
            "the last of the four normalized pixels, to two decimals",
            2**0.5,
            {
                1: "That divides by the variance; the standard deviation is its root.",
                2: "That is the difference from the mean: divide by the standard deviation.",
                1.5**0.5: "That divides by n - 1; the variance of a picture divides by n.",
            },
            tolerance=0.01,
        ),
    ),
)

OFFSET = Pencil(
    "offset",
    parts=(
        Part(
            "the offset of x[1, 2, 3, 0] with NHWC",
            99,
            {73: "That is the one with NCHW.", 39: "A picture of 60 values lies before it."},
        ),
        Part(
            "the offset of x[n=1, h=2, w=3, c=0] with NCHW",
            73,
            {
                99: "That is the one with NHWC.",
                13: "A picture of 60 values lies before it.",
                115: "Its indices are n, h, w, c with either layout.",
            },
        ),
        Part(
            "the indices n, h, w, c of offset 100 with NHWC",
            (1, 2, 3, 1),
            {
                (1, 2, 0, 0): "Those are the ones with NCHW, in the order n, c, h, w.",
                (1, 1, 2, 3): "Give the channel last, as the layout does: n, h, w, c.",
            },
        ),
        Part(
            "the indices n, c, h, w of offset 100 with NCHW",
            (1, 2, 0, 0),
            {
                (1, 0, 0, 2): "Give the channel second, as the layout does: n, c, h, w.",
                (1, 1, 2, 3): "That reads the memory with NHWC.",
            },
        ),
    ),
)


def quarter_turn(image: np.ndarray) -> np.ndarray:
    """Return a picture turned by 90 degrees anticlockwise.

    Parameters
    ----------
    image : ndarray of shape (H, W, 3)
        In bytes.

    Returns
    -------
    ndarray of shape (W, H, 3)
        Made with slices and a transposition of axes, without a function for turning.
    """
    return image.transpose(1, 0, 2)[::-1]


TURN = Exercise(
    "turn",
    answer=quarter_turn,
    inputs=lambda rng: _colour(rng, (5, 7), (4, 4)),
    mistakes=(
        Mistake(
            "That is a turn clockwise: the other axis has to run backwards.",
            lambda image: image.transpose(1, 0, 2)[:, ::-1],
        ),
        Mistake(
            "That is the picture mirrored along its diagonal: one axis still has to run backwards.",
            lambda image: image.transpose(1, 0, 2),
        ),
        Mistake("That is a half turn.", lambda image: image[::-1, ::-1]),
        Mistake("That is upside down.", lambda image: image[::-1]),
        Mistake("That reversed the colours as well.", lambda image: image.T[::-1]),
    ),
)


def double_exposure(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the average of two pictures, correct to half a level.

    Parameters
    ----------
    first, second : ndarray of shape (H, W, 3), uint8
        Pictures of one size.

    Returns
    -------
    ndarray of shape (H, W, 3), uint8
    """
    exact = (first.astype(np.float32) + second) / 2
    return np.asarray(np.round(exact).astype(np.uint8))


def _two_of_one_parity(rng: np.random.Generator) -> Iterator[Inputs]:
    """Yield pictures whose averages are whole: half a level above or below is no question."""
    for shape in ((6, 5, 3), (2, 3, 3)):
        first = rng.integers(0, 256, shape)
        second = rng.integers(0, 128, shape) * 2 + first % 2
        yield first.astype(np.uint8), second.astype(np.uint8)


EXPOSURE = Exercise(
    "exposure",
    answer=double_exposure,
    inputs=_two_of_one_parity,
    mistakes=(
        Mistake(
            "That is (first + second) // 2 in bytes: the sum wraps around where it exceeds 255. "
            "Add in a type that can hold 510.",
            lambda first, second: (first + second) // 2,
        ),
        Mistake(
            "That halves before it adds: two odd bytes lose half a level each.",
            lambda first, second: first // 2 + second // 2,
        ),
    ),
    hint="Which type holds the sum of two bytes?",
)


def channels_first(image: np.ndarray) -> np.ndarray:
    """Return a picture with its channels as the first axis.

    Parameters
    ----------
    image : ndarray of shape (H, W, C)
        With its channels last.

    Returns
    -------
    ndarray of shape (C, H, W)
        The value at [c, i, j] is image[i, j, c].
    """
    return image.transpose(2, 0, 1)


SCRAMBLE = Exercise(
    "scramble",
    answer=channels_first,
    inputs=lambda rng: _colour(rng, (4, 6), (5, 5)),
    mistakes=(
        Mistake(
            "That is a reshape: it keeps the memory as it is and cuts it into other rows. "
            "The axes have to change places, with a transposition.",
            lambda image: image.reshape(image.shape[2], *image.shape[:2]),
        ),
        Mistake(
            "Rows and columns have changed places as well: the order of the axes is (2, 0, 1).",
            lambda image: image.T,
        ),
        Mistake("That is the picture as it was.", lambda image: image),
    ),
    hint="np.transpose takes the order of the axes.",
)


def normalized(batch: np.ndarray) -> np.ndarray:
    """Return pictures that each have mean 0 and variance 1, without a loop.

    Parameters
    ----------
    batch : ndarray of shape (N, H, W, C)
        No picture in it has one colour only.

    Returns
    -------
    ndarray of shape (N, H, W, C), float64
    """
    batch = batch.astype(np.float64)
    mean = batch.mean((1, 2, 3), keepdims=True)
    return np.asarray((batch - mean) / batch.std((1, 2, 3), keepdims=True))


def _over(axes: tuple[int, ...] | None, batch: np.ndarray, power: float = 1.0) -> np.ndarray:
    mean, deviation = batch.mean(axes, keepdims=True), batch.std(axes, keepdims=True)
    return np.asarray((batch - mean) / deviation**power)


BATCH = Exercise(
    "batch",
    answer=normalized,
    inputs=lambda rng: (
        ((rng.random(shape) * rng.uniform(1, 5, (shape[0], 1, 1, shape[3])) + 2),)
        for shape in ((3, 5, 4, 3), (2, 6, 6, 1), (64, 32, 32, 3))
    ),
    mistakes=(
        Mistake(
            "That has one mean for the whole batch: a picture's numbers must not depend on the "
            "pictures beside it.",
            lambda batch: _over(None, batch),
        ),
        Mistake(
            "That normalizes each channel on its own: average over the channels too.",
            lambda batch: _over((1, 2), batch),
        ),
        Mistake(
            "That is batch normalization: one mean for each channel, over all pictures.",
            lambda batch: _over((0, 1, 2), batch),
        ),
        Mistake(
            "That divides by the variance; the standard deviation is its root.",
            lambda batch: _over((1, 2, 3), batch, 2.0),
        ),
    ),
    slowest=10,
)


def halved(values: np.ndarray) -> np.ndarray:
    """Return a picture of half the size, its blocks of 2 x 2 pixels averaged in light.

    Parameters
    ----------
    values : ndarray of shape (H, W, 3), float64
        In sRGB, 0 to 1. H and W are even.

    Returns
    -------
    ndarray of shape (H / 2, W / 2, 3), float64
        In sRGB again.
    """
    return _to_value(_blocks(_to_light(values)))


def _to_light(v: np.ndarray) -> np.ndarray:
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def _to_value(light: np.ndarray) -> np.ndarray:
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def _blocks(values: np.ndarray) -> np.ndarray:
    height, width, channels = values.shape
    blocks = values.reshape(height // 2, 2, width // 2, 2, channels)
    return np.asarray(blocks.mean((1, 3)))


LIGHT = Exercise(
    "light",
    answer=halved,
    # Powers make dark values frequent, for which the curve is a line.
    inputs=lambda rng: ((rng.random((*size, 3)) ** 4,) for size in ((6, 8), (4, 10), (128, 128))),
    mistakes=(
        Mistake(
            "That averages the values: turn them into light first, and the average back.", _blocks
        ),
        Mistake(
            "That is the light: it has to become values again.",
            lambda values: _blocks(_to_light(values)),
        ),
        Mistake(
            "The two directions are exchanged: values are decoded first.",
            lambda values: _to_light(_blocks(_to_value(values))),
        ),
        Mistake(
            "Dark values need the line: the power law holds above l = 0.0031308 only.",
            lambda values: 1.055 * _blocks(((values + 0.055) / 1.055) ** 2.4) ** (1 / 2.4) - 0.055,
        ),
    ),
    tolerance=1e-4,
    slowest=10,
)


def balanced(picture: np.ndarray, patch: np.ndarray) -> np.ndarray:
    """Return a picture with its channels scaled so that a grey patch becomes grey.

    Parameters
    ----------
    picture : ndarray of shape (H, W, 3), float64
        In 0 to 1.
    patch : ndarray of shape (h, w, 3), float64
        A region known to be grey. With the whole picture as the patch this is the grey-world rule.

    Returns
    -------
    ndarray of shape (H, W, 3)
        Each channel times one factor, which brings the patch's mean in it to the mean of the three
        means, and clipped to 0 to 1 at the end.
    """
    means = patch.mean((0, 1))
    return np.asarray(np.clip(picture * means.mean() / means, 0, 1))


def _tinted(rng: np.random.Generator) -> Iterator[Inputs]:
    for size in ((12, 10), (8, 16)):
        picture = rng.random((*size, 3)) ** [0.5, 1, 2]  # reddish
        yield picture, picture[2:6, 3:8]
        yield picture, picture


def _scaled(picture: np.ndarray, patch: np.ndarray) -> np.ndarray:
    means = patch.mean((0, 1))
    return np.asarray(picture * means.mean() / means)


BALANCE = Exercise(
    "balance",
    answer=balanced,
    inputs=_tinted,
    mistakes=(
        Mistake(
            "That takes the means of the whole picture, the grey-world rule: take the patch's.",
            lambda picture, patch: balanced(picture, picture),
        ),
        Mistake("Some values exceed 1: clip them at the end.", _scaled),
        Mistake(
            "That makes the patch white: its means should agree with each other, not with 1.",
            lambda picture, patch: np.clip(picture / patch.mean((0, 1)), 0, 1),
        ),
        Mistake(
            "That adds to the channels; the rule multiplies them.",
            lambda picture, patch: np.clip(picture + patch.mean() - patch.mean((0, 1)), 0, 1),
        ),
    ),
)


def _colour(rng: np.random.Generator, *sizes: tuple[int, int]) -> Iterator[Inputs]:
    for size in sizes:
        yield (rng.integers(0, 256, (*size, 3), dtype=np.uint8),)


EXERCISES = (
    BYTES_ON_PAPER, OFFSET, TURN, EXPOSURE, SCRAMBLE, BATCH, LIGHT, BALANCE,
)  # fmt: skip
