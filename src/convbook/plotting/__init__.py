"""Draw images, kernels, grids of numbers and networks where it is told to. Computes nothing.

Every gallery script begins with ``plt.style.use(plotting.STYLE)`` and ends with
``plotting.describe(fig, ...)``, which letters its panels, and ``plt.show()``. Values that can be
negative are drawn with `show_signed`, on one scale symmetric about zero; all others with
`show_image`, on a scale that the script states. No picture is ever scaled by its own minimum and
maximum. Arrays and numbers of another type than is described raise a TypeError, those of another
shape or range a ValueError.

.. data:: BLUE
          ORANGE
          GREEN
          PURPLE

   The first colours of the style's cycle, for marks that must agree between panels. Words in such a
   colour take it from `ink`.

.. data:: PALE_BLUE
          PALE_ORANGE

   For boxes of a graph that differ from the white ones: most often, those that learn.

.. data:: SIGNED_COLOURS

   Red above zero, white at zero, blue below it.
"""

from convbook.plotting.graphs import show_blocks, show_graph
from convbook.plotting.grids import outline, shade, show_numbers
from convbook.plotting.images import colour_bar, mosaic, show_image, show_signed, symmetric_limit
from convbook.plotting.style import (
    BLUE,
    GREEN,
    ORANGE,
    PALE_BLUE,
    PALE_ORANGE,
    PURPLE,
    SIGNED_COLOURS,
    STYLE,
    describe,
    hue_circle,
    ink,
)

__all__ = [
    "BLUE",
    "GREEN",
    "ORANGE",
    "PALE_BLUE",
    "PALE_ORANGE",
    "PURPLE",
    "SIGNED_COLOURS",
    "STYLE",
    "colour_bar",
    "describe",
    "hue_circle",
    "ink",
    "mosaic",
    "outline",
    "shade",
    "show_blocks",
    "show_graph",
    "show_image",
    "show_numbers",
    "show_signed",
    "symmetric_limit",
]
