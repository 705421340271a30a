"""Layers merged into blocks: what a network of hundreds of layers looks like from further away."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

__all__ = ["Block", "as_text", "collapse", "inside", "texts"]

# What is written into the box of a layer without a window, and which layers have no box of their
# own but belong to the one before them, unless that is a sum.
_WORDS = {"MaxPooling2D": "max 3 × 3", "Concatenate": "side by side", "Add": "+", "Multiply": "×",
          "Activation": "GELU", "GlobalAveragePooling2D": "mean", "ReLU": "ReLU"}  # fmt: skip
_MERGED = ("BatchNormalization", "LayerNormalization", "LayerScale", "ReLU", "Activation")


class Block(NamedTuple):
    """Neighbouring layers taken as one.

    Attributes
    ----------
    name : str
        What the names of its layers have in common, or the name of its one layer.
    layers : tuple of str
        Their names, in the order of the network.
    output_shape : tuple of int
        Of its last layer, for one picture: (height, width, channels), or (features,).
    parameters, macs : int
        Sums over its layers.
    receptive_field : (int, int) or None
        Of its last layer, in pixels; None where it sees the whole picture.
    """

    name: str
    layers: tuple[str, ...]
    output_shape: tuple[int, ...]
    parameters: int
    macs: int
    receptive_field: tuple[int, int] | None


def collapse(
    rows: Iterable[Mapping[str, Any]], edges: Iterable[Sequence[str]], pattern: str
) -> tuple[dict[str, Block], list[tuple[str, str]]]:
    r"""Merge the layers whose names begin alike.

    Parameters
    ----------
    rows : iterable of mappings
        The layers in the order of the network, each with ``name``, ``output_shape``,
        ``parameters``, ``macs`` and ``receptive_field``: as the study ``layer_tables`` keeps them,
        or ``row._asdict()`` for each row of :func:`convbook.models.tables.layer_table`.
    edges : iterable of (str, str)
        From layer to layer, by name.
    pattern : str
        A regular expression that is matched at the beginning of each name. What its group finds,
        the last one if it has several, is the name of the block. A layer that it does not match is
        a block of its own.

    Returns
    -------
    dict of str to Block
        In the order of their first layers.
    list of (str, str)
        From block to block, each pair once.

    Raises
    ------
    ValueError
        If the pattern has no group, or an edge names a layer that has no row.

    Examples
    --------
    >>> rows = [
    ...     {"name": name, "output_shape": [8], "parameters": 2, "macs": 1, "receptive_field": None}
    ...     for name in ("fc1", "fc1_relu", "logits")
    ... ]
    >>> blocks, edges = collapse(rows, [("fc1", "fc1_relu"), ("fc1_relu", "logits")], r"(fc\d)")
    >>> blocks["fc1"].layers, blocks["fc1"].parameters, edges
    (('fc1', 'fc1_relu'), 4, [('fc1', 'logits')])
    """
    expression = re.compile(pattern)
    if not expression.groups:
        raise ValueError(f"pattern: expected a group that names the block, got {pattern!r}")
    members: dict[str, list[Mapping[str, Any]]] = {}
    block_of: dict[str, str] = {}
    for row in rows:
        found = expression.match(row["name"])
        block = found[found.lastindex] if found and found.lastindex else row["name"]
        block_of[row["name"]] = block
        members.setdefault(block, []).append(row)
    links = []
    for parent, child in edges:
        if not {parent, child} <= block_of.keys():
            raise ValueError(f"edges: ({parent!r}, {child!r}) names a layer that has no row")
        links.append((block_of[parent], block_of[child]))
    return (
        {name: _block(name, layers) for name, layers in members.items()},
        [link for link in dict.fromkeys(links) if link[0] != link[1]],
    )


def inside(
    rows: Iterable[Mapping[str, Any]], edges: Iterable[Sequence[str]], names: tuple[str, ...]
) -> tuple[dict[str, str], list[tuple[str, str]], int]:
    """Take a block apart into boxes for :func:`convbook.plotting.show_graph`.

    A box gives a layer's window and its number of maps. Normalizations, scales and activations
    belong to the box before them.

    Parameters
    ----------
    rows, edges
        As in `collapse`, each row with ``kind`` too, of the study ``layer_tables``.
    names : tuple of str
        What the names of the block's layers begin with. All that they take from elsewhere is one
        box, ``"input"``.

    Returns
    -------
    dict of str to str
        Names of boxes, each with its text.
    list of (str, str)
        From box to box.
    int
        The block's multiply-accumulates.

    Examples
    --------
    >>> rows = [
    ...     {"name": name, "kind": kind, "output_shape": [8, 8, 4], "macs": macs}
    ...     for name, kind, macs in (("image", "InputLayer", 0), ("a_conv", "Conv2D 3x3", 9216),
    ...                              ("a_relu", "ReLU", 0), ("a_add", "Add", 0))
    ... ]
    >>> edges = [("image", "a_conv"), ("a_conv", "a_relu"), ("a_relu", "a_add"), ("image", "a_add")]
    >>> texts, arrows, macs = inside(rows, edges, ("a_",))
    >>> texts["input"], texts["a_add"], macs
    ('8 × 8 × 4', '+', 9216)
    >>> arrows
    [('input', 'a_conv'), ('a_conv', 'a_add'), ('input', 'a_add')]
    """
    layers = {row["name"]: row for row in rows}
    parents: dict[str, list[str]] = {name: [] for name in layers}
    for parent, child in edges:
        parents[child].append(parent)
    texts: dict[str, str] = {}
    box: dict[str, str] = {}
    links: list[tuple[str, str]] = []
    for name, row in layers.items():
        if not name.startswith(names):
            continue
        for parent in parents[name]:
            if not parent.startswith(names):
                box[parent] = "input"
                texts["input"] = " × ".join(map(str, layers[parent]["output_shape"]))
        kind, _, window = row["kind"].partition(" ")
        before = box[parents[name][0]]
        if kind in _MERGED and texts[before] != "+":
            box[name] = before
            continue
        box[name] = name
        maps = row["output_shape"][-1]
        if kind == "Dense":
            window = "1x1" if row["output_shape"][0] > 1 else "dense"
        texts[name] = _WORDS.get(kind) or f"{window.replace('x', ' × ')}\n{maps}"
        if kind == "DepthwiseConv2D":
            texts[name] = f"depthwise\n{texts[name]}"
        links += [(box[parent], name) for parent in parents[name]]
    macs = sum(row["macs"] for name, row in layers.items() if name.startswith(names))
    return texts, list(dict.fromkeys(links)), macs


def texts(blocks: Mapping[str, Block], titles: Mapping[str, str]) -> dict[str, str]:
    """Return what is written into the box of each block: what it is called, and what leaves it.

    It is a dictionary by the names of the blocks, for :func:`convbook.plotting.show_blocks`.

    Parameters
    ----------
    blocks : mapping of str to Block
        Those that `collapse` returned.
    titles : mapping of str to str
        What a block is called where its own name does not say enough.

    Examples
    --------
    >>> blocks = {name: Block(name, (), (14, 14, 512), 0, 0, (9, 9)) for name in ("image", "5")}
    >>> texts(blocks, {"5": "block 5"})
    {'image': 'image: 14x14x512', '5': 'block 5: 14x14x512'}
    """
    return {
        name: f"{titles.get(name, name)}: {'x'.join(map(str, block.output_shape))}"
        for name, block in blocks.items()
    }


def as_text(blocks: Iterable[Block]) -> str:
    """Return a table of blocks as aligned text, with a line of titles, and counts in millions.

    Examples
    --------
    >>> print(as_text([Block("block5", (), (14, 14, 512), 7_079_424, 1_387_266_048, (212, 212))]))
    block   output     parameters, M  MACs, M  sees
    block5  14x14x512           7.08  1,387.3   212
    """
    cells = [("block", "output", "parameters, M", "MACs, M", "sees")]
    cells += [
        (
            block.name,
            "x".join(map(str, block.output_shape)),
            f"{block.parameters / 1e6:.2f}",
            f"{block.macs / 1e6:,.1f}",
            str(block.receptive_field[0]) if block.receptive_field else "all",
        )
        for block in blocks
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(
            f"{cell:{sign}{width}}" for cell, sign, width in zip(line, "<<>>>", widths, strict=True)
        )
        for line in cells
    )


def _block(name: str, layers: list[Mapping[str, Any]]) -> Block:
    field = layers[-1]["receptive_field"]
    return Block(
        name,
        tuple(layer["name"] for layer in layers),
        tuple(layers[-1]["output_shape"]),
        sum(layer["parameters"] for layer in layers),
        sum(layer["macs"] for layer in layers),
        (field[0], field[1]) if field else None,
    )
