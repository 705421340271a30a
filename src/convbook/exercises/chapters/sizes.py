"""Exercises of the chapter on sizes."""

from collections.abc import Iterator

import numpy as np

from convbook import arithmetic, reference
from convbook.exercises.exercise import Exercise, Inputs, Mistake, Part, Pencil

SIZES_ON_PAPER = Pencil(
    "sizes-on-paper",
    parts=(
        Part(
            "(a) 7 x 7 taps with VALID",
            arithmetic.output_size(50, 7),
            {43: "A window of 7 fits at 50 - 7 + 1 places.", 50: "That is SAME."},
        ),
        Part(
            "(b) 5 x 5 taps with stride 2 and SAME",
            arithmetic.output_size(50, 5, stride=2, padding="same"),
            {23: "That is VALID.", 50: "A stride of 2 halves it."},
        ),
        Part(
            "(c) 3 x 3 taps with dilation 4 and VALID",
            arithmetic.output_size(50, arithmetic.effective_kernel(3, 4)),
            {
                48: "That is without the dilation.",
                39: "The kernel covers 2 * 4 + 1 pixels, not 3 * 4.",
                41: "A window of 9 fits at 50 - 9 + 1 places.",
            },
        ),
        Part(
            "(d) 4 x 4 taps with stride 3 and two zeros on each side",
            arithmetic.output_size(50, 4, stride=3, padding=2),
            {16: "The zeros count, and so does the first window.", 18: "The floor rounds down."},
        ),
        Part(
            "(e) 5 x 5 taps with full padding",
            arithmetic.output_size(50, 5, padding=4),
            {46: "That is VALID.", 50: "That is SAME.", 58: "That adds the zeros of both sides."},
        ),
    ),
    hint="How far does the kernel reach, and how many steps are left?",
)

NOTHING_LEFT = Pencil(
    "nothing-left",
    parts=(
        Part(
            "the sizes up to 24 at which every pixel is read, smallest first",
            (4, 7, 10, 13, 16, 19, 22),
            {
                (3, 6, 9, 12, 15, 18, 21, 24): "The stride divides n - 4, not n.",
                (4, 8, 12, 16, 20, 24): "The stride is 3, not 4.",
            },
        ),
        Part(
            "how many pixels are left over at most",
            2,
            {3: "Three would make room for another window.", 1: "Try 6 pixels."},
        ),
    ),
)

FIELD_ON_PAPER = Pencil(
    "field-on-paper",
    parts=(
        Part(
            "the receptive field",
            arithmetic.receptive_field([(3, 2), (3, 1, 2), (5, 1)]),
            {
                11: "The stride of the first layer lengthens the steps of all that follow.",
                15: "The second layer has a stride before it and a dilation, the last a stride.",
            },
        ),
        Part(
            "the receptive field with the first and the last layer exchanged",
            arithmetic.receptive_field([(5, 1), (3, 1, 2), (3, 2)]),
            {
                19: "No layer comes after the stride any more.",
                9: "The second layer has a dilation of 2.",
            },
        ),
    ),
)

ALEXNET = Pencil(
    "alexnet",
    parts=(
        Part(
            "the size for 224 pixels with VALID",
            arithmetic.output_size(224, 11, 4),
            {
                55: "The paper's number is not what it gives: take the floor.",
                53: "The first window counts too.",
            },
        ),
        Part(
            "the size for 224 pixels with SAME",
            arithmetic.output_size(224, 11, 4, padding="same"),
            {
                55: "The paper's number is not what it gives.",
                224: "The stride of 4 divides it.",
            },
        ),
        Part(
            "the size of picture that gives 55 with VALID and no pixel unread",
            54 * 4 + 11,
            {
                231: "55 windows make 54 steps.",
                220: "The last window still needs its 11 pixels.",
            },
        ),
        Part(
            "how many zeros 224 pixels need in all, none of them unread",
            3,
            {
                4: "That leaves a zero unread.",
                6: "Three are enough, on both sides together.",
            },
        ),
    ),
)


def spans(dilations: list[int]) -> tuple[int, int]:
    """Return how many pixels one output of a stack of layers spans, and how many it reads.

    Parameters
    ----------
    dilations : list of int
        Of the layers, each of three taps along one axis with stride 1. Their sum is at most 50.

    Returns
    -------
    spanned : int
        From the first pixel that the output depends on to the last.
    read : int
        How many of these it depends on.
    """
    read = {0}
    for dilation in dilations:
        read = {place + tap * dilation for place in read for tap in (-1, 0, 1)}
    return max(read) - min(read) + 1, len(read)


def _stacks(rng: np.random.Generator) -> Iterator[Inputs]:
    yield ([4, 3, 9],)
    yield ([8, 8, 8, 8],)
    yield ([1, 2, 4, 8],)
    yield (rng.integers(1, 9, 4).tolist(),)
    yield ([5],)


DILATED_STACK = Exercise(
    "dilated-stack",
    answer=spans,
    inputs=_stacks,
    mistakes=(
        Mistake(
            "That has no holes: with a large dilation some pixels in the field are not read.",
            lambda dilations: (spans(dilations)[0], spans(dilations)[0]),
        ),
        Mistake(
            "Three taps reach a dilation to both sides: each layer adds two dilations.",
            lambda dilations: (1 + sum(dilations), spans(dilations)[1]),
        ),
        Mistake(
            "That counts paths, not pixels: several paths may lead to one pixel.",
            lambda dilations: (spans(dilations)[0], 3 ** len(dilations)),
        ),
        Mistake(
            "The two numbers stand in the wrong order: spanned first, then read.",
            lambda dilations: spans(dilations)[::-1],
        ),
    ),
)


def blurred(picture: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Return a blurred picture of the same size, without the shadow of zeros along its border.

    Parameters
    ----------
    picture : ndarray of shape (H, W), float32
        In 0 to 1.
    kernel : ndarray of shape (k, k), float32
        All weights are positive, and k is odd.

    Returns
    -------
    ndarray of shape (H, W)
        The cross-correlation with SAME, each output divided by the weight that met the picture.
    """
    return np.asarray(
        reference.correlate2d(picture, kernel, "same")
        / reference.correlate2d(np.ones_like(picture), kernel, "same")
    )


def _padded(picture: np.ndarray, kernel: np.ndarray, **padding: str) -> np.ndarray:
    return reference.correlate2d(np.pad(picture, len(kernel) // 2, **padding), kernel)  # type: ignore[call-overload]


NORMALIZED = Exercise(
    "normalized",
    answer=blurred,
    inputs=lambda rng: (
        (rng.random(size, np.float32), rng.random((k, k), np.float32) + np.float32(0.1))
        for size, k in (((9, 8), 3), ((12, 16), 7), ((7, 7), 5))
    ),
    mistakes=(
        Mistake(
            "That is the blur with its shadow: it is still to be divided.",
            lambda picture, kernel: reference.correlate2d(picture, kernel, "same"),
        ),
        Mistake(
            "That divides by the sum of all weights everywhere; near the border fewer of them met "
            "the picture.",
            lambda picture, kernel: reference.correlate2d(picture, kernel, "same") / kernel.sum(),
        ),
        Mistake(
            "That continues the picture with a mirror, where it should divide.",
            lambda picture, kernel: _padded(picture, kernel / kernel.sum(), mode="reflect"),
        ),
        Mistake(
            "That repeats the pixels of the border, where it should divide.",
            lambda picture, kernel: _padded(picture, kernel / kernel.sum(), mode="edge"),
        ),
        Mistake(
            "That turns the kernel: TensorFlow computes cross-correlation.",
            lambda picture, kernel: blurred(picture, kernel[::-1, ::-1]),
        ),
    ),
)

EXERCISES = (
    SIZES_ON_PAPER, NOTHING_LEFT, FIELD_ON_PAPER, ALEXNET, DILATED_STACK, NORMALIZED,
)  # fmt: skip
