"""A finished figure once more, for pages with a dark ground.

What a figure says in black on white, the dark one says in white on black: greys and pale tints
mirror their lightness, strong colours keep theirs. Pictures, and all that is drawn on them, stay as
they are: their colours are data, or were chosen for it.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import Collection, QuadMesh
from matplotlib.colors import to_rgba_array
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox
from numpy.typing import ArrayLike, NDArray

GROUND = (19 / 255, 20 / 255, 22 / 255)  # of furo's dark pages
_DARKEST, _LIGHTEST = 6.5, 92.0  # lightness, L* of CIELAB, of the ground and of the ink on it
_STRONG = 55.0  # the least lightness of a strong colour, so that it stands out from the ground
_PALE, _VIVID = 15.0, 45.0  # chroma: below the first a colour is a tint, above the second strong
_DONE = "dark"  # the group, in words of SVG, of the artists that have been changed

_COLOURS: dict[type[Artist], tuple[str, ...]] = {
    Line2D: ("color", "markerfacecolor", "markeredgecolor"),
    Patch: ("edgecolor", "facecolor"),
    Collection: ("edgecolor", "facecolor"),
    Text: ("color",),
}


def darken(fig: Figure) -> None:
    """Give a figure the colours that it has on a dark page.

    Each artist is changed once: of an animation that adds some with every frame, every frame can be
    darkened.
    """
    # Saving with other dots an inch leaves labels and legends at the places that they had there.
    fig.draw_without_rendering()
    pictures = [picture.get_window_extent().padded(1) for picture in fig.findobj(_is_picture)]
    for artist in _artists(fig):
        place = artist.get_window_extent()
        if artist.get_gid() == _DONE or any(_lies_on(picture, place) for picture in pictures):
            continue
        artist.set_gid(_DONE)
        if isinstance(artist, AxesImage) and _is_tint(artist):
            tint = np.asarray(artist.get_array())
            artist.set_data(dark(tint.reshape(-1, 4)).reshape(tint.shape))
        for kind, names in _COLOURS.items():
            if isinstance(artist, kind):
                for name in names:
                    _recolour(artist, name)


def dark(colours: ArrayLike) -> NDArray[np.float64]:
    """Return what colours (N, 4), red, green, blue and opacity in [0, 1], become on a dark ground.

    >>> dark([[0, 0, 0, 1], [1, 1, 1, 0.5]]).round(2)
    array([[0.91, 0.91, 0.91, 1.  ],
           [0.07, 0.08, 0.09, 0.5 ]])
    """
    # Here, because a build in which no script runs can do without the second that it takes.
    from skimage.color import lab2rgb, rgb2lab

    rgba = np.array(colours, dtype=float)
    lab = rgb2lab(rgba[:, :3])
    lightness, chroma = lab[:, 0], np.hypot(lab[:, 1], lab[:, 2])
    mirrored = _LIGHTEST + (_DARKEST - _LIGHTEST) * lightness / 100
    strength = np.clip((chroma - _PALE) / (_VIVID - _PALE), 0, 1)
    lab[:, 0] = mirrored + strength * (np.maximum(lightness, _STRONG) - mirrored)
    white = (rgba[:, :3] == 1).all(axis=1)
    rgba[:, :3] = np.where(white[:, np.newaxis], GROUND, lab2rgb(lab))
    return rgba


def _artists(fig: Figure) -> Iterator[Artist]:
    for artist in fig.findobj():
        # The frame and the arrow of a text are not among its children.
        frame = artist.get_bbox_patch() if isinstance(artist, Text) else None
        arrow = artist.arrow_patch if isinstance(artist, Annotation) else None
        yield from (part for part in (artist, frame, arrow) if part is not None)


def _is_picture(artist: Artist) -> bool:
    """Tell whether what lies under the artist cannot be seen."""
    if isinstance(artist, AxesImage):
        return artist.get_alpha() is None and not _is_tint(artist)
    return isinstance(artist, QuadMesh)


def _is_tint(image: AxesImage) -> bool:
    """Tell whether an image has its own colours with an opacity for each."""
    values = image.get_array()
    return values is not None and values.ndim == 3 and values.shape[2] == 4


def _lies_on(picture: Bbox, place: Bbox) -> bool:
    """Tell whether a place has its middle on a picture and is no larger than it.

    A place without a size, such as that of an empty text, is on none.
    """
    if not np.isfinite(place.extents).all():
        return False
    fits = place.width <= picture.width and place.height <= picture.height
    return fits and picture.contains(*place.corners().mean(axis=0))


def _recolour(artist: Any, name: str) -> None:
    """Change one colour, unless it is none or stands for data."""
    if isinstance(artist, Collection) and artist.get_array() is not None:
        return
    old = to_rgba_array(getattr(artist, f"get_{name}")())
    if old.size and old[:, 3].any():
        new = dark(old)
        getattr(artist, f"set_{name}")(new if isinstance(artist, Collection) else new[0])
