r"""
Three answers to one convolution
================================

"The convolution of :math:`M` with :math:`c` at [1, 1]" is not one number. It depends on where the
output begins to count and on whether the kernel is flipped. A kernel that half a turn changes tells
the three readings apart:

.. math:: \sum_{u, v} M_{1 + u, 1 + v} \, c_{u, v} \quad
          \sum_{u, v} M_{u, v} \, c_{u, v} \quad
          \sum_{u, v} M_{u, v} \, c_{2 - u, 2 - v}

Part of :doc:`/convolution`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import kernels, plotting, reference, results

ROW, COLUMN = 1, 1  # the output that is asked for

# %%
# The picture is the first 25 digits of pi. The kernel is "emboss", which half a turn changes.

matrix = np.array([int(digit) for digit in "3141592653589793238462643"], np.float32).reshape(5, 5)
kernel = kernels.get("emboss")
print(matrix, matrix.shape)
print(kernel, kernel.shape)

# %%
# TensorFlow computes the first two. It computes the third when it is given the kernel turned by
# half a turn.

image, weights = matrix[None, :, :, None], kernel[:, :, None, None]
valid = tf.nn.conv2d(image, weights, strides=1, padding="VALID")[0, :, :, 0].numpy()
same = tf.nn.conv2d(image, weights, strides=1, padding="SAME")[0, :, :, 0].numpy()
turned = tf.reverse(weights, axis=[0, 1])
true = tf.nn.conv2d(image, turned, strides=1, padding="SAME")[0, :, :, 0].numpy()

# %%
# The definitions, in NumPy, agree.

np.testing.assert_allclose(valid, reference.correlate2d(matrix, kernel, "valid"))
np.testing.assert_allclose(same, reference.correlate2d(matrix, kernel, "same"))
np.testing.assert_allclose(true, reference.convolve2d(matrix, kernel, "same"))
results.record("three_answers.valid", int(valid[ROW, COLUMN]))
results.record("three_answers.same", int(same[ROW, COLUMN]))
results.record("three_answers.convolution", int(true[ROW, COLUMN]))

# %%
# The picture with the window behind output [1, 1] and, small, the weight of each pixel in it. Below
# it, the whole output, each number under the centre of its window.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 3, figsize=(6.4, 4.3))
cases = {
    "VALID": (valid, kernel, 1),
    "SAME": (same, kernel, 0),
    "True convolution": (true, kernels.flip(kernel), 0),
}
limit = plotting.symmetric_limit(valid, same, true)
for (name, (output, taps, top)), (above, below) in zip(cases.items(), axes.T, strict=True):
    plotting.show_numbers(above, matrix, name, size=10)
    mask = np.zeros(matrix.shape, bool)
    mask[top : top + 3, top : top + 3] = True
    plotting.shade(above, mask, plotting.ORANGE, 0.18)
    plotting.outline(above, top, top, 3, 3)
    for digit in np.array(above.texts)[mask.ravel()]:
        digit.set_y(digit.get_position()[1] - 0.14)  # room for the weight
    for (row, column), tap in np.ndenumerate(taps):
        text = f"×{tap:g}".replace("-", "\N{MINUS SIGN}")
        above.text(top + column + 0.44, top + row + 0.47, text, ha="right", va="bottom",
                   size=9, color="#A04000")  # fmt: skip
    drawn = plotting.show_numbers(below, output, limit=limit, size=9)
    plotting.outline(below, ROW, COLUMN, 1, 1)
    edges = np.arange(len(matrix) + 1) - 0.5 - top  # of the picture, in pixels of the output
    below.set(xticks=edges, yticks=edges, xlim=edges[[0, -1]], ylim=edges[[-1, 0]])
    below.set_title(f"[1, 1] is {output[ROW, COLUMN]:g}".replace("-", "\N{MINUS SIGN}"))
plotting.colour_bar(fig, drawn, axes[1], "output")
plotting.describe(
    fig,
    "Three times a 5 by 5 picture of digits with a 3 by 3 window (panels a to c), and the output "
    f"(d to f). Output [1, 1] is {valid[ROW, COLUMN]:g} for VALID, whose window begins at row and "
    f"column 1; {same[ROW, COLUMN]:g} for SAME, whose window begins at 0; and "
    f"{true[ROW, COLUMN]:g} for true convolution, with the window of SAME and the weights turned "
    "by half a turn.",
)
plt.show()

# %%
# What to notice
# --------------
#
# VALID and SAME hold the same numbers: the nine of VALID (panel d) are the inner nine of SAME
# (panel e), one index further on. True convolution (panel f) holds others everywhere.
