"""The sources' errors: each test tells what a source says or shows from what is right.

Appendix B names these tests, and the ones elsewhere that do the same for other errors. The numbers
000 to 004 are those of the appendix.
"""

import re
from pathlib import Path
from textwrap import indent

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
import tensorflow as tf

from convbook import (
    arithmetic,
    data,
    kernels,
    layers,
    models,
    plotting,
    reference,
    studies,
    training,
)
from tests.alone import run_alone
from tests.conftest import ROOT

APPENDIX = (ROOT / "book" / "errata.md").read_text(encoding="utf-8")


def conv(image, kernel, stride=1, padding="VALID"):
    """Return TensorFlow's result for a picture and a kernel of two axes each."""
    x = tf.constant(np.asarray(image, np.float32)[np.newaxis, ..., np.newaxis])
    return tf.nn.conv2d(x, kernels.to_hwio(kernel), stride, padding).numpy()[0, ..., 0]


@pytest.fixture(scope="module")
def face():
    return data.chelsea_grey()


# --- the appendix itself -----------------------------------------------------------------------


def test_every_test_that_the_appendix_names_is_there():
    named = re.findall(r"`tests/([\w/]+\.py)::(test_\w+)`", APPENDIX)
    assert len(named) > 20
    for file, test in named:
        assert f"def {test}(" in (ROOT / "tests" / file).read_text(encoding="utf-8"), test


def test_the_appendix_names_every_test_of_this_file():
    here = Path(__file__).read_text(encoding="utf-8")
    tests = [name for name in re.findall(r"^def (test_\w+)", here, re.M) if "appendix" not in name]
    assert [name for name in tests if f"test_errata.py::{name}`" not in APPENDIX] == []


# --- 000 ---------------------------------------------------------------------------------------


def test_a_convolution_is_a_sum_and_not_a_product_with_the_neighbours(face):
    """Multiplied with its neighbours, twice the picture would give four times the result."""
    patch, kernel = face[:12, :12], kernels.get("binomial_blur")
    product = patch[1:-1, 1:-1] * conv(patch, kernel)
    product_of_twice = (2 * patch)[1:-1, 1:-1] * conv(2 * patch, kernel)
    np.testing.assert_allclose(product_of_twice, 4 * product, rtol=1e-5)
    np.testing.assert_allclose(conv(2 * patch, kernel), 2 * conv(patch, kernel), rtol=1e-6)
    assert not np.allclose(product, conv(patch, kernel), rtol=0.1)


def test_a_stride_of_three_mixes_the_kernel_with_subsampling():
    picture = data.to_grey(data.to_float(data.chelsea()[data.SMALL_CROP]))
    kernel = kernels.get("sharpen")
    strided, dense = conv(picture, kernel, 3, "SAME"), conv(picture, kernel, 1, "SAME")
    # Eight results of nine are thrown away; the ones that stay are the same. The last row of
    # windows lies over the padding below the picture.
    np.testing.assert_allclose(strided[:44], dense[1::3, 1::3][:44], atol=1e-5)
    assert (strided.size, dense.size) == (45 * 80, 134 * 240)
    # A kernel that does nothing wipes out stripes of three pixels: that is the stride's work.
    stripes = np.tile([0.0, 0.0, 1.0], (9, 9))
    assert conv(stripes, kernels.get("identity")).std() > 0.4
    assert conv(stripes, kernels.get("identity"), 3).std() == 0


def test_the_sigmoid_squeezes_pictures_into_a_quarter_of_its_range():
    darkest, brightest = tf.sigmoid([0.0, 1.0]).numpy()
    assert darkest == 0.5
    assert brightest == pytest.approx(0.731, abs=5e-4)
    # The pipeline of 2016 on a blur, whose result lies in [0, 1] as its picture does.
    stages = layers.convolve(data.chelsea()[data.SMALL_CROP], kernels.get("binomial_blur"))
    assert np.min(stages.activated) >= darkest
    assert np.max(stages.activated) <= brightest


def test_code_behind_a_return_is_never_reached():
    """The post's network, one indentation too far to the right, and where it belongs."""
    helper = "def flatten(maps):\n    return maps.reshape(len(maps), -1)\n"
    network = "def lenet_model(pictures):\n    return flatten(pictures)\n"
    for source, defined in ((helper + indent(network, "    "), False), (helper + network, True)):
        names = {}
        exec(source, names)
        assert names["flatten"](np.ones((3, 7, 7, 6))).shape == (3, 294)
        assert ("lenet_model" in names) is defined
    assert models.build("lenet").output.shape == (None, 10)


def test_dropout_left_on_answers_differently_every_time():
    x = np.random.default_rng(1).random((2, 28, 28, 1)).astype(np.float32)
    model = models.build("lenet")
    logits = model.get_layer("logits")
    logits.kernel.assign(keras.initializers.GlorotUniform(seed=1)(logits.kernel.shape))
    hidden = keras.Model(model.input, model.get_layer("fc1").output)(x)
    dropout = keras.layers.Dropout(0.5, seed=1)

    def left_on(units):  # the post's last two layers, which have no other mode than training
        return logits(dropout(units, training=True)).numpy()

    assert np.abs(left_on(hidden) - left_on(hidden)).max() > 0.05
    right = model(x, training=False).numpy()
    np.testing.assert_array_equal(model(x, training=False), right)
    # Its answers scatter about those of the network that has dropout off.
    answers = left_on(np.repeat(hidden[:1], 2000, axis=0))
    assert answers.std(axis=0).min() > 0.01
    np.testing.assert_allclose(answers.mean(axis=0), right[0], atol=0.05)


# --- 001 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("channels", [1, 3])
def test_a_stride_in_the_fourth_place_acts_on_channels_and_is_refused(channels):
    x, w = tf.zeros((1, 8, 8, channels)), tf.zeros((3, 3, channels, 4))
    with pytest.raises(tf.errors.OpError, match="strides in the batch and depth dimensions"):
        tf.nn.conv2d(x, w, [1, 1, 2, 2], "VALID")
    # A stride of 1 hides the slip, and a stride of 2 for the width alone turns out right.
    assert tf.nn.conv2d(x, w, [1, 1, 1, 1], "VALID").shape == (1, 6, 6, 4)
    assert tf.nn.conv2d(x, w, [1, 1, 2, 1], "VALID").shape == (1, 6, 3, 4)
    assert tf.nn.conv2d(x, w, [1, 2, 2, 1], "VALID").shape == (1, 3, 3, 4)


def test_a_layer_without_bias_has_fewer_parameters_than_its_description():
    x = np.random.default_rng(1).normal(size=(1, 6, 6, 3)).astype(np.float32)
    built, described = (
        keras.layers.Conv2D(8, 3, activation="relu", use_bias=bias) for bias in (False, True)
    )
    built(x), described(x)
    assert [len(layer.weights) for layer in (built, described)] == [1, 2]
    assert described.count_params() - built.count_params() == 8
    assert built.count_params() == arithmetic.conv_parameters(3, 3, 8, bias=False)
    # What the code computes is the activation alone, and a bias changes it.
    w = built.kernel.numpy()
    np.testing.assert_allclose(built(x), np.maximum(reference.conv2d(x, w), 0), atol=1e-5)
    described.set_weights([w, np.ones(8)])
    assert not np.allclose(described(x), built(x))


def test_a_repetition_is_counted_by_the_size_of_its_result(face):
    identity = np.pad(kernels.get("identity"), 1)  # five by five
    results = [face]
    for _ in range(5):
        results.append(conv(results[-1], identity))
    assert [result.shape[0] for result in results] == [256, 252, 248, 244, 240, 236]


def test_the_identity_kernel_crops_unless_the_picture_is_padded(face):
    identity = np.pad(kernels.get("identity"), 1)
    np.testing.assert_array_equal(conv(face, identity, padding="VALID"), face[2:-2, 2:-2])
    np.testing.assert_array_equal(conv(face, identity, padding="SAME"), face)


def test_a_device_must_be_entered():
    with tf.Graph().as_default() as graph:
        graph.device("/gpu:0")
        called = tf.constant(1)
        with graph.device("/gpu:0"):
            entered = tf.constant(1)
    assert called.device == ""
    assert entered.device == "/device:GPU:0"


# --- 002 ---------------------------------------------------------------------------------------


def test_the_dimension_of_a_convolution_counts_the_axes_that_slide():
    rng = np.random.default_rng(2)
    clip = rng.normal(size=(1, 4, 7, 8, 3)).astype(np.float32)  # N, D, H, W, C
    w = rng.normal(size=(3, 3, 3, 6)).astype(np.float32)
    # A kernel has two axes more than it slides along: its input and its output channels.
    for slides, layer in enumerate(
        (keras.layers.Conv1D, keras.layers.Conv2D, keras.layers.Conv3D), start=1
    ):
        built = layer(6, 3)
        built.build((None, *[8] * slides, 3))
        assert built.kernel.ndim == slides + 2
    # One number thick, a 3D kernel is a 2D one applied to each picture of the clip.
    volume = tf.nn.conv3d(clip, w[np.newaxis], [1] * 5, "VALID")[0]
    np.testing.assert_allclose(volume, tf.nn.conv2d(clip[0], w, 1, "VALID"), atol=1e-5)
    # A picture convolved in 1D: its columns are the channels, and the kernel spans them all.
    picture = clip[0, 0, :, :, 0]
    y = tf.nn.conv1d(picture[np.newaxis], rng.normal(size=(3, 8, 5)).astype(np.float32), 1, "VALID")
    assert y.shape == (1, 5, 5)


def test_outline_and_emboss_were_shown_at_different_strides():
    picture = np.zeros((375, 500))
    outline, emboss = kernels.get("outline"), kernels.get("emboss")
    assert conv(picture, outline, 1).shape == (373, 498)
    assert conv(picture, emboss, 2).shape == (187, 249)
    assert conv(picture, emboss, 1).shape == conv(picture, outline, 1).shape


def test_autoscaling_gives_zero_another_shade_in_every_picture(face):
    results = [conv(face, kernels.get("outline"), 1), conv(face, kernels.get("emboss"), 2)]
    _, axes = plt.subplots(1, 2)
    shades = [float(ax.imshow(y).norm(0.0)) for ax, y in zip(axes, results, strict=True)]
    assert abs(shades[0] - shades[1]) > 0.1
    limit = plotting.symmetric_limit(*results)
    for ax, y in zip(axes, results, strict=True):
        assert float(plotting.show_signed(ax, y, limit).norm(0.0)) == 0.5


# --- 003 ---------------------------------------------------------------------------------------


def test_a_feature_map_is_an_output_and_not_a_kernel():
    """003's first layer: 32 kernels of 25 taps make 32 feature maps of 784 pixels."""
    layer = keras.layers.Conv2D(32, 5, padding="same", use_bias=False)
    maps = layer(tf.zeros((1, 28, 28, 1)))
    assert layer.kernel.shape == (5, 5, 1, 32)
    assert maps.shape == (1, 28, 28, 32)
    assert (np.prod(layer.kernel.shape), np.prod(maps.shape)) == (800, 25088)
    # Another picture gives other maps from the same kernels.
    kernel = layer.kernel.numpy()
    assert not np.allclose(layer(tf.ones((1, 28, 28, 1))), maps)
    np.testing.assert_array_equal(layer.kernel, kernel)


def test_no_symmetric_padding_makes_an_even_kernel_keep_the_size():
    by_formula = [(9 - 2 + 2 * pad) / 1 + 1 for pad in range(9)]
    assert arithmetic.output_size(9, 2, padding="same") == 9
    assert 9 not in by_formula


def test_symmetric_padding_gives_other_values_than_same():
    """The size may agree, with a floor, and the windows still lie one pixel off."""
    x = np.arange(224.0)[np.newaxis, :, np.newaxis]
    w = np.ones((7, 1, 1))
    same = tf.nn.conv1d(x, w, 2, "SAME").numpy()
    np.testing.assert_array_equal(same, reference.conv1d(x, w, 2, (2, 3)))
    symmetric = reference.conv1d(x, w, 2, 3)
    assert symmetric.shape == same.shape
    assert np.all(symmetric != same)


def test_a_probability_of_keeping_is_not_a_rate():
    ones, keep_prob = tf.ones((100, 100)), 0.75
    for rate, kept in ((keep_prob, 0.25), (1 - keep_prob, 0.75)):
        by_hand = layers.dropout(ones, rate, training=True, seed=(3, 0))
        by_keras = keras.layers.Dropout(rate, seed=3)(ones, training=True)
        for y in (by_hand, by_keras):
            assert np.mean(y != 0) == pytest.approx(kept, abs=0.03)
            assert np.max(y) == pytest.approx(1 / kept)


def test_a_dense_layer_on_maps_is_a_pointwise_convolution():
    maps = np.random.default_rng(3).normal(size=(2, 7, 7, 64)).astype(np.float32)
    dense = keras.layers.Dense(10, bias_initializer="normal")
    y = dense(maps)
    assert y.shape == (2, 7, 7, 10)
    assert dense.count_params() == arithmetic.conv_parameters(1, 64, 10)
    pointwise = reference.conv2d(maps, dense.kernel.numpy()[np.newaxis, np.newaxis])
    np.testing.assert_allclose(y, pointwise + dense.bias.numpy(), atol=1e-4)
    # Flattened first, the layer sees whole maps, and there is one answer a picture.
    flat = keras.layers.Dense(10)
    assert flat(maps.reshape(2, -1)).shape == (2, 10)
    assert flat.count_params() == arithmetic.dense_parameters(7 * 7 * 64, 10)
    with pytest.raises(ValueError, match="expected a flattened tensor"):
        layers.fully_connected(maps, dense.kernel, dense.bias)


def test_weights_of_deviation_one_begin_with_a_loss_of_thousands():
    """003's initializers against Keras's, on digits; a guess would lose ln 10."""
    (images, labels), _ = data.mnist()
    loss = {
        start: training.evaluate(
            models.build("mnist_convnet", initializer=start), (images[:100], labels[:100])
        )[0]
        for start in ("source", "glorot")
    }
    assert loss["source"] > 1000
    assert loss["glorot"] == pytest.approx(np.log(10), abs=0.3)


def test_an_accuracy_is_a_share_and_not_a_count():
    """003 sums the right answers of a batch; what it prints in its table is their share."""
    answers = tf.one_hot([3, 5, 5, 8] * 32, 10)
    labels = [3, 5, 5, 9] * 32
    right = tf.cast(tf.equal(tf.argmax(answers, 1), labels), tf.float32)
    assert tf.reduce_sum(right) == 96
    metric = keras.metrics.SparseCategoricalAccuracy()
    for size in (64, 128):
        metric.reset_state()
        metric.update_state(labels[:size], answers[:size])
        assert metric.result() == 0.75
        assert tf.reduce_sum(right[:size]) == 0.75 * size


def test_seconds_of_this_book_come_with_a_machine():
    """003 has 250 seconds an epoch on a machine that it does not name."""
    assert studies.names()
    for name in studies.names():
        passport = studies.load(name).passport
        assert re.search(r"\d cores?$", passport.machine)
        assert passport.device
        assert passport.seconds > 0
    page = (ROOT / "book" / "reproducing.md").read_text(encoding="utf-8")
    for seconds, machine in (
        ("{result}`cs20_table.glorot_seconds", "{result}`cs20_table.machine"),
        ("{result}`against_the_clock.quick_seconds", "{study-note} one_epoch\n"),
        ("{result}`against_the_clock.small:", "{study-note} four_epochs\n"),
    ):
        assert page.count(seconds) == page.count(machine) == 1


@pytest.mark.parametrize("first", [True, False])
def test_a_flag_that_a_graph_has_read_is_not_read_again(first):
    """A mode that is a Python value in a graph stays; as an argument of the call it is obeyed."""

    class Net:
        training = first

        @tf.function
        def by_flag(self, x):
            return layers.dropout(x, 0.25, training=self.training, seed=(3, 0))

        @tf.function
        def by_argument(self, x, training):
            return layers.dropout(x, 0.25, training=training, seed=(3, 0))

    net, ones = Net(), tf.ones(1000)
    for flag in (first, not first):
        net.training = flag
        assert (np.sum(net.by_flag(ones) == 0) > 150) == first
    assert np.sum(net.by_argument(ones, True) == 0) > 150
    np.testing.assert_array_equal(net.by_argument(ones, False), ones)


# --- 004 ---------------------------------------------------------------------------------------


def test_a_gaussian_times_its_derivative_is_no_gabor():
    def sign_changes(row):
        signs = np.sign(row[np.abs(row) > 1e-3 * np.abs(row).max()])
        return np.count_nonzero(np.diff(signs))

    sigma = 4.0
    derivative = kernels.gaussian_derivative(sigma)
    gabor = kernels.gabor(sigma, wavelength=6, phase=-90, size=derivative.shape[0])
    middle = derivative.shape[0] // 2
    assert sign_changes(derivative[middle]) == 1  # one edge, whatever its width
    assert sign_changes(gabor[middle]) > 5  # several stripes of one wavelength
    # The derivative is what remains of the odd Gabor kernel as the wave grows without bound.
    longest = kernels.gabor(sigma, 1000, phase=-90, size=derivative.shape[0])
    edge = kernels.flip(derivative)
    cosine = (longest * edge).sum() / np.linalg.norm(longest) / np.linalg.norm(edge)
    assert cosine == pytest.approx(1, abs=1e-4)
    assert (gabor * edge).sum() / np.linalg.norm(gabor) / np.linalg.norm(edge) < 0.5


def test_a_function_must_use_the_kernel_that_it_is_given(face):
    blur, edges = kernels.get("binomial_blur"), kernels.get("outline")
    flt_mtx = blur  # the notebook's variable, which its function reads instead of its argument

    def get_convolved(image, flt):
        return conv(image, flt_mtx)

    np.testing.assert_array_equal(get_convolved(face, blur), get_convolved(face, edges))
    two = [layers.convolve(face, kernel).convolved for kernel in (blur, edges)]
    assert np.abs(two[0] - two[1]).max() > 0.1


def test_keras_refuses_a_symbol_in_a_tensorflow_function():
    x, w = keras.Input((None, None, 1)), np.zeros((5, 5, 1, 1), np.float32)
    with pytest.raises(ValueError, match="KerasTensor cannot be used as input to a TensorFlow"):
        tf.nn.conv2d(x, w, 1, "VALID")
    assert keras.ops.conv(x, w).shape == (None, None, None, 1)


def test_keras_refuses_a_dotted_activation():
    with pytest.raises(ValueError, match=r"Could not interpret activation .* tf\.nn\.relu"):
        keras.layers.Dense(32, activation="tf.nn.relu")
    by_name, by_function = (keras.layers.Dense(3, activation=a) for a in ("relu", tf.nn.relu))
    x = np.array([-1.0, 0.0, 2.0])
    np.testing.assert_array_equal(by_name.activation(x), by_function.activation(x))


def test_top_minus_one_loses_the_least_probable_class(class_index):
    scores = np.exp(np.random.default_rng(4).normal(size=(1, 1000)))
    decode = keras.applications.inception_v3.decode_predictions
    (shown,), (every,) = (decode(scores / scores.sum(), top=top) for top in (-1, 1000))
    assert (len(shown), len(every)) == (999, 1000)
    (lost,) = set(every) - set(shown)
    assert lost[1] == f"class {scores.argmin()}"
    probabilities = [probability for _, _, probability in every]
    np.testing.assert_array_equal(probabilities, np.sort(scores[0] / scores.sum())[::-1])


def test_the_inception_that_is_loaded_is_not_the_one_cited():
    """Inception-v4 hands 1,536 features to its last layer: figure 9 of arXiv 1602.07261."""
    loaded = keras.applications.InceptionV3(weights=None)
    assert loaded.layers[-1].kernel.shape == (2048, 1000)
    assert loaded.count_params() == 23_851_784


# --- a trap of the chapter on images, with what today's TensorFlow makes of it ------------------


def test_conv2d_without_the_batch_axis_does_not_return(tmp_path):
    """Some builds raise, and some end the process: hence a process of its own."""
    script = tmp_path / "without_batch.py"
    script.write_text(
        "import tensorflow as tf\n"
        'tf.nn.conv2d(tf.zeros((8, 8, 3)), tf.zeros((3, 3, 3, 4)), 1, "VALID")\n'
        'print("a result")\n'
    )
    done = run_alone(script, tmp_path, timeout=60)
    assert done.returncode != 0
    assert "a result" not in done.stdout
    with pytest.raises(ValueError, match="expected min_ndim=4, found ndim=3"):
        keras.layers.Conv2D(4, 3)(tf.zeros((8, 8, 3)))
