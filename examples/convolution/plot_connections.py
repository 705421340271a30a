r"""
Full, local and shared connections
==================================

A fully connected layer gives every pair of input and output its own weight. A locally connected
layer keeps only the pairs that are near each other. A convolution gives all outputs the same few
weights. Each is a matrix product :math:`y = W x`; the number of different weights in :math:`W`
falls from one kind to the next:

.. math:: n \, m \;\to\; m \, k \;\to\; k

for :math:`n` inputs, :math:`m` outputs and :math:`k` taps.

Part of :doc:`/convolution`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import arithmetic, plotting, reference, results

INPUTS = 7  # pixels
TAPS = 3  # of the kernel
SEED = 0

# %%
# A row of seven pixels, and a kernel of three taps.

signal = np.array([0, 0, 1, 1, 1, 0, 0], dtype=np.float32)
kernel = np.array([-1, 3, 2], dtype=np.float32)
outputs = arithmetic.output_size(INPUTS, TAPS)
print(signal.shape, kernel.shape, outputs)

# %%
# The three matrices: any numbers; numbers in a band; the kernel, one step further in each row.

rng = np.random.default_rng(SEED)
offset = np.arange(INPUTS) - np.arange(outputs)[:, np.newaxis]
band = (offset >= 0) & (offset < TAPS)
full = rng.integers(1, 10, (outputs, INPUTS)).astype(np.float32)
local = np.where(band, full, 0)
shared = sum(kernel[tap] * (offset == tap) for tap in range(TAPS))

# %%
# TensorFlow multiplies by any of the three. By the last one it need not: ``tf.nn.conv1d`` takes
# the three weights alone.

product = tf.linalg.matvec(shared, signal)
output = tf.nn.conv1d(signal[None, :, None], kernel[:, None, None], stride=1, padding="VALID")
print(output[0, :, 0].numpy())
np.testing.assert_allclose(product, output[0, :, 0])
by_hand = reference.conv1d(signal[None, :, None], kernel[:, None, None])
np.testing.assert_allclose(output, by_hand)

# %%
# The same three counts for a picture of the size of a digit, 28 x 28 pixels, under a kernel of
# 5 x 5 taps.

size = arithmetic.output_size(28, 5)
results.record("connections.full", arithmetic.dense_parameters(28**2, size**2, bias=False))
results.record(
    "connections.local", arithmetic.locally_connected_parameters(size, 5, 1, 1, bias=False)
)
results.record("connections.shared", arithmetic.conv_parameters(5, 1, 1, bias=False))

# %%
# Each line is a weight, and each cell of the matrix below it is one: the row is the output, the
# column the input. Equal colours are equal weights.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 3, figsize=(6.4, 4.7), height_ratios=(1.5, 1))
tints = np.array([plotting.BLUE, plotting.ORANGE, plotting.GREEN])
counts = {"Full": outputs * INPUTS, "Local": outputs * TAPS, "Shared": TAPS}
joined = (np.ones_like(band), band, band)
for (title, count), weights, pairs, (top, bottom) in zip(
    counts.items(), (full, local, shared), joined, axes.T, strict=True
):
    plotting.show_numbers(bottom, weights)
    for row, column in np.argwhere(pairs):
        colour = "0.15" if row == outputs // 2 else "0.7"
        if title == "Shared":
            colour = tints[offset[row, column]]
        ends = (INPUTS - 1) / 2 - column, (outputs - 1) / 2 - row
        top.plot((0, 1), ends, color=colour, linewidth=1.4, zorder=1 + (row == outputs // 2))
    if title == "Shared":
        for tap, colour in enumerate(tints):
            plotting.shade(bottom, offset == tap, colour)
    else:
        plotting.shade(bottom, pairs, "0.35", 0.15)
    for x, number in ((0, INPUTS), (1, outputs)):
        heights = (number - 1) / 2 - np.arange(number)
        top.scatter(np.full(number, x), heights, s=90, c="white", edgecolors="black", zorder=3)
    top.set(xlim=(-0.15, 1.15), xticks=(0, 1), xticklabels=("input", "output"), yticks=())
    top.tick_params(length=0)
    top.spines[:].set_visible(False)
    top.set_title(f"{title}: {count} weights")
axes[1, 0].set_ylabel("output")
for bottom in axes[1]:
    bottom.set_xlabel("input")
plotting.describe(
    fig,
    f"{INPUTS} inputs joined to {outputs} outputs in three ways (panels a to c), each with its "
    f"matrix of weights (d to f): {counts['Full']} weights join all pairs, {counts['Local']} join "
    f"each output to {TAPS} neighbouring inputs, and {counts['Shared']} weights, in three colours, "
    "repeat along the diagonals of the last matrix.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The matrix of panel e is that of d with zeros outside a band. That of f is e with equal numbers
# along each diagonal. Nothing else makes a layer convolutional.
