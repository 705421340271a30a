"""LeNet-5 against the numbers of its paper: parameters, connections, table I and the beginning."""

import math

import keras
import numpy as np
import tensorflow as tf

from convbook import models, reference
from convbook.models import tables
from convbook.models.small import lenet5

MODEL = lenet5.build()
RNG = np.random.default_rng(1998)


def test_parameters_are_those_of_the_paper():
    counts = {layer.name: layer.count_params() for layer in MODEL.layers if layer.weights}
    of_paper = {"C1": 156, "S2": 12, "C3": 1_516, "S4": 32, "C5": 48_120, "F6": 10_164}
    assert sum(of_paper.values()) == 60_000
    assert counts == of_paper | {"logits": 850}


def test_connections_are_those_of_the_paper():
    """The paper counts the inputs of every unit, and its bias as one more."""
    rows = {row.name: row for row in tables.layer_table(MODEL)}
    units = {name: math.prod(row.output_shape) for name, row in rows.items()}
    connections = {name: rows[name].macs + units[name] for name in ("C1", "C3", "C5", "F6")}
    # A unit of S2 and S4 has four inputs; it multiplies only their sum.
    assert [rows[name].macs for name in ("S2", "S4")] == [units["S2"], units["S4"]]
    connections |= {name: 5 * units[name] for name in ("S2", "S4")}
    assert connections == {
        "C1": 122_304, "S2": 5_880, "C3": 151_600, "S4": 2_000, "C5": 48_120, "F6": 10_164
    }  # fmt: skip
    # The paper's ten outputs have 84 inputs each, and no bias.
    assert sum(connections.values()) + 10 * 84 == 340_908


def test_shapes_are_those_of_the_paper():
    shapes = {layer.name: tuple(layer.output.shape[1:]) for layer in MODEL.layers}
    assert shapes["pad"] == (32, 32, 1)
    assert [shapes[name] for name in ("C1", "S2", "C3", "S4", "C5", "F6")] == [
        (28, 28, 6), (14, 14, 6), (10, 10, 16), (5, 5, 16), (1, 1, 120), (84,)
    ]  # fmt: skip


def test_background_and_ink_have_the_values_of_the_paper():
    inner = keras.Model(MODEL.input, MODEL.get_layer("rescale").output)
    out = inner(np.ones((1, 28, 28, 1), np.float32)).numpy()[0, :, :, 0]
    np.testing.assert_allclose(out[2:-2, 2:-2], 1.175, rtol=1e-6)
    out[2:-2, 2:-2] = -0.1
    np.testing.assert_allclose(out, -0.1, rtol=1e-6)


def test_squashing_takes_one_to_one():
    x = np.array([-100.0, -1.0, 0.0, 0.5, 1.0, 100.0])
    out = lenet5.scaled_tanh(tf.constant(x)).numpy()
    np.testing.assert_allclose(out, 1.7159 * np.tanh(2 * x / 3), rtol=1e-12)
    np.testing.assert_allclose(out[[1, 4]], [-1, 1], atol=1e-4)


def test_table_i_has_its_rows_and_columns():
    sizes = [len(maps) for maps in lenet5.C3_CONNECTIONS]
    assert sizes == [3] * 6 + [4] * 9 + [6]
    assert len(set(lenet5.C3_CONNECTIONS)) == 16
    # Each map of S2 feeds ten maps of C3: the table is balanced.
    assert [sum(m in maps for maps in lenet5.C3_CONNECTIONS) for m in range(6)] == [10] * 6

    def around(first, length):
        return tuple(sorted((first + i) % 6 for i in range(length)))

    assert lenet5.C3_CONNECTIONS[:6] == tuple(around(first, 3) for first in range(6))
    assert lenet5.C3_CONNECTIONS[6:12] == tuple(around(first, 4) for first in range(6))
    # The next three: two neighbours, one left out, two neighbours.
    assert lenet5.C3_CONNECTIONS[12:15] == ((0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5))


def test_c3_is_a_convolution_with_holes_in_its_kernel():
    layer = lenet5.PartialConv2D(lenet5.C3_CONNECTIONS, (5, 5), seed=0)
    x = RNG.normal(size=(2, 9, 8, 6)).astype(np.float32)
    out = layer(x)
    slices, _ = layer.get_weights()
    bias = RNG.normal(size=16).astype(np.float32)
    layer.set_weights([slices, bias])
    kernel = np.zeros((5, 5, 6, 16), np.float32)
    number = 0
    for column, maps in enumerate(lenet5.C3_CONNECTIONS):
        for row in maps:
            kernel[:, :, row, column] = slices[:, :, number]
            number += 1
    assert slices.shape == (5, 5, number) == (5, 5, 60)
    expected = 1.7159 * np.tanh(2 / 3 * (reference.conv2d(x, kernel, 1, "VALID") + bias))
    np.testing.assert_allclose(layer(x), expected, atol=1e-5)
    assert (out != layer(x)).numpy().any()


def test_subsampling_adds_multiplies_and_squashes():
    layer = lenet5.Subsampling(seed=0)
    x = RNG.normal(size=(2, 6, 5, 3)).astype(np.float32)
    assert layer(x).shape == (2, 3, 2, 3)
    coefficient, bias = (RNG.normal(size=3).astype(np.float32) for _ in range(2))
    layer.set_weights([coefficient, bias])
    sums = np.zeros((2, 3, 2, 3))
    for i in range(3):
        for j in range(2):
            sums[:, i, j] = x[:, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2].sum(axis=(1, 2))
    expected = 1.7159 * np.tanh(2 / 3 * (sums * coefficient + bias))
    np.testing.assert_allclose(layer(x), expected, atol=1e-5)


def test_weights_begin_within_the_paper_s_limits():
    drawn = [lenet5.build(seed=seed) for seed in range(20)]
    for name, inputs in [("C1", 25), ("S2", 4), ("S4", 4), ("C5", 400), ("F6", 120)]:
        weights = np.stack([model.get_layer(name).get_weights()[0] for model in drawn])
        assert 0.95 < np.abs(weights).max() * inputs / 2.4 <= 1


def test_c3_begins_within_limits_that_follow_its_connections():
    slices, bias = MODEL.get_layer("C3").get_weights()
    assert (bias == 0).all()
    number = 0
    for maps in lenet5.C3_CONNECTIONS:
        own = slices[:, :, number : number + len(maps)]
        number += len(maps)
        assert 0.9 < np.abs(own).max() * 25 * len(maps) / 2.4 <= 1


def test_every_map_of_c3_begins_with_a_kernel_of_its_own():
    slices, _ = models.build("lenet5", seed=3).get_layer("C3").get_weights()
    assert len({taps.tobytes() for taps in np.moveaxis(slices, 2, 0)}) == 60
