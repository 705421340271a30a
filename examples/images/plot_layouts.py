r"""
HW, HWC, NHWC
=============

A grey picture has two axes, a colour picture three, a batch of colour pictures four. TensorFlow
keeps the channels last: the three numbers of a pixel are neighbours in memory. Channels first
stores each channel whole. The values are the same, their order is not:

.. math:: \text{offset}(n, i, j, c) = ((n H + i)\, W + j)\, C + c

Part of :doc:`/images`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from matplotlib.patches import Rectangle

from convbook import data, plotting

TINTS = {"red": "#EDB4B0", "green": "#B5DDB7", "blue": "#B4CBEE"}
PIXELS = np.s_[:1, 130:131, 40:44]  # four pixels of the first picture

# %%
# Two crops of one size make a batch. Its first axis counts pictures.

chelsea, coffee = data.chelsea()[:240, 90:390], data.coffee()[60:300, 150:450]
batch = tf.stack([chelsea, coffee])
grey = tf.image.rgb_to_grayscale(chelsea)[:, :, 0]
print(grey.shape, chelsea.shape, batch.shape)

# %%
# Channels first is a transposition: axes change places, and values move in memory.

channels_first = tf.transpose(batch, (0, 3, 1, 2))
print(channels_first.shape)

# %%
# The formula finds in the flattened batch what the four indices find.

n, i, j, c = 1, 7, 5, 2
offset = ((n * batch.shape[1] + i) * batch.shape[2] + j) * batch.shape[3] + c
np.testing.assert_array_equal(tf.reshape(batch, [-1])[offset], batch[n, i, j, c])
np.testing.assert_array_equal(channels_first[n, c, i, j], batch[n, i, j, c])

# %%
# A plane for each channel, one behind the other, and four pixels as they lie in memory.

plt.style.use(plotting.STYLE)
fig, (above, below) = plt.subplots(2, 1, figsize=(6.4, 3.7), height_ratios=(1.55, 1))
stacks = [(0, [grey]), (155, np.moveaxis(chelsea, -1, 0)), (345, np.moveaxis(chelsea, -1, 0)),
          (500, np.moveaxis(coffee, -1, 0))]  # fmt: skip
for left, planes in stacks:
    for depth in reversed(range(len(planes))):
        x, y = left + 14 * depth, 14 * depth
        edge = list(TINTS.values())[depth] if len(planes) == 3 else "0.7"
        above.imshow(planes[depth], vmin=0, vmax=255, extent=(x, x + 100, y, y + 80), zorder=-depth)
        above.add_patch(Rectangle((x, y), 100, 80, fill=False, edgecolor=edge, lw=2, zorder=-depth))
    above.text(left - 4, 40, "H", ha="right", va="center")
    above.text(left + 50, -4, "W", ha="center", va="top")
    if len(planes) > 1:
        above.text(left + 119, 9, "C", ha="left", va="center")
for middle, array in ((50, grey), (219, chelsea), (486, batch)):
    above.text(middle, 132, array.shape, ha="center")
above.annotate("", (628, -24), (345, -24), arrowprops={"arrowstyle": "->"})
above.text(486, -28, "N", ha="center", va="top")
above.set(xlim=(-16, 642), ylim=(-46, 150))
above.set_axis_off()
for row, (layout, order) in enumerate({"NHWC": (0, 1, 2, 3), "NCHW": (0, 3, 1, 2)}.items()):
    values = tf.reshape(tf.transpose(batch[PIXELS], order), [-1]).numpy()
    colours = np.broadcast_to(list(TINTS), (1, 1, 4, 3)).transpose(order).ravel()
    for place, (value, colour) in enumerate(zip(values, colours, strict=True)):
        below.add_patch(
            Rectangle((place, 1.4 * row), 1, 1, facecolor=TINTS[colour], edgecolor="white")
        )
        below.text(place + 0.5, 1.4 * row + 0.5, value, ha="center", va="center")
    below.text(-0.2, 1.4 * row + 0.5, layout, ha="right", va="center")
below.set(xlim=(-1.6, 12.1), ylim=(2.5, -0.1), title="four pixels, red, green and blue, in memory")
below.set_axis_off()
plotting.describe(
    fig,
    f"Panel a: a grey picture as one plane of shape {tuple(grey.shape)}, a colour picture as three "
    f"planes behind each other, {chelsea.shape}, and a batch of a cat and a cup of coffee, "
    f"{tuple(batch.shape)}. Panel b: the memory of four pixels: red, green, blue in turn where "
    "channels come last; four reds, four greens, four blues where they come first.",
)
plt.show()

# %%
# What to notice
# --------------
#
# H, W, C and N name the axes of the shapes. Both strips of panel b hold the same twelve numbers:
# reading one as if it were the other scrambles the picture, and no error is raised.
