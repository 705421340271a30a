r"""
Derivatives in every direction from two or three
================================================

The slope of a picture in any direction is a weighted sum of two slopes, and its second derivative a
weighted sum of three. So two convolutions give the edges of all directions, and three all lines.
Such kernels are called steerable. For the slope at the angle :math:`\theta`, with the fixed angles
:math:`0°` and :math:`90°`:

.. math:: G_\theta = \cos \theta \; G_{0} + \sin \theta \; G_{90}

Part of :doc:`/gaussian`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, plotting, results

SIGMA = 2  # pixels
ANGLES = (0, 30, 60, 90)  # degrees, anticlockwise; 0 is to the right
BASIS = {1: (0, 90), 2: (0, 60, 120)}  # degrees

# %%
# One kernel for each direction and order. Those of order 1 are flipped, so that the layer gives
# the slope and not its negative.

face = data.chelsea_grey()
bank = {
    (order, angle): kernels.flip(kernels.gaussian_derivative(SIGMA, angle, order))
    for order in (1, 2)
    for angle in (*ANGLES, *BASIS[2])
}
print(len(bank), bank[1, 0].shape)

# %%
# TensorFlow applies the bank in one call: one output channel for each kernel.

stack = np.stack(list(bank.values()), axis=-1)[:, :, None, :]
maps = tf.nn.conv2d(face[None, :, :, None], stack, strides=1, padding="VALID")[0].numpy()
responses = dict(zip(bank, np.moveaxis(maps, -1, 0), strict=True))
print(stack.shape, maps.shape)

# %%
# Steering: the maps at 30 degrees from those at the fixed angles, without another convolution.

theta = np.radians(30)
first = np.cos(theta) * responses[1, 0] + np.sin(theta) * responses[1, 90]
shares = (1 + 2 * np.cos(2 * (theta - np.radians(BASIS[2])))) / 3
second = sum(share * responses[2, angle] for share, angle in zip(shares, BASIS[2], strict=True))
np.testing.assert_allclose(first, responses[1, 30], atol=1e-6)
np.testing.assert_allclose(second, responses[2, 30], atol=1e-6)
error = max(np.abs(first - responses[1, 30]).max(), np.abs(second - responses[2, 30]).max())
results.record("gaussian_derivatives.steering_error", float(error), tolerance=1e-6)

# %%
# Two rows for each order: kernels, and what they find. Each order has its own unit, so each has a
# scale of its own.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(4, 4, figsize=(6.4, 5.4), height_ratios=(0.55, 1, 0.55, 1))
for order, unit in ((1, "slope (1/px)"), (2, "curvature (1/px²)")):
    top, bottom = axes[2 * order - 2 : 2 * order]
    weights = plotting.symmetric_limit(*(bank[order, angle] for angle in ANGLES))
    limit = 0.6 * plotting.symmetric_limit(*(responses[order, angle] for angle in ANGLES))
    for column, angle in enumerate(ANGLES):
        kernel = plotting.show_signed(top[column], bank[order, angle], weights, f"{angle}°")
        found = plotting.show_signed(bottom[column], responses[order, angle], limit)
    plotting.colour_bar(fig, kernel, top, "weight").set_ticks([0])
    plotting.colour_bar(fig, found, bottom, unit)
plotting.describe(
    fig,
    f"Derivatives of a Gaussian of {SIGMA} pixels at {', '.join(map(str, ANGLES))} degrees, and "
    f"their answers to Chelsea's face. Order 1: two lobes of opposite sign turn (panel a), and the "
    f"edges across their direction light up (b). Order 2: three stripes turn (panel c), and lines "
    f"light up (d).",
    panels=axes[:, 0],
)
plt.show()

# %%
# What to notice
# --------------
#
# At 0 degrees the eyes' left and right rims in panel b have opposite signs; their upper and lower
# rims are pale. At 90 degrees it is the other way round. In between, the maps are mixtures of the
# two.
