"""A Keras model as the methods need it: its layers by name, its logits, compiled functions."""

import functools
import inspect
import math
import weakref
from collections.abc import Callable
from typing import Any, TypeAlias

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from convbook._checks import kind

Floats: TypeAlias = npt.NDArray[np.float32]
Network: TypeAlias = Callable[[tf.Tensor], list[tf.Tensor]]
"""Takes images, gives the outputs of chosen layers, in inference mode."""
Maker: TypeAlias = Callable[[Network], Callable[..., list[tf.Tensor]]]
"""Takes a network, returns a function of images, or of images and targets."""

PIXELS_A_BATCH = 2**19
"""Images go through a network in batches of about so many pixels: 668 digits, or 5 of 299 x 299."""

# The functions compiled for a model live as long as the model. Nothing in them refers to the
# model itself: each is built on a network of its own that shares the layers.
_COMPILED: weakref.WeakKeyDictionary[Any, dict[tuple[object, ...], Any]] = (
    weakref.WeakKeyDictionary()
)


def input_shape(model: keras.Model) -> tuple[int | None, int | None, int]:
    """Return the height, width and channels that the model takes, None where any will do."""
    if not isinstance(model, keras.Model):
        raise TypeError(f"model: expected a keras.Model, got {model!r} of type {kind(model)}")
    # A model that was subclassed, or never built, has no graph from which a layer could be taken.
    inputs, outputs = getattr(model, "inputs", None), getattr(model, "outputs", None)
    if not inputs or not outputs:
        raise ValueError(
            f"model: expected a functional or a built sequential model, got {model.name!r} "
            f"of type {kind(model)} without inputs"
        )
    if len(inputs) != 1 or len(outputs) != 1 or len(inputs[0].shape) != 4:
        raise ValueError(
            "model: expected one input of shape (N, H, W, C) and one output, got inputs "
            f"{[tuple(x.shape) for x in inputs]}, outputs {[tuple(x.shape) for x in outputs]}"
        )
    if "float" not in inputs[0].dtype:  # bfloat16 among them.
        raise ValueError(
            f"model: expected an input of floats, got {inputs[0].dtype}, which has no gradient and "
            "cuts off what is behind the point; build the model with keras.Input(dtype='float32')"
        )
    height, width, channels = inputs[0].shape[1:]
    return height, width, channels


def class_count(model: keras.Model) -> int:
    """Return the number of logits, or say why the model's output is not one of logits."""
    input_shape(model)
    shape = tuple(model.outputs[0].shape)
    if len(shape) != 2 or shape[1] is None:
        raise ValueError(f"model: expected an output of logits (N, classes), got shape {shape}")
    refuse_softmax("model", model.outputs[0])
    return int(shape[1])


def refuse_softmax(argument: str, output: Any) -> None:
    """Raise a ValueError if the output is that of a softmax or of another squashing function.

    It goes by many names, and stays what it is behind layers that pass its numbers on. So the
    operations are tried on numbers, from the last one back to one with weights.
    """
    around = []  # the inputs of models that are layers of this one
    while True:
        operation, index, _ = output._keras_history
        node = operation._inbound_nodes[index]
        if isinstance(operation, keras.Model):
            around += node.input_tensors[:1]
            output = operation.outputs[0]
            continue
        if not node.input_tensors and around:
            output = around.pop()
            continue
        weights = getattr(operation, "weights", ())
        if len(node.input_tensors) != 1 or (weights and not hasattr(operation, "activation")):
            return
        source = output if weights else node.input_tensors[0]
        shape = [n or 2 for n in source.shape]
        far, near = _tried(operation, node, shape, -9, 9), _tried(operation, node, shape, 0.1, 0.9)
        found = ""
        if far.min() >= 0 and far.max() <= 1:
            found = "softmax" if np.allclose(far.sum(axis=-1), 1, atol=0.02) else "sigmoid"
        elif far.max() <= 0 and np.allclose(np.exp(far).sum(axis=-1), 1, atol=0.02):
            found = "log_softmax"
        if found:
            raise ValueError(
                f"{argument}: expected logits, but {operation.name!r} ends in a {found}, whose "
                "gradient vanishes where the network is sure; build the model without it "
                "(classifier_activation=None in keras.applications) and apply it afterwards"
            )
        same = near.size == math.prod(shape) and np.allclose(
            np.sort(near, axis=None), np.linspace(0.1, 0.9, near.size), atol=0.02
        )
        if weights or not same:
            return
        output = source


def _tried(operation: Any, node: Any, shape: list[int], low: float, high: float) -> Floats:
    """Return what an operation, or a layer's activation, makes of numbers from low to high."""
    numbers = np.linspace(low, high, math.prod(shape), dtype=np.float32).reshape(shape)
    tensor = tf.cast(numbers, node.input_tensors[0].dtype)
    if getattr(operation, "weights", ()):
        activation = keras.activations.get(operation.activation)
        return np.asarray(activation(tensor), np.float32)
    arguments, named = node.arguments.fill_in({id(node.input_tensors[0]): tensor})
    return np.asarray(operation(*arguments, **named), np.float32)


def output_of(argument: str, model: keras.Model, name: object) -> Any:
    """Return the symbolic output of the layer of that name, or an error with all names."""
    if not isinstance(name, str):
        raise TypeError(f"{argument}: expected the name of a layer, got {name!r}")
    names = [layer.name for layer in model.layers]
    if name not in names:
        inside = [
            f"; {name!r} is inside {layer.name!r}, a single layer here: build the model on the "
            f"output of {layer.name!r} instead of calling it"
            for layer in model.layers
            if any(name == part.name for part in layer._flatten_layers(include_self=False))
        ]
        raise ValueError(
            f"{argument}: expected the name of a layer, got {name!r}; "
            f"the model has {', '.join(names)}{''.join(inside)}"
        )
    # layer.output would be that of the first call, which another model may have made.
    nodes, waiting = set(), [model.outputs[0]]
    while waiting:
        operation, index, _ = waiting.pop()._keras_history
        node = operation._inbound_nodes[index]
        if node not in nodes:
            nodes.add(node)
            waiting += node.input_tensors
    outputs = [x for n in nodes if n.operation.name == name for x in n.output_tensors]
    if len(outputs) != 1:
        raise ValueError(
            f"{argument}: expected a layer with one output, got {name!r} with {len(outputs)}"
        )
    return outputs[0]


def compiled(model: keras.Model, make: Maker, *layers: str | None) -> Any:
    """Return ``make(network)`` as a graph that is traced once a model, for any number of images.

    `network` gives the outputs of the named layers; None stands for the model's own output.
    """
    functions = _COMPILED.setdefault(model, {})
    key = (make, layers)
    if key not in functions:
        outputs = [
            model.outputs[0] if name is None else output_of("layer", model, name) for name in layers
        ]
        part = keras.Model(model.inputs[0], outputs)
        # Keras gives a list of outputs back as a list only if it holds more than one.
        function = make(lambda images: tf.nest.flatten(part(images, training=False)))
        signature = [
            tf.TensorSpec((None, *input_shape(model)), tf.float32),
            tf.TensorSpec((None, None), tf.float32),
        ]
        arguments = len(inspect.signature(function).parameters)
        # TensorFlow counts traces by code object, and warns when one is traced often. A partial
        # has none, so that many models do not look like one function traced again and again.
        functions[key] = tf.function(
            functools.partial(function), input_signature=signature[:arguments], autograph=False
        )
    return functions[key]


def in_batches(function: Any, *arrays: Floats) -> list[Floats]:
    """Apply a function of `compiled` to rows of the arrays, some at a time, and join what comes."""
    count, height, width = arrays[0].shape[:3]
    size = max(1, PIXELS_A_BATCH // (height * width))
    batches = [
        [np.asarray(tensor) for tensor in function(*(array[i : i + size] for array in arrays))]
        for i in range(0, count, size)
    ]
    return [np.concatenate(parts) for parts in zip(*batches, strict=True)]


def forward(network: Network) -> Callable[..., list[tf.Tensor]]:
    """Make the function that gives all outputs of the network."""

    def outputs(images: tf.Tensor) -> list[tf.Tensor]:
        return [tf.cast(output, tf.float32) for output in network(images)]

    return outputs


def logits(model: keras.Model, images: Floats) -> Floats:
    """Return the model's output, shape (N, classes)."""
    return in_batches(compiled(model, forward, None), images)[0]


def unit_gradient(network: Network) -> Callable[..., list[tf.Tensor]]:
    """Make the function that gives chosen units of the first output, and their gradients.

    Its targets are one-hot rows, one an image, over the channels of that output. The unit of a
    feature map is the mean of its channel over all positions.
    """

    def gradient(images: tf.Tensor, targets: tf.Tensor) -> list[tf.Tensor]:
        with tf.GradientTape() as tape:
            tape.watch(images)
            output = tf.cast(network(images)[0], tf.float32)
            means = tf.reduce_mean(output, axis=list(range(1, output.shape.rank - 1)))
            # A product, not a gather: the gradient of a gather has no fixed order of summation.
            units = tf.reduce_sum(means * targets, axis=1)
        return [units, derivative(tape, units, images)]

    return gradient


def derivative(tape: tf.GradientTape, target: tf.Tensor, source: tf.Tensor) -> tf.Tensor:
    """Return the gradient in float32, or say that there is none."""
    gradient = tape.gradient(target, source)
    if gradient is None:
        raise ValueError("model: expected a differentiable network, but no gradient reaches back")
    return tf.cast(gradient, tf.float32)
