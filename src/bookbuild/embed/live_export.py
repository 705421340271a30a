"""Networks, pictures and kernels as scripts for live figures: ``python -m ...live_export``.

A network becomes a list of layers and their weights, which ``src/live/network.js`` runs. The same
network gives the same bytes. What that script does not know is refused: an activation that was
passed over would give wrong maps without a warning. A pretrained network has millions of weights,
and they are rounded.
"""

import base64
import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np
import numpy.typing as npt
from keras import layers
from scipy.special import ndtr

from convbook import data, kernels, pretrained, training
from convbook._files import write
from convbook.models.small.lenet5 import PartialConv2D, Subsampling, scaled_tanh
from convbook.pretrained._images import WHITE, square
from convbook.pretrained._weights import tables
from convbook.training import loop, recipes

Floats = npt.NDArray[np.float32]
Whole = npt.NDArray[np.int64]

NETWORKS, PICTURES = "networks", "pictures"  # folders of files
CLASSICAL, CLASSES = "kernels/classical", "classes/imagenet"  # files
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
    "coffee_seen": lambda: _seen(data.coffee()),
    "astronaut_seen": lambda: _seen(data.astronaut()),
}
"""The pictures that live figures may ask for: height, width and channels, in bytes."""


SIZES = (5, 7)  # taps of the larger blurs beside the classical kernels
DIVISORS = (1, 9, 16, 25, 49, 256, 4096)  # of kernels that are whole numbers but for a factor

# Of the rounding of a kernel: as few steps as leave the five most probable classes where they were.
FINENESS = 2300
# One for each whole number that weights are rounded to: those of a byte in UTF-8, then more.
CHARACTERS = "".join(
    chr(code) for code in (*range(0x20, 0x7F), *range(0xA1, 0x2000)) if chr(code) not in '"\\'
)
LINEAR = ("add", "average_pool", "identity")  # what takes means to means


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


def script(file: str) -> str:
    """Return the text of a file by its name: ``networks/mini_inception``, ``pictures/chelsea``.

    Raises
    ------
    ValueError
        If there is no such recipe or picture, or the network has a layer that is not known.
    pretrained.UnavailableError
        If it is a pretrained network whose weights cannot be had.
    """
    folder, _, name = file.partition("/")
    if folder == NETWORKS and name.removesuffix(UNTRAINED) in recipes.BOOK:
        return network(name, model(name))
    if folder == NETWORKS and name in pretrained.NAMES:
        return rounded_network(name, pretrained.load(name).model)
    if folder == PICTURES and name in PICTURE:
        return picture(name, PICTURE[name]())
    if file == CLASSICAL:
        return classical()
    if file == CLASSES:
        names = json.dumps([known.name for known in pretrained.classes()])
        return f"ConvbookLive.classes = {{imagenet: {names}}};\n"
    known = [
        *(f"{NETWORKS}/{name}" for name in (*recipes.BOOK, *pretrained.NAMES)),
        *(f"{PICTURES}/{p}" for p in PICTURE),
        CLASSICAL,
        CLASSES,
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
    return _script(name, *_described(name, model))


def rounded_network(name: str, model: keras.Model) -> str:
    """Return a network from pictures to logits as a small script, its weights rounded.

    Normalizations and activations are merged into the convolutions before them. A kernel's numbers
    are whole multiples of a step, of which each output channel has its own, and each is written as
    one character. Rounded weights shift the mean of a channel's output, which the bias takes back.

    Raises
    ------
    ValueError
        As `network`.

    References
    ----------
    M. Nagel et al., "Data-Free Quantization Through Weight Equalization and Bias Correction", ICCV
    2019, arXiv:1906.04721: section 4, and the appendix on clipped normal distributions.
    """
    source, described = _described(name, model)
    merged = _merged(described)
    rounded = []
    for layer in merged.values():
        weights = dict(layer.step.weights)
        if "kernel" in weights:
            numbers, step = _rounded(weights["kernel"])
            error = weights["kernel"] - numbers * step
            bias = _response(error, _mean(merged, layer.inputs)) + weights.get("bias", 0)
            weights = {"kernel": numbers, "step": step, "bias": bias.astype(np.float32)}
        rounded.append(layer._replace(step=layer.step._replace(weights=weights)))
    return _script(name, source, rounded)


def _described(name: str, model: keras.Model) -> tuple[keras.Layer, list[Described]]:
    """Return a network's input and its other layers."""
    source, *others = model.layers
    if not isinstance(source, layers.InputLayer) or len(model.inputs) != 1:
        raise ValueError(f"{name}: expected a single input, got {len(model.inputs)}")
    described = []
    for layer in others:
        try:
            step, inputs = _step(layer), _inputs(layer)
        except ValueError as error:
            raise ValueError(f"{name}, layer {layer.name}: {error}") from error
        described.append(Described(layer.name, inputs, layer.output.shape[1:], step))
    if described[-1].step.activation != "linear" or len(described[-1].shape) != 1:
        raise ValueError(f"{name}: expected logits at its end, of which the page takes a softmax")
    return source, described


def _script(name: str, source: keras.Layer, described: Sequence[Described]) -> str:
    """Return the script of a network: floats in base64, and whole numbers as characters."""
    weights = [np.ravel(w) for layer in described for w in layer.step.weights.values()]
    floats = [w for w in weights if w.dtype.kind == "f"]
    values = np.concatenate([np.zeros(0, np.float32), *floats]).astype("<f4")
    if not np.isfinite(values).all():
        raise ValueError(f"{name}: expected finite weights")
    numbers = [w for w in weights if w.dtype.kind == "i"]
    kernels = f', kernels: "{_characters(np.concatenate(numbers))}"' if numbers else ""
    lines = ",\n".join(json.dumps(_line(layer), separators=(",", ":")) for layer in described)
    shape = json.dumps(source.output.shape[1:])
    return (
        f'ConvbookLive.network("{name}", {{input: "{source.name}", shape: {shape}, layers: [\n'
        f'{lines}\n], weights: "{_base64(values)}"{kernels}}});\n'
    )


def _line(layer: Described) -> dict[str, Any]:
    step = layer.step
    return {
        "name": layer.name,
        "op": step.op,
        "inputs": layer.inputs,
        "shape": layer.shape,
        "activation": step.activation,
        "shapes": {key: weight.shape for key, weight in step.weights.items()},
        "window": step.window,
        "stride": step.stride,
        "dilation": step.dilation,
        "padding": step.padding,
    }


def _merged(described: Sequence[Described]) -> dict[str, Described]:
    """Return the layers by their names, activations and normalizations merged into convolutions.

    What is merged has the name of its last layer, and is its output.
    """
    uses = Counter(name for layer in described for name in layer.inputs)
    merged: dict[str, Described] = {}
    for layer in described:
        before, step = merged.get(layer.inputs[0]), layer.step
        alone = before and uses[before.name] == 1 and before.step.activation == "linear"
        if before and alone and before.step.op == "conv2d" and step.op in ("affine", "identity"):
            weights = before.step.weights
            if step.op == "affine":
                slope, shift = (step.weights[key].astype(float) for key in ("slope", "shift"))
                bias = slope * weights.get("bias", 0) + shift
                weights = {"kernel": weights["kernel"] * slope, "bias": bias}
            joined = before.step._replace(
                weights={key: np.asarray(weight, np.float32) for key, weight in weights.items()},
                activation=step.activation,
                learned=step.learned if step.op == "affine" else before.step.learned,
            )
            layer = layer._replace(inputs=merged.pop(before.name).inputs, step=joined)
        merged[layer.name] = layer
    return merged


def _rounded(kernel: Floats) -> tuple[Whole, Floats]:
    """Return a kernel as whole numbers, and the step of each output channel that they count.

    Where a kernel has fewer weights, an error does the same harm and a finer step costs less.
    """
    strength = np.sqrt(np.mean(np.square(kernel, dtype=float), axis=(0, 1, 2)))
    step = np.where(strength > 0, strength, 1) * np.cbrt(kernel.size) / FINENESS
    step = step.astype(np.float32)
    return np.rint(kernel / step).astype(int), step


def _characters(numbers: Whole) -> str:
    """Return a character for each whole number, 0, -1, 1, -2 and so on.

    Most take a byte in UTF-8; those from 47 on take two, and from 977 on three.
    """
    places = np.where(numbers < 0, -2 * numbers - 1, 2 * numbers)
    if places.max(initial=0) >= len(CHARACTERS):
        raise ValueError(f"expected smaller numbers, got {abs(numbers).max()}")
    return "".join(np.array(list(CHARACTERS))[places])


def _response(kernel: Floats, mean: Floats | None) -> Floats:
    """Return what a kernel makes of an image whose channels have the same value everywhere."""
    depth, maps = kernel.shape[2:]
    if mean is None:
        return np.zeros(maps, np.float32)
    by_group = mean.reshape(-1, depth)
    by_map: Floats = np.repeat(by_group, maps // len(by_group), axis=0)
    response: Floats = np.sum(kernel * by_map.T, axis=(0, 1, 2))
    return response


def _mean(merged: Mapping[str, Described], names: Sequence[str]) -> Floats | None:
    """Return the mean of each channel of a sum of layers, over all pictures of their training.

    Normalization has learned it. Where nothing is known, as of the input, it is None.
    """
    means: list[Floats] = []
    for name in names:
        step = merged[name].step if name in merged else None
        mean = None
        if step and step.learned:
            mean = _activated(*step.learned, step.activation)
        elif step and step.op in LINEAR and step.activation == "linear":
            mean = _mean(merged, merged[name].inputs)
        if mean is None:
            return None
        means.append(mean)
    total: Floats = np.sum(means, axis=0)
    return total


def _activated(mean: Floats, deviation: Floats, activation: str) -> Floats | None:
    """Return the means of normal variables after an activation."""

    def above(limit: float) -> Floats:
        """Return the means of how far they lie above a limit."""
        z = (mean - limit) / np.maximum(deviation, 1e-12)
        density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
        means: Floats = (mean - limit) * ndtr(z) + deviation * density
        return means

    if activation == "linear":
        return mean
    if activation in ("relu", "relu6"):
        return above(0) - (above(6) if activation == "relu6" else 0)
    return None


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


def _seen(photograph: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return what EfficientNet-Lite0 sees of a photograph: ``network.restore(preprocess(...))``."""
    size = tables()["efficientnet_lite0"]["size"]
    seen: npt.NDArray[np.uint8] = np.rint(square(photograph, WHITE, size)).astype(np.uint8)
    return seen


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


def main(folder: str, *files: str) -> int:
    """Write files into a folder, but for pretrained networks that cannot be had.

    Return an exit status.
    """
    try:
        for file in files:
            try:
                text = script(file)
            except pretrained.UnavailableError as error:
                print(f"{file} is left out: {error}", file=sys.stderr)
            else:
                write(Path(folder, f"{file}.js"), text.encode())
    except (ValueError, RuntimeError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
