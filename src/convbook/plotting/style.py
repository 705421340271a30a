"""What all figures of the book share: the style sheet, the colours, letters, and an alt text."""

import re
import warnings
from collections.abc import Iterable
from pathlib import Path
from string import ascii_lowercase

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

DATA = ("convbook.mplstyle",)  # a figure depends on it
STYLE = Path(__file__).with_name(*DATA)

# None unless MPLBACKEND, matplotlibrc, Jupyter or a call of matplotlib.use has chosen one.
_CHOSEN_BACKEND = matplotlib.get_backend(auto_select=False)

# Described in the package, where autodoc finds them under the names by which they are used.
BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
PALE_BLUE, PALE_ORANGE = "#cfe3f3", "#fbe3d2"
SIGNED_COLOURS = "RdBu_r"
MOST_PANELS = 6  # that get letters unless a script says which do; more are a collection


def hue_circle() -> ListedColormap:
    """Return a colour map for angles: hues of one lightness and chroma, whose ends meet.

    Equal angles look equally far apart in CIELAB, and no angle vanishes on white or on black.
    """
    from skimage.color import lab2rgb

    angles = np.linspace(0, 2 * np.pi, 256, endpoint=False)
    lab = np.stack([np.full(256, 68), 36 * np.cos(angles), 36 * np.sin(angles)], axis=-1)
    return ListedColormap(lab2rgb(lab), "hue circle")


def ink(colour: str) -> str:
    """Return a colour for words: darkened until its contrast to white is at least 4.5:1.

    Lines and areas are seen in paler colours than letters are read in.

    Parameters
    ----------
    colour : str
        Of the marks that the words name, such as ``"C4"`` or `ORANGE`.

    Returns
    -------
    str
        In hexadecimal; a colour that is dark enough stays as it is.

    References
    ----------
    Web Content Accessibility Guidelines 2.2, success criterion 1.4.3, minimum contrast.

    Examples
    --------
    >>> ink("#0072B2"), ink("#E69F00")
    ('#0072b2', '#9d6c00')
    """
    encoded = np.array(to_rgb(colour))
    light = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    brightest = 1.05 / 4.6 - 0.05  # a little below what 4.5 allows, for rounding
    luminance = float(light @ (0.2126, 0.7152, 0.0722))
    if luminance > brightest:
        light = light * (brightest / luminance)
    again = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return to_hex(tuple(again.tolist()))


def describe(fig: Figure, text: str, *, panels: Iterable[Axes] | None = None) -> None:
    """Give the figure its alt text, for a reader who cannot see it, and its panels their letters.

    Parameters
    ----------
    fig : Figure
        The script's one figure.
    text : str
        One to three sentences, written from the data with an f-string where a number appears.
    panels : axes, optional
        The panels that get the letters a, b, c before their titles, in the order in which they are
        read: all axes but colour bars, if there are two to six. A caption refers to the letters.

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
    _letter(_panels(fig) if panels is None else panels)
    if _CHOSEN_BACKEND is None and matplotlib.get_backend() == "agg":
        warnings.warn(
            "no window can open: Matplotlib found no toolkit, or no display. Install a toolkit: "
            "'pip install PySide6' or, for Debian's Python, 'apt-get install python3-tk'; "
            "or set MPLBACKEND=agg if no window is wanted",
            stacklevel=2,
        )


def letters(fig: Figure) -> str:
    """Return the letters that the panels of a figure have, such as ``"abc"``."""
    titles = [ax.get_title(place) for ax in fig.axes for place in ("left", "center", "right")]
    return "".join(re.findall(r"^\$\\mathbf{(.)}\$", "\n".join(titles), re.MULTILINE))


def _panels(fig: Figure) -> list[Axes]:
    panels = [ax for ax in fig.axes if ax.get_label() != "<colorbar>" and ax.get_visible()]
    return panels if 2 <= len(panels) <= MOST_PANELS else []


def _letter(panels: Iterable[Axes]) -> None:
    for letter, ax in zip(ascii_lowercase, panels, strict=False):
        bold = rf"$\mathbf{{{letter}}}$"
        titles = {ax.get_title(place) for place in ("left", "center", "right")} - {""}
        # A title keeps its size and colour, which set_title would set anew.
        drawn = [text for text in ax.get_children() if isinstance(text, Text)]
        title = next((text for text in drawn if text.get_text() in titles), None)
        if title is None:
            ax.set_title(bold, loc="left")
        else:
            title.set_text(f"{bold}  {title.get_text()}")
