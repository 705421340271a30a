"""GoogLeNet against its paper's table, Inception v3 against the one that Keras has."""

import h5py
import keras
import numpy as np
import pytest
from keras.src.legacy.saving import legacy_h5_format

from convbook import models
from convbook.models import tables
from convbook.models.imagenet import googlenet
from tests.convbook.models.helpers import weightless

# Table 1 of arXiv:1409.4842: output, parameters in units of 1,024, operations in millions. `None`
# stands for three cells that do not follow from the row they are in: see the module's notes.
TABLE = {
    "conv1": ((112, 112, 64), None, None),
    "pool1": ((56, 56, 64), 0, 0),
    "conv2": ((56, 56, 192), 112, 360),
    "pool2": ((28, 28, 192), 0, 0),
    "inception3a": ((28, 28, 256), 159, 128),
    "inception3b": ((28, 28, 480), 380, 304),
    "pool3": ((14, 14, 480), 0, 0),
    "inception4a": ((14, 14, 512), 364, 73),
    "inception4b": ((14, 14, 512), 437, 88),
    "inception4c": ((14, 14, 512), None, 100),
    "inception4d": ((14, 14, 528), 580, 119),
    "inception4e": ((14, 14, 832), 840, 170),
    "pool4": ((7, 7, 832), 0, 0),
    "inception5a": ((7, 7, 832), None, None),
    "inception5b": ((7, 7, 1024), 1388, 71),
    "global_pool": ((1024,), 0, 0),
    "logits": ((1000,), 1000, 1),
}


@pytest.fixture(scope="module")
def inception_v3():
    return models.build("inception_v3")


@pytest.fixture(scope="module")
def of_keras():
    return keras.applications.InceptionV3(weights=None, classifier_activation=None)


@pytest.fixture(scope="module")
def google():
    return models.build("googlenet")


@pytest.fixture(scope="module")
def with_heads():
    return models.build("googlenet", auxiliary_heads=True)


def pictures(number, size):
    return np.random.default_rng(9).uniform(-1, 1, (number, size, size, 3)).astype(np.float32)


def test_inception_v3_has_the_layers_and_weights_of_keras(inception_v3, of_keras):
    assert inception_v3.count_params() == 23_851_784
    assert [weight.shape for weight in inception_v3.weights] == [
        weight.shape for weight in of_keras.weights
    ]
    assert [layer.output.shape for layer in inception_v3.layers] == [
        layer.output.shape for layer in of_keras.layers
    ]
    for built, theirs in zip(inception_v3.layers, of_keras.layers, strict=True):
        assert type(built) is type(theirs) or isinstance(theirs, keras.layers.Activation)
        for option in ("strides", "padding", "epsilon", "momentum", "scale", "use_bias"):
            assert getattr(built, option, None) == getattr(theirs, option, None)


def test_inception_v3_answers_as_that_of_keras_with_its_weights(inception_v3, of_keras):
    rng = np.random.default_rng(8)
    for layer in of_keras.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            shape = layer.beta.shape
            # Statistics that leave no branch silent and let no number grow through the layers.
            layer.set_weights([rng.normal(0.2, 0.3, shape), rng.normal(0, 0.1, shape),
                               rng.uniform(0.3, 1, shape)])  # fmt: skip
    inception_v3.set_weights(of_keras.get_weights())
    x = pictures(1, 299)
    inner = ["mixed0", "mixed3", "mixed7", "mixed8", "mixed9"]
    built, theirs = (
        keras.Model(m.input, [*(m.get_layer(name).output for name in inner), m.output])(x)
        for m in (inception_v3, of_keras)
    )
    for output, expected in zip(built, theirs, strict=True):
        assert np.std(expected) > 1e-3
        np.testing.assert_allclose(output, expected, rtol=1e-4, atol=1e-5 * np.abs(expected).max())


def test_a_file_of_keras_s_weights_is_read_in_the_order_of_the_layers(
    inception_v3, of_keras, tmp_path
):
    path = tmp_path / "inception_v3_weights_tf_dim_ordering_tf_kernels.h5"
    with h5py.File(path, "w") as file:  # As old releases of Keras wrote weights.
        legacy_h5_format.save_weights_to_hdf5_group(file, of_keras)
    inception_v3.set_weights([np.zeros(w.shape, np.float32) for w in inception_v3.weights])
    inception_v3.load_weights(path)
    for built, theirs in zip(inception_v3.get_weights(), of_keras.get_weights(), strict=True):
        np.testing.assert_array_equal(built, theirs)


def test_the_modules_of_inception_v3_have_the_paper_s_sizes(inception_v3):
    shapes = [inception_v3.get_layer(f"mixed{i}").output.shape[1:] for i in range(11)]
    assert shapes == [
        (35, 35, 256), (35, 35, 288), (35, 35, 288), *[(17, 17, 768)] * 5, (8, 8, 1280),
        *[(8, 8, 2048)] * 2,
    ]  # fmt: skip


@pytest.mark.parametrize("number", range(11))
def test_the_branches_of_a_module_are_found_by_its_name(inception_v3, number):
    of = {layer.name: layer for layer in inception_v3.layers}
    _, edges = tables.graph(inception_v3)
    joined = [a for a, b in edges if b == f"mixed{number}"]
    assert len(joined) == (3 if number in (3, 8) else 4)
    assert all(name.startswith(f"mixed{number}_") for name in joined)
    widths = [of[name].output.shape[-1] for name in joined]
    assert sum(widths) == of[f"mixed{number}"].output.shape[-1]


def test_the_first_normalization_follows_the_first_convolution(inception_v3):
    _, edges = tables.graph(inception_v3)
    assert edges[:4] == [
        ("image", "conv1_conv"), ("conv1_conv", "conv1_norm"), ("conv1_norm", "conv1"),
        ("conv1", "conv2_conv"),
    ]  # fmt: skip


def of_row(name, row):
    """Whether a layer's parameters belong to this row of the table."""
    return row.name.removesuffix("_reduce") == name or row.name.startswith(f"{name}_")


@pytest.mark.parametrize("name", TABLE)
def test_googlenet_is_that_of_the_paper_s_table(google, name):
    shape, units, millions = TABLE[name]
    assert google.get_layer(name).output.shape[1:] == shape
    rows = [row for row in tables.layer_table(google) if of_row(name, row)]
    biases = sum(row.output_shape[-1] for row in rows if row.macs)
    if units is not None:
        # Its authors' numbers are up to two hundredths off what their widths give.
        assert (sum(row.parameters for row in rows) - biases) / 1024 == pytest.approx(
            units, rel=0.03
        )
    if millions is not None:
        assert sum(row.macs for row in rows) / 1e6 == pytest.approx(millions, abs=1)


def test_three_cells_of_the_table_do_not_follow_from_their_rows(google):
    units = {
        name: sum(
            row.parameters - row.output_shape[-1]
            for row in tables.layer_table(google)
            if of_row(name, row) and row.macs
        )
        / 1024
        for name in ("conv1", "inception4c", "inception5a")
    }
    assert {name: round(value, 1) for name, value in units.items()} == {
        "conv1": 9.2, "inception4c": 497.5, "inception5a": 1018.0,
    }  # fmt: skip
    # The operations beside them: of 4c they are those of 497, of the others those of the misprint.
    assert round(units["inception4c"] * 1024 * 14 * 14 / 1e6) == 100
    assert round(2.7 * 1e3 * 112 * 112 / 1e6) == 34
    assert round(1072 * 1024 * 7 * 7 / 1e6) == 54


@pytest.mark.parametrize("name", googlenet.MODULES)
def test_the_branches_of_googlenet_come_in_the_table_s_order(google, name):
    pointwise, reduced3, three, reduced5, five, projected = googlenet.MODULES[name]
    _, edges = tables.graph(google)
    branches = ["1x1", "3x3", "5x5", "pool_proj"]
    assert [a for a, b in edges if b == name] == [f"{name}_{branch}" for branch in branches]
    widths = {branch: google.get_layer(f"{name}_{branch}").filters
              for branch in (*branches, "3x3_reduce", "5x5_reduce")}  # fmt: skip
    assert widths == {"1x1": pointwise, "3x3": three, "5x5": five, "pool_proj": projected,
                      "3x3_reduce": reduced3, "5x5_reduce": reduced5}  # fmt: skip
    sources = {a for a, b in edges if b in {f"{name}_1x1", f"{name}_pool", f"{name}_3x3_reduce"}}
    assert len(sources) == 1


def test_googlenet_has_the_weights_of_the_one_that_caffe_distributes(google, with_heads):
    assert google.count_params() == 6_998_552
    # A head: 1x1 to 128 maps, 4x4 of them to 1024, and those to 1000.
    heads = [(c + 1) * 128 + (4 * 4 * 128 + 1) * 1024 + 1025 * 1000 for c in (512, 528)]
    assert with_heads.count_params() == google.count_params() + sum(heads)


def test_googlenet_with_heads_has_three_outputs_of_which_the_first_is_googlenet_s(
    google, with_heads
):
    for layer in google.layers:
        with_heads.get_layer(layer.name).set_weights(layer.get_weights())
    x = pictures(2, 224)
    outputs = with_heads(x)
    assert [tuple(out.shape) for out in outputs] == [(2, 1000)] * 3
    assert [out.dtype for out in outputs] == ["float32"] * 3
    np.testing.assert_allclose(outputs[0], google(x), rtol=1e-4, atol=1e-6)
    assert np.abs(outputs[1] - outputs[2]).max() > 1e-3
    _, edges = tables.graph(with_heads)
    for head, source in (("auxiliary1", "inception4a"), ("auxiliary2", "inception4d")):
        assert (source, f"{head}_pool") in edges
        assert with_heads.get_layer(f"{head}_pool").output.shape[1:3] == (4, 4)
        assert with_heads.get_layer(f"{head}_dropout").rate == 0.7


def test_googlenet_s_normalization_is_caffe_s(google):
    layer = google.get_layer("norm1")
    x = np.random.default_rng(3).normal(size=(1, 2, 2, 7)).astype(np.float32)
    energy = np.stack([(x[..., max(c - 2, 0) : c + 3] ** 2).sum(-1) for c in range(7)], axis=-1)
    np.testing.assert_allclose(layer(1e2 * x), 1e2 * x / (1 + 1e-4 / 5 * 1e4 * energy) ** 0.75,
                               rtol=1e-4)  # fmt: skip


@pytest.mark.parametrize("name", ["googlenet", "inception_v3"])
def test_other_classes_and_seeds(name):
    first, again, other = (weightless(name, classes=3, seed=seed) for seed in (1, 1, 2))
    assert first.output_shape == (None, 3)
    kernel, same, differs = (
        m.get_layer("logits").kernel_initializer((5, 3)).numpy() for m in (first, again, other)
    )
    np.testing.assert_array_equal(kernel, same)
    assert (kernel != differs).any()


@pytest.mark.parametrize(
    ("name", "options", "error", "message"),
    [
        ("googlenet", {"auxiliary_heads": 1}, TypeError, "auxiliary_heads: .* got 1"),
        ("googlenet", {"auxiliary_heads": "yes"}, TypeError, "auxiliary_heads: .* got 'yes'"),
        ("googlenet", {"classes": 0}, ValueError, "classes: .* got 0"),
        ("googlenet", {"seed": -1}, ValueError, "seed: .* got -1"),
        ("inception_v3", {"classes": 2.5}, TypeError, "classes: .* 2.5"),
        ("inception_v3", {"seed": "0"}, TypeError, "seed: .* '0'"),
        ("inception_v3", {"weights": "imagenet"}, TypeError, "unexpected keyword .* 'weights'"),
    ],
)
def test_bad_options_are_refused_by_name(name, options, error, message):
    with pytest.raises(error, match=message):
        weightless(name, **options)
