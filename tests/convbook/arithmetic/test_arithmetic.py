"""Sizes, padding, receptive fields and costs agree with what TensorFlow and Keras compute."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from convbook import arithmetic
from convbook.arithmetic import Layer

against_tensorflow = settings(deadline=None, derandomize=True, max_examples=200)

sizes = st.integers(1, 40)
kernels = st.integers(1, 9)
strides = st.integers(1, 5)
dilations = st.integers(1, 4)
layers = st.lists(st.builds(Layer, kernels, strides, dilations), max_size=4)


def signal(size: int) -> tf.Tensor:
    """Return an NHWC image one pixel high, of small integers: sums of them are exact."""
    values = np.random.default_rng(size).integers(-9, 10, size)
    return tf.constant(values.reshape(1, 1, size, 1), tf.float32)


def taps(kernel: int) -> tf.Tensor:
    """Return an HWIO kernel one pixel high, of small integers."""
    values = np.random.default_rng(100 + kernel).integers(-9, 10, kernel)
    return tf.constant(values.reshape(1, kernel, 1, 1), tf.float32)


@given(sizes, kernels, strides, dilations, st.sampled_from(["valid", "same"]))
@against_tensorflow
def test_output_size_is_that_of_conv2d(size, kernel, stride, dilation, padding):
    if padding == "valid" and arithmetic.effective_kernel(kernel, dilation) > size:
        with pytest.raises(ValueError, match="expected at most the padded size"):
            arithmetic.output_size(size, kernel, stride, dilation, padding)
    else:
        y = tf.nn.conv2d(
            signal(size), taps(kernel), (1, stride), padding.upper(), dilations=(1, dilation)
        )
        for word in (padding, padding.upper()):
            got = arithmetic.output_size(size, kernel, stride, dilation, word)
            assert got == y.shape[2]


@given(sizes, kernels, strides, dilations, st.tuples(st.integers(0, 9), st.integers(0, 9)))
@against_tensorflow
def test_output_size_with_explicit_padding_is_that_of_a_padded_signal(
    size, kernel, stride, dilation, padding
):
    padded = size + sum(padding)
    if arithmetic.effective_kernel(kernel, dilation) > padded:
        with pytest.raises(ValueError, match="kernel"):
            arithmetic.output_size(size, kernel, stride, dilation, padding)
    else:
        got = arithmetic.output_size(size, kernel, stride, dilation, padding)
        explicit = [[0, 0], [0, 0], padding, [0, 0]]
        x = tf.pad(signal(size), explicit)
        y = tf.nn.conv2d(x, taps(kernel), (1, stride), "VALID", dilations=(1, dilation))
        assert got == y.shape[2]


@given(sizes, kernels, strides, dilations)
@against_tensorflow
def test_same_padding_done_by_hand_gives_the_values_of_same(size, kernel, stride, dilation):
    before, after = arithmetic.same_padding(size, kernel, stride, dilation)
    assert 0 <= after - before <= 1
    x, w = signal(size), taps(kernel)
    same = tf.nn.conv2d(x, w, (1, stride), "SAME", dilations=(1, dilation))
    padded = tf.pad(x, [[0, 0], [0, 0], [before, after], [0, 0]])
    valid = tf.nn.conv2d(padded, w, (1, stride), "VALID", dilations=(1, dilation))
    # Where the stride skips pixels, VALID may reach one window further than SAME's count.
    np.testing.assert_array_equal(same, valid[:, :, : same.shape[2]])
    if before + after:
        assert same.shape == valid.shape


@given(sizes, kernels, strides, st.sampled_from(["VALID", "SAME"]))
@against_tensorflow
def test_output_size_is_that_of_pooling(size, window, stride, padding):
    if padding == "SAME" or window <= size:
        pooled = tf.nn.max_pool2d(signal(size), (1, window), (1, stride), padding)
        assert arithmetic.output_size(size, window, stride, padding=padding) == pooled.shape[2]


@given(sizes, kernels, strides, st.sampled_from(["valid", "same"]))
@against_tensorflow
def test_transposed_output_size_is_that_of_keras(size, kernel, stride, padding):
    w = tf.reshape(taps(kernel), (kernel, 1, 1))
    y = keras.ops.conv_transpose(signal(size)[:, 0], w, strides=stride, padding=padding)
    assert arithmetic.transposed_output_size(size, kernel, stride, padding) == y.shape[1]


@given(sizes, kernels, strides)
@against_tensorflow
def test_transposed_output_has_a_forward_size_that_leads_back(size, kernel, stride):
    up = arithmetic.transposed_output_size(size, kernel, stride)
    assert arithmetic.output_size(up, kernel, stride) == size


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"size": 7, "kernel": 3}, 5),
        ({"size": 7, "kernel": 3, "stride": 2}, 3),
        ({"size": 28, "kernel": 5, "padding": 2}, 28),
        ({"size": 28, "kernel": 2, "stride": 2}, 14),
        ({"size": 134, "kernel": 3, "stride": 3, "padding": "same"}, 45),
        ({"size": 240, "kernel": 3, "stride": 3, "padding": "same"}, 80),
        ({"size": 45, "kernel": 3, "stride": 3, "padding": "same"}, 15),
        ({"size": 80, "kernel": 3, "stride": 3, "padding": "same"}, 27),
        ({"size": 10, "kernel": 5, "stride": 2, "padding": "same"}, 5),
        ({"size": 224, "kernel": 7, "stride": 2, "padding": (2, 3)}, 112),
        ({"size": 227, "kernel": 11, "stride": 4}, 55),
    ],
)
def test_sizes_that_the_sources_give(arguments, expected):
    assert arithmetic.output_size(**arguments) == expected


def test_four_valid_5x5_convolutions_crop_256_to_240():
    size = 256
    for _ in range(4):
        size = arithmetic.output_size(size, 5)
    assert size == 240


def test_lenet_5x5_shapes_for_valid_and_for_same():
    shapes = {}
    for padding in ("valid", "same"):
        size, shapes[padding] = 28, []
        for kernel, stride in [(5, 1), (2, 2), (5, 1), (2, 2)]:
            size = arithmetic.output_size(size, kernel, stride, padding=padding)
            shapes[padding].append(size)
    assert shapes == {"valid": [24, 12, 8, 4], "same": [28, 14, 14, 7]}


def test_same_padding_is_asymmetric_where_the_total_is_odd():
    assert arithmetic.same_padding(224, 7, 2) == (2, 3)
    assert arithmetic.same_padding(28, 4) == (1, 2)
    assert arithmetic.same_padding(225, 7, 2) == (3, 3)


def test_same_needs_no_padding_where_the_stride_exceeds_the_kernel():
    assert arithmetic.same_padding(10, 1, 3) == (0, 0)


def test_the_formula_of_the_lecture_note_lacks_the_floor_and_fails_for_same():
    """Seed 003's (W - F + 2 P) / S + 1: fractional where the stride leaves a rest over."""

    def lecture(width, kernel, pad, stride):
        return (width - kernel + 2 * pad) / stride + 1

    assert lecture(7, 3, 0, 2) == arithmetic.output_size(7, 3, 2)
    assert lecture(8, 3, 0, 2) == 3.5
    assert arithmetic.output_size(8, 3, 2) == 3
    # No whole symmetric padding gives the 112 of SAME: the total is odd.
    same = arithmetic.output_size(224, 7, 2, padding="same")
    assert all(lecture(224, 7, pad, 2) != same for pad in range(8))


@given(layers)
@against_tensorflow
def test_receptive_field_is_the_smallest_input_with_one_output(chain):
    def output(size):
        for layer in chain:
            size = arithmetic.output_size(size, *layer)
        return size

    field, step = arithmetic.receptive_field(chain), arithmetic.effective_stride(chain)
    assert output(field) == 1
    assert output(field + step - 1) == 1
    assert output(field + step) == 2


@given(layers)
@settings(deadline=None, derandomize=True, max_examples=50)
def test_receptive_field_is_the_extent_of_the_gradient(chain):
    field, step = arithmetic.receptive_field(chain), arithmetic.effective_stride(chain)
    x = tf.Variable(tf.zeros((1, 1, field + step, 1)))
    rng = np.random.default_rng(0)
    with tf.GradientTape(persistent=True) as tape:
        y = x * 1.0
        for layer in chain:
            # Positive weights: no two paths can cancel in the gradient.
            w = tf.constant(rng.uniform(0.5, 1.5, (1, layer.kernel, 1, 1)), tf.float32)
            y = tf.nn.conv2d(y, w, (1, layer.stride), "VALID", dilations=(1, layer.dilation))
        outputs = [y[0, 0, i, 0] for i in (0, 1)]
    reached = [np.flatnonzero(tape.gradient(output, x)) for output in outputs]
    assert (reached[0][0], reached[0][-1]) == (0, field - 1)
    assert (reached[1][0], reached[1][-1]) == (step, step + field - 1)


def test_receptive_field_of_known_networks():
    assert arithmetic.receptive_field([]) == 1
    assert arithmetic.receptive_field([(5, 1)] * 4) == 17
    # Distill's table for VGG-16's last pooling: 212 pixels, effective stride 32.
    block2, block3 = [(3, 1)] * 2 + [(2, 2)], [(3, 1)] * 3 + [(2, 2)]
    vgg16 = block2 * 2 + block3 * 3
    assert arithmetic.receptive_field(vgg16) == 212
    assert arithmetic.effective_stride(vgg16) == 32


def test_layers_may_be_an_iterator_of_either_form():
    chain = iter([Layer(3, dilation=2), (3, 2), (3, 1, 2), (np.int64(3), np.int64(1))])
    assert arithmetic.receptive_field(chain) == 1 + 4 + 2 + 2 * 4 + 2 * 2


@pytest.mark.parametrize(
    ("kernel", "c_in", "c_out", "groups", "bias"),
    [((5, 5), 1, 32, 1, True), ((3, 2), 6, 4, 2, True), ((3, 3), 8, 8, 8, False)],
)
def test_conv_parameters_are_those_of_keras(kernel, c_in, c_out, groups, bias):
    layer = keras.layers.Conv2D(c_out, kernel, groups=groups, use_bias=bias)
    layer.build((None, 10, 10, c_in))
    got = arithmetic.conv_parameters(kernel, c_in, c_out, groups, bias)
    assert got == layer.count_params()


def test_other_parameters_are_those_of_keras():
    dense = keras.layers.Dense(10)
    dense.build((None, 784))
    assert arithmetic.dense_parameters(784, 10) == dense.count_params()
    separable = keras.layers.SeparableConv2D(16, (3, 5))
    separable.build((None, 10, 10, 8))
    got = arithmetic.depthwise_separable_parameters((3, 5), 8, 16)
    assert got == separable.count_params()
    conv3d = keras.layers.Conv3D(4, (1, 2, 3))
    conv3d.build((None, 5, 5, 5, 2))
    assert arithmetic.conv_parameters((1, 2, 3), 2, 4) == conv3d.count_params()


def test_biases_can_be_left_out_everywhere():
    assert arithmetic.dense_parameters(7, 3, bias=False) == 21
    assert arithmetic.conv_parameters(3, 2, 5, bias=False) == 90
    assert arithmetic.depthwise_separable_parameters(3, 2, 5, bias=False) == 28
    assert arithmetic.locally_connected_parameters((4, 2), 3, 2, 5, bias=False) == 720


def test_locally_connected_parameters_by_hand():
    # Three outputs, each with two weights and one bias of its own.
    assert arithmetic.locally_connected_parameters((3,), (2,), 1, 1) == 9
    # Two output channels of three inputs double and triple what belongs to them.
    assert arithmetic.locally_connected_parameters((3,), (2,), 3, 2) == 3 * (2 * 3 * 2 + 2)


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 3), st.integers(1, 3))
@against_tensorflow
def test_conv_macs_count_the_products_of_conv2d(height, width, c_in, c_out):
    # A convolution of ones by ones adds up a one for each product.
    x, w = tf.ones((1, 9, 8, c_in)), tf.ones((height, width, c_in, c_out))
    y = tf.nn.conv2d(x, w, 1, "VALID")
    got = arithmetic.conv_macs(tuple(y.shape[1:3]), (height, width), c_in, c_out)
    assert got == tf.reduce_sum(y)


def test_depthwise_and_separable_macs():
    y = tf.nn.depthwise_conv2d(tf.ones((1, 9, 8, 6)), tf.ones((3, 3, 6, 1)), (1,) * 4, "VALID")
    depthwise = arithmetic.conv_macs((7, 6), 3, 6, 6, groups=6)
    assert depthwise == tf.reduce_sum(y)
    both = arithmetic.depthwise_separable_macs((7, 6), 3, 6, 10)
    assert both == depthwise + arithmetic.conv_macs((7, 6), 1, 6, 10)
    # MobileNet's ratio of the costs: 1 / N + 1 / k**2.
    ratio = both / arithmetic.conv_macs((7, 6), 3, 6, 10)
    assert ratio == pytest.approx(1 / 10 + 1 / 9)


def test_a_fully_connected_layer_is_a_convolution_as_large_as_its_input():
    assert arithmetic.dense_macs(4 * 4 * 6, 10) == arithmetic.conv_macs(1, 4, 6, 10)
    assert arithmetic.dense_parameters(4 * 4 * 6, 10) == arithmetic.conv_parameters(4, 6, 10)


def test_numpy_integers_are_integers():
    got = arithmetic.output_size(np.int32(7), np.uint8(3), np.int64(2), padding=np.int8(1))
    assert (got, type(got)) == (4, int)
    assert type(arithmetic.conv_macs(np.int32(2**20), np.int32(2**10), 1, 1)) is int
    assert arithmetic.conv_macs(np.int32(2**20), np.int32(2**10), 1, 1) == 2**60


@pytest.mark.parametrize("name", ["size", "kernel", "stride", "dilation"])
@pytest.mark.parametrize(
    ("value", "error"),
    [
        (0, ValueError),
        (-2, ValueError),
        (3.0, TypeError),
        (True, TypeError),
        ("3", TypeError),
        (None, TypeError),
        (math.nan, TypeError),
        (np.array([3, 3]), TypeError),
    ],
)
@pytest.mark.parametrize("function", [arithmetic.output_size, arithmetic.same_padding])
def test_a_bad_size_is_refused_by_name(function, name, value, error):
    arguments = {"size": 9, "kernel": 3, "stride": 1, "dilation": 1, name: value}
    with pytest.raises(error, match=f"^{name}: expected an integer"):
        function(**arguments)


@pytest.mark.parametrize(
    ("padding", "error"),
    [
        ("full", ValueError),
        ("", ValueError),
        (-1, ValueError),
        ((0, -1), ValueError),
        ((1,), ValueError),
        ((1, 2, 3), ValueError),
        (((1, 1), (1, 1)), TypeError),
        (1.5, TypeError),
        (True, TypeError),
        ((1, 0.5), TypeError),
        (None, TypeError),
    ],
)
def test_a_bad_padding_is_refused(padding, error):
    with pytest.raises(error, match=r"^padding: expected"):
        arithmetic.output_size(9, 3, padding=padding)


def test_a_kernel_larger_than_the_padded_input_is_refused_with_both_sizes():
    with pytest.raises(ValueError, match=r"kernel: 3 taps with dilation 4 cover 9 .* size 8 "):
        arithmetic.output_size(6, 3, dilation=4, padding=1)


@pytest.mark.parametrize(
    ("padding", "error"), [("full", ValueError), (1, TypeError), ((1, 1), TypeError)]
)
def test_transposed_convolution_knows_two_paddings(padding, error):
    with pytest.raises(error, match="padding: expected one of valid, same, got"):
        arithmetic.transposed_output_size(5, 3, padding=padding)


@pytest.mark.parametrize(
    ("entry", "error", "message"),
    [
        (3, TypeError, r"layers\[1\]: expected a Layer"),
        ([3, 1], TypeError, r"layers\[1\]: expected a Layer"),
        ((3,), ValueError, r"layers\[1\]: expected \(kernel, stride\)"),
        ((3, 1, 1, 1), ValueError, r"layers\[1\]: expected \(kernel, stride\)"),
        ((3, 0), ValueError, r"layers\[1\] stride: expected an integer of at least 1"),
        ((3, 1, 0), ValueError, r"layers\[1\] dilation: expected an integer of at least 1"),
        ((2.5, 1), TypeError, r"layers\[1\] kernel: expected an integer"),
    ],
)
@pytest.mark.parametrize("function", [arithmetic.receptive_field, arithmetic.effective_stride])
def test_a_bad_layer_is_refused_by_its_place(function, entry, error, message):
    with pytest.raises(error, match=message):
        function([(3, 1), entry])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: arithmetic.conv_parameters(3, 6, 4, groups=3), ValueError, "groups: expected"),
        (lambda: arithmetic.conv_parameters(3, 4, 6, groups=3), ValueError, "groups: expected"),
        (lambda: arithmetic.conv_parameters((), 1, 1), ValueError, "kernel: expected one to"),
        (lambda: arithmetic.conv_parameters((3,) * 4, 1, 1), ValueError, "kernel: expected one"),
        (lambda: arithmetic.conv_parameters("33", 1, 1), TypeError, "kernel: expected an int"),
        (lambda: arithmetic.conv_macs((5,), 3, 1, 1), ValueError, "kernel: expected as many"),
        (lambda: arithmetic.conv_macs(5, 3, 0, 1), ValueError, "in_channels: expected"),
        (lambda: arithmetic.dense_macs(5, 0), ValueError, "out_features: expected"),
        (lambda: arithmetic.dense_parameters(0, 5), ValueError, "in_features: expected"),
        (
            lambda: arithmetic.locally_connected_parameters(5, 3, 1, 0.5),
            TypeError,
            "out_channels: expected an integer",
        ),
    ],
)
def test_bad_costs_are_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("bias", [2, 1.5, "a", None])
@pytest.mark.parametrize(
    "count",
    [
        lambda bias: arithmetic.conv_parameters(5, 1, 32, bias=bias),
        lambda bias: arithmetic.dense_parameters(3, 4, bias),
        lambda bias: arithmetic.depthwise_separable_parameters(3, 4, 4, bias),
        lambda bias: arithmetic.locally_connected_parameters(3, 3, 4, 4, bias),
    ],
)
def test_a_bias_is_there_or_not(count, bias):
    assert count(np.True_) == count(True) > count(False)
    with pytest.raises(TypeError, match="bias: expected True or False, got"):
        count(bias)


def test_arrays_of_integers_stand_for_tuples():
    assert arithmetic.conv_macs(np.array([8, 9]), 3, 1, 1) == arithmetic.conv_macs((8, 9), 3, 1, 1)
    assert arithmetic.output_size(5, 3, padding=np.array([1, 2])) == 6


@pytest.mark.parametrize("function", [arithmetic.receptive_field, arithmetic.effective_stride])
def test_what_are_no_layers_is_refused_by_name(function):
    with pytest.raises(TypeError, match="layers: expected an iterable of layers, got 3"):
        function(3)
