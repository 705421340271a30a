"""What the studies of speed time is what they say: right results, whole work, honest labels."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
import tensorflow as tf

from convbook import arithmetic, reference, timing
from bookbuild.studies import algorithms, limits, networks, variants

ROUNDING = 2.0**-24


@pytest.fixture(autouse=True)
def called_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Call everything once, and measure nothing."""

    def by_turns(calls: dict[str, Callable[[], object]], **_: object) -> dict[str, timing.Timing]:
        for call in calls.values():
            call()
        return dict.fromkeys(calls, timing.Timing(1.0, 1.0, 0.0, 1))

    monkeypatch.setattr(timing, "by_turns", by_turns)


@pytest.fixture
def few_digits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put random pictures of digits' size in the place of MNIST."""
    rng = np.random.default_rng(0)
    made = rng.random((networks.BATCH, 28, 28, 1), np.float32), rng.integers(0, 10, networks.BATCH)
    monkeypatch.setattr(networks, "digits", lambda: made)
    yield
    tf.keras.backend.clear_session()


@pytest.mark.parametrize(("size", "kernel"), [(6, 1), (5, 3), (4, 7)])
def test_every_algorithm_computes_the_layer(size: int, kernel: int) -> None:
    made = algorithms.one_layer(size, kernel)
    winograd = {"winograd"} if kernel == 3 else set()
    assert set(made) == {"macs", "im2col", "fft", "tensorflow", "loops"} | winograd
    assert made["macs"] == size**2 * kernel**2 * algorithms.CHANNELS**2
    errors = [one["error"] for name, one in made.items() if name != "macs"]
    assert 0 < max(errors) < 100 * ROUNDING


def test_loops_stop_where_they_would_take_minutes() -> None:
    assert "loops" not in algorithms.one_layer(algorithms.IMAGE, 5)


def test_the_stages_of_winograd_give_the_layer_with_2_25_times_fewer_products() -> None:
    macs = algorithms.winograd_stages()["macs"]  # It compares the result itself.
    assert macs["im2col"] / macs["winograd"] == pytest.approx(2.25)


def test_six_ways_and_both_forms_of_mobilenet_s_layer_are_timed() -> None:
    made = variants.six_ways()  # Both compare the results themselves.
    assert made.pop("shapes") == [(1, 32, 32, 3), (3, 3, 3, 4)]
    assert set(made) == {"loops", "im2col", "toeplitz", "fft", "winograd", "tensorflow"}
    made = variants.separable()
    assert made.pop("shapes")[1:] == [(3, 3, 512, 1), (1, 1, 512, 512), (3, 3, 512, 512)]
    assert set(made) == {"full", "separable"}


def test_ways_that_disagree_are_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "conv2d_fft", lambda x, w: reference.conv2d_im2col(x, w[::-1]))
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        variants.six_ways()


@pytest.mark.parametrize("name", limits.layers())
def test_a_layer_of_the_roofline_has_the_shape_and_counts_that_it_states(name: str) -> None:
    made = limits.one_layer(name)  # It compares the output's shape itself.
    assert made["intensity"] == pytest.approx(made["operations"] / made["bytes"])


def test_a_convolution_s_operations_are_two_for_each_mac() -> None:
    macs = limits.BATCH * arithmetic.conv_macs(56, 3, 64, 64)
    assert limits.layers()["conv 3x3"].operations == 2 * macs


def test_all_modes_compute_one_step(few_digits: None) -> None:
    x, y = map(tf.constant, networks.digits())
    losses = [
        float(networks.step_of(networks.build("depthwise"), mode)(x, y)) for mode in networks.MODES
    ]
    np.testing.assert_allclose(losses, losses[0], rtol=1e-4)


def test_precision_compares_the_same_weights(few_digits: None) -> None:
    made = networks.precision("depthwise")
    assert 1e-4 < made["error"] < 0.05
    assert tf.keras.config.dtype_policy().name == "float32"


def test_a_process_that_fails_says_so() -> None:
    with pytest.raises(RuntimeError, match="the process with 1 threads failed"):
        networks.threads("no such network", 1)
