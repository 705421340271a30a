"""What all figures of the book share: the style sheet, the colours, and an alt text."""

import warnings
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

DATA = ("convbook.mplstyle",)  # a figure depends on it
STYLE = Path(__file__).with_name(*DATA)

# None unless MPLBACKEND, matplotlibrc, Jupyter or a call of matplotlib.use has chosen one.
_CHOSEN_BACKEND = matplotlib.get_backend(auto_select=False)

# Described in the package, where autodoc finds them under the names by which they are used.
BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
PALE_BLUE, PALE_ORANGE = "#cfe3f3", "#fbe3d2"
SIGNED_COLOURS = "RdBu_r"


def hue_circle() -> ListedColormap:
    """Return a colour map for angles: hues of one lightness and chroma, whose ends meet.

    Equal angles look equally far apart in CIELAB, and no angle vanishes on white or on black.
    """
    from skimage.color import lab2rgb

    angles = np.linspace(0, 2 * np.pi, 256, endpoint=False)
    lab = np.stack([np.full(256, 68), 36 * np.cos(angles), 36 * np.sin(angles)], axis=-1)
    return ListedColormap(lab2rgb(lab), "hue circle")


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

    Warns
    -----
    UserWarning
        If ``plt.show()`` will show nothing, though nobody asked for a backend without windows.
    """
    text = " ".join(text.split())
    if len(text) < 40 or not text.endswith("."):
        raise ValueError(f"alt text must be whole sentences of at least 40 characters: {text!r}")
    fig.set_label(text)
    if _CHOSEN_BACKEND is None and matplotlib.get_backend() == "agg":
        warnings.warn(
            "no window can open: Matplotlib found no toolkit, or no display. Install a toolkit: "
            "'pip install PySide6' or, for Debian's Python, 'apt-get install python3-tk'; "
            "or set MPLBACKEND=agg if no window is wanted",
            stacklevel=2,
        )
