"""Call by call: what TensorFlow 1 gave, through `tf.compat.v1`, and what one writes now."""

import importlib.util
import math
import shutil

import keras
import numpy as np
import pytest
import tensorflow as tf

from convbook import data, kernels, plotting, reference
from tests.book.tensorflow1 import BYTES, PICTURES, TABLE, TAPS, in_session, shows, v1

# --- sessions and graphs -------------------------------------------------------------------------


@shows("tf.Session", "Session.run", "tf.placeholder", "tf.Graph", "Graph.as_default")
@shows("tf.initialize_all_variables", "tf.global_variables_initializer", "Graph.device")
@shows("tf.name_scope", "tf.variable_scope", "tf.get_variable", "tf.Variable")
@pytest.mark.parametrize("initialize", ["initialize_all_variables", "global_variables_initializer"])
def test_a_session_computes_what_a_function_returns(initialize):
    with tf.Graph().as_default() as graph, graph.device("/cpu:0"), tf.name_scope("layer"):
        x = v1.placeholder(tf.float32, [None, None, None, 3])
        with v1.variable_scope("conv1"):
            w = v1.get_variable("kernel", initializer=TAPS)
            b = tf.Variable(tf.ones((4,)))
        y = tf.nn.relu(tf.nn.conv2d(x, w, [1, 2, 2, 1], "SAME") + b)
        with v1.Session(graph=graph) as session:
            session.run(getattr(v1, initialize)())
            yesterday = session.run(y, feed_dict={x: PICTURES})
    assert w.name == "conv1/kernel:0"

    kernel, bias = tf.Variable(TAPS), tf.Variable(tf.ones(4))

    @tf.function
    def today(x):
        with tf.device("/cpu:0"), tf.name_scope("layer"):
            return tf.nn.relu(tf.nn.conv2d(x, kernel, 2, "SAME") + bias)

    np.testing.assert_allclose(today(PICTURES), yesterday, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(today.python_function(PICTURES), yesterday, rtol=1e-5, atol=1e-5)
    assert today.get_concrete_function(PICTURES).graph.as_graph_def().node


def test_sessions_and_placeholders_need_a_graph_around_them():
    with pytest.raises(RuntimeError, match="not compatible with eager execution"):
        v1.placeholder(tf.float32)
    with pytest.raises(RuntimeError, match="The Session graph is empty"):
        v1.Session().run(tf.constant(1))


@shows("tf.get_default_graph")
def test_operations_of_today_are_in_no_graph():
    with tf.Graph().as_default() as graph:
        assert v1.get_default_graph() is graph
        assert tf.ones(1).graph is graph
    assert tf.executing_eagerly()


# --- variables -----------------------------------------------------------------------------------


@shows("tf.AUTO_REUSE", "tf.get_collection", "tf.GraphKeys.GLOBAL_VARIABLES")
def test_calling_a_layer_twice_shares_its_variables_as_a_scope_did():
    def twice():
        def layer(x):
            with v1.variable_scope("conv1", reuse=v1.AUTO_REUSE):
                w = v1.get_variable("kernel", (4, 4, 3, 15), initializer=v1.ones_initializer())
                b = v1.get_variable("bias", (15,), initializer=v1.zeros_initializer())
            return tf.nn.conv2d(x, w, 1, "VALID") + b

        layer(PICTURES), layer(PICTURES)
        return v1.get_collection(v1.GraphKeys.GLOBAL_VARIABLES, scope="conv1")

    layer = keras.layers.Conv2D(15, 4, name="conv1")
    layer(PICTURES), layer(PICTURES)
    yesterday = in_session(twice)
    assert [value.shape for value in yesterday] == [tuple(w.shape) for w in layer.weights]
    assert [w.path for w in layer.weights] == ["conv1/kernel", "conv1/bias"]


# --- first values --------------------------------------------------------------------------------


@shows("tf.constant_initializer")
def test_a_constant_takes_the_type_of_its_number():
    yesterday = in_session(
        lambda: v1.get_variable("b", [3], initializer=v1.constant_initializer(0))
    )
    today = keras.initializers.Constant(0)((3,))
    assert yesterday.dtype == today.dtype == np.float32
    np.testing.assert_array_equal(today, yesterday)
    assert tf.constant_initializer(0)((3,)).dtype == tf.int32


@shows("tf.random_normal_initializer", "tf.truncated_normal_initializer")
@pytest.mark.parametrize(
    ("old", "new", "deviation"),
    [("random_normal", "RandomNormal", 1), ("truncated_normal", "TruncatedNormal", 0.8796)],
)
def test_normal_initializers_have_another_default_deviation(old, new, deviation):
    """A normal distribution cut off at two deviations has 0.88 of its deviation."""
    shape = (100, 1000)
    yesterday = in_session(lambda: getattr(v1, f"{old}_initializer")(seed=1)(shape))
    today = getattr(keras.initializers, new)(stddev=1.0, seed=1)(shape)
    default = getattr(keras.initializers, new)(seed=1)(shape)
    assert np.std(yesterday) == pytest.approx(deviation, rel=0.02)
    assert np.std(today) == pytest.approx(deviation, rel=0.02)
    assert np.std(default) == pytest.approx(0.05 * deviation, rel=0.02)
    assert np.std(tf.random_normal_initializer(seed=1)(shape)) == pytest.approx(0.05, rel=0.02)


@shows("tf.random_normal")
def test_random_numbers_have_a_new_place():
    yesterday = in_session(lambda: v1.random_normal((100, 1000), seed=1))
    today = tf.random.normal((100, 1000), seed=1)
    for values in (yesterday, today):
        assert np.mean(values) == pytest.approx(0, abs=0.02)
        assert np.std(values) == pytest.approx(1, abs=0.02)


@shows("tf.contrib.layers.xavier_initializer")
def test_xavier_is_glorot_uniform():
    """Uniform up to the root of 6 over the sum of inputs and outputs of one position."""
    limit = math.sqrt(6 / (5 * 5 * 3 + 5 * 5 * 64))
    values = np.asarray(keras.initializers.GlorotUniform(seed=1)((5, 5, 3, 64)))
    assert 0.98 * limit < np.abs(values).max() <= limit
    assert values.std() == pytest.approx(limit / math.sqrt(3), rel=0.05)


# --- numbers and shapes --------------------------------------------------------------------------


@shows("tf.to_float")
def test_to_float_is_a_cast():
    today = tf.cast(BYTES, tf.float32).numpy()
    yesterday = in_session(lambda: v1.to_float(BYTES))
    assert yesterday.dtype == today.dtype
    np.testing.assert_array_equal(today, yesterday)


@shows("tf.Tensor", "Tensor.shape", "Tensor.get_shape", "Dimension.value", "Tensor.numpy")
def test_a_shape_holds_numbers():
    tensor = tf.ones((1, 375, 500, 1))
    assert isinstance(tensor, tf.Tensor)
    assert type(tensor.shape[1]) is int
    assert v1.Dimension(375).value == tensor.shape[1] == 375
    assert tensor.get_shape() == tensor.shape == tensor.numpy().shape
    with pytest.raises(AttributeError, match="'int' object has no attribute 'value'"):
        _ = tensor.shape[1].value
    # 000 flattens by these numbers; a layer does it without them.
    flat = tf.reshape(PICTURES, [PICTURES.shape[0], math.prod(PICTURES.shape[1:])])
    np.testing.assert_array_equal(keras.layers.Flatten()(PICTURES), flat)


@shows("Tensor.name")
def test_layers_have_names_and_tensors_of_today_have_none():
    with pytest.raises(AttributeError, match=r"Tensor\.name is undefined when eager"):
        _ = tf.ones(1).name
    assert keras.layers.Conv2D(1, 3, name="conv1").name == "conv1"


@shows("tf.Function", "tf.Flag")
def test_two_types_of_a_docstring_never_were():
    for name in ("Function", "Flag"):
        with pytest.raises(AttributeError, match=f"no attribute '{name}'"):
            getattr(tf, name)
        assert not hasattr(v1, name)


@shows("tf.nn.conv2d")
def test_conv2d_takes_filters_and_no_cudnn():
    yesterday = in_session(
        lambda: v1.nn.conv2d(
            input=PICTURES, filter=TAPS, strides=[1, 2, 2, 1], padding="SAME", use_cudnn_on_gpu=True
        )
    )
    today = tf.nn.conv2d(PICTURES, filters=TAPS, strides=2, padding="SAME")
    np.testing.assert_allclose(today, yesterday, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(today, reference.conv2d(PICTURES, TAPS, 2, "same"), atol=1e-4)
    for old in ({"filter": TAPS}, {"filters": TAPS, "use_cudnn_on_gpu": True}):
        word = next(name for name in old if name != "filters")
        with pytest.raises(TypeError, match=f"unexpected keyword argument '{word}'"):
            tf.nn.conv2d(PICTURES, strides=1, padding="SAME", **old)


# --- tf.contrib and tf.layers --------------------------------------------------------------------


@shows("tf.contrib.layers", "tf.contrib.learn", "tf.contrib.framework.get_global_step")
def test_contrib_is_nowhere():
    for module in (tf, v1):
        with pytest.raises(AttributeError, match="has no attribute 'contrib'"):
            _ = module.contrib


@shows("tf.contrib.layers.convolution2d", "tf.contrib.layers.fully_connected")
@shows("tf.contrib.layers.stack", "tf.contrib.layers.dropout")
def test_what_contrib_s_layers_did_is_done_by_keras():
    """With its defaults: a ReLU, SAME padding, and a share to keep."""
    convolution = keras.layers.Conv2D(4, 3, padding="same", activation="relu")
    y = convolution(PICTURES).numpy()
    by_hand = reference.conv2d(PICTURES, convolution.kernel.numpy(), 1, "same")
    np.testing.assert_allclose(y, np.maximum(by_hand, 0), atol=1e-4)

    stack = keras.Sequential([keras.layers.Dense(units, activation="tanh") for units in (6, 2)])
    h = TABLE
    result = stack(h)
    for layer in stack.layers:
        h = np.tanh(h @ layer.kernel.numpy() + layer.bias.numpy())
    np.testing.assert_allclose(result, h, atol=1e-5)

    keep_prob = 0.75
    kept = keras.layers.Dropout(1 - keep_prob, seed=1)(tf.ones((100, 100)), training=True)
    assert np.mean(kept != 0) == pytest.approx(keep_prob, abs=0.02)


@shows("tf.contrib.learn.models.logistic_regression_zero_init")
def test_a_logistic_regression_from_zeros_gives_every_class_the_same():
    logits = keras.layers.Dense(10, kernel_initializer="zeros")(TABLE)
    labels = tf.one_hot([0, 1, 2, 3, 4], 10)
    np.testing.assert_allclose(tf.nn.softmax(logits), np.full((5, 10), 0.1), rtol=1e-6)
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)(labels, logits)
    assert float(loss) == pytest.approx(math.log(10), rel=1e-6)


@shows("tf.train.AdagradOptimizer", "tf.train.AdamOptimizer", "Optimizer.minimize")
@shows("tf.contrib.layers.optimize_loss")
@pytest.mark.parametrize("name", ["Adagrad", "Adam"])
def test_optimizers_take_the_same_steps(name):
    """That of `optimize_loss` among them; and its global step is the optimizer's count."""
    start, steps = np.float32([3.0, -0.1]), 5

    with tf.Graph().as_default(), v1.Session() as session:
        w = v1.get_variable("w", initializer=start)
        count = v1.train.get_or_create_global_step()
        train = getattr(v1.train, f"{name}Optimizer")(0.1).minimize(tf.reduce_sum(w**2), count)
        session.run(v1.global_variables_initializer())
        for _ in range(steps):
            session.run(train)
        yesterday, counted = session.run([w, count])

    w, optimizer = tf.Variable(start), getattr(keras.optimizers, name)(0.1)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(w**2)
        optimizer.apply([tape.gradient(loss, w)], [w])
    np.testing.assert_allclose(w, yesterday, atol=1e-5)  # Adam's epsilon is another now.
    assert int(optimizer.iterations) == counted == steps
    assert not hasattr(optimizer, "minimize")


@shows("tf.layers", "tf.layers.conv2d", "tf.layers.max_pooling2d", "tf.layers.dense")
@shows("tf.layers.dropout")
def test_keras_refuses_the_functions_of_tf_layers():
    for name in ("conv2d", "max_pooling2d", "dense", "dropout"):
        with pytest.raises(AttributeError, match=f"`{name}` is not available with Keras 3"):
            getattr(v1.layers, name)
    with pytest.raises(AttributeError, match="has no attribute 'layers'"):
        _ = tf.layers
    # What 003 makes with them, by hand and with today's layers.
    pooled = keras.layers.MaxPooling2D(pool_size=[2, 2], strides=2)(PICTURES)
    np.testing.assert_array_equal(pooled, tf.nn.max_pool2d(PICTURES, 2, 2, "VALID"))
    dense = keras.layers.Dense(3, activation=tf.nn.relu)
    by_hand = np.maximum(dense(TABLE) * 0 + TABLE @ dense.kernel.numpy(), 0)
    np.testing.assert_allclose(dense(TABLE), by_hand, atol=1e-5)
    identity = keras.layers.Conv2D(
        1, (3, 3), strides=(1, 1),
        kernel_initializer=keras.initializers.Constant(kernels.get("outline")[..., None, None]),
    )  # fmt: skip
    face = data.chelsea_grey()
    expected = reference.correlate2d(face, kernels.get("outline"))
    np.testing.assert_allclose(identity(face[None, ..., None])[0, ..., 0], expected, atol=1e-3)


# --- Keras ---------------------------------------------------------------------------------------


@shows("tf.keras.Model", "tf.keras.layers.Input", "tf.keras.layers.Conv2D")
@shows("tf.keras.layers.Dense", "tf.keras.layers.Flatten", "Model.__call__", "Model.predict")
def test_the_homework_builds_once_its_activation_has_a_name():
    assert tf.keras.layers.Input is keras.layers.Input
    x = tf.keras.layers.Input(dtype=tf.float32, shape=(28, 28, 1))
    h = tf.keras.layers.Conv2D(16, 3, name="C1", kernel_initializer="he_uniform")(x)
    h = tf.keras.layers.Conv2D(32, 3, strides=2, name="C2", kernel_initializer="he_uniform")(h)
    h = tf.keras.layers.Conv2D(32, 3, strides=2, name="C3", kernel_initializer="he_uniform")(h)
    h = tf.keras.layers.Dense(units=32, activation="relu")(tf.keras.layers.Flatten()(h))
    model = tf.keras.Model(x, tf.keras.layers.Dense(10, activation="softmax")(h))
    assert isinstance(model, keras.Model)
    digits = np.zeros((2, 28, 28, 1), np.float32)
    np.testing.assert_allclose(model(digits), model.predict(digits, verbose=0), atol=1e-6)


@shows("tf.keras.utils.get_file")
def test_get_file_takes_a_name_and_a_folder(tmp_path):
    (tmp_path / "origin.txt").write_text("material", encoding="utf-8")
    origin = (tmp_path / "origin.txt").as_uri()
    with pytest.raises(ValueError, match="Paths are no longer accepted as the `fname` argument"):
        keras.utils.get_file(str(tmp_path / "material.txt"), origin)
    path = keras.utils.get_file(
        "material.txt", origin, cache_dir=str(tmp_path), cache_subdir="here"
    )
    assert path == str(tmp_path / "here" / "material.txt")


@shows("tf.keras.applications.InceptionV3", "tf.keras.utils.plot_model")
def test_a_network_of_applications_is_built_and_has_a_graph(tmp_path):
    """A small one: InceptionV3 takes longer to build than all other tests of this file."""
    assert callable(tf.keras.applications.InceptionV3)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    picture = tmp_path / "model.png"
    if importlib.util.find_spec("pydot") and shutil.which("dot"):
        keras.utils.plot_model(model, str(picture), show_shapes=True)
        assert picture.exists()
    else:
        with pytest.raises(ImportError, match=r"pydot|graphviz"):
            keras.utils.plot_model(model, str(picture), show_shapes=True)
    assert callable(plotting.show_graph)


@shows("tf.keras.applications.inception_v3.preprocess_input")
def test_preprocess_input_writes_into_floats():
    pixels = np.array([[[0, 127, 255]]], np.uint8)
    prepare = keras.applications.inception_v3.preprocess_input
    expected = pixels / 127.5 - 1
    np.testing.assert_allclose(prepare(pixels), expected, atol=1e-6)
    assert pixels.max() == 255
    floats = pixels.astype(np.float32)
    assert prepare(floats) is floats
    np.testing.assert_allclose(floats, expected, atol=1e-6)


@shows("tf.keras.applications.inception_v3.decode_predictions")
def test_decode_predictions_names_the_largest(class_index):
    probabilities = np.linspace(0, 1, 1000)[np.newaxis] / 500
    (five,) = keras.applications.inception_v3.decode_predictions(probabilities, top=5)
    assert [name for _, name, _ in five] == [f"class {i}" for i in range(999, 994, -1)]
