"""The book's networks: shapes, parameters and beginnings, as their sources describe them."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from convbook import models
from convbook.models.small import mlp, mnist_convnet, small_convnet
from tests.conftest import ROOT

PICTURES = np.random.default_rng(6).random((4, 28, 28, 1)).astype(np.float32)
VARIANTS = [
    *((name, {}) for name in models.NAMES),
    ("lenet", {"padding": "VALID"}),
    ("mnist_convnet", {"initializer": "source", "dropout_rate": 0.75}),
    ("strided_convnet", {"head": "pool", "activation": "linear"}),
    ("mlp", {"parameters": 50_000, "hidden_layers": 3}),
    ("small_convnet", {"widths": (4, 8), "kernels": (3, 5), "pools": (1, 4)}),
    ("small_resnet", {"widths": (4, 8), "blocks": 2, "shortcuts": False}),
]
every_network = pytest.mark.parametrize(("name", "options"), VARIANTS)


def shapes(model):
    return {layer.name: tuple(layer.output.shape[1:]) for layer in model.layers}


def test_every_file_of_a_network_has_its_name():
    folder = ROOT / "src/convbook/models"
    for part, names in (
        ("small", models.NAMES),
        ("imagenet", models.IMAGENET),
        ("pictures", models.PICTURES),
    ):
        assert {path.stem for path in (folder / part).glob("[!_]*.py")} == {*names}


@every_network
def test_pictures_in_and_logits_out(name, options):
    model = models.build(name, **options)
    assert isinstance(model, keras.Model)
    assert model.name == name
    assert model.input_shape == (None, 28, 28, 1)
    assert model.layers[-1].name == "logits"
    assert model.layers[-1].activation is keras.activations.linear
    out = model(PICTURES)
    assert out.shape == (4, 10)
    assert out.dtype == tf.float32


@every_network
def test_logits_are_float32_under_mixed_precision(name, options):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = models.build(name, **options)
    finally:
        keras.config.set_dtype_policy(before)
    assert model.layers[-2].compute_dtype == "bfloat16"
    assert model(PICTURES).dtype == tf.float32
    # What the optimizer adds its small steps to keeps all its digits.
    assert {weight.dtype for weight in model.trainable_variables} == {"float32"}


@every_network
def test_one_seed_gives_one_network(name, options):
    model, again, other = (models.build(name, **options, seed=seed) for seed in (5, 5, 6))
    for first, second in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(first, second)
    # The last layer of `lenet` begins at zero, and so do most biases.
    assert any(
        (a != b).any() for a, b in zip(model.get_weights(), other.get_weights(), strict=True)
    )
    np.testing.assert_array_equal(model(PICTURES, training=True), again(PICTURES, training=True))


def test_layers_of_the_same_shape_begin_differently():
    model = models.build("mlp", parameters=50_000, hidden_layers=3)
    second, third = (model.get_layer(name).get_weights()[0] for name in ("fc2", "fc3"))
    assert second.shape == third.shape
    assert (second != third).any()


@pytest.mark.parametrize("name", ["lenet", "mnist_convnet"])
def test_dropout_is_on_in_training_and_off_in_evaluation(name):
    model = models.build(name)
    inner = keras.Model(model.input, model.get_layer("dropout").output)
    np.testing.assert_array_equal(inner(PICTURES), inner(PICTURES))
    assert (inner(PICTURES) != 0).numpy().mean() > (
        inner(PICTURES, training=True) != 0
    ).numpy().mean()
    assert (inner(PICTURES, training=True) != inner(PICTURES, training=True)).numpy().any()


@every_network
def test_every_weight_learns(name, options):
    model = models.build(name, **options)
    if name == "lenet":  # Its logits begin at zero, and let no gradient through.
        model.get_layer("logits").kernel.assign(np.eye(1024, 10))
    with tf.GradientTape() as tape:
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(
            np.array([1, 2, 3, 4]), model(PICTURES, training=True)
        )
    gradients = tape.gradient(loss, [v.value for v in model.trainable_variables])
    still = [
        variable.path
        for variable, gradient in zip(model.trainable_variables, gradients, strict=True)
        if gradient is None or not np.abs(gradient).max() > 0
    ]
    assert still == []


@every_network
def test_a_network_survives_a_file(name, options, tmp_path):
    model = models.build(name, **options)
    model.save(tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras")
    np.testing.assert_array_equal(loaded(PICTURES), model(PICTURES))


def test_lenet_has_the_shapes_of_the_post_of_2016():
    names = ["conv1", "pool1", "conv2", "pool2", "flatten"]
    valid, same = (shapes(models.build("lenet", padding=word)) for word in ("VALID", "SAME"))
    assert [valid[name] for name in names] == [
        (24, 24, 4), (12, 12, 4), (8, 8, 6), (4, 4, 6), (96,)
    ]  # fmt: skip
    assert [same[name] for name in names] == [
        (28, 28, 4), (14, 14, 4), (14, 14, 6), (7, 7, 6), (294,)
    ]  # fmt: skip
    assert shapes(models.build("lenet")) == same


def test_lenet_begins_with_equal_probabilities():
    assert (models.build("lenet")(PICTURES).numpy() == 0).all()


def test_mnist_convnet_has_the_shapes_and_parameters_of_the_lecture():
    model = models.build("mnist_convnet")
    assert list(shapes(model).values()) == [
        (28, 28, 1), (28, 28, 32), (14, 14, 32), (14, 14, 32), (14, 14, 64), (7, 7, 64),
        (7, 7, 64), (3136,), (1024,), (1024,), (10,),
    ]  # fmt: skip
    assert model.count_params() == 832 + 51_264 + 3_212_288 + 10_250


def test_the_lecture_s_initializers_have_a_deviation_of_one():
    model = mnist_convnet.build(initializer="source")
    # A normal distribution cut off at two deviations keeps 0.880 of its deviation.
    for name in ("conv2", "fc1", "logits"):
        weights, bias = model.get_layer(name).get_weights()
        assert weights.std() == pytest.approx(0.880, abs=0.01)
        assert 1.9 < np.abs(weights).max() <= 2
        if name != "conv2":
            assert (bias == 0).all()
    biases = np.concatenate([model.get_layer(name).get_weights()[1] for name in ("conv1", "conv2")])
    assert biases.std() == pytest.approx(1, abs=3 / np.sqrt(2 * biases.size))
    assert (mnist_convnet.build().get_layer("conv1").get_weights()[1] == 0).all()


def test_logits_of_the_lecture_s_initializers_are_far_too_large():
    source, glorot = (
        np.abs(mnist_convnet.build(initializer=word)(PICTURES)).max()
        for word in ("source", "glorot")
    )
    assert glorot < 1
    assert source > 1000


def test_the_homework_s_strides_shrink_the_maps():
    dense, pooled = (shapes(models.build("strided_convnet", head=h)) for h in ("dense", "pool"))
    assert [dense[f"conv{i}"] for i in (1, 2, 3)] == [(26, 26, 16), (12, 12, 32), (5, 5, 32)]
    assert (dense["flatten"], dense["fc1"]) == ((800,), (32,))
    assert list(pooled)[-2:] == ["global_pool", "logits"]
    assert pooled["global_pool"] == (32,)


@pytest.mark.parametrize(("activation", "linear"), [("linear", True), ("relu", False)])
def test_three_convolutions_without_activation_are_one_linear_map(activation, linear):
    model = models.build("strided_convnet", activation=activation)
    maps = keras.Model(model.input, model.get_layer("conv3").output)
    left, right = PICTURES[:1], PICTURES[1:2]
    sum_of_outputs, output_of_sum = maps(left) + maps(right), maps(left + right)
    assert np.allclose(sum_of_outputs, output_of_sum, atol=1e-4) == linear


def test_the_fully_connected_network_equals_the_convolutional_one():
    of_convnet = models.build("mnist_convnet").count_params()
    assert of_convnet == mlp.OF_MNIST_CONVNET
    model = models.build("mlp")
    width = model.get_layer("fc1").units
    step = mlp._count(width + 1, 2) - mlp._count(width, 2)
    assert abs(model.count_params() - of_convnet) <= step / 2


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_no_other_width_comes_nearer(depth):
    least = mlp._count(1, depth)
    for wanted in (least, least + 1, 5_000, 99_999, 2_000_000):
        width = mlp._width(wanted, depth)
        apart = [abs(mlp._count(w, depth) - wanted) for w in range(1, 2 * width + 2)]
        assert apart[width - 1] == min(apart)
    model = models.build("mlp", parameters=5_000, hidden_layers=depth)
    assert model.count_params() == mlp._count(model.get_layer("fc1").units, depth)


def test_small_convnet_pools_where_it_is_told():
    model = models.build("small_convnet", widths=[4, 8, 6], kernels=[5, 3, 2], pools=[2, 1, 3])
    assert shapes(model) == {
        "image": (28, 28, 1),
        "conv1": (24, 24, 4),
        **dict.fromkeys(("pool1", "norm1", "relu1"), (12, 12, 4)),
        **dict.fromkeys(("conv2", "norm2", "relu2"), (10, 10, 8)),
        "conv3": (9, 9, 6),
        **dict.fromkeys(("pool3", "norm3", "relu3"), (3, 3, 6)),
        "flatten": (54,),
        "logits": (10,),
    }
    assert model.get_layer("conv1").get_weights()[0].shape == (5, 5, 1, 4)
    assert len(model.get_layer("conv1").get_weights()) == 1


def test_small_convnet_can_use_the_last_pixel():
    model = small_convnet.build(widths=(2,), kernels=(28,), pools=(1,))
    assert shapes(model)["conv1"] == (1, 1, 2)


def test_an_unknown_network_is_refused_with_the_known_ones():
    with pytest.raises(
        ValueError, match=r"expected one of lenet, lenet5, .* alexnet, .* got 'lenet6'"
    ):
        models.build("lenet6")


@pytest.mark.parametrize(
    ("name", "options", "error", "message"),
    [
        ("lenet", {"padding": "FULL"}, ValueError, "padding: .* got 'FULL'"),
        ("lenet", {"padding": 2}, TypeError, "padding: .* got 2"),
        ("lenet", {"width": 2}, TypeError, "unexpected keyword argument 'width'"),
        ("mnist_convnet", {"dropout_rate": 1}, ValueError, "dropout_rate: .* below 1, got 1"),
        ("mnist_convnet", {"dropout_rate": -0.5}, ValueError, "dropout_rate: .* got -0.5"),
        ("mnist_convnet", {"dropout_rate": "0.5"}, TypeError, "dropout_rate: .* '0.5'"),
        ("mnist_convnet", {"initializer": "he"}, ValueError, "initializer: .* got 'he'"),
        ("mnist_convnet", {"initializer": None}, TypeError, "initializer: .* got None"),
        ("strided_convnet", {"head": "max"}, ValueError, "head: .* got 'max'"),
        (
            "strided_convnet",
            {"activation": "tf.nn.relu"},
            ValueError,
            "activation: .* 'tf.nn.relu'",
        ),
        ("mlp", {"parameters": 100}, ValueError, "parameters: expected at least 807,.* got 100"),
        ("mlp", {"parameters": 1e6}, TypeError, "parameters: .* 1000000.0"),
        ("mlp", {"hidden_layers": 0}, ValueError, "hidden_layers: .* got 0"),
        ("small_convnet", {"widths": 16}, TypeError, "widths: .* got 16"),
        ("small_convnet", {"widths": "abc"}, TypeError, "widths: .* got 'abc'"),
        ("small_convnet", {"widths": (16, 0, 32)}, ValueError, r"widths\[1\]: .* got 0"),
        ("small_convnet", {"widths": ()}, ValueError, "widths: .* got ()"),
        ("small_convnet", {"kernels": (5, 3)}, ValueError, r"kernels: .* got \(5, 3\)"),
        ("small_convnet", {"kernels": (5, 3.0, 3)}, TypeError, r"kernels\[1\]: .* 3.0"),
        ("small_convnet", {"kernels": (29, 3, 3)}, ValueError, r"kernels\[0\]: .* 28, got 29"),
        ("small_convnet", {"kernels": (5, 3, 11)}, ValueError, r"kernels\[2\]: .* 10, got 11"),
        ("small_convnet", {"pools": (2, 1, 9)}, ValueError, r"pools\[2\]: .* 8, got 9"),
        *((name, {"seed": -1}, ValueError, "seed: .* got -1") for name in models.NAMES),
        *((name, {"seed": 0.5}, TypeError, "seed: .* 0.5") for name in models.NAMES),
    ],
)
def test_bad_options_are_refused_by_name(name, options, error, message):
    with pytest.raises(error, match=message):
        models.build(name, **options)
