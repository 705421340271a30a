"""What differs between two results is said in a sentence."""

import numpy as np
import pytest

from convbook.exercises.comparison import difference

GRID = np.arange(6.0).reshape(2, 3)


class Tensor:
    """What TensorFlow returns, as far as it matters here."""

    def numpy(self) -> np.ndarray:
        return GRID


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (GRID.astype(np.float32), GRID),
        (GRID + 1e-6, GRID),
        (Tensor(), GRID),
        ([1, True], (1, True)),
        ((np.int64(3), np.bool_(False)), (3, False)),
        (np.array(2.5), 2.5),
        (3.0, 3),
        (np.arange(3), np.arange(3)),
    ],
)
def test_right_results_are_accepted(result: object, expected: object) -> None:
    assert difference(result, expected, 1e-5) is None


@pytest.mark.parametrize(
    ("result", "expected", "said"),
    [
        (None, GRID, "it returned None: is there a return?"),
        (GRID.T, GRID, "its result has the shape (3, 2), expected (2, 3)"),
        (GRID + 2 * (GRID == 4), GRID, "at [1, 1] its result is 6, expected 4; 1 of 6"),
        (GRID + 1, GRID, "at [0, 0] its result is 1, expected 0; all values are wrong"),
        (GRID * np.nan, GRID, "at [0, 0] its result is nan, expected 0"),
        (GRID.astype(complex), GRID, "an array of type complex128, expected numbers"),
        (GRID, GRID.astype(np.uint8), "its result is of type float64, expected bytes, uint8"),
        (GRID.tolist(), GRID, "a value of type list, expected an array"),
        (3, (3, 4), "a value of type int, expected a tuple of 2"),
        ((3, 4, 5), (3, 4), "it returned 3 values, expected 2"),
        ((3, 5), (3, 4), "value 1 of the tuple: it returned 5, expected 4"),
        (1, True, "a value of type int, expected True or False"),
        ("4", 4, "a value of type str, expected a number"),
        (np.nan, 4, "it returned nan, expected 4"),
    ],
)
def test_differences_are_named(result: object, expected: object, said: str) -> None:
    text = difference(result, expected, 1e-5)
    assert text is not None
    assert said in text
