"""Images, signed values and what belongs to them: a shared scale, a colour bar, a mosaic."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colorbar import Colorbar
from matplotlib.figure import Figure, SubFigure
from matplotlib.image import AxesImage
from numpy.typing import ArrayLike, NDArray

from convbook._arrays import as_array, as_real
from convbook._checks import integer, positive, positive_float
from convbook.plotting.style import SIGNED_COLOURS


def symmetric_limit(*arrays: ArrayLike) -> float:
    """Return the largest absolute value of all the arrays, the limit of a shared signed scale.

    The arrays hold finite real numbers, together at least one.

    Examples
    --------
    >>> symmetric_limit([-3.0, 2.0], [[1.0]])
    3.0
    """
    values = np.concatenate([[], *(as_real("arrays", array).ravel() for array in arrays)])
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
    image : array of shape (H, W) or (H, W, 3), or PIL.Image.Image
        Colour is uint8, or float in [0, 1].
    title : str
        Above the image.
    limits : (float, float)
        The values drawn black and white; a colour image ignores them.
    """
    return _draw(ax, image, limits, "gray", title)


def show_signed(ax: Axes, values: ArrayLike, limit: float, title: str = "") -> AxesImage:
    """Show signed values of shape (H, W): red above zero, white at zero, blue below it.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    values : array of shape (H, W)
        Any sign.
    limit : float
        The absolute value, above 0, of the strongest colours, shared by all panels; see
        `symmetric_limit`. Stronger values are drawn in the strongest colour.
    title : str
        Above the image.
    """
    largest = positive_float("limit", limit)
    return _draw(ax, values, (-largest, largest), SIGNED_COLOURS, title)


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
    bar.outline.set(edgecolor="0.6", linewidth=0.6)  # an end may have the colour of the page
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

    Examples
    --------
    >>> mosaic([[[1, 2]], [[3, 4]], [[5, 6]]], 2)
    array([[ 1.,  2., nan,  3.,  4.],
           [nan, nan, nan, nan, nan],
           [ 5.,  6., nan, nan, nan]])
    """
    tiles = as_real("pictures", pictures).astype(np.float64)
    if tiles.ndim != 3 or tiles.size == 0:
        raise ValueError(f"pictures must have shape (N, H, W), none of them 0, got {tiles.shape}")
    columns, gap = positive("columns", columns), integer("gap", gap, 0)
    count, height, width = tiles.shape
    rows = -(-count // columns)
    laid = np.full((rows * (height + gap), columns * (width + gap)), np.nan)
    for i, tile in enumerate(tiles):
        top, left = i // columns * (height + gap), i % columns * (width + gap)
        laid[top : top + height, left : left + width] = tile
    return laid[: laid.shape[0] - gap, : laid.shape[1] - gap]


def _draw(
    ax: Axes, image: ArrayLike, limits: tuple[float, float], colours: str, title: str
) -> AxesImage:
    values = as_array("image", image)
    if values.ndim != 2 and not (values.ndim == 3 and values.shape[2] == 3):
        raise ValueError(f"image must have shape (H, W) or (H, W, 3), got {values.shape}")
    drawn = ax.imshow(values, vmin=limits[0], vmax=limits[1], cmap=colours)
    ax.set_axis_off()
    ax.set_title(title)
    return drawn
