"""The answers of exercises for paper are those that their questions give."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from convbook import data, exercises, kernels, reference
from convbook.exercises import Pencil
from tests.convbook.exercises import right_answers as right
from tests.convbook.exercises.right_answers import around, field, side, unread, weights

PENCIL = [each for each in exercises.everything().values() if isinstance(each, Pencil)]
DIGITS = np.reshape([float(digit) for digit in "3141592653589793238462643"], (5, 5))  # of pi
EMBOSS = kernels.get("emboss").astype(float)
STACK = [(3, 2, 1), (3, 1, 2), (5, 1, 1)]  # taps, stride, dilation
ROUNDING = 1e-6  # of float32
OUTLINE, LUMA = kernels.get("outline").size, len(data.LUMA)

ANSWERS: dict[str, Callable[[], list[Any]]] = {
    "01-bytes-on-paper": right.bytes_on_paper,
    "01-offset": lambda: [
        np.ravel_multi_index((1, 2, 3, 0), (2, 4, 5, 3)),
        np.ravel_multi_index((1, 0, 2, 3), (2, 3, 4, 5)),
        np.unravel_index(100, (2, 4, 5, 3)),
        np.unravel_index(100, (2, 3, 4, 5)),
    ],
    "02-convolution-by-hand": lambda: [
        reference.correlate2d(DIGITS, EMBOSS)[0, 0],
        reference.correlate2d(DIGITS, EMBOSS, "same")[0, 0],
        reference.convolve2d(DIGITS, EMBOSS, "same")[0, 0],
    ],
    "02-count-weights": lambda: [
        (32 * 32 * 3 + 1) * 28 * 28 * 16,
        (5 * 5 * 3 + 1) * 28 * 28 * 16,
        (5 * 5 * 3 + 1) * 16,
    ],
    "03-sizes-on-paper": lambda: [
        side(50, 7),
        side(50, 5, 2, "SAME"),
        side(50, 3, dilation=4),
        side(50, 4, 3, around(2)),
        side(50, 5, 1, around(5 - 1)),
    ],
    "03-nothing-left": lambda: [
        [n for n in range(4, 25) if unread(n, 4, 3) == 0],
        max(unread(n, 4, 3) for n in range(4, 25)),
    ],
    "03-field-on-paper": lambda: [field(STACK), field(STACK[::-1])],
    "03-alexnet": right.alexnet,
    "04-axes": right.axes,
    "04-transpose-by-hand": right.transpose_by_hand,
    "04-invisible": right.invisible,
    "05-gradients-by-hand": right.gradients_by_hand,
    "05-winograd-by-hand": right.winograd_by_hand,
    "05-algorithms-break-even": right.break_even,
    "06-unsharp": right.unsharp,
    "06-kernels-colour": lambda: [LUMA * OUTLINE, LUMA + OUTLINE, LUMA * OUTLINE + LUMA],
    "07-variances": right.variances,
    "07-bell": right.bell,
    "08-slopes": right.slopes,
    "08-two-kernels": right.two_kernels,
    "09-pool-by-hand": right.pool_by_hand,
    "09-pooling-sizes": right.pooling_sizes,
    "10-lenet-colour": right.lenet_colour,
    "11-rate": right.rate,
    "12-seeds": right.seeds,
    "13-residual-parameters": right.residual_parameters,
    "17-architectures-sizes": right.architectures_sizes,
    "17-budget": right.budget,
    "18-joining": lambda: [
        6 * weights(3, 128, 32),
        sum(weights(1, 64 + 32 * layer, 128) for layer in range(6)),
    ],
    "20-two-classes": right.two_classes,
    "21-suppression": right.suppression,
    "21-price-of-a-pixel": right.price_of_a_pixel,
    "24-quantize-by-hand": right.quantize_by_hand,
    "24-accumulator": right.accumulator,
}


@pytest.mark.parametrize("exercise", PENCIL, ids=lambda each: each.id)
def test_answers_are_what_the_question_gives(exercise: Pencil) -> None:
    for part, computed in zip(exercise.parts, ANSWERS[exercise.id](), strict=True):
        answer = np.asarray(computed, np.float64)
        assert answer.shape == np.shape(part.answer), part.asked
        np.testing.assert_allclose(part.answer, answer, rtol=0, atol=ROUNDING, err_msg=part.asked)
        allowed = max(part.tolerance, ROUNDING)
        for mistake in part.mistakes:
            if np.shape(mistake) == answer.shape:
                assert np.abs(mistake - answer).max() > allowed, (part.asked, mistake)


def test_table_has_no_other_exercise() -> None:
    assert ANSWERS.keys() == {each.id for each in PENCIL}
