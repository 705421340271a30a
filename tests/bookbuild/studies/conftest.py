"""What is timed is called once; digits are random; garments show their place."""

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import pytest
import tensorflow as tf

from bookbuild.studies import networks
from convbook import data, timing


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


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> Callable[[npt.NDArray[np.uint8]], object]:
    """Let 4,000 pictures show their place in the training set, from which their label follows.

    What it returns reads the places off pictures.
    """
    numbers = np.arange(4000)
    x = np.zeros((4000, 28, 28), np.uint8)
    x[:, 0, 0], x[:, 0, 1] = numbers % 256, numbers // 256
    pair = x, (numbers % 10).astype(np.uint8)
    monkeypatch.setattr(data, "fashion_mnist", lambda: (pair, pair))
    return lambda pictures: pictures[:, 0, 0].astype(int) + 256 * pictures[:, 0, 1].astype(int)
