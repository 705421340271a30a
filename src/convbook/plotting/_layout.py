"""Places for the boxes of a network's graph: rows from input to output, and few crossing arrows."""

from collections.abc import Iterable, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from statistics import fmean
from typing import NamedTuple, TypeAlias

# A place in a row is taken by (name, name, row), a box, or by (parent, child, row), where an arrow
# passes on its way from one to the other.
Key: TypeAlias = tuple[str, str, int]

SWEEPS = 8


class Layout(NamedTuple):
    """Where to draw a graph; columns grow to the right and rows downwards, one unit a box.

    Attributes
    ----------
    places : dict of str to (float, float)
        (column, row) of each box.
    routes : dict of (str, str) to list of (float, float)
        The points that each arrow passes, from the box that it leaves to the one that it enters.
        An arrow over several rows passes each of them where no box is.
    """

    places: dict[str, tuple[float, float]]
    routes: dict[tuple[str, str], list[tuple[float, float]]]


def layered(nodes: Iterable[str], edges: Iterable[tuple[str, str]]) -> Layout:
    """Give each node the row of its longest path from an input, and a column near its neighbours.

    The four steps of Sugiyama, Tagawa and Toda, "Methods for Visual Understanding of Hierarchical
    System Structures", 1981, in a short form: rows; an invisible node in each row that an edge
    passes; the order in each row by the mean of the neighbours' places; columns.
    """
    names, links = list(dict.fromkeys(nodes)), list(dict.fromkeys(edges))
    parents = _parents(names, links)
    rows = _rows(parents)
    boxes = {name: (name, name, rows[name]) for name in names}
    chains = {
        (parent, child): [
            boxes[parent],
            *((parent, child, row) for row in range(rows[parent] + 1, rows[child])),
            boxes[child],
        ]
        for parent, child in links
    }
    columns = _columns(_grid(parents, boxes, chains), chains.values())
    at = {key: (column, float(key[2])) for key, column in columns.items()}
    return Layout(
        {name: at[key] for name, key in boxes.items()},
        {edge: [at[key] for key in chain] for edge, chain in chains.items()},
    )


def _parents(names: list[str], links: list[tuple[str, str]]) -> dict[str, list[str]]:
    if not names:
        raise ValueError("nodes: expected at least one, got none")
    parents: dict[str, list[str]] = {name: [] for name in names}
    for parent, child in links:
        for name in (parent, child):
            if name not in parents:
                raise ValueError(f"edges: expected names of nodes, got {name!r}")
        parents[child].append(parent)
    return parents


def _rows(parents: dict[str, list[str]]) -> dict[str, int]:
    try:
        order = list(TopologicalSorter(parents).static_order())
    except CycleError as error:
        raise ValueError(f"edges: expected no cycle, got {' -> '.join(error.args[1])}") from None
    rows: dict[str, int] = {}
    for name in order:
        rows[name] = max((rows[parent] + 1 for parent in parents[name]), default=0)
    return rows


def _grid(
    parents: dict[str, list[str]], boxes: dict[str, Key], chains: dict[tuple[str, str], list[Key]]
) -> list[list[Key]]:
    """Return what is in each row, branch after branch, in the order in which they are joined."""
    grid: list[list[Key]] = [[] for _ in range(max(row for _, _, row in boxes.values()) + 1)]
    inner = {parent for parent, _ in chains}
    # From the outputs upwards: each entry is a way to a box, and the last one is followed first.
    todo = [[box] for name, box in reversed(boxes.items()) if name not in inner]
    seen: set[Key] = set()
    while todo:
        for key in todo.pop():
            if key in seen:
                continue
            seen.add(key)
            grid[key[2]].append(key)
            name = key[0]
            if key == boxes[name]:
                todo += [chains[parent, name][:-1] for parent in reversed(parents[name])]
    return grid


def _columns(grid: list[list[Key]], chains: Iterable[list[Key]]) -> dict[Key, float]:
    above: dict[Key, list[Key]] = {}
    below: dict[Key, list[Key]] = {}
    for parent, child in (pair for chain in chains for pair in pairwise(chain)):
        above.setdefault(child, []).append(parent)
        below.setdefault(parent, []).append(child)
    columns = {key: i - (len(row) - 1) / 2 for row in grid for i, key in enumerate(row)}
    for sweep in range(SWEEPS):
        neighbours = below if sweep % 2 else above
        for row in reversed(grid) if sweep % 2 else grid:
            wish = {
                key: fmean([columns[other] for other in neighbours.get(key, [key])]) for key in row
            }
            row.sort(key=wish.__getitem__)  # A stable sort: equals keep the order they have.
            columns.update(zip(row, _spread([wish[key] for key in row]), strict=True))
    middle = (min(columns.values()) + max(columns.values())) / 2
    return {key: column - middle for key, column in columns.items()}


def _spread(wishes: Sequence[float]) -> list[float]:
    """Return places at least 1 apart, in the same order, as near to the wishes as least squares."""
    # With i subtracted, "at least 1 apart" becomes "does not fall". Merging neighbours that fall
    # into their mean is the least-squares answer (isotonic regression).
    blocks: list[list[float]] = []
    for i, wish in enumerate(wishes):
        blocks.append([wish - i])
        while len(blocks) > 1 and fmean(blocks[-2]) > fmean(blocks[-1]):
            last = blocks.pop()
            blocks[-1] += last
    return [place + i for i, place in enumerate(fmean(b) for b in blocks for _ in b)]
