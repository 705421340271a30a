"""Networks of chains, of residual and of depthwise blocks, against papers and Keras's own."""

import functools

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from convbook import models
from convbook.models import tables
from convbook.models.imagenet import _parts, vgg16
from tests.convbook.models.helpers import weightless

NETWORKS = (
    "alexnet", "vgg16", "network_in_network", "resnet50", "densenet121", "mobilenet", "se_resnet50",
    "mobilenet_v2", "convnext_tiny",
)  # fmt: skip
every_network = pytest.mark.parametrize("name", NETWORKS)
SIZE = {"alexnet": 227}  # Pixels a side; 224 for the others.


@functools.cache
def table(name, **options):
    return {row.name: row for row in tables.layer_table(weightless(name, **options))}


def picture(size):
    return np.random.default_rng(size).normal(size=(1, size, size, 3)).astype(np.float32)


@pytest.fixture(scope="module")
def alexnet():
    return models.build("alexnet", classes=10)


def total(rows, field):
    return sum(getattr(row, field) for row in rows.values())


@pytest.mark.parametrize(
    ("name", "options", "parameters"),
    [
        ("alexnet", {}, 60_965_224),  # bvlc_alexnet of Caffe's model zoo.
        ("alexnet", {"version": "one_column"}, 62_378_344),
        ("vgg16", {}, 138_357_544),  # keras.applications; the paper's Table 2: 138 million.
        ("network_in_network", {}, 7_595_176),  # Caffe's file of it has 29 MB.
        ("resnet50", {}, 25_636_712),  # keras.applications.
        ("mobilenet", {}, 4_253_864),  # keras.applications; the paper's Table 8: 4.2 million.
        ("densenet121", {}, 8_062_504),  # keras.applications.
        ("mobilenet_v2", {}, 3_538_984),  # keras.applications.
        ("convnext_tiny", {}, 28_589_128),  # keras.applications.
        # 28,088,024 in osmr/imgclsmob, whose count leaves out 53,120 means and variances.
        ("se_resnet50", {}, 28_141_144),
    ],
)
def test_parameters_are_the_published_ones(name, options, parameters):
    assert weightless(name, **options).count_params() == parameters
    assert total(table(name, **options), "parameters") == parameters


@pytest.mark.parametrize(
    ("name", "millions", "digits"),
    [
        # V. Sze, Y.-H. Chen, T.-J. Yang, J. Emer, arXiv:1703.09039, Table II.
        *(("alexnet", 724, 0), ("vgg16", 15_500, -2)),
        # Table 1 of arXiv:1512.03385, rounded up there, and Table 8 of arXiv:1704.04861.
        *(("resnet50", 3_900, -2), ("mobilenet", 569, 0)),
        # tensorflow/models, research/slim/nets/mobilenet; facebookresearch/ConvNeXt, README.md.
        *(("mobilenet_v2", 300, -1), ("convnext_tiny", 4_500, -2)),
    ],
)
def test_multiplications_are_the_published_ones(name, millions, digits):
    assert round(total(table(name), "macs") / 1e6, digits) == millions


@every_network
def test_pictures_of_the_paper_s_size_in_and_float32_logits_out(name):
    model, size = weightless(name), SIZE.get(name, 224)
    assert (model.name, model.input_shape) == (name, (None, size, size, 3))
    assert (model.input.name, model.input.dtype) == ("image", "float32")
    assert model.output_shape == (None, 1000)
    assert model.layers[-1].name == "logits"
    assert getattr(model.layers[-1], "activation", keras.activations.linear) is (
        keras.activations.linear
    )
    assert weightless(name, classes=7).output_shape == (None, 7)
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = weightless(name, seed=99)  # Not what another test has in the cache.
    finally:
        keras.config.set_dtype_policy(before)
    assert model.layers[-2].compute_dtype == "bfloat16"
    assert model.output.dtype == "float32"


@pytest.mark.parametrize(
    ("name", "options"),
    [*((name, {}) for name in NETWORKS), ("alexnet", {"version": "short"})],
)
def test_a_seed_fixes_every_random_part_and_none_twice(name, options):
    def random_parts(model):
        found = {}
        for layer in model.layers:
            kernel = "depthwise" if isinstance(layer, layers.DepthwiseConv2D) else "kernel"
            start = getattr(layer, f"{kernel}_initializer", None)
            if start and not isinstance(start, keras.initializers.Zeros):
                found[layer.name] = start.get_config()["seed"]
            elif isinstance(layer, layers.Dropout):
                found[layer.name] = layer.seed
        return found

    first, again, other = (
        random_parts(weightless(name, **options, seed=seed)) for seed in (5, 5, 6)
    )
    assert first == again
    assert not set(first.values()) & set(other.values())
    assert len(set(first.values())) == len(first) >= 8


@pytest.mark.parametrize(
    ("name", "options", "error", "message"),
    [
        *((name, {"classes": 0}, ValueError, "classes: .* got 0") for name in NETWORKS),
        *((name, {"classes": 10.0}, TypeError, "classes: .* 10.0") for name in NETWORKS),
        *((name, {"seed": -1}, ValueError, "seed: .* got -1") for name in NETWORKS),
        *((name, {"seed": None}, TypeError, "seed: .* None") for name in NETWORKS),
        *((name, {"width": 2}, TypeError, "keyword argument 'width'") for name in NETWORKS),
        ("alexnet", {"version": "long"}, ValueError, "version: .* two_columns, .* got 'long'"),
        ("alexnet", {"version": 1}, TypeError, "version: .* got 1"),
    ],
)
def test_bad_options_are_refused_by_name(name, options, error, message):
    with pytest.raises(error, match=message):
        weightless(name, **options)


def shapes(name, layers_, **options):
    return [table(name, **options)[layer].output_shape for layer in layers_]


def test_alexnet_has_the_sizes_of_its_paper():
    of = table("alexnet")
    assert shapes("alexnet", [f"conv{n}" for n in range(1, 6)]) == [
        (55, 55, 96), (27, 27, 256), (13, 13, 384), (13, 13, 384), (13, 13, 256)
    ]  # fmt: skip
    assert shapes("alexnet", ["pool1", "pool2", "pool5"]) == [
        (27, 27, 96), (13, 13, 256), (6, 6, 256)
    ]  # fmt: skip
    # Section 3.5 of the paper gives these, but for its first, 253,440: 55 x 55 x 96 is 290,400.
    neurons = [np.prod(of[f"conv{n}"].output_shape) for n in range(1, 6)]
    assert neurons == [290_400, 186_624, 64_896, 64_896, 43_264]
    assert shapes("alexnet", ["fc6", "fc7", "logits"]) == [(4096,), (4096,), (1000,)]


def test_alexnet_normalizes_before_it_pools_and_only_twice():
    names = [layer.name for layer in weightless("alexnet").layers]
    assert names[1:7] == ["conv1", "norm1", "pool1", "conv2", "norm2", "pool2"]
    assert [name for name in names if "norm" in name] == ["norm1", "norm2"]


def starts(name, **options):
    """The deviation of each layer's initial weights, and the value of its initial biases."""
    found = {}
    for layer in weightless(name, **options).layers:
        if isinstance(layer, layers.Conv2D | layers.Dense):
            bias = layer.bias_initializer.get_config().get("value", 0)
            found[layer.name] = (layer.kernel_initializer.get_config().get("stddev"), bias)
    return found


def test_alexnet_begins_as_its_paper_says():
    # Section 5: a deviation of 0.01; ones in the second, fourth and fifth convolution and in the
    # hidden dense layers, zeros elsewhere. Section 4.2: dropout of one half.
    ones = ("conv2", "conv4", "conv5", "fc6", "fc7")
    found = starts("alexnet")
    assert len(found) == 8
    assert found == {name: (0.01, 1 if name in ones else 0) for name in found}
    rates = {row.name: row for row in table("alexnet").values() if row.kind == "Dropout"}
    model = weightless("alexnet")
    assert [model.get_layer(name).rate for name in rates] == [0.5, 0.5]


def test_network_in_network_begins_as_its_authors_model_does():
    found = starts("network_in_network")
    assert len(found) == 12
    low = ("conv1", "conv3", "cccp8")
    assert found == {name: (0.01 if name in low else 0.05, 0) for name in found}


def test_the_columns_of_alexnet_meet_only_in_its_third_convolution(alexnet):
    for number, apart in ((2, True), (3, False), (4, True), (5, True)):
        layer = alexnet.get_layer(f"conv{number}")
        # Ones for weights: what a map sees shows in its value.
        layer.set_weights([np.ones_like(weight) for weight in layer.get_weights()])
        channels = layer.input.shape[-1]
        left = np.zeros((1, 5, 5, channels), np.float32)
        left[..., : channels // 2] = 1
        seen = layer(left)[0, 2, 2] > 1
        half = layer.filters // 2
        assert seen[:half].numpy().all()
        assert seen[half:].numpy().any() != apart


def test_every_weight_of_alexnet_learns():
    model = models.build("alexnet", classes=10, seed=3)
    with tf.GradientTape() as tape:
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(
            np.array([3]),
            model(picture(227) * 60),  # The paper's pictures have deviations of 60.
        )
    gradients = tape.gradient(loss, [v.value for v in model.trainable_variables])
    assert all(np.abs(gradient).max() > 0 for gradient in gradients)


def test_the_short_alexnet_is_that_of_the_post_of_2016():
    of = table("alexnet", version="short")
    names = ["conv1", "pool1", "conv2", "pool2", "conv3", "conv4", "conv5", "pool5", "flatten"]
    assert shapes("alexnet", names, version="short") == [
        (57, 57, 96), (29, 29, 96), (15, 15, 256), (8, 8, 256), (8, 8, 384), (8, 8, 384),
        (8, 8, 256), (4, 4, 256), (4096,),
    ]  # fmt: skip
    assert [row.name for row in of.values() if row.kind == "Dense"] == [
        "fc6", "fc7", "fc8", "logits"
    ]  # fmt: skip
    assert not any("norm" in name for name in of)
    model = weightless("alexnet", version="short")
    assert {layer.activation.__name__ for layer in model.layers if "conv" in layer.name} == {"tanh"}
    assert {layer.rate for layer in model.layers if "dropout" in layer.name} == {0.8}


@pytest.mark.parametrize(("depth_radius", "bias"), [(2, 2.0), (1, 1.0)])
def test_local_response_normalization_is_the_paper_s_formula(rng, depth_radius, bias):
    x = rng.normal(0, 100, (2, 3, 4, 7)).astype(np.float32)
    layer = _parts.LocalResponseNormalization(depth_radius, bias)
    expected = np.empty_like(x)
    for i in range(7):
        near = x[..., max(0, i - depth_radius) : i + depth_radius + 1]
        expected[..., i] = x[..., i] / (bias + 1e-4 * (near**2).sum(axis=-1)) ** 0.75
    np.testing.assert_allclose(layer(x), expected, rtol=1e-5)
    again = _parts.LocalResponseNormalization.from_config(layer.get_config())
    np.testing.assert_array_equal(again(x), layer(x))


def test_local_response_normalization_runs_in_bfloat16(rng):
    x = rng.normal(0, 100, (1, 2, 2, 8)).astype(np.float32)
    layer = _parts.LocalResponseNormalization(dtype="mixed_bfloat16")
    assert layer(x).dtype == tf.bfloat16
    np.testing.assert_allclose(
        tf.cast(layer(x), tf.float32), _parts.LocalResponseNormalization()(x), rtol=0.05
    )


def test_vgg_halves_the_picture_five_times():
    assert shapes("vgg16", [f"pool{n}" for n in range(1, 6)]) == [
        (112, 112, 64), (56, 56, 128), (28, 28, 256), (14, 14, 512), (7, 7, 512)
    ]  # fmt: skip
    assert sum(name.startswith("conv") for name in table("vgg16")) == 13
    assert sum(convolutions for convolutions, _ in vgg16.BLOCKS) + 3 == 16
    # Three 3x3 convolutions see as much as one of 7x7.
    assert table("vgg16")["conv1_2"].receptive_field == (5, 5)


def test_vgg_s_convolutions_are_those_of_keras():
    theirs = keras.applications.VGG16(weights=None, include_top=False, input_shape=(64, 64, 3))
    built = weightless("vgg16")
    head = [name for name in table("vgg16") if name.startswith(("fc", "logits"))]
    assert [table("vgg16")[name].parameters for name in head] == [
        102_764_544, 16_781_312, 4_097_000
    ]  # fmt: skip
    # On their smaller picture, each convolution of the book's given the weights of theirs.
    x = image = keras.Input((64, 64, 3))
    for layer in built.layers[1 : [layer.name for layer in built.layers].index("flatten")]:
        x = type(layer).from_config(layer.get_config())(x)
    features = keras.Model(image, x)
    features.set_weights(theirs.get_weights())
    out = features(picture(64)).numpy()
    assert out.std() > 0
    np.testing.assert_allclose(out, theirs(picture(64)), rtol=1e-4, atol=1e-5 * out.max())


def test_network_in_network_has_the_sizes_of_its_authors_model():
    names = ["conv1", "cccp2", "pool1", "cccp4", "pool2", "cccp6", "pool3", "cccp8", "logits"]
    assert shapes("network_in_network", names) == [
        (54, 54, 96), (54, 54, 96), (27, 27, 96), (27, 27, 256), (13, 13, 256), (13, 13, 384),
        (6, 6, 384), (6, 6, 1000), (1000,),
    ]  # fmt: skip
    assert "Dense" not in {row.kind for row in table("network_in_network").values()}


def test_the_logits_of_network_in_network_are_means_of_maps():
    model = models.build("network_in_network", classes=10)
    maps, logits = keras.Model(model.input, [model.get_layer("cccp8").output, model.output])(
        picture(224)
    )
    np.testing.assert_allclose(logits, maps.numpy().mean(axis=(1, 2)), rtol=1e-4)
    assert logits.numpy().min() >= 0
    assert logits.numpy().std() > 0


def randomized(model, rng):
    """Give biases, scales, means and variances random values too, and return all weights."""
    for layer in model.layers:
        weights = layer.get_weights()
        if isinstance(layer, layers.BatchNormalization):
            shape = weights[0].shape
            weights = [rng.uniform(0.7, 1.3, shape), *rng.normal(0, 0.3, (2, *shape))]
            weights.append(rng.uniform(0.5, 2, shape))
        elif len(weights) == 2:
            weights[1] = rng.normal(0, 0.1, weights[1].shape)
        layer.set_weights(weights)
    return model.get_weights()


@pytest.mark.parametrize(
    ("name", "function"),
    [("resnet50", "ResNet50"), ("mobilenet", "MobileNet")],
)
def test_with_exchanged_weights_it_is_the_network_of_keras(rng, name, function):
    theirs = getattr(keras.applications, function)(weights=None, classifier_activation=None)
    weights = randomized(theirs, rng)
    built = models.build(name)
    assert built.count_params() == theirs.count_params()
    for place, weight in enumerate(built.get_weights()):
        # Keras's MobileNet ends in a 1x1 convolution, the book's in a dense layer: equal numbers.
        weights[place] = weights[place].reshape(weight.shape)
    built.set_weights(weights)
    expected = theirs(picture(224)).numpy()
    assert expected.std() > 0.01
    np.testing.assert_allclose(
        built(picture(224)), expected, rtol=1e-4, atol=1e-5 * np.abs(expected).max()
    )


def resized(model, size):
    """The same layers on smaller pictures, with weights of their own."""
    return keras.models.clone_model(model, keras.Input((size, size, 3)))


@pytest.mark.parametrize(
    ("name", "function", "options"),
    [
        ("densenet121", "DenseNet121", {}),
        ("mobilenet_v2", "MobileNetV2", {}),
        ("convnext_tiny", "ConvNeXtTiny", {"include_preprocessing": False}),
    ],
)
def test_on_small_pictures_it_is_the_network_of_keras(rng, name, function, options):
    theirs = getattr(keras.applications, function)(
        weights=None, classifier_activation=None, input_shape=(64, 64, 3), **options
    )
    weights = [
        # Around one: what multiplies with LayerScale's millionth is not seen.
        rng.uniform(0.5, 1.5, weight.shape) if weight.ndim == 1 else weight
        for weight in randomized(theirs, rng)
    ]
    theirs.set_weights(weights)
    built = resized(weightless(name), 64)
    assert built.count_params() == theirs.count_params()
    # Keras convolves depthwise in as many groups as there are maps: equal numbers, other shapes.
    pairs = zip(built.get_weights(), weights, strict=True)
    built.set_weights([weight.reshape(own.shape) for own, weight in pairs])
    expected = theirs(picture(64)).numpy()
    assert expected.std() > 0.01
    np.testing.assert_allclose(
        built(picture(64)), expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max()
    )


def test_with_open_gates_an_se_resnet_is_a_resnet(rng):
    plain = resized(weightless("resnet50"), 64)
    weighing = resized(weightless("se_resnet50"), 64)
    randomized(plain, rng)
    for layer in weighing.layers:
        weights = layer.get_weights()
        if layer.name.endswith("_excite"):
            # A sigmoid of 30 is one in float32.
            weights = [np.zeros_like(weights[0]), np.full_like(weights[1], 30)]
        elif weights and not layer.name.endswith("_reduce"):
            weights = plain.get_layer(layer.name).get_weights()[: len(weights)]
        layer.set_weights(weights)
    for layer in plain.layers:
        if isinstance(layer, layers.Conv2D):
            kernel, bias = layer.get_weights()
            layer.set_weights([kernel, 0 * bias])
    expected = plain(picture(64)).numpy()
    np.testing.assert_allclose(
        weighing(picture(64)), expected, rtol=1e-4, atol=1e-5 * np.abs(expected).max()
    )
    # With weights of its own, each map of a block has a factor that the whole picture decides.
    for layer in weighing.layers:
        if layer.name.endswith(("_reduce", "_excite")):
            layer.set_weights([rng.normal(0, 0.2, weight.shape) for weight in layer.get_weights()])
    names = [f"conv3_1_{part}" for part in ("norm3", "weigh", "reduce", "excite")]
    wanted = [weighing.get_layer(name).output for name in names[:2]]
    before, after = (x.numpy() for x in keras.Model(weighing.input, wanted)(picture(64)))
    (w1, b1), (w2, b2) = (weighing.get_layer(name).get_weights() for name in names[2:])
    gate = np.maximum(before.mean((1, 2)) @ w1 + b1, 0) @ w2 + b2
    gate = 1 / (1 + np.exp(-gate))
    assert gate.std() > 0.05
    np.testing.assert_allclose(after, before * gate[:, None, None], rtol=1e-4, atol=1e-4)


def test_squeezing_costs_what_its_paper_says():
    # Section 4 of arXiv:1709.01507: about 2.5 million weights more, a tenth of ResNet-50's.
    added = [r for r in table("se_resnet50").values() if r.name.endswith(("_reduce", "_excite"))]
    assert len(added) == 32
    assert round(sum(row.parameters for row in added) / 1e6, 1) == 2.5
    assert sum(row.macs for row in added) < 0.001 * total(table("se_resnet50"), "macs")


def test_a_dense_block_reads_everything_before_it():
    of = table("densenet121")
    read = [of[f"dense1_{n}_norm1"].output_shape[-1] for n in range(1, 7)]
    assert read == [64 + 32 * n for n in range(6)]
    names = ["dense1_6_join", "dense2_12_join", "dense3_24_join", "dense4_16_join"]
    # Table 1 of arXiv:1608.06993: sides of 56, 28, 14 and 7.
    assert shapes("densenet121", names) == [
        (56, 56, 256), (28, 28, 512), (14, 14, 1024), (7, 7, 1024)
    ]  # fmt: skip
    kinds = [r for r in of.values() if r.kind.startswith(("Conv2D", "Dense"))]
    assert len(kinds) == 121


def test_an_inverted_residual_block_is_narrow_outside():
    of = table("mobilenet_v2")
    names = [f"block3b_{part}" for part in ("expand", "depthwise", "project", "add")]
    assert [of[name].output_shape[-1] for name in names] == [192, 192, 32, 32]
    edges = tables.graph(weightless("mobilenet_v2")).edges
    # No ReLU follows the last convolution, nor the addition.
    assert ("block3a_project_norm", "block3b_add") in edges
    assert ("block3b_project_norm", "block3b_add") in edges
    assert ("block3b_add", "block3c_expand") in edges
    # Ten of the seventeen blocks have equal ends.
    assert sum(row.kind == "Add" for row in of.values()) == 10


def test_convnext_has_the_stages_of_its_paper():
    names = ["stem", "stage1_3_add", "stage2_3_add", "stage3_9_add", "stage4_3_add"]
    assert shapes("convnext_tiny", names) == [
        (56, 56, 96), (56, 56, 96), (28, 28, 192), (14, 14, 384), (7, 7, 768)
    ]  # fmt: skip
    depthwise = [r for r in table("convnext_tiny").values() if "Depthwise" in r.kind]
    assert [row.kind for row in depthwise] == ["DepthwiseConv2D 7x7"] * 18


def test_a_layer_scale_begins_small_and_learns_one_number_a_map(rng):
    layer = _parts.LayerScale()
    x = rng.normal(size=(2, 3, 3, 5)).astype(np.float32)
    np.testing.assert_allclose(layer(x), 1e-6 * x, rtol=1e-6)
    scale = rng.normal(size=5).astype(np.float32)
    layer.set_weights([scale])
    np.testing.assert_allclose(layer(x), x * scale, rtol=1e-6)
    again = _parts.LayerScale.from_config(_parts.LayerScale(0.5, name="s").get_config())
    np.testing.assert_array_equal(again(x), 0.5 * x)
    assert again.name == "s"


def test_resnet_has_the_stages_of_its_paper():
    names = ["conv1", "pool1", "conv2_3_add", "conv3_4_add", "conv4_6_add", "conv5_3_add"]
    assert shapes("resnet50", names) == [
        (112, 112, 64), (56, 56, 64), (56, 56, 256), (28, 28, 512), (14, 14, 1024), (7, 7, 2048)
    ]  # fmt: skip
    graph = tables.graph(weightless("resnet50"))
    # An ordinary block adds its very input; the first of a stage a projection of it.
    assert ("conv2_1_relu3", "conv2_2_add") in graph.edges
    assert ("conv2_1_shortcut_norm", "conv2_1_add") in graph.edges
    assert len([name for name in graph.nodes if name.endswith("_add")]) == 16
    # Fifty layers: what has weights, without normalizations and shortcuts.
    kinds = [row for row in table("resnet50").values() if row.kind.startswith(("Conv2D", "Dense"))]
    assert len([row for row in kinds if "shortcut" not in row.name]) == 50


def test_mobilenet_has_the_layers_of_its_paper():
    of = table("mobilenet")
    assert shapes("mobilenet", ["conv", "pointwise1", "pointwise5", "pointwise13"]) == [
        (112, 112, 32), (112, 112, 64), (28, 28, 256), (7, 7, 1024)
    ]  # fmt: skip
    # Table 2 of the paper: 94.86, 3.06 and 1.19 % of the multiplications. With 1.91 for the last
    # its four shares, the dense layer's 0.18 among them, add up to 100.
    whole = total(of, "macs")
    share = {
        part: sum(row.macs for row in of.values() if row.name.startswith(part)) / whole
        for part in ("pointwise", "depthwise", "conv")
    }
    assert share["pointwise"] == pytest.approx(0.9486, abs=2e-3)
    assert share["depthwise"] == pytest.approx(0.0306, abs=1e-3)
    assert share["conv"] == pytest.approx(0.0191, abs=1e-3)
    assert {
        layer.max_value for layer in weightless("mobilenet").layers if "relu" in layer.name
    } == {6.0}


@pytest.mark.parametrize("name", [*models.IMAGENET])
def test_every_large_network_has_a_table_and_a_graph(name):
    model = weightless(name)
    rows = tables.layer_table(model)
    nodes, edges = tables.graph(model)
    assert [row.name for row in rows] == list(nodes)
    assert sum(row.parameters for row in rows) == model.count_params()
    assert {b for _, b in edges} == {*nodes} - {"image"}
    assert max(map(len, tables.as_text(rows).splitlines())) <= 100
    assert rows[-1].receptive_field is None


def test_a_network_with_three_outputs_has_a_table_and_a_graph():
    model = weightless("googlenet", auxiliary_heads=True)
    assert len(model.outputs) == 3
    rows = tables.layer_table(model)
    nodes, edges = tables.graph(model)
    ends = {*nodes} - {a for a, _ in edges}
    assert len(ends) == 3
    assert sum(row.parameters for row in rows) == model.count_params()
