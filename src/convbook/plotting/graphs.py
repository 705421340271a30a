"""Networks as boxes and arrows, alone and beside what their parts cost."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch
from matplotlib.text import Text

from convbook.plotting import _layout
from convbook.plotting.style import BLUE, ORANGE, PALE_BLUE


class _Block(Protocol):
    """What a row of `show_blocks` needs to know; :class:`convbook.models.blocks.Block` does."""

    @property
    def parameters(self) -> int: ...
    @property
    def macs(self) -> int: ...
    @property
    def receptive_field(self) -> tuple[int, int] | None: ...


def show_graph(
    ax: Axes,
    nodes: Mapping[str, str],
    edges: Iterable[tuple[str, str]],
    *,
    size: float = 9.0,
) -> dict[str, Text]:
    """Draw a network as boxes and arrows, its input at the top.

    Parameters
    ----------
    ax : Axes
        Where to draw. Boxes have the size of their text, so that the axes must leave them room:
        about 0.5 inches of height a row.
    nodes : mapping of str to str
        Names, each with the text of its box. :func:`convbook.models.tables.graph` returns both.
    edges : iterable of (str, str)
        Names: from which box to which. Without a cycle.
    size : float
        Of the texts, in points.

    Returns
    -------
    dict of str to Text
        The boxes by name, to colour one with ``set_backgroundcolor``.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().add_subplot()
    >>> boxes = show_graph(ax, {"x": "input", "a": "3x3", "b": "5x5"}, [("x", "a"), ("x", "b")])
    >>> [boxes[name].get_position() for name in "xab"]
    [(0.0, 0.0), (-0.5, 1.0), (0.5, 1.0)]
    """
    places, routes = _layout.layered(nodes, edges)
    frame = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": "0.4"}
    boxes = {
        name: ax.text(*places[name], text, size=size, ha="center", va="center", bbox=frame)
        for name, text in nodes.items()
    }
    for (parent, child), points in routes.items():
        ends = [boxes[parent].get_bbox_patch(), *[None] * (len(points) - 2),
                boxes[child].get_bbox_patch()]  # fmt: skip
        for i in range(len(points) - 1):
            # Above the boxes: a box gets its size when it is drawn, and the arrow ends at its edge.
            ax.add_patch(
                FancyArrowPatch(
                    points[i], points[i + 1], patchA=ends[i], patchB=ends[i + 1],
                    arrowstyle="-|>" if i == len(points) - 2 else "-", mutation_scale=size,
                    shrinkA=0, shrinkB=0, color="0.4", zorder=4,
                )
            )  # fmt: skip
    columns, rows = zip(*places.values(), *(p for r in routes.values() for p in r), strict=True)
    ax.set_xlim(min(columns) - 0.6, max(columns) + 0.6)
    ax.set_ylim(max(rows) + 0.5, min(rows) - 0.5)
    ax.set_axis_off()
    return boxes


def show_blocks(
    fig: Figure,
    nodes: Mapping[str, str],
    edges: Iterable[tuple[str, str]],
    blocks: Iterable[_Block],
    *,
    size: float = 9.0,
    macs: str = ",.0f",
    graph_width: float = 1.75,
) -> dict[str, Text]:
    """Draw a chain of blocks and, beside each, what it sees and what it costs.

    Parameters
    ----------
    fig : Figure
        An empty one, which is divided into four columns.
    nodes, edges
        Names with the texts of their boxes, and arrows; as in `show_graph`. A row may have several
        boxes. They are tinted where their block has parameters.
    blocks : iterable of Block
        One a row, from the input on: :func:`convbook.models.blocks.collapse` returns them.
    size : float
        Of the texts in the boxes, in points.
    macs : str
        How a number of millions of multiply-accumulates is formatted.
    graph_width : float
        Of the column with the boxes, a column of bars being 1 wide.

    Returns
    -------
    dict of str to Text
        The boxes by name, as from `show_graph`.

    Raises
    ------
    ValueError
        If the boxes form another number of rows than there are blocks.
    """
    ratios = (graph_width, 0.35, 1, 1)
    graph, sees, *columns = fig.subplots(1, 4, sharey=True, width_ratios=ratios)
    boxes, rows = show_graph(graph, nodes, edges, size=size), list(blocks)
    of_box = {name: round(box.get_position()[1]) for name, box in boxes.items()}
    if set(of_box.values()) != set(range(len(rows))):
        drawn = max(of_box.values()) + 1
        raise ValueError(f"blocks: expected one for each of {drawn} rows, got {len(rows)}")
    for name, row in of_box.items():
        if rows[row].parameters:
            boxes[name].set_backgroundcolor(PALE_BLUE)
    sees.set(title="sees", xlim=(0, 1))
    for place, block in enumerate(rows):
        field = f"{block.receptive_field[0]} px" if block.receptive_field else "all"
        sees.text(1, place, field, ha="right", va="center", size=9)
    _show_bars(columns[0], [block.parameters for block in rows], "parameters, M", ".2f", BLUE)
    _show_bars(columns[1], [block.macs for block in rows], "MACs, M", macs, ORANGE)
    for ax in (sees, *columns):
        ax.set_axis_off()
    return boxes


def _show_bars(ax: Axes, counts: list[int], title: str, spec: str, colour: str) -> None:
    """Draw a bar a row, with millions written at its end."""
    values = [count / 1e6 for count in counts]
    bars = ax.barh(range(len(values)), values, 0.6, color=colour)
    texts = [format(value, spec) if value else "" for value in values]
    ax.bar_label(bars, texts, padding=3, size=9)
    ax.set(title=title, xlim=(0, 1.6 * max(values)))  # which leaves room for the longest number
