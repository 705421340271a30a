r"""
Two convolutions in a row are one
=================================

A convolution is linear, and so is one after another: two kernels :math:`w_1` and :math:`w_2` do
together what a single larger kernel does alone. TensorFlow's layers cross-correlate
(:math:`\star`), and for those the single kernel is the full true convolution (:math:`*`) of both:

.. math:: w_2 \star (w_1 \star x) = (w_1 * w_2) \star x

Part of :doc:`/nonlinearity`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, plotting, reference, results

# %%
# Two kernels of 3 by 3 taps. The one that does the work of both has 5 by 5.

first, second = kernels.get("sobel_x"), kernels.get("sobel_y")
composed = reference.convolve2d(first, second, padding="full")
print(composed.shape)
print(composed)

# %%
# Two layers without anything between them, and one layer with the composed kernel. VALID takes two
# pixels off in each of the two layers, and four in the one.

x = data.chelsea_grey()[np.newaxis, :, :, np.newaxis]
w1, w2, w12 = map(kernels.to_hwio, (first, second, composed))
inner = tf.nn.conv2d(x, w1, strides=1, padding="VALID")
two_layers = tf.nn.conv2d(inner, w2, strides=1, padding="VALID")
one_layer = tf.nn.conv2d(x, w12, strides=1, padding="VALID")
np.testing.assert_allclose(two_layers, one_layer, atol=1e-5)
np.testing.assert_allclose(one_layer, reference.conv2d(x, w12), atol=1e-5)
results.record("two_linear_layers.difference", float(np.abs(two_layers - one_layer).max()))

# %%
# With ReLU between the layers no single kernel will do: turning the picture into its negative no
# longer turns the result into its negative.

with_relu = tf.nn.conv2d(tf.nn.relu(inner), w2, strides=1, padding="VALID")
of_negative = tf.nn.conv2d(tf.nn.relu(-inner), w2, strides=1, padding="VALID")
broken = np.abs(with_relu + of_negative).max()
assert broken > 0.9 * np.abs(two_layers).max()
results.record("two_linear_layers.highest", float(np.abs(two_layers).max()))
results.record("two_linear_layers.broken", float(broken))

# %%
# The kernels, and what they make of the picture.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 3, figsize=(6.4, 4.6))
taps = (("First kernel", first), ("Second kernel", second), ("Composed kernel", composed))
for ax, (title, kernel) in zip(axes[0], taps, strict=True):
    plotting.show_numbers(ax, kernel, title)
maps = (("Two layers", two_layers), ("One layer", one_layer), ("ReLU between two", with_relu))
limit = plotting.symmetric_limit(two_layers, with_relu) / 3
for ax, (title, feature_map) in zip(axes[1], maps, strict=True):
    drawn = plotting.show_signed(ax, feature_map[0, 22:122, 22:122, 0], limit, title)
    plotting.outline(ax, 0, 0, 100, 100, "0.6", 0.6)
plotting.colour_bar(fig, drawn, axes[1], "value; beyond: strongest colour")
plotting.describe(
    fig,
    "Panels a to c: two kernels of 3 by 3 numbers and the 5 by 5 kernel composed of both. Panels d "
    "to f: feature maps of a cat's eye in red and blue. Two layers and the one composed layer look "
    "the same; with ReLU between the layers many lines are gone, and one value has moved by "
    f"{np.abs(with_relu - two_layers).max():.1f}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The maps of panels d and e agree to rounding. A stack of convolutions with nothing between them is
# one convolution that was written down in a roundabout way, however deep it is.
