"""The layers of the roofline do the work that they state."""

import numpy as np
import pytest
import tensorflow as tf

from bookbuild.studies import limits
from convbook import arithmetic

pytestmark = pytest.mark.usefixtures("called_once")


def test_intensity_and_rate_count_every_number_once() -> None:
    layer = limits.Layer("dense", (2, 3), (3, 5), (2, 5), 60)
    result = limits.one_layer(layer)
    assert result["bytes"] == 4 * (6 + 15 + 10)
    assert result["intensity"] == 60 / 124
    assert result["rate"] == 60  # The fixture's call takes a second.


def test_a_layer_of_another_shape_than_stated_is_not_timed() -> None:
    with pytest.raises(ValueError, match=r"got an output of shape \(2, 5\)"):
        limits.one_layer(limits.Layer("dense", (2, 3), (3, 5), (2, 4), 60))


@pytest.mark.parametrize("name", ["max pooling", "ReLU", "batch norm"])
def test_a_layer_computes_what_its_kind_says(name: str) -> None:
    x = np.array([[-1.0, 2.0], [3.0, 0.5]], np.float32).reshape(1, 2, 2, 1)
    w = np.array([[2.0], [1.0]], np.float32)
    expected = {"max pooling": [3], "ReLU": [0, 2, 3, 0.5], "batch norm": [-1, 5, 7, 2]}[name]
    np.testing.assert_array_equal(tf.reshape(limits.COMPUTE[name](x, w), [-1]), expected)


def test_a_convolution_s_operations_are_two_for_each_mac() -> None:
    macs = limits.BATCH * arithmetic.conv_macs(56, 3, 64, 64)
    assert limits.layers()["conv 3x3"].operations == 2 * macs
