"""Layers merged into blocks: what a network of hundreds of layers looks like from further away."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

__all__ = ["Block", "as_text", "collapse", "texts"]


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
