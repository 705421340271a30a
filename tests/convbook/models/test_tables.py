"""Tables and graphs of networks against Keras's counts, TensorFlow's profiler and its gradients."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from tensorflow.python.profiler.model_analyzer import profile
from tensorflow.python.profiler.option_builder import ProfileOptionBuilder

from convbook import arithmetic, models
from convbook.models import tables
from tests.convbook.models.test_networks import every_network

PROFILED = ("Conv2D", "DepthwiseConv2dNative", "MatMul")


def branched():
    """A network with what Inception, ResNet and MobileNet add to a chain."""
    image = keras.Input((24, 20, 4), name="image")
    wide = layers.Conv2D(6, (1, 7), padding="same", name="wide")(image)
    tall = layers.Conv2D(6, (7, 1), padding="same", name="tall")(wide)
    grouped = layers.Conv2D(8, 3, padding="same", groups=2, dilation_rate=2, name="grouped")(image)
    joined = layers.Concatenate(name="joined")([tall, grouped, image])
    depthwise = layers.DepthwiseConv2D(3, strides=2, depth_multiplier=2, name="depthwise")(joined)
    norm = layers.BatchNormalization(name="norm")(depthwise)
    added = layers.Add(name="added")([depthwise, norm])
    pooled = layers.AveragePooling2D((2, 3), name="pooled")(added)
    pixelwise = layers.Dense(5, name="pixelwise")(pooled)
    mean = layers.GlobalAveragePooling2D(name="mean")(pixelwise)
    return keras.Model(image, layers.Dense(3, name="logits")(mean))


def products_by_tensorflow(model):
    """Return half of the floating-point operations that the profiler counts for one picture."""
    shape = (1, *model.input_shape[1:])
    graph = tf.function(model).get_concrete_function(tf.TensorSpec(shape, tf.float32)).graph
    options = ProfileOptionBuilder(ProfileOptionBuilder.float_operation()).with_empty_output()
    counted = profile(graph, cmd="op", options=options.build())
    total, todo = 0, list(counted.children)
    while todo:
        node = todo.pop()
        todo += node.children
        total += node.float_ops if node.name in PROFILED else 0
    assert total % 2 == 0
    return total // 2


@every_network
def test_totals_are_those_of_keras_and_of_the_profiler(name, options):
    model = models.build(name, **options)
    rows = tables.layer_table(model)
    assert [row.name for row in rows] == [layer.name for layer in model.layers]
    assert [row.output_shape for row in rows] == [layer.output.shape[1:] for layer in model.layers]
    assert sum(row.parameters for row in rows) == model.count_params()
    macs = sum(row.macs for row in rows)
    if name == "lenet5":
        # Its C3 runs as a whole kernel with zeros in it, after a product that puts the zeros there;
        # its subsampling is no product of matrices.
        macs += 10 * 10 * 25 * (6 * 16 - 60) + 25 * 60 * 6 * 16 - 14 * 14 * 6 - 5 * 5 * 16
    assert macs == products_by_tensorflow(model)


def test_a_branched_network_s_costs_are_those_of_the_profiler():
    model = branched()
    rows = tables.layer_table(model)
    assert sum(row.parameters for row in rows) == model.count_params()
    by_name = {row.name: row for row in rows}
    grouped = 24 * 20 * 9 * (4 // 2) * 8
    assert by_name["grouped"].macs == grouped
    # Keras compiles a grouped convolution apart on a CPU, where the profiler does not see it.
    assert sum(row.macs for row in rows) - grouped == products_by_tensorflow(model)
    assert by_name["depthwise"].macs == 11 * 9 * 9 * 18 * 2
    assert by_name["pixelwise"].macs == 5 * 3 * 36 * 5
    assert by_name["norm"][3:5] == (4 * 36, 0)


@every_network
def test_parameters_follow_from_the_arithmetic(name, options):
    model = models.build(name, **options)
    of = {row.name: row.parameters for row in tables.layer_table(model)}
    checked = 0
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D):
            sizes = (layer.kernel_size, layer.input.shape[-1], layer.filters)
            expected = arithmetic.conv_parameters(*sizes, bias=layer.use_bias)
        elif isinstance(layer, layers.Dense):
            expected = arithmetic.dense_parameters(layer.input.shape[-1], layer.units)
        else:
            continue
        assert of[layer.name] == expected
        checked += 1
    assert checked >= 2


def test_a_step_of_the_lecture_s_network_takes_82_mflop_a_picture():
    rows = tables.layer_table(models.build("mnist_convnet"))
    macs = sum(row.macs for row in rows)
    first = next(row.macs for row in rows if row.macs)
    # Two gradients a layer, of its weights and of its input; nothing asks for the picture's.
    assert 2 * (3 * macs - first) == pytest.approx(82e6, rel=0.01)


def seen_of_the_picture(model, name):
    """Return the extent of the pixels that a gradient reaches from the middle of a map."""
    inner = keras.Model(model.input, model.get_layer(name).output)
    _, height, width, _ = inner.output.shape
    # Positive weights, so that no path cancels another.
    inner.set_weights([np.abs(weight) + 0.1 for weight in inner.get_weights()])
    x = tf.ones((1, *model.input_shape[1:]))
    with tf.GradientTape() as tape:
        tape.watch(x)
        middle = tf.reduce_sum(inner(x)[0, height // 2, width // 2])
    reached = np.abs(tape.gradient(middle, x)[0]).sum(axis=2) > 0
    return tuple(np.ptp(np.flatnonzero(reached.any(axis=axis))) + 1 for axis in (1, 0))


def smooth_lenet():
    image = keras.Input((60, 60, 1))
    x = image
    for _ in range(2):
        x = layers.AveragePooling2D(2)(layers.Conv2D(2, 5)(x))
    return keras.Model(image, x)


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (smooth_lenet, {(1, 1), (5, 5), (6, 6), (14, 14), (16, 16)}),
        (lambda: models.build("strided_convnet"), {(1, 1), (3, 3), (5, 5), (9, 9), None}),
        (branched, {(1, 1), (1, 7), (7, 7), (5, 5), (9, 9), (11, 13), None}),
    ],
)
def test_receptive_fields_are_what_a_gradient_reaches(build, expected):
    model = build()
    rows = tables.layer_table(model)
    assert {row.receptive_field for row in rows} == expected
    for row in rows[1:]:
        if row.receptive_field:
            assert row.receptive_field == seen_of_the_picture(model, row.name)


def test_the_last_convolution_of_lenet5_sees_the_whole_padded_picture():
    rows = {row.name: row for row in tables.layer_table(models.build("lenet5"))}
    assert [rows[name].receptive_field for name in ("C1", "S2", "C3", "S4", "C5", "F6")] == [
        (5, 5), (6, 6), (14, 14), (16, 16), (32, 32), None
    ]  # fmt: skip


def test_kinds_name_the_window_and_the_stride():
    kinds = {row.name: row.kind for row in tables.layer_table(branched())}
    assert kinds == {
        "image": "InputLayer", "wide": "Conv2D 1x7", "tall": "Conv2D 7x1", "grouped": "Conv2D 3x3",
        "joined": "Concatenate", "depthwise": "DepthwiseConv2D 3x3 / 2",
        "norm": "BatchNormalization", "added": "Add", "pooled": "AveragePooling2D 2x3 / 2x3",
        "pixelwise": "Dense", "mean": "GlobalAveragePooling2D", "logits": "Dense",
    }  # fmt: skip


@every_network
def test_a_table_fits_a_terminal_and_holds_every_layer(name, options):
    rows = tables.layer_table(models.build(name, **options))
    lines = tables.as_text(rows).splitlines()
    # The names of the layers of modules and blocks say where they are in them.
    assert max(map(len, lines)) <= (90 if name in ("mini_inception", "small_resnet") else 80)
    assert [line.split()[0] for line in lines] == ["layer", *(row.name for row in rows), "total"]
    totals = [int(word.replace(",", "")) for word in lines[-1].split()[1:]]
    assert totals == [sum(row.parameters for row in rows), sum(row.macs for row in rows)]
    assert lines[2] == lines[2].rstrip()


def test_the_graph_of_a_branched_network_has_its_edges():
    nodes, edges = tables.graph(branched())
    assert nodes["wide"] == "wide: Conv2D 1x7\n24x20x6"
    assert set(edges) == {
        ("image", "wide"), ("wide", "tall"), ("image", "grouped"), ("tall", "joined"),
        ("grouped", "joined"), ("image", "joined"), ("joined", "depthwise"), ("depthwise", "norm"),
        ("depthwise", "added"), ("norm", "added"), ("added", "pooled"), ("pooled", "pixelwise"),
        ("pixelwise", "mean"), ("mean", "logits"),
    }  # fmt: skip
    assert len(edges) == 14
    # As the concatenation joins them.
    assert [a for a, b in edges if b == "joined"] == ["tall", "grouped", "image"]


def test_a_tensor_that_enters_twice_is_one_edge():
    image = keras.Input((4, 4, 1), name="image")
    model = keras.Model(image, layers.Add(name="twice")([image, image]))
    assert tables.graph(model).edges == [("image", "twice")]


def test_a_part_of_a_network_has_the_graph_of_that_part():
    model = models.build("mnist_convnet")
    part = keras.Model(model.input, model.get_layer("conv2").output)
    assert tables.graph(part).edges == [
        *(("image", "conv1"), ("conv1", "pool1"), ("pool1", "relu1"), ("relu1", "conv2"))
    ]


def test_a_sequential_network_is_read_as_well():
    model = keras.Sequential(
        [keras.Input((8, 8, 3), name="image"), layers.Conv2D(4, 3), layers.Flatten()]
    )
    rows = tables.layer_table(model)
    assert [row.kind for row in rows] == ["InputLayer", "Conv2D 3x3", "Flatten"]
    assert math.prod(rows[1].output_shape) == rows[2].output_shape[0] == 144
    assert len(tables.graph(model).edges) == 2


def test_a_layer_that_another_network_called_first_has_the_shapes_of_this_one():
    conv, image = layers.Conv2D(1, 3, name="conv"), keras.Input((32, 32, 1), name="image")
    conv(keras.Input((8, 8, 1)))
    model = keras.Model(image, conv(image))
    assert tables.layer_table(model)[-1][2:5] == ((30, 30, 1), 10, 30 * 30 * 9)
    assert tables.graph(model).nodes["conv"].endswith("\n30x30x1")


def test_an_operator_between_layers_is_a_box_of_the_graph_and_has_no_row():
    image = keras.Input((4, 4, 1), name="image")
    model = keras.Model(image, layers.Flatten(name="flat")(image / 2))
    nodes, edges = tables.graph(model)
    (between,) = nodes.keys() - {"image", "flat"}
    assert nodes[between] == f"{between}: TrueDivide\n4x4x1"
    assert edges == [("image", between), (between, "flat")]
    with pytest.raises(TypeError, match=r"model: no rule for layer '.*' of type TrueDivide"):
        tables.layer_table(model)


def test_a_reshape_to_a_row_sees_what_flattening_does():
    for shape in ((4, 4, 1), (1, 1, 16)):
        image = keras.Input(shape)
        row = layers.Dense(3)(layers.Reshape((16,))(image))
        assert tables.layer_table(keras.Model(image, row))[-1].receptive_field is None
    image = keras.Input((4, 4, 2))
    same = keras.Model(image, layers.Conv2D(1, 3)(layers.Reshape((4, 4, 2))(image)))
    assert tables.layer_table(same)[-1].receptive_field == (3, 3)


def test_a_dense_layer_sees_all_of_a_flat_input():
    row = keras.Input((7,))
    assert tables.layer_table(keras.Model(row, layers.Dense(3)(row)))[-1].receptive_field is None


def moved():
    image = keras.Input((8, 8, 3))
    return keras.Model(image, layers.Conv2D(1, 2)(layers.Reshape((4, 16, 3), name="r")(image)))


def channels_first():
    image = keras.Input((3, 32, 32))
    return keras.Model(image, layers.Conv2D(8, 3, data_format="channels_first", name="c")(image))


@pytest.mark.parametrize(
    ("build", "error", "message"),
    [
        (moved, TypeError, r"model: no rule for layer 'r', a Reshape of \(8, 8, 3\) to \(4, 16, 3"),
        (channels_first, ValueError, "model: expected channels last, but layer 'c' has them first"),
    ],
)
def test_a_table_is_not_made_where_it_would_be_wrong(build, error, message):
    with pytest.raises(error, match=message):
        tables.layer_table(build())


def shared():
    image, twice = keras.Input((8, 8, 1)), layers.Conv2D(1, 3, name="twice")
    return keras.Model(image, twice(twice(image)))


def unknown():
    image = keras.Input((8, 8, 1))
    return keras.Model(image, layers.Conv2DTranspose(1, 3, name="up")(image))


def unfixed():
    image = keras.Input((None, None, 1), name="image")
    return keras.Model(image, layers.Conv2D(1, 3)(image))


@pytest.mark.parametrize("function", [tables.layer_table, tables.graph])
@pytest.mark.parametrize(
    ("model", "error", "message"),
    [
        (shared, ValueError, "model: layer 'twice' is used more than once"),
        (unfixed, ValueError, r"model: the output of layer 'image' has no fixed shape: \(None"),
        (lambda: "lenet", TypeError, "model: expected a functional .* got str"),
        (
            lambda: keras.Sequential([layers.Dense(2)]),
            TypeError,
            "model: .* got Sequential without one: build it, or begin it with keras.Input",
        ),
    ],
)
def test_what_is_no_network_of_fixed_shapes_is_refused(function, model, error, message):
    with pytest.raises(error, match=message):
        function(model())


def test_a_layer_whose_cost_is_unknown_is_refused_and_not_counted_as_nothing():
    with pytest.raises(TypeError, match="model: no rule for layer 'up' of type Conv2DTranspose"):
        tables.layer_table(unknown())
    assert len(tables.graph(unknown()).edges) == 1
