"""How probable answers are said to be, and how often they are right."""

import numpy as np
import pytest

from convbook import training


def test_the_error_is_that_of_the_definition_bin_by_bin() -> None:
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.full(4, 0.3), size=500)
    labels = rng.integers(0, 4, 500)
    confidence, accuracy, count, error = training.reliability(p, labels, bins=5)
    top, right = p.max(axis=1), p.argmax(axis=1) == labels
    by_hand = 0.0
    for k in range(5):
        inside = (top >= k / 5) & ((top < (k + 1) / 5) | (k == 4))
        assert count[k] == inside.sum()
        if inside.any():
            np.testing.assert_allclose(confidence[k], top[inside].mean())
            np.testing.assert_allclose(accuracy[k], right[inside].mean())
            by_hand += inside.mean() * abs(top[inside].mean() - right[inside].mean())
    np.testing.assert_allclose(error, by_hand)


def test_a_certain_answer_lies_in_the_last_bin() -> None:
    _, accuracy, count, error = training.reliability(np.eye(3), [0, 1, 1])
    assert (count[-1], accuracy[-1]) == (3, 2 / 3)
    np.testing.assert_allclose(error, 1 / 3)


def test_labels_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"expected one for each of \(3, 3\), got shape \(2,\)"):
        training.reliability(np.eye(3), [0, 1])
