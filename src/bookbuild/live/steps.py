"""What Keras's layers, and the book's own, compute, in the words of ``src/live/network.js``."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import keras
import numpy as np
import numpy.typing as npt
from keras import layers

from convbook.models.small.lenet5 import PartialConv2D, Subsampling, scaled_tanh

Floats = npt.NDArray[np.float32]

# By the functions themselves: another library's "relu" may be another.
ACTIVATIONS: tuple[tuple[Callable[..., Any], str], ...] = (
    (keras.activations.linear, "linear"),
    (keras.activations.relu, "relu"),
    (keras.activations.tanh, "tanh"),
    (scaled_tanh, "scaled_tanh"),
)


class Step(NamedTuple):
    """What a layer computes before its activation."""

    op: str
    activation: str = "linear"
    weights: Mapping[str, npt.NDArray[Any]] = {}
    window: tuple[int, int] = (1, 1)
    stride: tuple[int, int] = (1, 1)
    dilation: tuple[int, int] = (1, 1)
    padding: str | tuple[tuple[int, int], tuple[int, int]] = "VALID"
    # Mean and standard deviation by channel, before the activation, if normalization has set them.
    learned: tuple[Floats, Floats] | None = None


class Described(NamedTuple):
    """A layer as the page runs it: the layers that it takes, and its output's shape."""

    name: str
    inputs: Sequence[str]
    shape: Sequence[int]
    step: Step


def inputs_of(layer: keras.Layer) -> list[str]:
    """Return the names of the layers that a layer takes.

    Raises
    ------
    ValueError
        If the layer is used more than once.
    """
    if len(layer._inbound_nodes) != 1:
        raise ValueError("expected a layer that is used once")
    tensors = keras.tree.flatten(layer.input)
    return [tensor._keras_history[0].name for tensor in tensors]


def step_of(layer: keras.Layer) -> Step:
    """Return what a layer computes.

    Raises
    ------
    ValueError
        If the layer, its activation or one of its options is none that the page's scripts know.
    """
    if getattr(layer, "data_format", "channels_last") != "channels_last":
        raise ValueError(f"expected the channels last, got {layer.data_format}")
    # Not isinstance: a layer that is derived from another may compute something else.
    kind = _STEPS.get(type(layer))
    if kind is None:
        known = ", ".join(sorted(layer.__name__ for layer in _STEPS))
        raise ValueError(f"expected one of {known}, got {type(layer).__name__}")
    step: Step = kind(layer)
    return step


def _weights(layer: keras.Layer, kernel: Any, bias: Any) -> dict[str, Floats]:
    weights = {"kernel": np.asarray(kernel, np.float32)}
    return weights if bias is None else {**weights, "bias": np.asarray(bias, np.float32)}


def _activation(function: Callable[..., Any]) -> str:
    for known, name in ACTIVATIONS:
        if function is known:
            return name
    names = ", ".join(name for _, name in ACTIVATIONS)
    raise ValueError(f"expected one of the activations {names}, got {function}")


def _convolution(layer: Any) -> Step:
    kernel, bias = layer.kernel, layer.bias if layer.use_bias else None
    if isinstance(layer, layers.DepthwiseConv2D):
        # As many groups as channels: the bytes stay where they are.
        kernel = np.reshape(kernel, (*layer.kernel_size, 1, -1))
    return Step(
        "conv2d",
        _activation(layer.activation),
        _weights(layer, kernel, bias),
        stride=tuple(layer.strides),
        dilation=tuple(layer.dilation_rate),
        padding=layer.padding.upper(),
    )


def _dense(layer: Any) -> Step:
    if len(layer.input.shape) != 2:
        raise ValueError(f"expected a flat input, got shape {layer.input.shape}")
    kernel = np.asarray(layer.kernel)[np.newaxis, np.newaxis]
    bias = layer.bias if layer.use_bias else None
    return Step("conv2d", _activation(layer.activation), _weights(layer, kernel, bias))


def _partial(layer: PartialConv2D) -> Step:
    """Where nothing is connected, the kernel is zero."""
    kernel = np.tensordot(np.asarray(layer.slices), layer.places, axes=1)
    return Step("conv2d", "scaled_tanh", _weights(layer, kernel, layer.bias))


def _subsampling(layer: Subsampling) -> Step:
    """A sum times a coefficient is a convolution of its channel, with that for all four taps."""
    channels = layer.coefficient.shape[0]
    kernel = np.broadcast_to(np.asarray(layer.coefficient), (2, 2, 1, channels))
    weights = _weights(layer, kernel, layer.bias)
    return Step("conv2d", "scaled_tanh", weights, stride=layer.strides)


def _padded(layer: layers.ZeroPadding2D) -> Step:
    """A convolution of each channel with a single tap, a 1, among zeros."""
    ones = np.ones((1, 1, 1, layer.input.shape[-1]), np.float32)
    return Step("conv2d", weights={"kernel": ones}, padding=tuple(layer.padding))


def _normalization(layer: layers.BatchNormalization) -> Step:
    """A slope and a shift for each channel, of the moving mean and variance."""
    if layer.axis not in (-1, len(layer.input.shape) - 1):
        raise ValueError(f"expected normalization of the last axis, got {layer.axis}")
    mean, variance = (np.asarray(v, float) for v in (layer.moving_mean, layer.moving_variance))
    gamma = np.asarray(layer.gamma) if layer.scale else np.ones_like(mean)
    beta = np.asarray(layer.beta) if layer.center else np.zeros_like(mean)
    slope = gamma / np.sqrt(variance + layer.epsilon)
    return _affine(slope, beta - mean * slope)._replace(learned=(beta, abs(gamma)))


def _rescaling(layer: layers.Rescaling) -> Step:
    ones = np.ones(layer.input.shape[-1])
    return _affine(layer.scale * ones, layer.offset * ones)


def _affine(slope: Any, shift: Any) -> Step:
    both = {"slope": np.asarray(slope, np.float32), "shift": np.asarray(shift, np.float32)}
    return Step("affine", weights=both)


def _relu(layer: layers.ReLU) -> Step:
    limits = (layer.max_value, layer.negative_slope, layer.threshold)
    if limits not in ((None, 0, 0), (6, 0, 0)):
        raise ValueError(f"expected a ReLU, or a ReLU6, got {layer.get_config()}")
    return Step("identity", "relu" if layer.max_value is None else "relu6")


def _pooling(op: str) -> Callable[[Any], Step]:
    return lambda layer: Step(
        op,
        window=tuple(layer.pool_size),
        stride=tuple(layer.strides),
        padding=layer.padding.upper(),
    )


def _global_pooling(layer: layers.GlobalAveragePooling2D) -> Step:
    size = tuple(layer.input.shape[1:3])
    return Step("average_pool", window=size, stride=size)


def _concatenation(layer: layers.Concatenate) -> Step:
    if layer.axis not in (-1, len(layer.output.shape) - 1):
        raise ValueError(f"expected a concatenation of the last axis, got {layer.axis}")
    return Step("concatenate")


_STEPS: Mapping[type, Callable[[Any], Step]] = {
    layers.Activation: lambda layer: Step("identity", _activation(layer.activation)),
    layers.Add: lambda _: Step("add"),
    layers.AveragePooling2D: _pooling("average_pool"),
    layers.BatchNormalization: _normalization,
    layers.Concatenate: _concatenation,
    layers.Conv2D: _convolution,
    layers.Dense: _dense,
    layers.DepthwiseConv2D: _convolution,
    layers.Dropout: lambda _: Step("identity"),
    layers.Flatten: lambda _: Step("identity"),
    layers.GlobalAveragePooling2D: _global_pooling,
    layers.MaxPooling2D: _pooling("max_pool"),
    layers.ReLU: _relu,
    layers.Rescaling: _rescaling,
    layers.ZeroPadding2D: _padded,
    PartialConv2D: _partial,
    Subsampling: _subsampling,
}
