r"""
A transposed convolution stamps its kernel
==========================================

A convolution gathers: each output reads a window of the input. Its transpose scatters: each input
value multiplies the whole kernel and adds this stamp to a window of the output. The windows are
:math:`s` pixels apart, so the map grows. Where stamps overlap, they add up:

.. math:: x[s i + u] \mathrel{+}= y[i] \, w[u]

Part of :doc:`/variants`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import arithmetic, plotting, reference, results

KERNEL = 3  # taps
STRIDE = 2  # pixels

# %%
# Four values, and a kernel that is highest in its middle.

small = np.array([[1, 2], [3, 4]], np.float32)
kernel = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]], np.float32)
print(small.shape, kernel.shape)

# %%
# TensorFlow wants to be told the output's shape. The input channels are the *last* axis of this
# kernel.

size = arithmetic.transposed_output_size(2, KERNEL, STRIDE)
large = tf.nn.conv2d_transpose(
    small[None, :, :, None],
    kernel[:, :, None, None],
    output_shape=(1, size, size, 1),
    strides=STRIDE,
    padding="VALID",
)[0, :, :, 0]
results.record("transposed_convolution.size", size, unit="px")
results.record("transposed_convolution.largest", int(np.max(large)))

# %%
# The same with stamps: one for each value, on a sheet of its own. The sheets add up to the output.

sheets = np.zeros((4, size, size), np.float32)
for sheet, (row, column) in zip(sheets, np.ndindex(2, 2), strict=True):
    top, left = STRIDE * row, STRIDE * column
    sheet[top : top + KERNEL, left : left + KERNEL] = small[row, column] * kernel
np.testing.assert_allclose(large, sheets.sum(axis=0))
by_book = reference.conv2d_transpose(
    small[None, ..., None], kernel[..., None, None], (1, size, size, 1), STRIDE
)
np.testing.assert_allclose(large, by_book[0, ..., 0])

# %%
# The four sheets are drawn as well; a colour belongs to a value of the input.

plt.style.use(plotting.STYLE)
fig = plt.figure(figsize=(6.0, 7.4))
above, below = fig.subfigures(2, 1, height_ratios=(1, 1.9))
grids = above.subplots(1, 5, width_ratios=(2, 0.7, 3, 0.7, 5))
colours = (plotting.BLUE, plotting.ORANGE, plotting.GREEN, plotting.PURPLE)
plotting.show_numbers(grids[0], small, "input", size=13)
plotting.show_numbers(grids[2], kernel, "kernel", size=13)
plotting.show_numbers(grids[4], large.numpy(), f"output, stride {STRIDE}", size=13)
for ax, sign in zip(grids[1::2], ("\N{MULTIPLICATION SIGN}", "="), strict=True):
    ax.text(0.5, 0.5, sign, size=16, ha="center", va="center")
    ax.set_axis_off()
stamps = below.subplots(2, 2)
for number, (ax, colour) in enumerate(zip(stamps.flat, colours, strict=True)):
    row, column = divmod(number, 2)
    plotting.show_numbers(ax, sheets[number], f"{small[row, column]:g} times the kernel", size=12)
    plotting.outline(ax, STRIDE * row, STRIDE * column, KERNEL, KERNEL, colour)
    plotting.outline(grids[0], row + 0.06, column + 0.06, 0.88, 0.88, colour)
    inset = 0.05 + 0.06 * number  # no frame hides another
    side = KERNEL - 2 * inset
    plotting.outline(grids[4], STRIDE * row + inset, STRIDE * column + inset, side, side, colour, 2)
plotting.describe(
    fig,
    f"Panel a: an input of 2 by 2 values, a kernel of 3 by 3, and their output of {size} by {size} "
    f"with {large[2, 2]:g} in the middle. Panel b: four sheets, each with the kernel times one "
    f"value, {STRIDE} pixels from the next.",
    panels=(grids[0], stamps[0, 0]),
)
plt.show()

# %%
# What to notice
# --------------
#
# Stamps of 3 pixels at a distance of 2 overlap in one row and one column. The pixel in the middle
# lies under all four stamps; the corners lie under one.
