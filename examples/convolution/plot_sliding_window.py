r"""
The window slides
=================

A kernel of 3 x 3 taps visits the nine positions where it fits into a picture of 5 x 5 pixels. At
each it multiplies what lies under it by its taps and adds the nine products into one number:

.. math:: y_{i, j} = \sum_{u = 0}^{2} \sum_{v = 0}^{2} x_{i + u, j + v} \, w_{u, v}

Part of :doc:`/convolution`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from matplotlib.animation import FuncAnimation

from convbook import plotting, reference, results

PAUSE = 900  # milliseconds a frame

# %%
# The picture and the kernel of a well-known drawing of a convolution, from Stanford's tutorial on
# unsupervised feature learning (UFLDL).

image = np.array(
    [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]],
    dtype=np.float32,
)
kernel = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]], dtype=np.float32)
print(image.shape, kernel.shape)

# %%
# TensorFlow computes all nine outputs at once.

x, w = image[None, :, :, None], kernel[:, :, None, None]
output = tf.nn.conv2d(x, w, strides=1, padding="VALID")[0, :, :, 0].numpy()
print(output)

# %%
# One at a time, they are the same.

np.testing.assert_array_equal(output, reference.conv2d_loops(x, w)[0, :, :, 0])
results.record("sliding_window.first", int(output[0, 0]))

# %%
# Two frames a position: the products, then their sum in its place.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, 4, figsize=(6.4, 2.75), width_ratios=(5, 3, 3, 3))
plotting.show_numbers(axes[0], image, "Picture", size=11)
plotting.show_numbers(axes[1], kernel, "× kernel", size=11)
plotting.show_numbers(axes[2], image[:3, :3] * kernel, "= products", size=11)
plotting.show_numbers(axes[3], output, "Output", size=11)
window = plotting.outline(axes[0], 0, 0, 3, 3)
place = plotting.outline(axes[3], 0, 0, 1, 1)
for ax in axes[1:3]:
    plotting.outline(ax, 0, 0, 3, 3)
for ax in axes:
    ax.set_anchor("N")
equation = fig.supxlabel("sum", size=12)


def draw(frame: int) -> None:
    row, column = divmod(frame // 2, 3)
    summed = frame % 2 == 1
    products = image[row : row + 3, column : column + 3] * kernel
    for text, product in zip(axes[2].texts, products.flat, strict=True):
        text.set_text(f"{product:g}")
    for number, (text, value) in enumerate(zip(axes[3].texts, output.flat, strict=True)):
        text.set_text(f"{value:g}" if number < frame // 2 + summed else "")
    window.set_xy((column - 0.5, row - 0.5))
    place.set_xy((column - 0.5, row - 0.5))
    terms = " + ".join(f"{product:g}" for product in products.flat)
    right = f" = {output[row, column]:g}" if summed else ""
    equation.set_text(f"y[{row}, {column}] = {terms}{right}")


animation = FuncAnimation(fig, draw, frames=2 * output.size, interval=PAUSE)
fig.canvas.draw()  # An animation starts when its figure is first drawn, even if no window opens.
plotting.describe(
    fig,
    f"A frame of 3 by 3 cells slides over a picture of zeros and ones. Its nine products with the "
    f"kernel are shown, and their sums fill the output: {output[0, 0]:g} first, then "
    f"{', '.join(f'{value:g}' for value in output.flat[1:])}.",
    panels=(),  # the titles are an equation
)
plt.show()

# %%
# What to notice
# --------------
#
# Neighbouring windows share six of their nine pixels. And each output is one number: the nine
# products are added up, never kept.
