r"""
An editor's kernels, with and without their negative half
=========================================================

The manual of the image editor GIMP lists five kernels. Sharpen and blur have figures of their own;
these are the other three: edge enhance, edge detect and emboss. Their outputs have both signs. A
picture of bytes has not, so an editor that stores the output clips it and loses what is negative:

.. math:: y_\text{bytes} = \min\left(\max\left(255\, y, 0\right), 255\right)

Part of :doc:`/kernels`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, plotting, reference, results

EYE = np.s_[40:108, 26:116]  # rows and columns of the output

# %%
# The three kernels, as the manual writes them. They sum to 0, 0 and 1.

names = {"Edge enhance": "edge_enhance", "Edge detect": "laplacian", "Emboss": "emboss"}
for title, name in names.items():
    print(title, kernels.get(name), "sum", kernels.get(name).sum())

# %%
# The manual's own example is a tap above the centre, which moves the picture down: what it calls
# convolution is cross-correlation, and ``tf.nn.conv2d`` gives its results.

picture = data.chelsea_grey()
outputs = {}
for title, name in names.items():
    w = kernels.get(name)[:, :, None, None]
    output = tf.nn.conv2d(picture[None, :, :, None], w, strides=1, padding="VALID")
    outputs[title] = output[0, :, :, 0].numpy()
    by_hand = reference.correlate2d(picture, kernels.get(name))
    np.testing.assert_allclose(outputs[title], by_hand, atol=1e-6)

# %%
# What an editor keeps, and the share of pixels that it changes.

clipped = {title: np.clip(output, 0, 1) for title, output in outputs.items()}
lost = {title: (clipped[title] != output).mean() for title, output in outputs.items()}
for title, name in names.items():
    results.record(f"gimp_kernels.lost_{name}", lost[title])

# %%
# Kernel, output with its sign, output as an editor shows it. The signed scale ends where all but
# one in a hundred of the values of emboss lie.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(3, 3, figsize=(6.4, 5.5))
limit = np.quantile(np.abs(outputs["Emboss"][EYE]), 0.99)
for (title, name), (top, middle, bottom) in zip(names.items(), axes.T, strict=True):
    plotting.show_numbers(top, kernels.get(name), title, limit=6)
    signed = plotting.show_image(middle, outputs[title][EYE], limits=(-limit, limit))
    bytes_ = plotting.show_image(bottom, clipped[title][EYE], f"{lost[title]:.0%} clipped")
plotting.colour_bar(fig, signed, axes[1], "output")
plotting.colour_bar(fig, bytes_, axes[2], "clipped")
plotting.describe(
    fig,
    "Three kernels (panel a) and what they make of a cat's eye, on one signed scale (b) and then "
    "clipped to black and white (c). Edge enhance draws faint outlines of one direction, edge "
    "detect thin ones of every direction, emboss a relief. Clipping changes "
    f"{lost['Edge enhance']:.0%}, {lost['Edge detect']:.0%} and {lost['Emboss']:.0%} of the "
    "pixels.",
    panels=axes[:, 0],
)
plt.show()

# %%
# What to notice
# --------------
#
# About half of every zero-sum output is negative, and black hides it (panel c). Emboss sums to one:
# it keeps the brightness of the picture, and most of its values stay in range.
