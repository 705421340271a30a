"""Every algorithm computes the layer that it is timed for."""

import pytest

from bookbuild.studies import algorithms

ROUNDING = 2.0**-24

pytestmark = pytest.mark.usefixtures("called_once")


@pytest.mark.parametrize(("size", "kernel"), [(6, 1), (5, 3), (4, 7)])
def test_every_algorithm_computes_the_layer(size: int, kernel: int) -> None:
    result = algorithms.one_layer(size, kernel)
    assert result.pop("macs") == size**2 * kernel**2 * algorithms.CHANNELS**2
    winograd = {"winograd"} if kernel == 3 else set()
    assert set(result) == {"im2col", "fft", "tensorflow", "loops"} | winograd
    assert 0 < max(taken["error"] for taken in result.values()) < 100 * ROUNDING


def test_loops_stop_where_they_would_take_minutes() -> None:
    assert "loops" not in algorithms.one_layer(algorithms.IMAGE, 5)


def test_the_stages_of_winograd_give_the_layer_with_2_25_times_fewer_products() -> None:
    macs = algorithms.winograd_stages()["macs"]  # It compares the outputs itself.
    assert macs["im2col"] / macs["winograd"] == pytest.approx(2.25)
