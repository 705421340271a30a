"""Kernels and matrices as grids of numbers, tints over their cells, and frames around pixels."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from convbook._arrays import as_array
from convbook.plotting.style import ORANGE, SIGNED_COLOURS


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

    Raises
    ------
    ValueError
        If both scales are given.
    """
    grid = as_array("values", values)
    if grid.ndim != 2:
        raise ValueError(f"values must have shape (H, W), got {grid.shape}")
    if limit is not None and limits is not None:
        raise ValueError("give limit (signed) or limits (grey), not both")
    if limit is not None:
        drawn = ax.imshow(grid, vmin=-limit, vmax=limit, cmap=SIGNED_COLOURS)
    elif limits is not None:
        drawn = ax.imshow(grid, vmin=limits[0], vmax=limits[1], cmap="gray")
    else:
        # Clear, so that the cells have the colour of the page, which may be a dark one.
        drawn = ax.imshow(np.zeros_like(grid, dtype=float), vmin=-1, vmax=0, cmap="gray", alpha=0)
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
        The cells to tint, such as those under a kernel. Indices or weights are refused.
    colour : str
        Of the tint.
    strength : float
        From 0, no tint, to 1, the plain colour.

    Returns
    -------
    AxesImage
        The tint, to take away again with ``remove()``.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().add_subplot()
    >>> _ = show_numbers(ax, [[3, 1], [4, 1]])
    >>> shade(ax, [[True, False], [False, False]]).get_array().shape
    (2, 2, 4)
    """
    cells = as_array("mask", mask)
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
