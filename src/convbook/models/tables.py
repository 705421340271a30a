"""What a network is made of, read off the Keras model itself: a table of its layers, its graph."""

import itertools
import math
from collections.abc import Iterable
from typing import Any, NamedTuple, TypeAlias

import keras
from keras import layers

from convbook import arithmetic
from convbook.models.imagenet._parts import LayerScale, LocalResponseNormalization
from convbook.models.small.lenet5 import PartialConv2D, Subsampling

__all__ = ["Graph", "Row", "as_text", "graph", "layer_table"]

Shape: TypeAlias = tuple[int, ...]
Chain: TypeAlias = tuple[arithmetic.Layer, ...]
"""The windows that a layer looks through along one axis, the one at the input first."""

# Their window is one pixel, and they multiply no input with a weight that cannot be folded into the
# layer before or after.
POINTWISE = (
    layers.InputLayer, layers.Activation, layers.ReLU, layers.Softmax, layers.BatchNormalization,
    layers.LayerNormalization, layers.Dropout, layers.SpatialDropout2D, layers.Rescaling,
    layers.Normalization, layers.ZeroPadding2D, layers.Cropping2D, layers.Reshape,
    layers.Concatenate, layers.Add, layers.Multiply, layers.Average, layers.Maximum, LayerScale,
    LocalResponseNormalization,
)  # fmt: skip
WINDOWED = (
    layers.Conv2D, layers.DepthwiseConv2D, layers.MaxPooling2D, layers.AveragePooling2D,
    PartialConv2D, Subsampling,
)  # fmt: skip
GLOBAL = (layers.Flatten, layers.GlobalAveragePooling2D, layers.GlobalMaxPooling2D)


class Row(NamedTuple):
    """One layer of a network.

    Attributes
    ----------
    name : str
        The layer's own.
    kind : str
        The Keras class, with its window and, if that is not 1, its stride: ``Conv2D 3x3 / 2``.
    output_shape : tuple of int
        For one picture: (height, width, channels), or (features,).
    parameters : int
        Weights of all kinds, those that are not trained included.
    macs : int
        Multiply-accumulates for one picture: products of inputs with the weights of convolutions,
        dense layers and trainable subsampling. Activations, pooling and batch normalization count
        nothing; the latter is folded into the convolution before it when a network is put to use.
    receptive_field : (int, int) or None
        Height and width of what one output sees of the picture, in pixels, along the path that
        sees most; None where every output sees all of it. With padding it can be larger than the
        picture.
    """

    name: str
    kind: str
    output_shape: tuple[int, ...]
    parameters: int
    macs: int
    receptive_field: tuple[int, int] | None


class Graph(NamedTuple):
    """What :func:`convbook.plotting.show_graph` draws.

    Attributes
    ----------
    nodes : dict of str to str
        The layers, by name, each with the text of its box.
    edges : list of (str, str)
        From layer to layer, by name.
    """

    nodes: dict[str, str]
    edges: list[tuple[str, str]]


def layer_table(model: keras.Model) -> list[Row]:
    """Return one row a layer, in the order of the model's layers.

    Parameters
    ----------
    model : keras.Model
        Functional or sequential, with one input picture of shape (H, W, C).

    Returns
    -------
    list of Row
        The inputs' row included. Its numbers of parameters add up to ``model.count_params()``.

    Raises
    ------
    TypeError
        If `model` is no such Keras model, or has a layer or an operator between layers whose cost
        or receptive field is not known here, such as a Reshape that moves pixels to other rows.
    ValueError
        If a layer is used more than once or has its channels first, or a shape is not fixed.

    Notes
    -----
    It reads no weights. A large network that is wanted for its table alone can be built under
    ``keras.StatelessScope(initialize_variables=False)``, and takes no memory then, if
    ``keras.utils.clear_session()`` follows: Keras would give every variable its memory later, as
    soon as a network with a layer of one's own is built.

    Examples
    --------
    >>> from convbook import models
    >>> for row in layer_table(models.build("mnist_convnet"))[1:3]:
    ...     print(row)
    Row(name='conv1', kind='Conv2D 5x5', output_shape=(28, 28, 32), parameters=832, macs=627200, receptive_field=(5, 5))
    Row(name='pool1', kind='MaxPooling2D 2x2 / 2', output_shape=(14, 14, 32), parameters=0, macs=0, receptive_field=(6, 6))
    """  # noqa: E501
    chains: dict[str, tuple[Chain, Chain] | None] = {}
    rows = []
    for layer, sources, sizes, out in _steps(model):
        if not isinstance(layer, (*POINTWISE, *WINDOWED, *GLOBAL, layers.Dense)):
            raise TypeError(f"model: no rule for layer {layer.name!r} of type {_class(layer)}")
        if getattr(layer, "data_format", None) == "channels_first":
            raise ValueError(
                f"model: expected channels last, but layer {layer.name!r} has them first"
            )
        chain = chains[layer.name] = _chain(layer, [chains[name] for name in sources], sizes, out)
        seen = chain and (
            arithmetic.receptive_field(chain[0]),
            arithmetic.receptive_field(chain[1]),
        )
        macs = _macs(layer, sizes[-1], out) if sizes else 0
        rows.append(Row(layer.name, _kind(layer), out, layer.count_params(), macs, seen or None))
    return rows


def as_text(rows: Iterable[Row]) -> str:
    """Return the rows of :func:`layer_table` as aligned text, with a line of totals.

    Lines have at most 90 characters for the small networks, and at most 100 for the large
    ones.

    Examples
    --------
    >>> from convbook import models
    >>> print(as_text(layer_table(models.build("strided_convnet", head="pool"))))
    layer        kind                    output    parameters     MACs  sees
    image        InputLayer              28x28x1            0        0  1x1
    conv1        Conv2D 3x3              26x26x16         160   97,344  3x3
    conv2        Conv2D 3x3 / 2          12x12x32       4,640  663,552  5x5
    conv3        Conv2D 3x3 / 2          5x5x32         9,248  230,400  9x9
    global_pool  GlobalAveragePooling2D  32                 0        0  all
    logits       Dense                   10               330      320  all
    total                                              14,378  991,616
    """
    rows = list(rows)
    cells = [("layer", "kind", "output", "parameters", "MACs", "sees")]
    cells += [
        (
            row.name,
            row.kind,
            _times(row.output_shape),
            f"{row.parameters:,}",
            f"{row.macs:,}",
            _times(row.receptive_field) if row.receptive_field else "all",
        )
        for row in rows
    ]
    totals = (sum(row.parameters for row in rows), sum(row.macs for row in rows))
    cells.append(("total", "", "", f"{totals[0]:,}", f"{totals[1]:,}", ""))
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    signs = "<<<>><"  # Words to the left, numbers to the right.
    return "\n".join(
        "  ".join(
            f"{cell:{sign}{width}}" for cell, sign, width in zip(line, signs, widths, strict=True)
        ).rstrip()
        for line in cells
    )


def graph(model: keras.Model) -> Graph:
    """Return the layers of a network and what flows from which to which, as a `Graph`.

    Each box names the layer, its kind and the shape of its output.

    The model is functional or sequential, with branches, as in Inception, or without. Errors are
    those of :func:`layer_table`.

    Examples
    --------
    >>> from convbook import models
    >>> nodes, edges = graph(models.build("mlp", parameters=100_000))
    >>> edges
    [('image', 'flatten'), ('flatten', 'fc1'), ('fc1', 'fc2'), ('fc2', 'logits')]
    >>> print(nodes["fc1"])
    fc1: Dense
    110
    """
    nodes, edges = {}, []
    for layer, sources, _, out in _steps(model):
        nodes[layer.name] = f"{layer.name}: {_kind(layer)}\n{_times(out)}"
        edges += [(source, layer.name) for source in sources]
    return Graph(nodes, edges)


def _steps(model: object) -> list[tuple[Any, list[str], Shape, Shape]]:
    """Return each layer and operator between layers, its sources, its input's and output's shape.

    The shapes are those of its call in this model; another one may have called it before.
    """
    inputs, outputs = getattr(model, "inputs", None), getattr(model, "outputs", None)
    if not isinstance(model, keras.Model) or not inputs or not outputs:
        raise TypeError(
            "model: expected a functional or sequential keras.Model of known input shape, got "
            f"{_class(model)}"
            + " without one: build it, or begin it with keras.Input"
            * isinstance(model, keras.Model)
        )
    # A sequential model does not tell its input and edges.
    functional = keras.Model(inputs, outputs)
    calls: dict[Any, Any] = {}
    for node in itertools.chain(*functional._nodes_by_depth.values()):
        if calls.setdefault(node.operation, node) is not node:
            raise ValueError(f"model: layer {node.operation.name!r} is used more than once")
    steps = []
    for operation in functional.operations:
        incoming = calls[operation].input_tensors
        sources = dict.fromkeys(x._keras_history[0].name for x in incoming)
        sizes = tuple(incoming[0].shape[1:]) if incoming else ()
        out = tuple(calls[operation].output_tensors[0].shape[1:])
        if None in out:
            name = operation.name
            raise ValueError(f"model: the output of layer {name!r} has no fixed shape: {out}")
        steps.append((operation, list(sources), sizes, out))
    return steps


def _chain(
    layer: keras.Layer, incoming: list[tuple[Chain, Chain] | None], sizes: Shape, out: Shape
) -> tuple[Chain, Chain] | None:
    """Return the windows down to this layer along height and width; None if it sees everything."""
    known = [chain for chain in incoming if chain is not None]
    if len(known) < len(incoming) or isinstance(layer, GLOBAL) or len(out) == 1:
        return None
    if isinstance(layer, layers.Reshape) and out[:2] != sizes[:2]:
        raise TypeError(f"model: no rule for layer {layer.name!r}, a Reshape of {sizes} to {out}")
    height, width = (
        max((chain[axis] for chain in known), key=arithmetic.receptive_field, default=())
        for axis in (0, 1)
    )
    if not isinstance(layer, WINDOWED):
        return height, width
    dilations = getattr(layer, "dilation_rate", (1, 1))  # Pooling has none.
    vertical, horizontal = (
        arithmetic.Layer(*numbers)
        for numbers in zip(_window(layer), layer.strides, dilations, strict=True)
    )
    return (*height, vertical), (*width, horizontal)


def _macs(layer: keras.Layer, channels: int, out: Shape) -> int:
    """Return the products of inputs of so many channels with weights, for one picture."""
    match layer:
        case layers.Dense():
            # Without flattening before it, a dense layer serves every pixel.
            return math.prod(out[:-1]) * arithmetic.dense_macs(channels, layer.units)
        case layers.Conv2D():
            return arithmetic.conv_macs(out[:2], _window(layer), channels, out[2], layer.groups)
        case layers.DepthwiseConv2D():
            return arithmetic.conv_macs(out[:2], _window(layer), channels, out[2], channels)
        case PartialConv2D():
            connections = sum(map(len, layer.connections))
            return arithmetic.conv_macs(out[:2], _window(layer), 1, connections)
        case Subsampling():
            return math.prod(out)
    return 0


def _window(layer: keras.Layer) -> tuple[int, int]:
    height, width = getattr(layer, "kernel_size", None) or layer.pool_size
    return height, width


def _kind(layer: keras.Layer) -> str:
    if not isinstance(layer, WINDOWED):
        return _class(layer)
    strides = tuple(layer.strides)
    stride = _times(sorted(set(strides))) if strides[0] == strides[1] else _times(strides)
    return f"{_class(layer)} {_times(_window(layer))}" + (
        f" / {stride}" if strides != (1, 1) else ""
    )


def _class(value: Any) -> str:
    return type(value).__name__


def _times(sizes: Iterable[int]) -> str:
    return "x".join(map(str, sizes))
