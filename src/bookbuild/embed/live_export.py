"""Networks, pictures and kernels as scripts for live figures: ``python -m ...live_export``.

A network becomes a list of layers and their weights, which ``src/live/network.js`` runs. The same
network gives the same bytes. What that script does not know is refused: an activation that was
passed over would give wrong maps without a warning.
"""

import base64
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np
import numpy.typing as npt
from keras import layers

from convbook import data, kernels, training
from convbook._files import write
from convbook.models.lenet5 import PartialConv2D, Subsampling, scaled_tanh
from convbook.training import loop, recipes

Floats = npt.NDArray[np.float32]

NETWORKS, PICTURES = "networks", "pictures"  # folders of files
CLASSICAL = "kernels/classical"  # a file
UNTRAINED = "_untrained"  # after the name of a recipe: the network before its first step

# By the functions themselves: another library's "relu" may be another.
ACTIVATIONS: tuple[tuple[Callable[..., Any], str], ...] = (
    (keras.activations.linear, "linear"),
    (keras.activations.relu, "relu"),
    (keras.activations.tanh, "tanh"),
    (scaled_tanh, "scaled_tanh"),
)

PICTURE: Mapping[str, Callable[[], npt.NDArray[np.uint8]]] = {
    "chelsea": data.chelsea,
    "chelsea_face": lambda: data.chelsea()[data.GREY_CROP],
    "coffee": data.coffee,
    # The first hundred digits for testing, one below the other.
    "digits": lambda: data.mnist()[1][0][:100].reshape(2800, 28, 1),
}
"""The pictures that live figures may ask for: height, width and channels, in bytes."""


SIZES = (5, 7)  # taps of the larger blurs beside the classical kernels
DIVISORS = (1, 9, 16, 25, 49, 256, 4096)  # of kernels that are whole numbers but for a factor


class Step(NamedTuple):
    """What a layer computes before its activation."""

    op: str
    activation: str = "linear"
    weights: Mapping[str, Floats] = {}
    window: tuple[int, int] = (1, 1)
    stride: tuple[int, int] = (1, 1)
    dilation: tuple[int, int] = (1, 1)
    padding: str | tuple[tuple[int, int], tuple[int, int]] = "VALID"


def script(file: str) -> str:
    """Return the text of a file by its name: ``networks/mini_inception``, ``pictures/chelsea``.

    Raises
    ------
    ValueError
        If there is no such recipe or picture, or the network has a layer that is not known.
    """
    folder, _, name = file.partition("/")
    if folder == NETWORKS and name.removesuffix(UNTRAINED) in recipes.BOOK:
        return network(name, model(name))
    if folder == PICTURES and name in PICTURE:
        return picture(name, PICTURE[name]())
    if file == CLASSICAL:
        return classical()
    known = [
        *(f"{NETWORKS}/{name}" for name in recipes.BOOK),
        *(f"{PICTURES}/{p}" for p in PICTURE),
        CLASSICAL,
    ]
    raise ValueError(f"file: expected one of {', '.join(known)}, got {file!r}")


def model(name: str) -> keras.Model:
    """Return a network of the book's recipes, trained, or as it was before its first step."""
    if name.endswith(UNTRAINED):
        return loop.build(recipes.BOOK[name.removesuffix(UNTRAINED)])
    return training.load(name).model


def network(name: str, model: keras.Model) -> str:
    """Return a network from pictures to logits as a script.

    Raises
    ------
    ValueError
        If a layer, an activation or an option is none that the page's scripts know.
    """
    source, *others = model.layers
    if not isinstance(source, layers.InputLayer) or len(model.inputs) != 1:
        raise ValueError(f"{name}: expected a single input, got {len(model.inputs)}")
    described, values = [], []
    for layer in others:
        try:
            step = _step(layer)
            inputs = _inputs(layer)
        except ValueError as error:
            raise ValueError(f"{name}, layer {layer.name}: {error}") from error
        values += [np.ravel(weight) for weight in step.weights.values()]
        described.append(
            {
                "name": layer.name,
                "op": step.op,
                "inputs": inputs,
                "shape": layer.output.shape[1:],
                "activation": step.activation,
                "shapes": {key: weight.shape for key, weight in step.weights.items()},
                "window": step.window,
                "stride": step.stride,
                "dilation": step.dilation,
                "padding": step.padding,
            }
        )
    if described[-1]["activation"] != "linear" or len(others[-1].output.shape) != 2:
        raise ValueError(f"{name}: expected logits at its end, of which the page takes a softmax")
    weights = np.concatenate([np.zeros(0, np.float32), *values]).astype("<f4")
    if not np.isfinite(weights).all():
        raise ValueError(f"{name}: expected finite weights")
    lines = ",\n".join(json.dumps(layer, separators=(",", ":")) for layer in described)
    shape = json.dumps(model.inputs[0].shape[1:])
    return (
        f'ConvbookLive.network("{name}", {{input: "{source.name}", shape: {shape}, layers: [\n'
        f'{lines}\n], weights: "{_base64(weights)}"}});\n'
    )


def picture(name: str, pixels: npt.NDArray[np.uint8]) -> str:
    """Return a picture of shape (H, W, C) as a script: its bytes, row by row."""
    shape = json.dumps(pixels.shape)
    return f'ConvbookLive.picture("{name}", {{shape: {shape}, bytes: "{_base64(pixels)}"}});\n'


def classical() -> str:
    """Return the kernels that `convbook.kernels` knows by name, and larger blurs, as a script."""
    described = {
        name: _taps(kernels.get(name), kernels.CLASSICAL[name].description)
        for name in kernels.names()
    }
    for size in SIZES:
        words = f"Averages {size**2} pixels"
        described[f"box_{size}"] = _taps(kernels.box(size), f"{words}, all with the same weight.")
        words += ", the near ones with more weight."
        described[f"binomial_{size}"] = _taps(kernels.binomial(size), words)
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(k)}" for name, k in described.items())
    return f"ConvbookLive.kernels = {{classical: {{\n{lines}\n}}}};\n"


def _taps(kernel: Floats, description: str) -> dict[str, Any]:
    """Return whole numbers and what they are divided by, which gives the kernel to the bit."""
    for divisor in DIVISORS:
        whole = np.rint(kernel * divisor).astype(int)
        if np.array_equal((whole / divisor).astype(np.float32), kernel):
            rows = whole.tolist()
            return {"description": description, "rows": rows, "divisor": divisor}
    raise ValueError(f"expected whole numbers divided by one of {DIVISORS}, got {kernel.tolist()}")


def _base64(array: npt.NDArray[Any]) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def _inputs(layer: keras.Layer) -> list[str]:
    """Return the names of the layers that a layer takes."""
    if len(layer._inbound_nodes) != 1:
        raise ValueError("expected a layer that is used once")
    tensors = keras.tree.flatten(layer.input)
    return [tensor._keras_history[0].name for tensor in tensors]


def _step(layer: keras.Layer) -> Step:
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
    slope = (layer.gamma if layer.scale else 1) / np.sqrt(variance + layer.epsilon)
    shift = (layer.beta if layer.center else 0) - mean * slope
    return _affine(slope, shift)


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


def main(folder: str, *files: str) -> int:
    """Write files into a folder; return an exit status."""
    try:
        for file in files:
            write(Path(folder, f"{file}.js"), script(file).encode("ascii"))
    except (ValueError, RuntimeError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
