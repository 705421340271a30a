"""The hand-made layers of a network: equal to Keras's, and refusing what TensorFlow does not."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from convbook import layers, reference

PICTURES = np.random.default_rng(20).normal(size=(3, 9, 8, 2)).astype(np.float32)
KERNEL = np.random.default_rng(21).normal(size=(4, 3, 2, 5)).astype(np.float32)
BIAS = np.random.default_rng(22).normal(size=5).astype(np.float32)
FLAT = PICTURES.reshape(3, -1)
WEIGHTS = np.random.default_rng(23).normal(size=(144, 5)).astype(np.float32)


def with_gradients(function, *variables):
    """Return the function's value and the gradients of a loss that weighs its outputs unequally."""
    with tf.GradientTape() as tape:
        value = function()
        weights = tf.reshape(tf.sin(tf.range(tf.size(value), dtype=tf.float32)), tf.shape(value))
        loss = tf.reduce_sum(value * weights)
    return [value, *tape.gradient(loss, variables)]


def assert_equal(mine, theirs):
    assert len(mine) == len(theirs) > 1
    for got, wanted in zip(mine, theirs, strict=True):
        assert np.abs(wanted).max() > 0.1  # Two gradients of zero would agree too.
        np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("padding", ["SAME", "valid"])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_conv_relu_is_keras_s_forwards_and_backwards(stride, padding):
    keras_layer = keras.layers.Conv2D(
        5, (4, 3), strides=stride, padding=padding.lower(), activation="relu"
    )
    keras_layer.build(PICTURES.shape)
    keras_layer.set_weights([KERNEL, BIAS])
    x, kernel, bias = map(tf.Variable, (PICTURES, KERNEL, BIAS))

    def mine():
        return layers.conv_relu(x, kernel, bias, stride=stride, padding=padding)

    theirs = [variable.value for variable in keras_layer.trainable_variables]
    assert_equal(
        with_gradients(mine, x, kernel, bias), with_gradients(lambda: keras_layer(x), x, *theirs)
    )
    expected = np.maximum(reference.conv2d(PICTURES, KERNEL, stride, padding) + BIAS, 0)
    np.testing.assert_allclose(mine(), expected, atol=1e-5)


@pytest.mark.parametrize("padding", ["SAME", "valid"])
@pytest.mark.parametrize(("size", "stride"), [(2, None), (3, 2), (2, 3), (8, 1)])
def test_max_pool_is_keras_s_forwards_and_backwards(size, stride, padding):
    keras_layer = keras.layers.MaxPooling2D(size, stride, padding.lower())
    x = tf.Variable(PICTURES)

    def mine():
        return layers.max_pool(x, size, stride, padding)

    assert_equal(with_gradients(mine, x), with_gradients(lambda: keras_layer(x), x))
    expected = reference.max_pool(PICTURES, size, stride or size, padding)
    np.testing.assert_array_equal(mine(), expected)


def test_fully_connected_is_keras_s_forwards_and_backwards():
    keras_layer = keras.layers.Dense(5)
    keras_layer.build(FLAT.shape)
    keras_layer.set_weights([WEIGHTS, BIAS])
    x, weights, bias = map(tf.Variable, (FLAT, WEIGHTS, BIAS))
    theirs = [variable.value for variable in keras_layer.trainable_variables]
    assert_equal(
        with_gradients(lambda: layers.fully_connected(x, weights, bias), x, weights, bias),
        with_gradients(lambda: keras_layer(x), x, *theirs),
    )


def test_dropout_is_keras_s_in_both_modes():
    x = tf.Variable(PICTURES)
    keras_layer = keras.layers.Dropout(0.4)

    def mine(training):
        return layers.dropout(x, 0.4, training=training, seed=(7, 0))

    assert_equal(
        with_gradients(lambda: mine(False), x),
        with_gradients(lambda: keras_layer(x, training=False), x),
    )
    # Keras draws with the same stateless generator; an integer seed s stands for its pair (s, 0).
    assert_equal(
        with_gradients(lambda: mine(True), x),
        with_gradients(lambda: keras.random.dropout(x, 0.4, seed=7), x),
    )


def test_dropout_leaves_out_the_rate_and_keeps_the_mean():
    ones = tf.ones((400, 500))
    out = layers.dropout(ones, 0.75, training=True, seed=(0, 0)).numpy()
    assert set(np.unique(out)) == {0.0, 4.0}
    # Three standard errors of 200,000 draws.
    assert np.mean(out == 0) == pytest.approx(0.75, abs=3 * np.sqrt(0.75 * 0.25 / out.size))
    np.testing.assert_array_equal(layers.dropout(ones, 0, training=True, seed=(0, 0)), ones)


def test_dropout_is_decided_by_both_numbers_of_its_seed():
    def out(*seed):
        return layers.dropout(PICTURES, 0.5, training=True, seed=seed).numpy()

    np.testing.assert_array_equal(out(1, 2), out(1, 2))
    assert (out(1, 2) != out(1, 3)).any()
    assert (out(1, 2) != out(2, 2)).any()
    for seed in (tf.constant([1, 2]), np.array([1, 2]), [1, 2]):
        again = layers.dropout(PICTURES, 0.5, training=True, seed=seed)
        np.testing.assert_array_equal(again, out(1, 2))


def test_dropout_leaves_out_infinity_too():
    out = layers.dropout(np.full(50, np.inf, np.float32), 0.5, training=True, seed=(0, 0))
    assert set(np.unique(out)) == {0.0, np.inf}


@pytest.mark.parametrize("dtype", [tf.bfloat16, tf.float16, tf.float64])
def test_the_dtype_is_that_of_the_input(dtype):
    x, kernel, bias, weights = (tf.cast(a, dtype) for a in (PICTURES, KERNEL, BIAS, WEIGHTS))
    maps = layers.conv_relu(x, kernel, bias)
    logits = layers.fully_connected(tf.reshape(x, (3, 144)), weights, bias)
    dropped = layers.dropout(logits, 0.5, training=True, seed=(1, 1))
    assert {t.dtype for t in (maps, layers.max_pool(maps), logits, dropped)} == {dtype}


def test_they_work_in_a_graph_whose_batch_is_not_known_yet():
    @tf.function(input_signature=[tf.TensorSpec((None, 9, 8, 2), tf.float32)])
    def network(x):
        maps = layers.max_pool(layers.conv_relu(x, KERNEL, BIAS, padding="VALID"))
        flat = tf.reshape(maps, (-1, 3 * 3 * 5))
        flat = layers.dropout(flat, 0.5, training=True, seed=(0, 0))
        return layers.fully_connected(flat, WEIGHTS[:45], BIAS)

    np.testing.assert_allclose(network(PICTURES), network.python_function(PICTURES), rtol=1e-4)
    assert network(PICTURES[:0]).shape == (0, 5)


def test_an_empty_batch_has_the_channels_of_the_kernel():
    x, kernel, bias = tf.constant(PICTURES[:0]), tf.constant(KERNEL), tf.constant(BIAS)
    with tf.GradientTape() as tape:
        tape.watch((x, kernel, bias))
        maps = layers.conv_relu(x, kernel, bias, stride=2)
    assert maps.shape == (0, 5, 4, 5)
    assert layers.max_pool(maps).shape == (0, 2, 2, 5)
    gradients = tape.gradient(maps, (x, kernel, bias))
    assert [g.shape for g in gradients] == [x.shape, kernel.shape, bias.shape]


GOOD = {
    layers.conv_relu: {"x": PICTURES, "kernel": KERNEL, "bias": BIAS},
    layers.max_pool: {"x": PICTURES},
    layers.fully_connected: {"x": FLAT, "weights": WEIGHTS, "bias": BIAS},
    layers.dropout: {"x": PICTURES, "rate": 0.5, "training": True, "seed": (0, 0)},
}


@pytest.mark.parametrize(
    ("function", "arguments", "error", "message"),
    [
        # Two and three axes abort the process in tf.nn.conv2d.
        (layers.conv_relu, {"x": PICTURES[0, 0]}, ValueError, r"x: .*\(n, H, W, C\), got \(8, 2\)"),
        (layers.conv_relu, {"x": PICTURES[0]}, ValueError, r"x: .* got \(9, 8, 2\)"),
        (layers.conv_relu, {"x": PICTURES[:, :0]}, ValueError, r"x: .* got \(3, 0, 8, 2\)"),
        (layers.conv_relu, {"x": PICTURES.astype(int)}, TypeError, "x: expected floating.*int64"),
        (layers.conv_relu, {"x": [[1.0], [1.0, 2.0]]}, TypeError, "x: expected a tensor.* list"),
        (layers.conv_relu, {"x": None}, TypeError, "x: expected a tensor.* NoneType"),
        (layers.conv_relu, {"x": "digits"}, TypeError, "x: expected floating.* string"),
        (
            layers.conv_relu,
            {"kernel": KERNEL[:, :, :1]},
            ValueError,
            r"kernel: expected shape \(kh, kw, 2, O\), got \(4, 3, 1, 5\)",
        ),
        (layers.conv_relu, {"kernel": KERNEL[:0]}, ValueError, r"kernel: .* got \(0, 3, 2, 5\)"),
        (
            layers.conv_relu,
            {"kernel": KERNEL.astype(float)},
            TypeError,
            "kernel: expected float32, as x has, got float64",
        ),
        (layers.conv_relu, {"bias": BIAS[:1]}, ValueError, r"bias: .* \(5,\), got \(1,\)"),
        (layers.conv_relu, {"bias": BIAS[0]}, ValueError, r"bias: .* got \(\)"),
        (layers.conv_relu, {"stride": 0}, ValueError, "stride: .* at least 1, got 0"),
        (layers.conv_relu, {"stride": (1, 1)}, TypeError, "stride: expected an integer"),
        (layers.conv_relu, {"padding": "full"}, ValueError, "padding: .* got 'full'"),
        (layers.conv_relu, {"padding": 2}, TypeError, "padding: .* got 2"),
        # TensorFlow returns garbage for it.
        (
            layers.conv_relu,
            {"x": PICTURES[:, :3], "padding": "VALID"},
            ValueError,
            "kernel: expected at most 3 x 8.* got 4 x 3",
        ),
        (layers.max_pool, {"x": PICTURES[0]}, ValueError, r"x: .* got \(9, 8, 2\)"),
        (layers.max_pool, {"x": PICTURES > 0}, TypeError, "x: expected floating.* bool"),
        # It ends the process in TensorFlow.
        (layers.max_pool, {"size": 9}, ValueError, "size: expected at most 9 x 8.* got 9 x 9"),
        (layers.max_pool, {"size": 0}, ValueError, "size: .* at least 1, got 0"),
        (layers.max_pool, {"stride": 1.0}, TypeError, "stride: expected an integer"),
        (layers.max_pool, {"padding": "full"}, ValueError, "padding: .* got 'full'"),
        (
            layers.fully_connected,
            {"x": PICTURES},
            ValueError,
            r"x: expected a flattened .* got \(3, 9, 8, 2\).* tf.reshape\(x, \(-1, 144\)\)",
        ),
        (layers.fully_connected, {"x": BIAS}, ValueError, r"x: .* \(n, features\), got \(5,\)"),
        (layers.fully_connected, {"x": FLAT[:, :9]}, ValueError, r"weights: .* \(9, outputs\)"),
        (layers.fully_connected, {"weights": BIAS}, ValueError, r"weights: .* got \(5,\)"),
        (layers.fully_connected, {"bias": BIAS[:4]}, ValueError, r"bias: .* \(5,\), got \(4,\)"),
        (layers.dropout, {"x": [1, 2]}, TypeError, "x: expected floating.* int32"),
        (layers.dropout, {"rate": 1}, ValueError, "rate: .* below 1, got 1"),
        (layers.dropout, {"rate": -0.1}, ValueError, "rate: .* got -0.1"),
        (layers.dropout, {"rate": np.nan}, ValueError, "rate: .* got nan"),
        (layers.dropout, {"rate": "half"}, TypeError, "rate: .* 'half'"),
        (layers.dropout, {"training": 1}, TypeError, "training: expected True or False, got 1"),
        (layers.dropout, {"seed": 3}, TypeError, "seed: expected two integers, got 3"),
        (layers.dropout, {"seed": (1,)}, ValueError, r"seed: .* got \(1,\)"),
        (layers.dropout, {"seed": (1, 0.5)}, TypeError, "seed: expected an integer, got 0.5"),
        (
            layers.dropout,
            {"seed": (2**70, 1)},
            ValueError,
            "seed: .* two integers of 64 bits",
        ),
        (layers.dropout, {"seed": np.array([1.0, 2])}, TypeError, "seed: expected an integer"),
        (layers.dropout, {"seed": tf.constant([1.0, 2.0])}, TypeError, "seed: .* float32"),
        (layers.dropout, {"seed": tf.constant([1, 2, 3])}, ValueError, r"seed: .* \(3,\)"),
    ],
)
def test_bad_input_is_refused_by_name(function, arguments, error, message):
    function(**GOOD[function])
    with pytest.raises(error, match=message):
        function(**(GOOD[function] | arguments))


def test_an_unknown_size_is_refused_because_it_cannot_be_checked():
    @tf.function(input_signature=[tf.TensorSpec((1, None, None, 2), tf.float32)])
    def network(x):
        return layers.max_pool(x)

    with pytest.raises(ValueError, match=r"x: .* got \(1, None, None, 2\)"):
        network(PICTURES[:1])
