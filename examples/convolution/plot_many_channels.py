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
# A panel for each feature map, with the same three channels on its left. The star is
# cross-correlation.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(4, 7, figsize=(6.4, 4.4), width_ratios=(3, 2, 2, 0.6, 3, 2, 2),
                         height_ratios=(3, 3, 3, 2.7))  # fmt: skip
fig.get_layout_engine().set(wspace=0.12)
for ax in (*axes[:, 3], *axes[3, :2], *axes[3, 4:6]):
    ax.set_axis_off()
for o, colour in enumerate((plotting.BLUE, plotting.ORANGE)):
    columns = axes[:, 4 * o : 4 * o + 3]
    for c, (channel, weight, part) in enumerate(columns[:3]):
        plotting.show_numbers(channel, picture[:, :, c], f"Channel {c}", size=9)
        plotting.show_numbers(weight, weights[:, :, c, o], f"w[:, :, {c}, {o}]", size=9)
        plotting.shade(weight, np.ones((2, 2), bool), colour, 0.25)
        plotting.show_numbers(part, parts[o, c], "+" if c else "", size=9)
        plotting.shade(part, np.ones((2, 2), bool), colour, 0.1)
        for ax, sign, size in ((weight, "\N{STAR OPERATOR}", 20), (part, "=", 11)):
            ax.text(-0.17, 0.5, sign, ha="center", va="center", transform=ax.transAxes, size=size)
        weight.title.set_size(9)
    total, sign = columns[3, 2], "+" if bias[o] > 0 else "\N{MINUS SIGN}"
    plotting.show_numbers(total, output[:, :, o], f"map {o}", size=9)
    total.text(-0.1, 0.5, f"bias: {sign} {abs(bias[o]):g} =", ha="right", va="center",
               transform=total.transAxes, in_layout=False)  # fmt: skip
    plotting.outline(total, 0, 0, 2, 2, colour)
plotting.describe(
    fig,
    "Three input channels of 3 by 3 numbers, one per row, drawn twice. In panel a each meets a "
    "slice of kernel 0, in panel b a slice of kernel 1, 2 by 2 numbers each; the three partial "
    "results of a kernel and its bias add up to one feature map. The first number of map 0 is "
    f"{parts[0, 0, 0, 0]:g} {parts[0, 1, 0, 0]:+g} {parts[0, 2, 0, 0]:+g} {bias[0]:+g} = "
    f"{output[0, 0, 0]:g}.",
    panels=axes[0, ::4],
)
plt.show()

# %%
# What to notice
# --------------
#
# The channels are added, not kept apart: however many go in, a kernel yields one map. The number
# of maps that come out is the number of kernels, and nothing ties it to the number of channels.
