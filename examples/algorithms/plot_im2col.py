r"""
im2col: patches become rows, a convolution becomes a matrix product
===================================================================

The window under the kernel, laid flat, is a row of a matrix :math:`P`. The kernel, laid flat in the
same order, is a column of a matrix :math:`W`. Their product holds the outputs, a row for each
position and a column for each kernel:

.. math:: Y = P \, W, \qquad
          P \in \mathbb{R}^{H_o W_o \times k^2 C_\mathrm{in}}, \quad
          W \in \mathbb{R}^{k^2 C_\mathrm{in} \times C_\mathrm{out}}

Part of :doc:`/algorithms`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import plotting, reference, results

KERNEL = 2  # taps

# %%
# Nine pixels, and two kernels: one adds, one takes the difference along a diagonal.

picture = np.array([[2, 0, 1], [5, 3, 4], [1, 6, 2]], np.float32)
kernels = np.array([[[1, 1], [1, 1]], [[1, 0], [0, -1]]], np.float32)
print(picture.shape, kernels.shape)

# %%
# TensorFlow's answer: two feature maps of 2 x 2 pixels.

x = picture[None, :, :, None]
w = np.moveaxis(kernels, 0, -1)[:, :, None, :]
maps = tf.nn.conv2d(x, w, strides=1, padding="VALID")
print(maps.shape)

# %%
# The same as one matrix product.

patches = reference.im2col(x, KERNEL)
columns = w.reshape(-1, len(kernels))
product = patches @ columns
np.testing.assert_array_equal(product.reshape(maps.shape), maps)

# %%
# TensorFlow can cut the patches as well, in the same order.

cut = tf.image.extract_patches(x, (1, KERNEL, KERNEL, 1), (1, 1, 1, 1), (1, 1, 1, 1), "VALID")
np.testing.assert_array_equal(patches, tf.reshape(cut, patches.shape))

# %%
# The price is memory: each pixel is copied as often as windows contain it. For a 3x3 kernel, SAME,
# on 64 maps of 224 x 224 pixels in float32:

values = np.array([1, 3 * 3]) * 224 * 224 * 64
results.record("im2col.megabytes", values * 4 / 1e6, unit="MB")

# %%
# A colour belongs to a position of the kernel, in all grids.

plt.style.use(plotting.STYLE)
fig = plt.figure(figsize=(6.4, 4.3))
above, below = fig.subfigures(2, 1, height_ratios=(1, 1.25))
tops = above.subplots(1, 5, width_ratios=(3, 2, 2, 2, 2))
bottoms = below.subplots(1, 5, width_ratios=(4, 0.7, 2, 0.7, 2))
plotting.show_numbers(tops[0], picture, "picture", size=12)
for number in range(len(kernels)):
    plotting.show_numbers(tops[1 + number], kernels[number], f"kernel {number + 1}", size=12)
    plotting.show_numbers(tops[3 + number], maps[0, :, :, number].numpy(), f"map {number + 1}",
                          size=12)  # fmt: skip
matrices = (patches, columns, product)
titles = ("P: each row is a window", "W: each column\nis a kernel", "Y = P W")
for ax, matrix, title in zip(bottoms[::2], matrices, titles, strict=True):
    plotting.show_numbers(ax, matrix, title, size=12)
for ax, sign in zip(bottoms[1::2], ("\N{MULTIPLICATION SIGN}", "="), strict=True):
    ax.text(0.5, 0.5, sign, size=16, ha="center", va="center")
    ax.set_axis_off()
colours = (plotting.BLUE, plotting.ORANGE, plotting.GREEN, plotting.PURPLE)
for position, colour in enumerate(colours):
    row, column = divmod(position, 2)
    inset = 0.05 + 0.06 * position  # no frame hides another
    side = KERNEL - 2 * inset
    plotting.outline(tops[0], row + inset, column + inset, side, side, colour)
    for ax in tops[3:]:
        plotting.outline(ax, row + 0.07, column + 0.07, 0.86, 0.86, colour)
    for ax, width in ((bottoms[0], patches.shape[1]), (bottoms[4], len(kernels))):
        plotting.outline(ax, position + 0.07, 0.07, 0.86, width - 0.14, colour)
plotting.describe(
    fig,
    f"Panel a: a picture of 3 by 3 numbers with {len(patches)} coloured windows, two kernels and "
    f"two maps. Panel b: a matrix with the windows as rows, {patches[0].astype(int).tolist()} "
    "first, times a matrix with the kernels as columns; the product holds the numbers of the maps.",
    panels=(tops[0], bottoms[0]),
)
plt.show()

# %%
# What to notice
# --------------
#
# The pixel in the middle of the picture lies in all four windows: it stands four times in the
# matrix, once in each column. Each column of the product is a feature map, read row by row.
