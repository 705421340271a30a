"""Pretrained networks with rounded weights: what the page reads, and what it answers."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers
from scipy import ndimage

from bookbuild.live import export, rounding
from convbook import data, pretrained
from tests.live.conftest import LIVE, Node, Refused
from tests.live.test_networks import maps_of, residual, scrambled

NAME = "efficientnet_lite0"
RUN = "(x) => ConvbookLive.networks.network.run(x)"
WEIGHTS = "() => ConvbookLive.networks.network.layers.map(({name, weights}) => ({name, weights}))"


def page_with(text: str, folder: Path) -> Node:
    (folder / "network.js").write_text(text, "utf-8")
    return Node(folder, [LIVE / "engine.js", LIVE / "network.js", folder / "network.js"])


def inverted() -> keras.Model:
    """Return a block of EfficientNet-Lite0's kind, whose input is used twice."""
    image = keras.Input((8, 7, 3), name="image")
    x = layers.Conv2D(4, 3, 2, padding="same", use_bias=False, name="stem_conv")(image)
    x = layers.ReLU(6, name="stem")(layers.BatchNormalization(name="stem_norm")(x))
    y = layers.DepthwiseConv2D(5, padding="same", use_bias=False, name="depthwise_conv")(x)
    y = layers.ReLU(6, name="depthwise")(layers.BatchNormalization(name="depthwise_norm")(y))
    y = layers.Conv2D(4, 1, use_bias=False, name="project_conv")(y)
    y = layers.Add(name="add")([x, layers.BatchNormalization(name="project")(y)])
    y = layers.Dropout(0.2, name="dropout")(layers.GlobalAveragePooling2D(name="pool")(y))
    return scrambled(keras.Model(image, layers.Dense(10, name="logits")(y)))


@pytest.mark.parametrize("build", [inverted, residual])
def test_rounded_networks_are_nearly_keras_s(
    build: Callable[[], keras.Model], rng: np.random.Generator, tmp_path: Path
) -> None:
    """Small kernels have fine steps: what is left is what merging would have broken."""
    model = build()
    x = rng.normal(size=(3, *model.inputs[0].shape[1:])).astype(np.float32)
    page = page_with(export.rounded_network("network", model), tmp_path)
    page.call(RUN, x)
    [found] = page.run()
    assert not isinstance(found, Refused), found
    expected = maps_of(model, x)
    merged = {"stem_conv", "stem_norm", "depthwise_conv", "depthwise_norm", "project_conv"}
    if build is inverted:
        assert expected.keys() - found["maps"].keys() == merged
    for name, y in found["maps"].items():
        np.testing.assert_allclose(y, expected[name], rtol=0, atol=0.02, err_msg=name)


def test_weights_are_whole_multiples_of_steps(tmp_path: Path) -> None:
    model = inverted()
    text = export.rounded_network("network", model)
    page = page_with(text, tmp_path)
    page.call(WEIGHTS)
    found = {layer["name"]: layer["weights"] for layer in page.run()[0]}
    assert found["stem"].keys() == {"kernel", "step", "bias"}
    slope = model.get_layer("stem_norm")
    factor = slope.gamma / np.sqrt(slope.moving_variance + slope.epsilon)
    kernel = np.asarray(model.get_layer("stem_conv").kernel * factor)
    step = found["stem"]["step"]
    np.testing.assert_array_equal(found["stem"]["kernel"], np.rint(kernel / step) * step)
    strength = np.sqrt(np.mean(kernel**2, axis=(0, 1, 2)))
    np.testing.assert_allclose(step, strength * np.cbrt(kernel.size) / 2300, rtol=1e-5)


def test_every_number_has_a_character_of_its_own(page: Node) -> None:
    numbers = np.arange(-3000, 3001)
    text = rounding.characters(numbers)
    assert len(text) == len(set(text)) == len(numbers)
    assert not set('"\\\n\r\u2028\u2029') & set(text)
    inside = rounding.characters(np.arange(-46, 47))
    assert len(inside.encode()) == 93
    described = {"name": "x", "op": "conv2d", "inputs": [], "shape": [1, 1, 1], "window": [1, 1],
                 "activation": "linear", "stride": [1, 1], "dilation": [1, 1], "padding": "VALID",
                 "shapes": {"kernel": [1, 1, len(numbers), 1], "step": [1]}}  # fmt: skip
    content = {"input": "image", "shape": [1, 1, 1], "layers": [described], "weights": "AAAAQA==",
               "kernels": text}  # fmt: skip
    page.call("(content) => ConvbookLive.network('network', content)", content)
    page.call(WEIGHTS)
    page.call(
        "(content) => ConvbookLive.network('network', content)", {**content, "kernels": text[1:]}
    )
    _, [layer], refused = page.run()
    np.testing.assert_array_equal(layer["weights"]["kernel"].ravel(), 2 * numbers)
    assert re.search("network, kernels: expected 6001 numbers, got 6000", str(refused))


def test_numbers_without_a_character_are_refused() -> None:
    with pytest.raises(ValueError, match="expected smaller numbers, got 5000"):
        rounding.characters(np.array([1, -5000]))


def test_means_behind_activations_are_those_of_normal_numbers(rng: np.random.Generator) -> None:
    mean, deviation = np.array([-1.0, 0.5, 5, 2]), np.array([1.0, 2, 3, 0])
    drawn = rng.normal(size=(400_000, 1)) * deviation + mean
    for activation, limit in (("linear", None), ("relu", (0, None)), ("relu6", (0, 6))):
        expected = (drawn.clip(*limit) if limit else drawn).mean(axis=0)
        found = rounding._activated(mean, deviation, activation)
        np.testing.assert_allclose(found, expected, atol=0.02, err_msg=activation)
    assert rounding._activated(mean, deviation, "tanh") is None


def variants(network: pretrained.Network) -> dict[str, np.ndarray]:
    """Return what a reader may make of the book's pictures: some turned, blurred or covered."""
    pictures = {"coffee": data.coffee(), "rocket": data.rocket(), "astronaut": data.astronaut(),
                "camera": data.camera(), "chelsea": data.chelsea()[data.COLOUR_CROP]}  # fmt: skip
    found = {name: network.preprocess(picture)[0] for name, picture in pictures.items()}
    chelsea, coffee = found["chelsea"], found["coffee"]
    turned = ndimage.rotate(chelsea, 150, reshape=False, order=1, mode="nearest")
    found["chelsea, turned"] = turned
    found["coffee, turned"] = coffee[::-1, ::-1]
    found["chelsea, blurred"] = ndimage.gaussian_filter(chelsea, (3, 3, 0))
    covered = chelsea.copy()
    covered[64:160, 64:160] = 0
    found["chelsea, covered"] = covered
    return found


@pytest.mark.skipif(pretrained.missing(NAME) is not None, reason="its weights are not at hand")
def test_the_five_first_classes_are_keras_s(tmp_path: Path) -> None:
    """In the same order for the book's pictures, but for classes that are nearly as probable."""
    network = pretrained.load(NAME)
    asked = variants(network)
    text = export.script(f"networks/{NAME}")
    assert 5e6 < len(text.encode()) < 6e6
    page = page_with(text, tmp_path)
    for x in asked.values():
        page.call(f"(x) => ConvbookLive.networks.{NAME}.run(x).probabilities", x)
    logits = network.model(np.stack(list(asked.values())), training=False)
    for (name, _), p, expected in zip(
        asked.items(), page.run(), pretrained.probabilities(logits), strict=True
    ):
        assert not isinstance(p, Refused), p
        np.testing.assert_allclose(p, expected, rtol=0, atol=0.03, err_msg=name)
        five, right = ((-values).argsort(kind="stable")[:5] for values in (p, expected))
        assert expected[five[0]] > expected[right[0]] - 0.012, name
        if "," not in name:
            np.testing.assert_allclose(expected[five], expected[right], atol=0.012, err_msg=name)
        if name in ("chelsea", "coffee", "camera"):
            assert five.tolist() == right.tolist(), name


def test_the_classes_are_the_package_s() -> None:
    text = export.script("classes/imagenet")
    names = json.loads(text.removeprefix("ConvbookLive.classes = {imagenet: ").removesuffix("};\n"))
    assert names == [known.name for known in pretrained.classes()]


def test_pictures_are_as_the_network_sees_them() -> None:
    seen = export.PICTURE["coffee_seen"]()
    if pretrained.missing(NAME) is None:
        network = pretrained.load(NAME)
        expected = network.restore(network.preprocess(data.coffee()))[0]
        np.testing.assert_array_equal(seen, expected)
    assert seen.shape == (224, 224, 3)
