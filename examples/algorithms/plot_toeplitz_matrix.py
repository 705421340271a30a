r"""
Convolution is a matrix: few numbers, many zeros
================================================

A convolution is linear, so it is a matrix :math:`A` that acts on the picture laid flat. Local
connection leaves most entries zero, and shared weights repeat the others along diagonals. Matrices
constant along their diagonals are called Toeplitz; here they are blocks that repeat in turn:

.. math:: \operatorname{vec}(y) = A \operatorname{vec}(x)

Part of :doc:`/algorithms`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import plotting, reference, results

SIZE = 6  # pixels along each side of the picture
OUTPUT = 4  # pixels along each side of the feature map
PIXEL = 14  # of the picture: row 2, column 2

# %%
# A kernel of nine different weights, and the matrix that it makes for a picture of 6 x 6 pixels.

kernel = np.array([[-4, -3, -2], [-1, 5, 1], [2, 3, 4]], np.float32)
matrix = reference.toeplitz_matrix(kernel[:, :, None, None], (SIZE, SIZE, 1))
print(matrix.shape)

# %%
# Multiplying by it is what TensorFlow's convolution does, and multiplying by its transpose is what
# the transposed convolution does.

picture = np.random.default_rng(5).integers(0, 10, (1, SIZE, SIZE, 1)).astype(np.float32)
w = kernel[:, :, None, None]
y = tf.nn.conv2d(picture, w, strides=1, padding="VALID")
np.testing.assert_array_equal(matrix @ picture.ravel(), np.ravel(y))
back = tf.nn.conv2d_transpose(y, w, picture.shape, strides=1, padding="VALID")
np.testing.assert_array_equal(matrix.T @ np.ravel(y), np.ravel(back))

# %%
# Free numbers, non-zero entries and all entries; and the share of the non-zero ones in a matrix for
# an MNIST digit. For a picture of 224 x 224 pixels, SAME, the matrix alone would take gigabytes.

counts = [np.unique(matrix[matrix != 0]).size, np.count_nonzero(matrix), matrix.size]
results.record("toeplitz_matrix.counts", counts)
results.record("toeplitz_matrix.share_mnist", kernel.size / 28**2)
results.record("toeplitz_matrix.gigabytes", 224**4 * 4 / 1e9, unit="GB")

# %%
# Lines separate the rows of the picture, and the rows of the map. One row of the matrix and one
# column of it are laid out as pictures, too.

plt.style.use(plotting.STYLE)
fig = plt.figure(figsize=(6.4, 5.2))
above, below = fig.subfigures(2, 1, height_ratios=(1, 1.55))
tops = above.subplots(1, 3)
limit = plotting.symmetric_limit(matrix)
plotting.show_numbers(tops[0], kernel, "kernel", limit=limit, size=12)
row = 5  # the output at row 1, column 1
plotting.show_numbers(
    tops[1], matrix[row].reshape(SIZE, SIZE), f"row {row}, as a picture", limit=limit
)
plotting.show_numbers(
    tops[2], matrix[:, PIXEL].reshape(OUTPUT, OUTPUT), f"column {PIXEL}, as a map", limit=limit
)
ax = below.subplots()
drawn = plotting.show_signed(ax, matrix, limit, f"the matrix, {len(matrix)} x {matrix.shape[1]}")
ax.hlines(np.arange(0, 17, OUTPUT) - 0.5, -0.5, 35.5, color="0.6", linewidth=0.7)
ax.vlines(np.arange(0, 37, SIZE) - 0.5, -0.5, 15.5, color="0.6", linewidth=0.7)
plotting.outline(ax, row, 0, 1, matrix.shape[1], plotting.ORANGE, 1.5)
plotting.outline(ax, 0, PIXEL, len(matrix), 1, plotting.GREEN, 1.5)
plotting.outline(tops[1], 0, 0, SIZE, SIZE, plotting.ORANGE)
plotting.outline(tops[2], 0, 0, OUTPUT, OUTPUT, plotting.GREEN)
plotting.colour_bar(below, drawn, ax, "weight")
plotting.describe(
    fig,
    f"Panel d: a matrix of {matrix.shape[0]} by {matrix.shape[1]} cells, {counts[1]} of them "
    f"coloured in slanted stripes with {counts[0]} different weights, the others white. One of its "
    "rows as a picture (panel b) shows the kernel (a); one of its columns (c) shows the kernel "
    "turned upside down.",
)
plt.show()

# %%
# What to notice
# --------------
#
# A row (panel b) says which pixels an output reads: it holds the kernel in its place. A column
# (panel c) says which outputs a pixel reaches: it holds the kernel turned by 180 degrees. The
# backward pass and the transposed convolution read the matrix by columns.
