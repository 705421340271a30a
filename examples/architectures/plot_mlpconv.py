r"""
A small network at every pixel
==============================

A 1x1 convolution is a dense layer that serves each pixel: channels in, channels out. Two of them
with a ReLU between can compute what no kernel of any size can. One example is chroma, the largest
minus the smallest of red, green and blue: it is half the sum of the three absolute differences, and
an absolute value is two ReLUs.

.. math:: \max - \min = \tfrac12 \left( |R - G| + |G - B| + |B - R| \right)

Part of :doc:`/architectures`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, results

CROP = np.s_[:400, :400]  # pixels of the portrait

# %%
# Three channels become six: each difference, and its negative. The second layer adds what the ReLU
# leaves, with weights of one half.

differences = np.array([[1, -1, 0], [0, 1, -1], [-1, 0, 1]], np.float32)  # R-G, G-B, B-R
first = np.concatenate([differences, 0 - differences]).T  # (3, 6)
second = np.full((6, 1), 0.5, np.float32)
portrait = data.to_float(data.astronaut()[CROP])
print(portrait.shape, first.shape, second.shape)

# %%
# As convolutions of 1x1, and as dense layers on a list of pixels.

x = tf.constant(portrait[None])
hidden = tf.nn.relu(tf.nn.conv2d(x, first[None, None], 1, "VALID"))
chroma = tf.nn.conv2d(hidden, second[None, None], 1, "VALID")[0, :, :, 0].numpy()
pixels = portrait.reshape(-1, 3)
listed = np.maximum(pixels @ first, 0) @ second
np.testing.assert_allclose(chroma.ravel(), listed[:, 0], atol=1e-6)
np.testing.assert_allclose(chroma, portrait.max(axis=2) - portrait.min(axis=2), atol=1e-6)
print(hidden.shape, chroma.shape)

# %%
# The best that one linear layer can do, with a bias, by least squares over all pixels.

table = np.column_stack([pixels, np.ones(len(pixels))]).astype(float)
weights, *_ = np.linalg.lstsq(table, chroma.ravel().astype(float))
linear = (table @ weights).reshape(chroma.shape)
error = linear - chroma
rms = np.sqrt((error**2).mean())
spread = chroma.std()
results.record("mlpconv.rms", float(rms), tolerance=1e-4)
results.record("mlpconv.spread", float(spread), tolerance=1e-4)
results.record("mlpconv.weights", first.size + second.size)

# %%
# Weights, the hidden maps, the result, and what a linear layer misses.

plt.style.use(plotting.STYLE)
fig = plt.figure(figsize=(6.4, 5.2))
top, bottom = fig.subfigures(2, 1, height_ratios=(5, 6))
axes = top.subplots(1, 3, width_ratios=(3, 4, 1.5))
plotting.show_image(axes[0], portrait, "picture")
plotting.show_numbers(axes[1], first, "1x1, 3 to 6 channels", limit=2.5)
for row, colour in enumerate("RGB"):
    axes[1].text(-0.7, row, colour, ha="right", va="center")
plotting.show_numbers(axes[2], second, "6 to 1", limit=2.5)
axes = bottom.subplots(1, 3)
maps = plotting.mosaic(np.moveaxis(hidden[0].numpy(), 2, 0)[:, ::2, ::2], 2, gap=6)
brightest = chroma.max()
plotting.show_image(axes[0], maps, "after ReLU", limits=(0, brightest))
drawn = plotting.show_image(axes[1], chroma, "chroma", limits=(0, brightest))
plotting.colour_bar(bottom, drawn, axes[:2], "0 is grey", horizontal=True)
drawn = plotting.show_signed(axes[2], error, plotting.symmetric_limit(error), "linear layer: error")
plotting.colour_bar(bottom, drawn, axes[2], "too low, too high", horizontal=True)
plotting.describe(
    fig,
    "A portrait (panel a), the weights of two 1x1 convolutions (b, c), the six maps between them "
    "(d) and the chroma that they compute without error (e). One linear layer (f) misses it by "
    f"{rms:.3f} on average, where chroma itself varies by {spread:.3f}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The hidden maps are colours: one for what is more red than green, one for the reverse. The linear
# layer does well on the suit and on grey, where the order of the channels stays the same, and badly
# on the flag, where blue follows on red. No pixel looks at another. In a network in network such
# layers follow each convolution, with trained weights.
