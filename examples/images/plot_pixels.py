r"""
A picture is a grid of numbers
==============================

A grey picture is an array with one number for each pixel. The first index counts rows from the
top, the second counts columns from the left. Enlarge any part of it far enough and the numbers
are all there is:

.. math:: x[i, j] \in \{0, 1, \ldots, 255\}, \qquad 0 \le i < H, \quad 0 \le j < W

Part of :doc:`/images`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import data, plotting, results

EYE = (76, 124, 76, 96)  # pixels: top, left, height and width of the left eye
PATCH = (97, 163, 12, 12)  # pixels: the light in its pupil

# %%
# Chelsea in grey, rounded to whole numbers: 256 levels from black to white.

image = np.round(data.to_grey(data.chelsea())).astype(np.uint8)
print(image.shape, image.dtype)

# %%
# A slice of rows and a slice of columns cut out a patch.

top, left, height, width = PATCH
patch = image[top : top + height, left : left + width]
print(patch)

# %%
# The same patch, pixel by pixel: row ``top + i`` and column ``left + j`` of the picture.

one_by_one = [[image[top + i, left + j] for j in range(width)] for i in range(height)]
np.testing.assert_array_equal(patch, one_by_one)
row, column = np.unravel_index(patch.argmax(), patch.shape)
results.record("pixels.brightest", int(patch.max()))
results.record("pixels.brightest_at", [top + row, left + column])
results.record("pixels.darkest", int(patch.min()))

# %%
# The picture, the eye in it, and the numbers in the eye.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplot_mosaic(
    [["whole", "numbers"], ["eye", "numbers"]], figsize=(6.4, 4.5), width_ratios=(1, 2.0)
)
plotting.show_image(axes["whole"], image, "x, shape (300, 451)", limits=(0, 255))
plotting.outline(axes["whole"], *EYE)
eye = image[EYE[0] : EYE[0] + EYE[2], EYE[1] : EYE[1] + EYE[3]]
plotting.show_image(axes["eye"], eye, "x[76:152, 124:220]", limits=(0, 255))
plotting.outline(axes["eye"], top - EYE[0], left - EYE[1], height, width, plotting.BLUE)
plotting.show_numbers(axes["numbers"], patch, "x[97:109, 163:175]", limits=(0, 255))
axes["numbers"].set_xticks(range(width), range(left, left + width), minor=True)
axes["numbers"].set_yticks(range(height), range(top, top + height), minor=True)
axes["numbers"].tick_params(which="minor", length=0)
axes["numbers"].set_xlabel("column j")
axes["numbers"].set_ylabel("row i")
plotting.describe(
    fig,
    f"Panel a: Chelsea the cat in grey with a frame around one eye. Panel b: the eye enlarged with "
    f"a frame around the light in its pupil. Panel c: those {height} by {width} pixels as a grid "
    f"of numbers, from {patch.min()} in the pupil to {patch.max()} in the light.",
    panels=[axes[name] for name in ("whole", "eye", "numbers")],
)
plt.show()

# %%
# What to notice
# --------------
#
# Rows count downwards: row 97 is above row 108. The light in the eye is a few pixels wide. The rim
# of the pupil is not sharp: in row 105 it takes two pixels from 110 in the iris to 9 in the pupil.
