"""What the methods do with a model: graphs traced once, softmax refused, any precision taken."""

import gc
import weakref

import keras
import numpy as np
import pytest
import tensorflow as tf

from convbook import interpretability
from convbook.interpretability import _networks
from tests.convbook.interpretability.helpers import LAYERS, convnet, linear, logits

IMAGES = np.random.default_rng(6).random((5, 12, 10, 1))


def run_all(model, images, last="conv2"):
    """Return what every method gives, each as one array."""
    return {
        "feature_maps": interpretability.feature_maps(model, images, [last])[last],
        "saliency": interpretability.saliency(model, images, 1),
        "smooth_gradient": interpretability.smooth_gradient(model, images, 1, samples=3),
        "integrated": interpretability.integrated_gradients(model, images, 1, steps=5),
        "occlusion": interpretability.occlusion(model, images[0], 1, size=4, stride=2),
        "grad_cam": interpretability.grad_cam(model, images, last, 3),
        "grad_cam_p": interpretability.grad_cam(model, images, last, 3, of="probability"),
        "maximized": interpretability.activation_maximization(
            model, last, [0, 1], start=images[0], steps=3
        ).images,
        "adversarial": interpretability.adversarial(model, images, 0, epsilon=0.1, steps=2),
    }


def test_every_graph_is_traced_once_whatever_the_number_of_images():
    model = convnet()
    for count in (1, 3, 5):
        run_all(model, IMAGES[:count])
    functions = _networks._COMPILED[model].values()
    assert len(functions) == 7
    assert {f.experimental_get_tracing_count() for f in functions} == {1}


def test_graphs_go_with_their_model():
    model = convnet()
    run_all(model, IMAGES)
    gone = [weakref.ref(model), *map(weakref.ref, _networks._COMPILED[model].values())]
    assert len(gone) == 8
    del model
    gc.collect()
    assert {reference() for reference in gone} == {None}


def test_new_weights_are_seen():
    model = convnet()
    interpretability.saliency(model, IMAGES, 0)
    other = convnet(seed=9)
    model.set_weights(other.get_weights())
    np.testing.assert_array_equal(
        interpretability.saliency(model, IMAGES, 0), interpretability.saliency(other, IMAGES, 0)
    )


def test_a_frozen_model_has_the_same_gradients():
    frozen = convnet()
    frozen.trainable = False
    expected = run_all(convnet(), IMAGES)
    for name, found in run_all(frozen, IMAGES).items():
        assert found.any(), name
        np.testing.assert_array_equal(found, expected[name], err_msg=name)


def test_batches_do_not_show(monkeypatch):
    whole = run_all(convnet(), IMAGES)
    monkeypatch.setattr(_networks, "PIXELS_A_BATCH", 2 * 120)
    for name, found in run_all(convnet(), IMAGES).items():
        np.testing.assert_allclose(found, whole[name], atol=1e-5, err_msg=name)


def test_inputs_are_left_as_they_were():
    images = IMAGES.astype(np.float32)
    run_all(convnet(), images)
    np.testing.assert_array_equal(images, IMAGES.astype(np.float32))


def test_mixed_precision_gives_the_same_within_its_rounding():
    exact = run_all(convnet(), IMAGES)
    mixed = run_all(convnet(dtype="mixed_bfloat16"), IMAGES)
    # bfloat16 has three digits. That is enough to turn a sign or the winner of a pooling window.
    for name, found in mixed.items():
        assert found.dtype == np.float32, name
        assert np.isfinite(found).all(), name
        error = np.linalg.norm(found - exact[name]) / np.linalg.norm(exact[name])
        assert error < 0.15, name


def test_any_number_of_channels_and_a_free_size_will_do():
    model = convnet((None, None, 3), activation="relu")
    for size in ((20, 17), (9, 11)):
        images = np.random.default_rng(0).random((2, *size, 3))
        found = run_all(model, images)
        assert found["saliency"].shape == (2, *size, 3)
        assert found["grad_cam"].shape == (2, *size)
    functions = _networks._COMPILED[model].values()
    assert {f.experimental_get_tracing_count() for f in functions} == {1}


def test_a_sequential_model_and_a_nested_one_will_do():
    model = convnet()
    chain = keras.Sequential([keras.Input((12, 10, 1)), model])
    twin = keras.Sequential([keras.Input((12, 10, 1)), *model.layers[1:]])
    for other in (chain, twin):
        np.testing.assert_allclose(
            interpretability.saliency(other, IMAGES, 1),
            interpretability.saliency(convnet(), IMAGES, 1),
            atol=1e-6,
        )


def test_layers_that_two_models_share_give_what_each_of_them_computes():
    """The second model sees the image upside down, through the layers of the first."""
    model = convnet()
    inputs = keras.Input((12, 10, 1))
    x = keras.ops.flip(inputs, 1)
    for layer in model.layers[1:]:
        x = layer(x)
    other = keras.Model(inputs, x)
    found = interpretability.feature_maps(other, IMAGES, ["conv1"])["conv1"]
    expected = interpretability.feature_maps(model, IMAGES[:, ::-1], ["conv1"])["conv1"]
    np.testing.assert_allclose(found, expected, atol=1e-6)


def with_softmax(kind):
    inputs = keras.Input((12, 10, 1))
    if kind == "activation":
        outputs = LAYERS.Dense(4, activation="softmax")(LAYERS.Flatten()(inputs))
    elif kind == "layer":
        outputs = LAYERS.Softmax()(convnet()(inputs))
    elif kind == "activation layer":
        outputs = LAYERS.Activation("softmax", dtype="float32")(convnet()(inputs))
    elif kind == "operation":
        outputs = keras.ops.softmax(convnet()(inputs))
    elif kind == "log":
        outputs = keras.ops.log_softmax(convnet()(inputs))
    elif kind == "sigmoid":
        outputs = LAYERS.Dense(4, activation="sigmoid")(LAYERS.Flatten()(inputs))
    elif kind == "nested":
        return keras.Sequential([keras.Input((12, 10, 1)), with_softmax("activation")])
    return keras.Model(inputs, outputs)


@pytest.mark.parametrize(
    "kind", ["activation", "layer", "activation layer", "operation", "log", "sigmoid", "nested"]
)
def test_a_model_that_ends_in_a_softmax_is_refused_with_the_reason(kind):
    model = with_softmax(kind)
    refused = {
        "saliency": lambda: interpretability.saliency(model, IMAGES),
        "smooth_gradient": lambda: interpretability.smooth_gradient(model, IMAGES),
        "integrated": lambda: interpretability.integrated_gradients(model, IMAGES),
        "occlusion": lambda: interpretability.occlusion(model, IMAGES[0], size=1),
        "grad_cam": lambda: interpretability.grad_cam(model, IMAGES, "conv1"),
        "adversarial": lambda: interpretability.adversarial(model, IMAGES, 0, epsilon=0.1),
    }
    for method in refused.values():
        with pytest.raises(ValueError, match=r"model: expected logits, .*whose gradient vanishes"):
            method()


def shifted_softmax(logits):
    powers = tf.exp(logits - tf.reduce_max(logits, axis=-1, keepdims=True))
    return powers / tf.reduce_sum(powers, axis=-1, keepdims=True)


ENDS = {
    "an activation of TensorFlow": (LAYERS.Dense(4, activation=tf.nn.softmax),),
    "a sigmoid of TensorFlow": (LAYERS.Dense(4, activation=tf.sigmoid),),
    "a function": (LAYERS.Dense(4, activation=shifted_softmax),),
    "an activation layer": (LAYERS.Activation(tf.nn.softmax),),
    "a logarithm": (LAYERS.Activation(tf.nn.log_softmax),),
    "a lambda": (LAYERS.Lambda(lambda x: tf.nn.softmax(x)),),
    "linear": (LAYERS.Softmax(), LAYERS.Activation("linear")),
    "dropout": (LAYERS.Softmax(), LAYERS.Dropout(0.5)),
    "flatten and reshape": (LAYERS.Softmax(), LAYERS.Reshape((2, 2)), LAYERS.Flatten()),
    "in a network": (keras.Sequential([keras.Input((4,)), LAYERS.Softmax(), LAYERS.Dropout(0.5)]),),
    "before a network": (
        LAYERS.Softmax(),
        keras.Sequential([keras.Input((4,)), LAYERS.Dropout(0)]),
    ),
}


@pytest.mark.parametrize("end", ENDS)
def test_a_softmax_is_found_under_every_name_and_behind_what_passes_it_on(end):
    x = inputs = keras.Input((12, 10, 1))
    for layer in (convnet(), *ENDS[end]):
        x = layer(x)
    model = keras.Model(inputs, x)
    for explain in (
        lambda: interpretability.saliency(model, IMAGES, 0),
        lambda: interpretability.occlusion(model, IMAGES[0], 0, size=6),
    ):
        with pytest.raises(ValueError, match=r"model: expected logits, .* ends in a (s|log_s)"):
            explain()


@pytest.mark.parametrize(
    "end",
    [
        (LAYERS.Activation("linear"), LAYERS.Dropout(0.5), LAYERS.Flatten()),
        (LAYERS.ReLU(),),
        (LAYERS.Softmax(), LAYERS.Dense(4)),
        (LAYERS.Rescaling(0.1),),
    ],
)
def test_logits_behind_other_layers_are_taken(end):
    x = inputs = keras.Input((12, 10, 1))
    for layer in (convnet(), *end):
        x = layer(x)
    assert interpretability.saliency(keras.Model(inputs, x), IMAGES).shape == IMAGES.shape


def test_an_input_of_integers_is_refused_with_its_dtype():
    inputs = keras.Input((12, 10, 1), dtype="uint8")
    model = keras.Model(inputs, convnet()(LAYERS.Rescaling(1 / 255)(inputs)))
    for explain in (
        lambda: interpretability.saliency(model, IMAGES),
        lambda: interpretability.grad_cam(model, IMAGES, "conv1"),
        lambda: interpretability.feature_maps(model, IMAGES, ["conv1"]),
    ):
        with pytest.raises(ValueError, match="model: expected an input of floats, got uint8"):
            explain()


def test_an_inner_layer_is_answered_with_the_name_of_what_holds_it():
    inputs = keras.Input((12, 10, 1))
    backbone = convnet()
    model = keras.Model(inputs, LAYERS.Dense(4)(backbone(inputs)))
    with pytest.raises(ValueError, match=f"layer: .*; 'conv1' is inside '{backbone.name}'"):
        interpretability.grad_cam(model, IMAGES, "conv1")


def test_a_layer_that_ends_in_a_softmax_is_not_maximized():
    model = with_softmax("activation")
    name = model.layers[-1].name
    with pytest.raises(ValueError, match=r"layer: expected logits, .* ends in a softmax"):
        interpretability.activation_maximization(model, name, 0)


def test_a_softmax_inside_the_network_is_no_reason_to_refuse_it():
    inputs = keras.Input((12, 10, 1))
    gate = LAYERS.Softmax(axis=(1, 2))(inputs)
    model = keras.Model(inputs, LAYERS.Dense(4)(LAYERS.Flatten()(inputs * gate)))
    assert interpretability.saliency(model, IMAGES, 0).any()


def test_a_layer_that_is_used_twice_has_no_one_output():
    inputs = keras.Input((12, 10, 1))
    conv = LAYERS.Conv2D(1, 3, padding="same", name="twice")
    model = keras.Model(inputs, LAYERS.Dense(4)(LAYERS.Flatten()(conv(conv(inputs)))))
    with pytest.raises(ValueError, match=r"layers: .* one output, got 'twice' with 2"):
        interpretability.feature_maps(model, IMAGES, ["twice"])


def test_a_network_without_a_gradient_is_refused():
    inputs = keras.Input((12, 10, 1))
    steps = keras.ops.cast(keras.ops.cast(inputs * 255, "uint8"), "float32")
    model = keras.Model(inputs, LAYERS.Dense(4)(LAYERS.Flatten()(steps)))
    assert logits(model, IMAGES).shape == (5, 4)
    with pytest.raises(ValueError, match="no gradient reaches back"):
        interpretability.saliency(model, IMAGES)


def test_equal_calls_give_equal_bits():
    first, again = (run_all(convnet(), IMAGES) for _ in range(2))
    for name, found in first.items():
        np.testing.assert_array_equal(found, again[name], err_msg=name)


def test_other_models_are_refused():
    class Own(keras.Model):
        def call(self, inputs):
            return inputs

    inputs = keras.Input((12, 10, 1))
    flat = keras.Input((5,))
    pair = keras.Model([inputs, flat], LAYERS.Dense(3)(LAYERS.Flatten()(inputs)))
    maps = keras.Model(inputs, LAYERS.Conv2D(2, 3)(inputs))
    cases = [
        (linear, TypeError, "model: expected a keras.Model, got"),
        (Own(name="own"), ValueError, "model: expected a functional .* got 'own' of type Own"),
        (keras.Sequential([LAYERS.Dense(2)]), ValueError, "model: expected a functional"),
        (keras.Model(flat, LAYERS.Dense(2)(flat)), ValueError, r"one input of shape .*\(None, 5\)"),
        (pair, ValueError, "model: expected one input"),
        (maps, ValueError, r"output of logits .* got shape \(None, 10, 8, 2\)"),
    ]
    for model, error, message in cases:
        with pytest.raises(error, match=message):
            interpretability.saliency(model, IMAGES)
