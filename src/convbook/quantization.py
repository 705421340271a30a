"""Small files for phones: a Keras model as a LiteRT file, in floats or int8, and what runs it.

`convert` turns a model into the bytes of a .tflite file, `load` into a function of pictures that
LiteRT's own interpreter computes, and `export` does the first for a network of the book by its
name. The same network gives the same bytes. The arithmetic that the interpreter does in int8 stands
in `convbook.reference`.

An argument of another type than its description says raises a TypeError, and a value that the
description does not allow a ValueError. Converter and interpreter come with TensorFlow; without
its interpreter that of ai-edge-litert is taken.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from convbook import data, pretrained, reference, training
from convbook._arrays import as_real, check_finite, to_float32
from convbook._checks import boolean, one_of, positive
from convbook._silence import silence
from convbook.training import recipes

__all__ = [
    "KINDS",
    "LiteModel",
    "NotInstalledError",
    "Operation",
    "Tensor",
    "calibration_pictures",
    "convert",
    "export",
    "load",
]

KINDS = ("float32", "float16", "int8 weights", "int8")
"""What a file holds: floats of 32 or 16 bits; int8 weights, computed with in floats; int8 alone."""

KERNELS = ("fast", "built-in")
PHOTOGRAPHIC = "efficientnet_lite0"
AT_ONCE = 16  # pictures
CROPS = 25  # of each photograph

Floats = npt.NDArray[np.float32]


class NotInstalledError(RuntimeError):
    """No converter or no interpreter is installed."""


class Tensor(NamedTuple):
    """A tensor of a file: whole numbers stand for ``scale * (values - zero_point)``.

    Attributes
    ----------
    name : str
        As the file has it.
    values : ndarray
        Kernels as OHWI, and for a depthwise convolution (1, H, W, C); other arrays as in Keras.
    scale : ndarray
        One number, one for each output channel, or none if the values are floats.
    zero_point : int
        0 for floats.
    """

    name: str
    values: npt.NDArray[Any]
    scale: Floats
    zero_point: int


class Operation(NamedTuple):
    """What the interpreter has computed: its name, such as CONV_2D, inputs and first output."""

    name: str
    inputs: tuple[Tensor, ...]
    output: Tensor


def convert(
    model: keras.Model,
    kind: str = "int8",
    calibration: npt.ArrayLike | None = None,
    *,
    per_channel: bool = True,
) -> bytes:
    """Return a model as the bytes of a .tflite file.

    Parameters
    ----------
    model : keras.Model
        One input and one output, all weights finite.
    kind : str, default "int8"
        One of `KINDS`. Input and output are floats unless it is ``"int8"``.
    calibration : array_like of shape (n, H, W, C), optional
        Pictures as the model takes them, at least one. The range of a tensor in int8 is that of
        its values for these pictures. ``"int8"`` needs them, and nothing else takes them.
    per_channel : bool, default True
        Whether each output channel of a kernel has a scale of its own, where it is int8.

    Raises
    ------
    NotInstalledError
        If this release of TensorFlow has no converter.
    """
    _check_model(model)
    one_of("kind", kind, KINDS)
    boolean("per_channel", per_channel)
    shape = model.inputs[0].shape[1:]
    pictures = None
    if kind == "int8":
        if calibration is None:
            raise ValueError("calibration: int8 needs pictures that show how large values become")
        pictures = _pictures("calibration", calibration, shape)
    elif calibration is not None:
        raise ValueError(f"calibration: expected none for {kind}, which needs no ranges")
    if not hasattr(getattr(tf, "lite", None), "TFLiteConverter"):
        raise NotInstalledError(
            f"TensorFlow {tf.__version__} has no converter, tf.lite.TFLiteConverter; 2.21 has it"
        )
    traced = tf.function(lambda image: model(image, training=False), autograph=False)
    with silence():
        concrete = traced.get_concrete_function(tf.TensorSpec((None, *shape), tf.float32, "image"))
        converter = tf.lite.TFLiteConverter.from_concrete_functions([concrete])
        if kind != "float32":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if kind == "float16":
            converter.target_spec.supported_types = [tf.float16]
        if pictures is not None:

            def one_by_one() -> Iterator[list[Floats]]:
                for picture in pictures:
                    yield [picture[np.newaxis]]

            converter.representative_dataset = one_by_one
            converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
            converter.inference_input_type = converter.inference_output_type = tf.int8
        # No public option has it.
        converter._experimental_disable_per_channel = not per_channel
        content: bytes = converter.convert()
    return content


class LiteModel:
    """A .tflite file in LiteRT's interpreter; see `load`.

    Attributes
    ----------
    shape : tuple of int
        Of one picture.
    integers : bool
        Whether input and output are int8.
    """

    def __init__(self, content: bytes, kernels: str) -> None:
        self._interpreter = _interpreter(content, kernels)
        (self._input,), (self._output,) = (
            self._interpreter.get_input_details(), self._interpreter.get_output_details()
        )  # fmt: skip
        self.shape: tuple[int, ...] = tuple(map(int, self._input["shape"][1:]))
        self.integers: bool = self._input["dtype"] == np.int8

    def predict(self, x: npt.ArrayLike) -> Floats:
        """Return the logits of pictures (n, H, W, C), finite, as the Keras model takes them."""
        pictures = _pictures("x", x, self.shape)
        batches = [self._run(pictures[i : i + AT_ONCE]) for i in range(0, len(pictures), AT_ONCE)]
        return np.concatenate(batches)

    def operations(self, picture: npt.ArrayLike) -> list[Operation]:
        """Return all that is computed for one picture (H, W, C), in order, in built-in kernels."""
        self._run(_pictures("picture", np.asarray(picture)[np.newaxis], self.shape))
        found = {tensor["index"]: tensor for tensor in self._interpreter.get_tensor_details()}

        def tensor(index: int) -> Tensor:
            numbers = found[index]["quantization_parameters"]
            zero_point = int(numbers["zero_points"][0]) if len(numbers["zero_points"]) else 0
            values = self._interpreter.get_tensor(index)
            return Tensor(found[index]["name"], values, numbers["scales"], zero_point)

        return [
            Operation(
                each["op_name"],
                tuple(tensor(int(i)) for i in each["inputs"] if i >= 0),
                tensor(int(each["outputs"][0])),
            )
            for each in self._interpreter._get_ops_details()
            if each["op_name"] != "DELEGATE"
        ]

    def call(self, pictures: int = 1) -> None:
        """Compute once more what was computed last, for so many pictures: what a clock reads."""
        if positive("pictures", pictures) != self._interpreter.get_input_details()[0]["shape"][0]:
            self._resize(pictures)
        self._interpreter.invoke()

    def _resize(self, pictures: int) -> None:
        self._interpreter.resize_tensor_input(self._input["index"], (pictures, *self.shape))
        self._interpreter.allocate_tensors()

    def _run(self, x: Floats) -> Floats:
        if len(x) != self._interpreter.get_input_details()[0]["shape"][0]:
            self._resize(len(x))
        values = reference.quantize(x, *self._input["quantization"]) if self.integers else x
        self._interpreter.set_tensor(self._input["index"], values)
        self._interpreter.invoke()
        y: Floats = self._interpreter.get_tensor(self._output["index"])
        return reference.dequantize(y, *self._output["quantization"]) if self.integers else y


def load(content: bytes, kernels: str = "fast") -> LiteModel:
    """Return a .tflite file, ready to compute.

    Parameters
    ----------
    content : bytes
        Of a file with one input, pictures, and one output, as `convert` returns them.
    kernels : {"fast", "built-in"}, default "fast"
        What computes: XNNPACK where it can, as on a phone; or LiteRT's own kernels, whose int8
        arithmetic is that of `convbook.reference.conv2d_int8` to the bit, and whose inner tensors
        are kept.

    Raises
    ------
    NotInstalledError
        If no interpreter is installed.
    """
    if not isinstance(content, bytes):
        raise TypeError(f"content: expected the bytes of a file, got {type(content).__name__}")
    if content[4:8] != b"TFL3":
        raise ValueError(f"content: expected a .tflite file, got {len(content)} other bytes")
    return LiteModel(content, one_of("kernels", kernels, KERNELS))


def export(name: str, kind: str = "int8") -> bytes:
    """Return a network of the book as a .tflite file, its weights loaded from the cache.

    Parameters
    ----------
    name : str
        A recipe of the book, from pictures of shape (28, 28, 1), floats from 0 to 1, to ten logits;
        or ``"efficientnet_lite0"``, from photographs as `convbook.pretrained.Network.preprocess`
        returns them to a thousand.
    kind : str, default "int8"
        One of `KINDS`; `calibration_pictures` are what int8 is calibrated with.
    """
    one_of("kind", kind, KINDS)
    model = _network(name)
    pictures = calibration_pictures(name) if kind == "int8" else None
    return convert(model, kind, pictures)


def calibration_pictures(name: str) -> Floats:
    """Return the pictures that `export` calibrates a network with.

    For a recipe they are the first hundred training pictures of its data set, and for
    ``"efficientnet_lite0"`` squares cut at random out of the book's photographs, without Chelsea's.
    """
    if name != PHOTOGRAPHIC:
        one_of("name", name, (*recipes.BOOK, PHOTOGRAPHIC))
        load_pictures = {"mnist": data.mnist, "fashion_mnist": data.fashion_mnist}
        (small, _), _ = load_pictures[recipes.BOOK[name].dataset]()
        return data.to_float(small[: 4 * CROPS])[..., np.newaxis].astype(np.float32)
    photographs = (data.coffee(), data.rocket(), data.astronaut(), data.camera())
    squares = []
    for number, photograph in enumerate(photographs):
        rng = np.random.default_rng(number)
        height, width = photograph.shape[:2]
        for _ in range(CROPS):
            side = rng.integers(min(height, width) // 2, min(height, width) + 1)
            top, left = rng.integers(height - side + 1), rng.integers(width - side + 1)
            squares.append(photograph[top : top + side, left : left + side])
    return pretrained.load(name).preprocess(squares)


def _network(name: str) -> keras.Model:
    one_of("name", name, (*recipes.BOOK, PHOTOGRAPHIC))
    if name == PHOTOGRAPHIC:
        return pretrained.load(name).model
    return training.load(name).model


def _check_model(model: keras.Model) -> None:
    if not isinstance(model, keras.Model):
        raise TypeError(f"model: expected a Keras model, got {type(model).__name__}")
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise ValueError(
            f"model: expected one input and one output, got {len(model.inputs)} and "
            f"{len(model.outputs)}"
        )
    for weight in model.weights:
        if not np.isfinite(weight.numpy()).all():
            raise ValueError(
                f"model: expected finite weights, got NaN or infinity in {weight.path}"
            )


def _pictures(name: str, x: npt.ArrayLike, shape: tuple[int, ...]) -> Floats:
    values = as_real(name, x)
    if values.shape[1:] != tuple(shape) or not values.ndim:
        expected = ", ".join(map(str, shape))
        raise ValueError(f"{name}: expected shape (n, {expected}), got {values.shape}")
    if not len(values):
        raise ValueError(f"{name}: expected at least one picture, got none")
    check_finite(name, values)
    return to_float32(name, values)


def _interpreter(content: bytes, kernels: str) -> Any:
    """Return LiteRT's interpreter: TensorFlow's, or that of its own package."""
    own: Any = getattr(tf, "lite", None)
    with silence():
        if hasattr(own, "Interpreter"):
            make, resolvers = own.Interpreter, own.experimental.OpResolverType
        else:
            try:
                module = importlib.import_module("ai_edge_litert.interpreter")
            except ImportError:
                raise NotInstalledError(
                    f"no interpreter is installed: TensorFlow {tf.__version__} has no "
                    "tf.lite.Interpreter; pip install ai-edge-litert"
                ) from None
            make, resolvers = module.Interpreter, module.OpResolverType
        fast = kernels == "fast"
        try:
            interpreter = make(
                model_content=content,
                experimental_op_resolver_type=resolvers.AUTO if fast else resolvers.BUILTIN_REF,
                experimental_preserve_all_tensors=not fast,
            )
            interpreter.allocate_tensors()
        except (RuntimeError, ValueError) as error:
            first = str(error).partition("\n")[0]
            raise ValueError(f"content: LiteRT cannot read the file: {first}") from None
    return interpreter
