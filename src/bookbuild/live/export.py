"""Networks, pictures and kernels as scripts for live figures: ``python -m bookbuild.live.export``.

A network becomes a list of layers and their weights, which ``src/live/network.js`` runs. The same
network gives the same bytes. What that script does not know is refused: an activation that was
passed over would give wrong maps without a warning. A pretrained network has millions of weights,
and they are rounded.
"""

import base64
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from keras import layers

from bookbuild.live.rounding import characters, rounded
from bookbuild.live.steps import Described, Floats, inputs_of, step_of
from convbook import data, kernels, pretrained, training
from convbook._files import write
from convbook.pretrained._images import WHITE, square
from convbook.pretrained._weights import tables
from convbook.training import loop, recipes

NETWORKS, PICTURES = "networks", "pictures"  # folders of files
CLASSICAL, CLASSES = "kernels/classical", "classes/imagenet"  # files
UNTRAINED = "_untrained"  # after the name of a recipe: the network before its first step

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

    See `bookbuild.live.rounding`.

    Raises
    ------
    ValueError
        As `network`.
    """
    source, described = _described(name, model)
    return _script(name, source, rounded(described))


def _described(name: str, model: keras.Model) -> tuple[keras.Layer, list[Described]]:
    """Return a network's input and its other layers."""
    source, *others = model.layers
    if not isinstance(source, layers.InputLayer) or len(model.inputs) != 1:
        raise ValueError(f"{name}: expected a single input, got {len(model.inputs)}")
    described = []
    for layer in others:
        try:
            step, inputs = step_of(layer), inputs_of(layer)
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
    kernels = f', kernels: "{characters(np.concatenate(numbers))}"' if numbers else ""
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
