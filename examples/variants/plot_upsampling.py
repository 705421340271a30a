r"""
Six ways to enlarge a feature map
=================================

Pixels can be repeated or interpolated, with nothing to learn. Unpooling puts each maximum back to
where it came from. A transposed convolution and a pixel shuffle have weights, and print a pattern
of period :math:`s` unless these happen to agree, where repeating and then convolving cannot. On a
constant map the pattern is all that is left:

.. math:: \text{ripple} = \max_m y_m - \min_m y_m \quad \text{for} \quad x = 1

Part of :doc:`/variants`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, reference, results

SCALE = 2  # output pixels for each pixel along an axis
EYE = np.s_[36:100, 34:98]  # Chelsea's left eye

# %%
# The eye, max-pooled to 32 x 32 pixels, with the places of the maxima; and a constant map.

eye = data.chelsea_grey()[EYE][None, :, :, None]
small, places = tf.nn.max_pool_with_argmax(eye, SCALE, SCALE, "VALID")
constant = tf.ones_like(small)
print(eye.shape, small.shape)

# %%
# Random positive weights stand for a layer before training. Each kernel is scaled so that a
# constant map keeps its mean.

rng = np.random.default_rng(3)
stamp, taps = rng.exponential(size=(2, 3, 3, 1, 1)).astype(np.float32)
shuffled = rng.exponential(size=(3, 3, 1, SCALE**2)).astype(np.float32)
stamp *= SCALE**2 / stamp.sum()
taps /= taps.sum()
shuffled *= SCALE**2 / shuffled.sum()
size = (1, 64, 64, 1)
ways = {
    "repeat": lambda x: tf.image.resize(x, size[1:3], "nearest"),
    "bilinear": lambda x: tf.image.resize(x, size[1:3], "bilinear"),
    "unpooling": lambda x: tf.reshape(
        tf.scatter_nd(tf.reshape(places, (-1, 1)), tf.reshape(x, (-1,)), (64 * 64,)), size
    ),
    "repeat, convolve": lambda x: tf.nn.conv2d(
        tf.image.resize(x, size[1:3], "nearest"), taps, 1, "SAME"
    ),
    "transposed convolution": lambda x: tf.nn.conv2d_transpose(x, stamp, size, SCALE, "SAME"),
    "pixel shuffle": lambda x: tf.nn.depth_to_space(tf.nn.conv2d(x, shuffled, 1, "SAME"), SCALE),
}
maps = {name: enlarge(small) for name, enlarge in ways.items()}

# %%
# Unpooling undoes the pooling at the maxima, and is its backward pass. The transposed convolution
# is the book's too.

np.testing.assert_array_equal(tf.nn.max_pool2d(maps["unpooling"], SCALE, SCALE, "VALID"), small)
gradient = reference.max_pool_gradient(eye, small.numpy(), SCALE)
np.testing.assert_array_equal(maps["unpooling"], gradient)
by_book = reference.conv2d_transpose(small.numpy(), stamp, size, SCALE, "same")
np.testing.assert_allclose(maps["transposed convolution"], by_book, atol=1e-5)

# %%
# The ripple of each way on a constant map, away from the border.

ripple = {}
for name, enlarge in ways.items():
    inside = enlarge(constant)[0, 4:-4, 4:-4, 0].numpy()
    ripple[name] = float(np.ptp(inside))
for name in ("transposed convolution", "pixel shuffle"):
    results.record(f"upsampling.{name.replace(' ', '_')}", ripple[name])
assert max(ripple[name] for name in ("repeat", "bilinear", "repeat, convolve")) < 1e-5
assert ripple["transposed convolution"] > ripple["pixel shuffle"] > 0.3

# %%
# All panels on one scale, 0 black, 1 white.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(3, 2, figsize=(5.2, 8.2))
for ax, (name, enlarged) in zip(axes.flat, maps.items(), strict=True):
    title = f"{name}\nripple {ripple[name]:.2f}"
    shown = plotting.show_image(ax, enlarged[0, :, :, 0], title)
plotting.colour_bar(fig, shown, axes, "value; above 1: white", horizontal=True)
plotting.describe(
    fig,
    "An eye enlarged in six ways. Repeated (panel a) it has blocks, interpolated (b) it is smooth, "
    "unpooled (c) it is scattered dots on black. Repeated and convolved (d) it is smooth; the "
    "transposed convolution (e) and the pixel shuffle (f) cover it with a grid of dots, of "
    f"{ripple['transposed convolution']:.2f} and {ripple['pixel shuffle']:.2f} on a constant map.",
)
plt.show()

# %%
# What to notice
# --------------
#
# A pixel shuffle (panel f) avoids the uneven overlap of stamps, and not the pattern: its output
# pixels take turns between four kernels, which agree on a constant map only if their weights have
# equal sums.
