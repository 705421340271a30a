r"""
A kernel of ones mixes the channels
===================================

A kernel for colour has four axes: height, width, input channels, output channels. Fill all of it
with one number, and each output channel is the same sum over red, green and blue: a grey picture.
To blur a colour picture, connect each channel to itself alone:

.. math:: w_{u, v, c, o} = w_{u, v} \, \delta_{c, o}

Part of :doc:`/kernels`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, plotting, reference, results

EYE = np.s_[74:154, 116:216]  # rows and columns of the picture

# %%
# A picture in colour, and two kernels of the same shape.

picture = data.to_float(data.chelsea()[EYE])
box = kernels.box(3)
mixing = np.full((3, 3, 3, 3), 1 / 27, dtype=np.float32)
diagonal = kernels.per_channel(box, 3)
print(picture.shape, mixing.shape, diagonal.shape)

# %%
# The same call for both.

x = picture[None]
mixed = tf.nn.conv2d(x, mixing, strides=1, padding="VALID")[0].numpy()
blurred = tf.nn.conv2d(x, diagonal, strides=1, padding="VALID")[0].numpy()

# %%
# A depthwise convolution has no weights between different channels, so it needs no zeros for them.

w = np.repeat(box[:, :, None, None], 3, axis=2)
depthwise = tf.nn.depthwise_conv2d(x, w, strides=(1, 1, 1, 1), padding="VALID")[0]
np.testing.assert_allclose(depthwise, blurred, atol=1e-6)
np.testing.assert_allclose(reference.depthwise_conv2d(x, w)[0], blurred, atol=1e-6)
print(w.shape, diagonal.size, w.size)

# %%
# How far apart the three channels are, on average: the first kernel leaves no colour. Without the
# division by 27 it would leave little but white.

np.testing.assert_allclose(np.ptp(mixed, axis=-1), 0, atol=1e-6)
spread = {"before": picture, "diagonal": blurred}
for name, values in spread.items():
    results.record(f"colour_kernels.spread_{name}", np.ptp(values, axis=-1).mean())
ones = 27 * mixed
results.record("colour_kernels.white", (ones > 1).mean())

# %%
# Below each picture, the weights from input channel (row) to output channel (column) in one tap.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 3, figsize=(6.4, 4.0), height_ratios=(1, 0.9))
panels = (
    ("Picture", picture, kernels.per_channel([[1]], 3)[0, 0]),
    ("Filled with 1/27", mixed, mixing[1, 1]),
    ("Diagonal of 1/9", blurred, diagonal[1, 1]),
)
for (title, image, weights), (above, below) in zip(panels, axes.T, strict=True):
    plotting.show_image(above, image, title)
    plotting.show_numbers(below, weights, spec=".2g", limit=1)
    below.set_title("its middle tap", pad=19)  # over the letters of the channels
    for place, channel in enumerate("RGB"):
        below.text(-0.6, place, channel, ha="right", va="center", fontsize=9)
        below.text(place, -0.6, channel, ha="center", va="bottom", fontsize=9)
plotting.describe(
    fig,
    "A cat's eye in colour (panel a); under a kernel filled with 1/27, in grey (b); under a box "
    "blur of each channel alone, in colour (c). Panels d to f: the weights between the three "
    f"channels in the middle tap, 1 on the diagonal, {mixing[1, 1, 0, 0]:.3f} everywhere, "
    f"{diagonal[1, 1, 0, 0]:.2f} on the diagonal.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The matrices say it before the pictures do. Equal columns (panel e) make equal output channels,
# and equal channels are grey.
