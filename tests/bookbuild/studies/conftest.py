"""What is timed is called once; digits are random."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
import tensorflow as tf

from bookbuild.studies import networks
from convbook import timing


@pytest.fixture
def called_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Call everything once, and measure nothing."""

    def by_turns(calls: dict[str, Callable[[], object]], **_: object) -> dict[str, timing.Timing]:
        for call in calls.values():
            call()
        return dict.fromkeys(calls, timing.Timing(1.0, 1.0, 0.0, 1))

    monkeypatch.setattr(timing, "by_turns", by_turns)


@pytest.fixture
def random_digits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put random pictures of digits' size in the place of MNIST."""
    rng = np.random.default_rng(0)
    count = max(networks.BATCHES)
    digits = rng.random((count, 28, 28, 1), np.float32), rng.integers(0, 10, count)
    monkeypatch.setattr(networks, "digits", lambda: digits)
    yield
    tf.keras.backend.clear_session()
