"""Tiny networks with weights of the test's choosing."""

import keras
import numpy as np

LAYERS = keras.layers


def linear(weights, bias=None, **options):
    """Return a network whose logits are ``sum(weights * image) + bias``.

    `weights` have shape (H, W, C, classes).
    """
    weights = np.asarray(weights, float)
    inputs = keras.Input(weights.shape[:3], name="image")
    dense = LAYERS.Dense(weights.shape[3], name="logits", **options)
    model = keras.Model(inputs, dense(LAYERS.Flatten(name="flatten")(inputs)))
    offset = np.zeros(weights.shape[3]) if bias is None else np.array(bias)
    dense.set_weights([weights.reshape(-1, weights.shape[3]), offset])
    return model


def convnet(shape=(12, 10, 1), classes=4, seed=3, activation="tanh", **options):
    """Return a small convolutional network with random weights, neither zero nor symmetric."""
    inputs = keras.Input(shape, name="image")
    x = LAYERS.Conv2D(5, 3, activation=activation, name="conv1", **options)(inputs)
    x = LAYERS.MaxPooling2D(2, name="pool1", **options)(x)
    x = LAYERS.Conv2D(6, 3, activation=activation, name="conv2", **options)(x)
    x = LAYERS.GlobalAveragePooling2D(name="average", **options)(x)
    x = LAYERS.Dropout(0.5, name="dropout", **options)(x)
    outputs = LAYERS.Dense(classes, name="logits", dtype="float32")(x)
    if options.get("dtype") == "float64":
        outputs = LAYERS.Dense(classes, name="logits", dtype="float64")(x)
    model = keras.Model(inputs, outputs)
    rng = np.random.default_rng(seed)
    model.set_weights([rng.normal(0, 0.5, weight.shape) for weight in model.get_weights()])
    return model


def pooled(stride=1, classes=3, bias=None):
    """Return a convolution, global average pooling and one dense layer, for class activation maps.

    Returns also the dense layer's weights, shape (channels, classes).
    """
    inputs = keras.Input((8, 12, 2), name="image")
    maps = LAYERS.Conv2D(4, 3, stride, "same", activation="relu", name="conv1")(inputs)
    x = LAYERS.GlobalAveragePooling2D(name="average")(maps)
    model = keras.Model(inputs, LAYERS.Dense(classes, name="logits")(x))
    rng = np.random.default_rng(8)
    model.set_weights([rng.normal(size=weight.shape) for weight in model.get_weights()])
    kernel, offset = model.get_layer("logits").get_weights()
    model.get_layer("logits").set_weights([kernel, offset if bias is None else np.array(bias)])
    return model, kernel


def logits(model, images):
    return np.asarray(model(np.asarray(images, np.float32), training=False))


def softmax(values):
    values = np.exp(values - values.max(axis=-1, keepdims=True))
    return values / values.sum(axis=-1, keepdims=True)
