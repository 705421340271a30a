r"""
The Sobel kernels measure a slope
=================================

One kernel measures how fast the picture brightens to the right, the other how fast it brightens
downwards. Each is a difference along one axis times a smoothing along the other. Together they give
the strength of an edge, and the direction in which the picture gets brighter:

.. math:: \begin{pmatrix} -1 & 0 & 1 \\ -2 & 0 & 2 \\ -1 & 0 & 1 \end{pmatrix} =
          \begin{pmatrix} 1 \\ 2 \\ 1 \end{pmatrix} \begin{pmatrix} -1 & 0 & 1 \end{pmatrix},
          \qquad m = \sqrt{g_x^2 + g_y^2}

Part of :doc:`/kernels`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, plotting, reference, results

EYE = np.s_[36:112, 28:124]  # rows and columns of the picture
GAIN = 8  # the kernels' answer to a slope of 1 in each pixel

# %%
# Smoothing in a column, difference in a row: the product is the kernel.

smooth, difference = np.array([1, 2, 1]), np.array([-1, 0, 1])
sobel_x, sobel_y = kernels.get("sobel_x"), kernels.get("sobel_y")
np.testing.assert_array_equal(np.outer(smooth, difference), sobel_x)
np.testing.assert_array_equal(np.outer(difference, smooth), sobel_y)
print(sobel_x, sobel_y, sep="\n")

# %%
# Both kernels in one call: two output channels.

picture = data.chelsea_grey()
bank = np.stack([sobel_x, sobel_y], axis=-1)[:, :, None, :]
slopes = tf.nn.conv2d(picture[None, :, :, None], bank, strides=1, padding="SAME")[0] / GAIN
slope_x, slope_y = np.moveaxis(slopes.numpy(), -1, 0)
print(slopes.shape)

# %%
# The oracle agrees. So does TensorFlow's own function, away from the border, which it mirrors.

by_hand = reference.correlate2d(picture, sobel_x, "same") / GAIN
np.testing.assert_allclose(slope_x, by_hand, atol=1e-6)
ready = tf.image.sobel_edges(tf.constant(picture[None, :, :, None]))[0, :, :, 0] / GAIN
np.testing.assert_allclose(ready[1:-1, 1:-1, 0], slope_y[1:-1, 1:-1], atol=1e-6)
np.testing.assert_allclose(ready[1:-1, 1:-1, 1], slope_x[1:-1, 1:-1], atol=1e-6)

# %%
# Rows count downwards, so the angle, anticlockwise from "to the right", takes the negative of the
# second slope.

magnitude = np.hypot(slope_x, slope_y)
direction = np.degrees(np.arctan2(-slope_y, slope_x))
inside = magnitude[1:-1, 1:-1]
results.record("sobel.strongest", inside.max())
results.record("sobel.median", np.median(inside))

# %%
# The slopes share one scale. Direction is a colour, as pale as the slope is weak.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 3, figsize=(6.4, 4.3), width_ratios=(2, 3, 3))
limit = np.quantile(magnitude[EYE], 0.995)
plotting.show_numbers(axes[0, 0], sobel_x, "To the right", limit=4)
plotting.show_numbers(axes[1, 0], sobel_y, "Downwards", limit=4)
plotting.show_signed(axes[0, 1], slope_x[EYE], limit, "Slope to the right")
slope = plotting.show_signed(axes[1, 1], slope_y[EYE], limit, "Slope downwards")
strength = plotting.show_image(axes[0, 2], magnitude[EYE], "Magnitude", limits=(0, limit))
alpha = np.clip(magnitude[EYE] / limit * 2, 0, 1)
angle = axes[1, 2].imshow(
    direction[EYE], cmap=plotting.hue_circle(), vmin=-180, vmax=180, alpha=alpha
)
axes[1, 2].set_axis_off()
axes[1, 2].set_title("Direction")
plotting.colour_bar(fig, slope, axes[:, 1], "slope per pixel", horizontal=True)
plotting.colour_bar(fig, strength, axes[0, 2], "per pixel")
bar = plotting.colour_bar(fig, angle, axes[1, 2], "brighter side")
bar.set_ticks([-180, -90, 0, 90, 180], labels=["left", "down", "right", "up", "left"])
plotting.describe(
    fig,
    "The two Sobel kernels (panels a, d) beside the slopes of a cat's eye to the right (b) and "
    "downwards (e); the magnitude (c), bright along the rim of the eye, on a scale to "
    f"{limit:.2f} per pixel; and its direction (f): around the eye the colours run through the "
    "whole circle.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Each kernel is blind to a part of the rim: the one that looks to the right (panel b) misses level
# edges. The magnitude (panel c) misses none, and has lost the sign. The direction (panel f) has
# kept it: on the two sides of a dark line the colours are opposite.
