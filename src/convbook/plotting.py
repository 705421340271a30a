"""Draw images, kernels and grids of numbers into the axes it is given. Computes nothing.

Every gallery script begins with ``plt.style.use(plotting.STYLE)`` and ends with
``plotting.describe(fig, ...)`` and ``plt.show()``. Values that can be negative are drawn with
`show_signed`, on one scale symmetric about zero; all others with `show_image`, on a scale that the
script states. No picture is ever scaled by its own minimum and maximum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colorbar import Colorbar
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure, SubFigure
from matplotlib.image import AxesImage
from matplotlib.patches import FancyArrowPatch, Rectangle
from matplotlib.text import Text
from numpy.typing import ArrayLike, NDArray

from convbook import _layout

STYLE = Path(__file__).with_name("convbook.mplstyle")

BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
"""The first colours of the style's cycle, for marks that must agree between panels."""

SIGNED_COLOURS = "RdBu_r"
"""Red above zero, white at zero, blue below it."""


def describe(fig: Figure, text: str) -> None:
    """Give the figure its alt text: what is in it, for a reader who cannot see it.

    Parameters
    ----------
    fig : Figure
        The script's one figure.
    text : str
        One to three sentences, written from the data with an f-string where a number appears.

    Raises
    ------
    ValueError
        If the text has fewer than 40 characters or ends without a full stop.
    """
    text = " ".join(text.split())
    if len(text) < 40 or not text.endswith("."):
        raise ValueError(f"alt text must be whole sentences of at least 40 characters: {text!r}")
    fig.set_label(text)


def symmetric_limit(*arrays: ArrayLike) -> float:
    """Return the largest absolute value of all the arrays, the limit of a shared signed scale.

    Raises
    ------
    ValueError
        If a value is NaN or infinite, or no array has a value.

    Examples
    --------
    >>> symmetric_limit([-3.0, 2.0], [[1.0]])
    3.0
    """
    values = np.concatenate([np.ravel(np.asarray(array, dtype=float)) for array in arrays])
    if values.size == 0 or not np.isfinite(values).all():
        raise ValueError("arrays must hold at least one value, and only finite ones")
    return float(np.abs(values).max())


def show_image(
    ax: Axes, image: ArrayLike, title: str = "", *, limits: tuple[float, float] = (0.0, 1.0)
) -> AxesImage:
    """Show a grey (H, W) or colour (H, W, 3) image on a stated scale, without axes.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    image : array of shape (H, W) or (H, W, 3)
        Colour is uint8, or float in [0, 1].
    title : str
        Above the image.
    limits : (float, float)
        The values drawn black and white; a colour image ignores them.

    Returns
    -------
    AxesImage
        For a colour bar.

    Raises
    ------
    ValueError
        If the array has another shape.
    """
    values = _image_shape(image)
    drawn = ax.imshow(values, vmin=limits[0], vmax=limits[1], cmap="gray")
    ax.set_axis_off()
    ax.set_title(title)
    return drawn


def show_signed(ax: Axes, values: ArrayLike, limit: float, title: str = "") -> AxesImage:
    """Show signed values of shape (H, W): red above zero, white at zero, blue below it.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    values : array of shape (H, W)
        Any sign.
    limit : float
        The absolute value of the strongest colours, shared by all panels of a comparison; see
        `symmetric_limit`. Stronger values are drawn in the strongest colour.
    title : str
        Above the image.

    Returns
    -------
    AxesImage
        For a colour bar.

    Raises
    ------
    ValueError
        If the limit is not positive or the array has another shape.
    """
    if not limit > 0:
        raise ValueError(f"limit must be positive, got {limit!r}")
    drawn = ax.imshow(_image_shape(values), vmin=-limit, vmax=limit, cmap=SIGNED_COLOURS)
    ax.set_axis_off()
    ax.set_title(title)
    return drawn


def show_numbers(
    ax: Axes,
    values: ArrayLike,
    title: str = "",
    *,
    limit: float | None = None,
    limits: tuple[float, float] | None = None,
    spec: str = "g",
    size: float = 9.0,
) -> AxesImage:
    """Show a small (H, W) array as a grid of cells, each with its number written in it.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    values : array of shape (H, W)
        A kernel, a matrix, a patch of pixels.
    title : str
        Above the grid.
    limit : float, optional
        Colours the cells on the signed scale of `show_signed`.
    limits : (float, float), optional
        Colours them from black to white instead. With neither, the cells are white.
    spec : str
        How a number is formatted.
    size : float
        Of the numbers, in points.

    Returns
    -------
    AxesImage
        For a colour bar.

    Raises
    ------
    ValueError
        If the array is not two-dimensional, or both scales are given.
    """
    grid = np.asarray(values)
    if grid.ndim != 2:
        raise ValueError(f"values must have shape (H, W), got {grid.shape}")
    if limit is not None and limits is not None:
        raise ValueError("give limit (signed) or limits (grey), not both")
    if limit is not None:
        drawn = ax.imshow(grid, vmin=-limit, vmax=limit, cmap=SIGNED_COLOURS)
    elif limits is not None:
        drawn = ax.imshow(grid, vmin=limits[0], vmax=limits[1], cmap="gray")
    else:
        drawn = ax.imshow(np.zeros_like(grid, dtype=float), vmin=-1, vmax=0, cmap="gray")
    height, width = grid.shape
    ax.set_xticks(np.arange(width + 1) - 0.5)
    ax.set_yticks(np.arange(height + 1) - 0.5)
    ax.tick_params(length=0, labelbottom=False, labelleft=False)
    ax.grid(color="0.6", linewidth=0.6)
    for spine in ax.spines.values():
        spine.set_visible(True)
        spine.set_color("0.6")
    colours = drawn.to_rgba(np.asarray(drawn.get_array()))
    for row in range(height):
        for column in range(width):
            dark = colours[row, column] @ (0.299, 0.587, 0.114, 0) < 0.5
            text = format(grid[row, column], spec).replace("-", "\N{MINUS SIGN}")
            ax.text(column, row, text, ha="center", va="center", size=size,
                    color="white" if dark else "black")  # fmt: skip
    ax.set_title(title)
    return drawn


def shade(ax: Axes, mask: ArrayLike, colour: str = ORANGE, strength: float = 0.3) -> AxesImage:
    """Tint the cells of a grid of numbers where a mask is true.

    Parameters
    ----------
    ax : Axes
        Axes that show a grid of numbers; see `show_numbers`.
    mask : array of shape (H, W), bool
        The cells to tint, such as those under a kernel.
    colour : str
        Of the tint.
    strength : float
        From 0, no tint, to 1, the plain colour.

    Returns
    -------
    AxesImage
        The tint, to take away again with ``remove()``.

    Raises
    ------
    TypeError
        If the mask is not of booleans: indices or weights are easily taken for one.
    ValueError
        If it is not two-dimensional.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().add_subplot()
    >>> _ = show_numbers(ax, [[3, 1], [4, 1]])
    >>> shade(ax, [[True, False], [False, False]]).get_array().shape
    (2, 2, 4)
    """
    cells = np.asarray(mask)
    if cells.dtype != np.bool_:
        raise TypeError(f"mask must be of booleans, got {cells.dtype}")
    if cells.ndim != 2:
        raise ValueError(f"mask must have shape (H, W), got {cells.shape}")
    tint = np.zeros((*cells.shape, 4))
    tint[cells] = to_rgba(colour, strength)
    return ax.imshow(tint, zorder=0.5)  # Above the cells, below the lines between them.


def outline(
    ax: Axes,
    top: float,
    left: float,
    height: float,
    width: float,
    colour: str = ORANGE,
    line_width: float = 2.5,
) -> Rectangle:
    """Draw a frame around the pixels from row `top` and column `left` on.

    Parameters
    ----------
    ax : Axes
        Axes that show an image or a grid of numbers.
    top, left, height, width : float
        In pixels; the frame runs along the pixels' edges.
    colour : str
        Of the frame.
    line_width : float
        In points.

    Returns
    -------
    Rectangle
        To move it in an animation, with ``set_xy((left - 0.5, top - 0.5))``.
    """
    frame = Rectangle((left - 0.5, top - 0.5), width, height, fill=False, edgecolor=colour,
                      linewidth=line_width, zorder=3, clip_on=False)  # fmt: skip
    ax.add_patch(frame)
    return frame


def colour_bar(
    fig: Figure | SubFigure,
    drawn: AxesImage,
    axes: Axes | Iterable[Axes] | NDArray[Any],
    label: str,
    *,
    horizontal: bool = False,
) -> Colorbar:
    """Add one slim colour bar for all the given axes, labelled with what the colour encodes.

    Parameters
    ----------
    fig : Figure
        The figure of the axes.
    drawn : AxesImage
        What `show_image`, `show_signed` or `show_numbers` returned.
    axes : Axes or array of Axes
        The panels that share the scale.
    label : str
        The quantity and its unit.
    horizontal : bool
        Below the panels instead of on their right.
    """
    panels = [axes] if isinstance(axes, Axes) else list(np.ravel(np.asarray(axes, dtype=object)))
    bar = fig.colorbar(
        drawn,
        ax=panels,
        orientation="horizontal" if horizontal else "vertical",
        fraction=0.08,
        shrink=0.8,
        aspect=30,
        pad=0.02,
    )
    bar.set_label(label)
    bar.outline.set_visible(False)
    return bar


def mosaic(pictures: ArrayLike, columns: int, *, gap: int = 1) -> NDArray[np.float64]:
    """Lay pictures of one size side by side, to show many in one panel and on one scale.

    Parameters
    ----------
    pictures : array of shape (N, H, W)
        Kernels, feature maps, digits.
    columns : int
        Pictures a row, at least 1. The last row may have fewer.
    gap : int
        Pixels between neighbours, at least 0.

    Returns
    -------
    ndarray of shape (rows * (H + gap) - gap, columns * (W + gap) - gap), float64
        NaN in the gaps and where a picture is missing: `show_image` and `show_signed` leave these
        pixels white.

    Raises
    ------
    ValueError
        If the pictures have another number of axes, `columns` is below 1 or `gap` below 0.

    Examples
    --------
    >>> mosaic([[[1, 2]], [[3, 4]], [[5, 6]]], 2)
    array([[ 1.,  2., nan,  3.,  4.],
           [nan, nan, nan, nan, nan],
           [ 5.,  6., nan, nan, nan]])
    """
    tiles = np.asarray(pictures, dtype=float)
    if tiles.ndim != 3 or tiles.size == 0:
        raise ValueError(f"pictures must have shape (N, H, W), none of them 0, got {tiles.shape}")
    if columns < 1 or gap < 0:
        raise ValueError(f"columns must be at least 1 and gap at least 0, got {columns} and {gap}")
    count, height, width = tiles.shape
    rows = -(-count // columns)
    laid = np.full((rows * (height + gap), columns * (width + gap)), np.nan)
    for i, tile in enumerate(tiles):
        top, left = i // columns * (height + gap), i % columns * (width + gap)
        laid[top : top + height, left : left + width] = tile
    return laid[: laid.shape[0] - gap, : laid.shape[1] - gap]


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

    Raises
    ------
    ValueError
        If there are no nodes, an edge names none of them, or the edges form a cycle.

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


def _image_shape(image: ArrayLike) -> NDArray[Any]:
    values = np.asarray(image)
    if values.ndim != 2 and not (values.ndim == 3 and values.shape[2] == 3):
        raise ValueError(f"image must have shape (H, W) or (H, W, 3), got {values.shape}")
    return values
