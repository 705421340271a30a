r"""
Where a convolution looks
=========================

A convolution with a 3x3 kernel looks at nine places around each pixel, a dilated one further out.
A deformable one adds an offset to each place, which a second convolution computes from the
picture, and reads between the pixels by bilinear interpolation:

.. math:: y(p) = \sum_{n} w_n \, x(p + p_n + \Delta p_n)

Part of :doc:`/pictures_out`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from scipy.ndimage import map_coordinates

from convbook import data, kernels, plotting

PIXEL = (38, 60)  # row and column in the crop, at the rim of an eye
PULL = 2.0  # pixels at most

# %%
# A part of Chelsea, Sobel's kernel, and the nine places p_n.

x = data.chelsea_grey()[60:140, 20:140]
weights = kernels.get("sobel_x").ravel()
places = np.stack(np.meshgrid([-1, 0, 1], [-1, 0, 1], indexing="ij"), axis=-1).reshape(9, 2)
inner = np.stack(np.indices(x.shape), axis=-1)[4:-4, 4:-4]

# %%
# Without offsets the formula is a convolution; offsets equal to the places dilate it by two.

for offsets, dilation in ((0 * places, 1), (places, 2)):
    read = inner[..., np.newaxis, :] + places + offsets
    sampled = map_coordinates(x, np.moveaxis(read, -1, 0), order=1)
    by_hand = sampled @ weights
    kernel = weights.reshape(3, 3, 1, 1)
    maps = tf.nn.conv2d(x[np.newaxis, ..., np.newaxis], kernel, 1, "VALID", dilations=dilation)
    rim = 4 - dilation
    np.testing.assert_allclose(by_hand, maps[0, rim:-rim, rim:-rim, 0], atol=1e-5)

# %%
# Offsets from the picture itself: each place is pulled up the slope of the blurred picture's edge
# strength, as far as two pixels. A network would learn them; these stand in for learned ones.

smooth = tf.nn.conv2d(
    x[np.newaxis, ..., np.newaxis], kernels.gaussian(2.0)[..., np.newaxis, np.newaxis], 1, "SAME"
)[0, ..., 0].numpy()
strength = np.hypot(*np.gradient(smooth))
slopes = np.stack(np.gradient(strength), axis=-1)
here = np.array(PIXEL) + 2 * places
pulls = slopes[here[:, 0], here[:, 1]]
moved = here + PULL * pulls / np.abs(pulls).max()
before, after = (map_coordinates(strength, points.T, order=1).mean() for points in (here, moved))
print(before, after)
assert after > before

# %%
# The places of three convolutions on the crop.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, 3, figsize=(6.4, 2.6))
row, column = PIXEL
views = {"plain": np.array(PIXEL) + places, "dilated by 2": here, "deformed": moved}
for ax, (title, points) in zip(axes, views.items(), strict=True):
    plotting.show_image(ax, x, title)
    ax.plot(points[:, 1], points[:, 0], "o", color=plotting.ORANGE, ms=4, mec="white", mew=0.5)
    ax.plot(column, row, "+", color=plotting.BLUE, ms=7)
    ax.set(xlim=(column - 12, column + 12), ylim=(row + 12, row - 12))
farthest = np.abs(moved - here).max()
plotting.describe(
    fig,
    "Three times the same 24 x 24 pixels of a cat's eye with nine marks each: in a square of three "
    "pixels, in a square of five, and moved out of that square towards a nearby edge, "
    f"by up to {farthest:.1f} pixels.",
    panels=axes,
)
plt.show()

# %%
# What to notice
# --------------
#
# The kernel has nine weights in all three. What changes is where they are applied, and in the
# third picture that depends on the picture.
