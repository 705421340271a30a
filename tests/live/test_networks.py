"""Every network of the page against Keras, on every map, and what the exporter refuses."""

import re
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from bookbuild.embed import live
from bookbuild.live import export
from convbook import models, pretrained
from convbook.data import mnist
from tests.live.conftest import LIVE, Node, Refused

# Those of the live figures, and two in any case.
DATA = {name for figure in live.figures() for name in live.data_of(figure)}
NAMES = {"small_convnet", "mini_inception"} | {
    name.removeprefix("networks/")
    for name in DATA
    if name.startswith("networks/") and name.removeprefix("networks/") not in pretrained.NAMES
}
MAPS = {"rtol": 0, "atol": 1e-4}
RUN = "(image) => ConvbookLive.networks.network.run(image)"
GRADIENT = """(image, layer, sum) => {
  const { run, gradient } = ConvbookLive.networks.network;
  return gradient(run(image).maps, layer, sum);
}"""


def page_with(model: keras.Model, folder: Path) -> Node:
    """Return a page that has loaded a network, under the name "network"."""
    file = folder / "network.js"
    file.write_text(export.network("network", model), "utf-8")
    return Node(folder, [LIVE / "engine.js", LIVE / "network.js", file])


def maps_of(model: keras.Model, x: np.ndarray) -> dict[str, np.ndarray]:
    """Return what every layer of a model makes of pictures, in inference."""
    whole = keras.Model(model.input, {layer.name: layer.output for layer in model.layers})
    return {name: np.asarray(y) for name, y in whole(x, training=False).items()}


def check_maps(model: keras.Model, x: np.ndarray, folder: Path) -> None:
    page = page_with(model, folder)
    page.call(RUN, x)
    page.call(RUN, x[0])
    batch, single = page.run()
    assert not isinstance(batch, Refused), batch
    expected = maps_of(model, x)
    assert batch["maps"].keys() == expected.keys()
    for name, y in expected.items():
        np.testing.assert_allclose(batch["maps"][name], y, **MAPS, err_msg=name)
    probabilities = np.asarray(tf.nn.softmax(expected[model.layers[-1].name]))
    np.testing.assert_allclose(batch["probabilities"], probabilities.ravel(), rtol=0, atol=1e-5)
    assert len(single["probabilities"]) == 10
    np.testing.assert_allclose(single["probabilities"], probabilities[0], rtol=0, atol=1e-5)


def check_gradients(model: keras.Model, x: np.ndarray, folder: Path) -> None:
    """Compare the gradient of a weighted sum of logits with respect to every map."""
    rng = np.random.default_rng(14)
    whole = keras.Model(model.input, {layer.name: layer.output for layer in model.layers})
    image = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(image)
        maps = whole(image, training=False)
        logits = maps[model.layers[-1].name]
        weights = rng.normal(size=logits.shape).astype(np.float32)
        total = tf.reduce_sum(logits * weights)
    inner = {name: y for name, y in maps.items() if y is not image}
    expected = tape.gradient(total, {**inner, "image": image})
    page = page_with(model, folder)
    page.call(GRADIENT, x, model.layers[-1].name, weights)
    [found] = page.run()
    assert not isinstance(found, Refused), found
    for name, dy in expected.items():
        np.testing.assert_allclose(found[name], dy, **MAPS, err_msg=name)


def scrambled(model: keras.Model) -> keras.Model:
    """Give every variable values of its own, as a training does."""
    rng = np.random.default_rng(5)
    for variable in model.variables:
        fan_in = int(np.prod(variable.shape[:-1]))
        spread = rng.normal(size=variable.shape) / np.sqrt(fan_in if fan_in > 1 else 9)
        positive = "variance" in variable.path or "gamma" in variable.path
        if "seed" not in variable.path:
            variable.assign(np.exp(spread) if positive else spread)
    return model


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    return mnist()[1][0][:20, :, :, np.newaxis].astype(np.float32) / 255


@pytest.mark.parametrize("name", sorted(NAMES))
def test_exported_networks_are_keras_s(name: str, digits: np.ndarray, tmp_path: Path) -> None:
    model = export.model(name)
    check_maps(model, digits, tmp_path)
    check_gradients(model, digits, tmp_path)


@pytest.mark.parametrize(
    "name", ["lenet", "lenet5", "strided_convnet", "small_convnet", "mini_inception"]
)
def test_networks_for_digits_are_keras_s(name: str, digits: np.ndarray, tmp_path: Path) -> None:
    model = scrambled(models.build(name))
    check_maps(model, digits[:2], tmp_path)
    check_gradients(model, digits[:2], tmp_path)


def residual() -> keras.Model:
    """Return a network of what the digits' networks lack, and the pretrained ones have."""
    image = keras.Input((9, 8, 4), name="image")
    x = layers.ZeroPadding2D(((1, 2), (0, 3)), name="pad")(image)
    x = layers.Conv2D(6, 3, strides=2, padding="same", groups=2, name="grouped")(x)
    x = layers.DepthwiseConv2D(3, depth_multiplier=2, padding="same", name="depthwise")(x)
    y = layers.DepthwiseConv2D(5, dilation_rate=2, padding="same", name="dilated")(x)
    y = layers.ReLU(6, name="relu6")(layers.Rescaling(4.0, 1.5, name="rescale")(y))
    x = layers.Add(name="add")([x, y])
    x = layers.AveragePooling2D(3, 2, padding="same", name="pool")(x)
    x = layers.BatchNormalization(scale=False, name="norm")(x)
    x = layers.Activation("tanh", name="tanh")(layers.Dropout(0.5, name="dropout")(x))
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    return scrambled(keras.Model(image, layers.Dense(10, name="logits")(x)))


def test_other_layers_are_keras_s(rng: np.random.Generator, tmp_path: Path) -> None:
    x = rng.normal(size=(3, 9, 8, 4)).astype(np.float32)
    check_maps(residual(), x, tmp_path)
    check_gradients(residual(), x, tmp_path)


@pytest.mark.parametrize("write", [export.network, export.rounded_network])
def test_a_network_gives_the_same_bytes_again(write: Callable[..., str]) -> None:
    first, again = (write("small", models.build("small_convnet")) for _ in range(2))
    assert first == again
    assert first != write("small", models.build("small_convnet", seed=1))


def test_files_are_scripts_by_their_names(tmp_path: Path) -> None:
    names = ("networks/small_convnet_untrained", "pictures/chelsea_face")
    assert export.main(str(tmp_path), *names) == 0
    for name in names:
        assert (tmp_path / f"{name}.js").read_text("ascii") == export.script(name)
    with pytest.raises(ValueError, match=r"expected one of networks/lenet, .*got 'networks/vgg'"):
        export.script("networks/vgg")


def ending_in(*others: keras.Layer) -> keras.Model:
    image = keras.Input((8, 8, 3), name="image")
    x = image
    for layer in others:
        x = layer(x)
    return keras.Model(image, layers.Dense(10, name="logits")(layers.Flatten()(x)))


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (layers.Conv2D(4, 3, activation="gelu", name="odd"), "layer odd: .*activations .*gelu"),
        (layers.Activation("softmax", name="odd"), "layer odd: .*activations .*softmax"),
        (layers.ReLU(negative_slope=0.1, name="odd"), "layer odd: expected a ReLU"),
        (layers.GaussianNoise(0.1, name="odd"), "layer odd: expected one of .*GaussianNoise"),
        (layers.SeparableConv2D(4, 3, name="odd"), "layer odd: .*got SeparableConv2D"),
        (layers.Dense(4, name="odd"), "layer odd: expected a flat input"),
        (layers.BatchNormalization(axis=1, name="odd"), "layer odd: .*last axis, got 1"),
    ],
)
def test_what_the_page_does_not_know_is_not_exported(layer: keras.Layer, words: str) -> None:
    with pytest.raises(ValueError, match=f"network, {words}"):
        export.network("network", ending_in(layer))


def test_an_end_without_logits_is_not_exported() -> None:
    image = keras.Input((8, 8, 3), name="image")
    with pytest.raises(ValueError, match="expected logits"):
        export.network("network", keras.Model(image, layers.Conv2D(1, 3)(image)))


def test_the_page_refuses_what_it_does_not_know(tmp_path: Path) -> None:
    text = export.network("network", ending_in(layers.ReLU(name="relu")))
    page = Node(tmp_path, [LIVE / "engine.js", LIVE / "network.js"])
    for old, new in (('"activation":"relu"', '"activation":"gelu"'), ('"conv2d"', '"conv3d"')):
        assert old in text
        page.call(f"() => {{ {text.replace(old, new)} }}")
    shortened = re.sub(r'.{8}(?="}\);)', "", text)
    page.call(f"() => {{ {shortened} }}")
    page.call(f"() => {{ {text} }}")
    page.call(RUN, np.zeros((8, 8, 1), np.float32))
    page.call(GRADIENT, np.zeros((8, 8, 3), np.float32), "no", np.zeros((1, 10), np.float32))
    page.call(GRADIENT, np.zeros((8, 8, 3), np.float32), "logits", np.zeros((10,), np.float32))
    expected = (
        r"network, relu, activation: expected linear, .*, got \"gelu\"",
        r"network, \w+, op: expected conv2d, .*, got \"conv3d\"",
        r"network, weights: expected 1930 numbers, got 1929",
        None,
        r"image.shape: expected \[8,8,3\], .*got \[8, 8, 1\]",
        r"of: expected image, relu, .*, got \"no\"",
        r"sum.shape: expected \[1,10\], got \[10\]",
    )
    for answer, words in zip(page.run(), expected, strict=True):
        assert words is None or re.search(words, str(answer)), answer
