"""Files for phones: what LiteRT computes with them, to the bit, and what is refused."""

import sys
from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf

from convbook import quantization, reference
from convbook.quantization import KINDS, convert, load


def network(strides: int = 2, padding: str = "same") -> keras.Model:
    layers = keras.layers
    start = [keras.initializers.GlorotUniform(seed=number) for number in range(3)]
    x = image = keras.Input((12, 10, 2))
    x = layers.Conv2D(6, 3, activation="relu", kernel_initializer=start[0],
                      bias_initializer=start[2])(x)  # fmt: skip
    x = layers.Conv2D(8, 3, strides=strides, padding=padding, kernel_initializer=start[1])(x)
    return keras.Model(image, layers.Dense(4)(layers.Flatten()(x)))


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    return np.random.default_rng(0).uniform(0, 1, (40, 12, 10, 2)).astype(np.float32)


@pytest.fixture(scope="module")
def model() -> keras.Model:
    return network()


@pytest.fixture(scope="module")
def small(model, pictures) -> bytes:
    return convert(model, "int8", pictures)


@pytest.mark.parametrize("per_channel", [True, False])
@pytest.mark.parametrize(("strides", "padding"), [(1, "valid"), (2, "valid"), (2, "same")])
def test_convolutions_are_the_reference_to_the_bit(pictures, strides, padding, per_channel):
    content = convert(network(strides, padding), "int8", pictures, per_channel=per_channel)
    built_in = load(content, "built-in")
    for picture in pictures[:5]:
        operations = built_in.operations(picture)
        layers = [each for each in operations if each.name == "CONV_2D"]
        assert len(layers) == 2
        for layer, options in zip(layers, ((1, "valid"), (strides, padding)), strict=True):
            x, w, bias = layer.inputs
            assert len(w.scale) == (w.values.shape[0] if per_channel else 1)
            found = reference.conv2d_int8(
                x.values,
                w.values.transpose(1, 2, 3, 0),
                bias.values,
                zero_points=(x.zero_point, layer.output.zero_point),
                multiplier=x.scale.astype(float) * w.scale / layer.output.scale.astype(float),
                stride=options[0],
                padding=options[1],
            )
            np.testing.assert_array_equal(found, layer.output.values)


def test_kernels_and_input_are_rounded_as_the_reference_rounds(model, small, pictures):
    first = load(small, "built-in").operations(pictures[0])[0]
    x, w, bias = first.inputs
    kernel, offset = model.layers[1].get_weights()
    np.testing.assert_array_equal(w.scale, reference.symmetric_scale(kernel))
    np.testing.assert_array_equal(
        w.values.transpose(1, 2, 3, 0), reference.quantize(kernel, w.scale)
    )
    np.testing.assert_array_equal(
        x.values[0], reference.quantize(pictures[0], x.scale[0], x.zero_point)
    )
    np.testing.assert_allclose(bias.values * bias.scale, offset, atol=bias.scale.max())
    scale, zero_point = reference.affine_range(pictures.min(), pictures.max())
    np.testing.assert_allclose(x.scale, scale, rtol=1e-5)
    assert x.zero_point == zero_point


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_answers_nearly_as_the_model(model, pictures, kind):
    content = convert(model, kind, pictures if kind == "int8" else None)
    expected = model(pictures, training=False).numpy()
    lite = load(content)
    assert lite.integers == (kind == "int8")
    assert lite.shape == (12, 10, 2)
    bound = {"float32": 1e-5, "float16": 2e-3}.get(kind, 0.05)
    np.testing.assert_allclose(lite.predict(pictures), expected, atol=bound * np.ptp(expected))


def test_the_same_network_gives_the_same_bytes(model, small, pictures):
    assert convert(model, "int8", pictures) == small
    assert small[4:8] == b"TFL3"


def test_fast_kernels_differ_by_a_step_at_most(small, pictures):
    lite, built_in = load(small), load(small, "built-in")
    step = built_in.operations(pictures[0])[-1].output.scale
    assert abs(lite.predict(pictures) - built_in.predict(pictures)).max() <= 1.01 * step


def test_a_call_repeats_what_was_computed(small, pictures):
    lite = load(small)
    before = lite.predict(pictures)
    lite.call(3)
    lite.call()
    np.testing.assert_array_equal(lite.predict(pictures), before)


def test_pictures_that_calibrate_are_those_of_the_book(monkeypatch):
    digits = np.arange(200 * 784, dtype=np.uint32).astype(np.uint8).reshape(200, 28, 28)
    monkeypatch.setattr(quantization.data, "mnist", lambda: ((digits, None), None))
    monkeypatch.setattr(quantization.data, "fashion_mnist", lambda: ((255 - digits, None), None))
    found = quantization.calibration_pictures("lenet")
    np.testing.assert_array_equal(found[..., 0], (digits[:100] / 255).astype(np.float32))
    garments = quantization.calibration_pictures("garments")
    np.testing.assert_allclose(garments, 1 - found, atol=1e-6)
    with pytest.raises(ValueError, match=r"name: expected one of lenet, .*efficientnet_lite0"):
        quantization.calibration_pictures("resnet")
    with pytest.raises(ValueError, match="name: expected one of"):
        quantization.export("resnet")


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"kind": "int4"}, ValueError, "kind: expected one of float32, float16, int8 weights"),
        ({"calibration": None}, ValueError, "calibration: int8 needs pictures"),
        ({"calibration": np.zeros((0, 12, 10, 2))}, ValueError, "at least one picture, got none"),
        ({"calibration": np.zeros((3, 12, 10))}, ValueError, r"expected shape \(n, 12, 10, 2\)"),
        ({"calibration": np.full((1, 12, 10, 2), np.nan)}, ValueError, "calibration: .* finite"),
        ({"kind": "float32"}, ValueError, "calibration: expected none for float32"),
        ({"per_channel": 1}, TypeError, "per_channel: expected True or False"),
        ({"model": "lenet"}, TypeError, "model: expected a Keras model, got str"),
    ],
)
def test_what_cannot_be_converted_is_named(model, pictures, change, error, message):
    options = {"model": model, "kind": "int8", "calibration": pictures} | change
    with pytest.raises(error, match=message):
        convert(options.pop("model"), **options)


def test_a_model_with_nan_or_two_inputs_is_refused(pictures):
    broken = network()
    kernel, bias = broken.layers[1].get_weights()
    broken.layers[1].set_weights([np.full_like(kernel, np.nan), bias])
    with pytest.raises(ValueError, match=r"model: expected finite weights, got NaN .*kernel"):
        convert(broken, "int8", pictures)
    two = keras.Model([a := keras.Input((2,)), b := keras.Input((2,))], keras.layers.Add()([a, b]))
    with pytest.raises(ValueError, match="expected one input and one output, got 2 and 1"):
        convert(two, "float32")


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        ("a.tflite", TypeError, "content: expected the bytes of a file, got str"),
        (b"", ValueError, "content: expected a .tflite file, got 0 other bytes"),
        (b"\0" * 100, ValueError, "content: expected a .tflite file, got 100 other bytes"),
        (b"\x1c\0\0\0TFL3" + b"\xff" * 50, ValueError, "content: LiteRT cannot read the file"),
    ],
)
def test_what_is_no_file_is_named(content, error, message):
    with pytest.raises(error, match=message):
        load(content)


def test_what_cannot_be_predicted_is_named(small, pictures):
    lite = load(small)
    with pytest.raises(ValueError, match=r"x: expected shape \(n, 12, 10, 2\), got \(12, 10, 2\)"):
        lite.predict(pictures[0])
    with pytest.raises(ValueError, match="x: expected at least one picture"):
        lite.predict(pictures[:0])
    with pytest.raises(ValueError, match="x: expected finite"):
        lite.predict(np.full((1, 12, 10, 2), np.inf))
    with pytest.raises(ValueError, match="kernels: expected one of fast, built-in"):
        load(small, "slow")


def test_without_an_interpreter_one_line_says_what_to_install(monkeypatch, model, small, pictures):
    monkeypatch.setattr(quantization, "tf", SimpleNamespace(__version__="3.0"))
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    with pytest.raises(
        quantization.NotInstalledError, match="pip install ai-edge-litert"
    ) as raised:
        load(small)
    assert "\n" not in str(raised.value)
    with pytest.raises(quantization.NotInstalledError, match=r"TensorFlow 3.0 has no converter"):
        convert(model, "int8", pictures)


def test_the_interpreter_of_the_other_package_is_taken(monkeypatch, small, pictures):
    expected = load(small).predict(pictures)
    module = SimpleNamespace(
        Interpreter=tf.lite.Interpreter, OpResolverType=tf.lite.experimental.OpResolverType
    )
    monkeypatch.setattr(quantization, "tf", SimpleNamespace(__version__="3.0"))
    monkeypatch.setattr(
        quantization, "importlib",
        SimpleNamespace(import_module={"ai_edge_litert.interpreter": module}.__getitem__),
    )  # fmt: skip
    np.testing.assert_array_equal(load(small).predict(pictures), expected)
