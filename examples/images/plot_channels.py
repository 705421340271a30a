r"""
A colour picture is three grey ones
===================================

The last axis of a colour picture holds three channels: how much red, how much green and how much
blue. Each channel alone is a picture in grey, since one number per pixel has no hue. Chelsea's fur
is bright in the red channel and dark in the blue one:

.. math:: x[i, j] = (r, g, b)

Part of :doc:`/images`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, results

NAMES = ("red", "green", "blue")
PIXEL = (238, 268)  # row and column of a pixel on the nose

# %%
# One pixel of a colour picture is three numbers.

image = data.chelsea()
print(image.shape, image.dtype)
print(image[PIXEL])

# %%
# TensorFlow takes the last axis apart.

channels = tf.unstack(image, axis=-1)
print([channel.shape for channel in channels])

# %%
# Indexing with the channel's number gives the same. The mean of each says which colour prevails.

for number, (name, channel) in enumerate(zip(NAMES, channels, strict=True)):
    np.testing.assert_array_equal(channel, image[:, :, number])
    results.record(f"channels.{name}_mean", float(image[:, :, number].mean()))

# %%
# One scale for all three: black is 0, white is 255.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 2, figsize=(6.4, 4.5))
plotting.show_image(axes[0, 0], image, "all three channels")
for ax, name, channel in zip(axes.flat[1:], NAMES, channels, strict=True):
    title = f"{name}, mean {np.mean(channel):.0f}"
    drawn = plotting.show_image(ax, channel, title, limits=(0, 255))
plotting.colour_bar(fig, drawn, axes, "intensity of one channel")
means = ", ".join(f"{name} {image[:, :, i].mean():.0f}" for i, name in enumerate(NAMES))
plotting.describe(
    fig,
    f"Panel a: Chelsea the cat in colour. Panels b to d: the three channels, each drawn in grey "
    f"from 0 to 255. The means are {means}: red is the brightest, blue the darkest.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The irises keep their brightness from red (panel b) to green (panel c) and lose it in blue (panel
# d): they are yellow-green. The nose is bright in red alone. White fur has much of all three.
