r"""
Many channels in, many maps out
===============================

A kernel has one slice for each input channel. Each slice slides over its own channel, and the
results are added up, with one bias at the end: three channels become one feature map. For a second
feature map there is a second kernel with slices of its own:

.. math:: y_{i, j, o} = b_o + \sum_c \sum_{u, v} x_{i + u, j + v, c} \, w_{u, v, c, o}

Part of :doc:`/convolution`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import plotting, reference

# %%
# A picture of 3 x 3 pixels with three channels, kernels of 2 x 2 taps for two feature maps, and a
# bias for each. Axis 2 of the kernels counts input channels, axis 3 feature maps.

pixels = [
    [[3, 1, 4], [1, 5, 9], [2, 6, 5]],
    [[3, 5, 8], [9, 7, 9], [3, 2, 3]],
    [[8, 4, 6], [2, 6, 4], [3, 3, 8]],
]
picture = np.array(pixels, dtype=np.float32)
first = [[[1, 0], [0, 1]], [[0, 1], [1, 0]], [[-1, 0], [0, -1]]]  # a slice for each channel
second = [[[1, -1], [1, -1]], [[2, 0], [0, -2]], [[0, 0], [1, 0]]]
weights = np.stack([first, second]).transpose(2, 3, 1, 0).astype(np.float32)
bias = np.array([10, -5], dtype=np.float32)
print(picture.shape, weights.shape, bias.shape)

# %%
# One call does all of it.

x = picture[np.newaxis]
output = tf.nn.bias_add(tf.nn.conv2d(x, weights, strides=1, padding="VALID"), bias)[0].numpy()
print(output[:, :, 0], output[:, :, 1], sep="\n")

# %%
# The same by parts: six convolutions of one channel each, added up in two groups of three.

parts = np.array(
    [
        [reference.correlate2d(picture[:, :, c], weights[:, :, c, o]) for c in range(3)]
        for o in range(2)
    ]
)
np.testing.assert_allclose(output, parts.sum(axis=1).transpose(1, 2, 0) + bias)

# %%
# A row for each input channel; for each feature map a column of slices and one of partial results.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(4, 6, figsize=(6.4, 5.1), width_ratios=(3, 2, 2, 0.4, 2, 2),
                         height_ratios=(3, 3, 3, 2.7))  # fmt: skip
fig.get_layout_engine().set(wspace=0.1)
for ax in (axes[3, 0], *axes[:, 3], *axes[3, 1:5:3]):
    ax.set_axis_off()
colours = (plotting.BLUE, plotting.ORANGE)
for c, channel in enumerate(axes[:3, 0]):
    plotting.show_numbers(channel, picture[:, :, c], f"Channel {c}", size=10)
    for o, colour in enumerate(colours):
        weight, part = axes[c, 1 + 3 * o : 3 + 3 * o]
        plotting.show_numbers(weight, weights[:, :, c, o], f"w[:, :, {c}, {o}]", size=10)
        plotting.shade(weight, np.ones((2, 2), bool), colour, 0.25)
        plotting.show_numbers(part, parts[o, c], "+" if c else "", size=10)
        plotting.shade(part, np.ones((2, 2), bool), colour, 0.1)
        for ax, sign in ((weight, "" if o else "\N{ASTERISK OPERATOR}"), (part, "=")):
            ax.text(-0.25, 0.5, sign, ha="center", va="center", transform=ax.transAxes, size=13)
for o, colour in enumerate(colours):
    total = axes[3, 2 + 3 * o]
    sign = "+" if bias[o] > 0 else "\N{MINUS SIGN}"
    plotting.show_numbers(total, output[:, :, o], f"{sign} {abs(bias[o]):g} = map {o}", size=10)
    plotting.outline(total, 0, 0, 2, 2, colour)
plotting.describe(
    fig,
    "Three input channels of 3 by 3 numbers, one a row. Each meets a slice of kernel 0 and a slice "
    "of kernel 1, 2 by 2 numbers each; the three partial results of a kernel and its bias add up "
    f"to one feature map. The first number of map 0 is {parts[0, 0, 0, 0]:g} "
    f"{parts[0, 1, 0, 0]:+g} {parts[0, 2, 0, 0]:+g} {bias[0]:+g} = {output[0, 0, 0]:g}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The channels are added, not kept apart: however many go in, a kernel yields one map. The number
# of maps that come out is the number of kernels, and nothing ties it to the number of channels.
