r"""
The backward pass is made of convolutions
=========================================

Given the gradient :math:`g = \partial L / \partial y` at the output of a cross-correlation, the
gradient of its kernel is the picture cross-correlated with :math:`g`, and the gradient of the
picture is :math:`g`, padded, cross-correlated with the kernel turned by 180 degrees:

.. math:: \frac{\partial L}{\partial w}[u, v] = \sum_{i,j} g[i, j] \, x[i + u, j + v],
          \qquad
          \frac{\partial L}{\partial x}[m, n] = \sum_{u,v} g[m - u, n - v] \, w[u, v]

Part of :doc:`/algorithms`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import plotting, reference

CELL = 0.4  # inches

# %%
# A picture of 3 x 3 pixels, a kernel of 2 x 2 taps, and a gradient that arrives at the output.

picture = np.array([[1, 2, 0], [3, 1, 2], [0, 1, 4]], np.float32)
kernel = np.array([[2, -1], [1, 3]], np.float32)
arriving = np.array([[1, 2], [-1, 3]], np.float32)
print(picture.shape, kernel.shape, arriving.shape)

# %%
# Automatic differentiation of a loss with that gradient.

x, w = tf.Variable(picture[None, :, :, None]), tf.Variable(kernel[:, :, None, None])
with tf.GradientTape() as tape:
    y = tf.nn.conv2d(x, w, strides=1, padding="VALID")
    loss = tf.reduce_sum(arriving[None, :, :, None] * y)
gradients = tape.gradient(loss, {"x": x, "w": w})

# %%
# The same from the two formulas, with nothing but cross-correlation.

padded = np.pad(arriving, 1)
turned = kernel[::-1, ::-1]
kernel_gradient = reference.correlate2d(picture, arriving)
picture_gradient = reference.correlate2d(padded, turned)
np.testing.assert_array_equal(gradients["w"][:, :, 0, 0], kernel_gradient)
np.testing.assert_array_equal(gradients["x"][0, :, :, 0], picture_gradient)

# %%
# One row of the figure is one cross-correlation, written as a star. Blue frames have the picture's
# shape, orange ones the kernel's, green ones the output's; shaded cells hold gradients.

plt.style.use(plotting.STYLE)
width, height = 6.4, 5.4  # inches
fig = plt.figure(figsize=(width, height), layout="none")  # every grid has cells of one size


def place(values, title, colour, centre, middle, gradient=True):
    """Draw a grid of numbers around a point, in inches from the upper left."""
    rows, columns = values.shape
    box = (centre - columns * CELL / 2, height - middle - rows * CELL / 2)
    size = (columns * CELL / width, rows * CELL / height)
    ax = fig.add_axes((box[0] / width, box[1] / height, *size))
    limits = (-400, 40) if gradient else None
    plotting.show_numbers(ax, values, title, limits=limits, size=12)
    plotting.outline(ax, 0, 0, rows, columns, colour)


blue, orange, green = plotting.BLUE, plotting.ORANGE, plotting.GREEN
top, centre, bottom = 0.95, 2.65, 4.5
place(picture, "picture", blue, 2.3, top, False)
place(kernel, "kernel", orange, 4.0, top, False)
place(y[0, :, :, 0].numpy(), "output", green, 5.6, top, False)
place(picture, "picture", blue, 2.3, centre, False)
place(arriving, "gradient g", green, 4.0, centre)
place(kernel_gradient, "kernel's gradient", orange, 5.6, centre)
place(padded, "g, padded", green, 2.3, bottom)
place(turned, "kernel, turned", orange, 4.0, bottom, False)
place(picture_gradient, "picture's gradient", blue, 5.6, bottom)
for middle, name in ((top, "forward"), (centre, "gradient\nof the\nkernel"),
                     (bottom, "gradient\nof the\npicture")):  # fmt: skip
    for left, text, size in ((0.15, name, 11), (3.25, "\N{STAR OPERATOR}", 26),
                             (4.68, "=", 16)):  # fmt: skip
        fig.text(left / width, 1 - middle / height, text, size=size, va="center")
plotting.describe(
    fig,
    "Three rows of number grids. Panel a: a picture of 3 by 3 and a kernel of 2 by 2 give an "
    "output. Panel b: the picture and the gradient of the output give a gradient of 2 by 2, which "
    f"begins with {kernel_gradient[0, 0]:g}. Panel c: the padded gradient and the turned kernel "
    f"give one of 3 by 3, which begins with {picture_gradient[0, 0]:g}.",
    panels=fig.axes[::3],
)
plt.show()

# %%
# What to notice
# --------------
#
# A gradient has the shape of what it belongs to. In panel b the output's gradient plays the kernel.
# In panel c the kernel is turned: a pixel has the output at its own place under the kernel's first
# tap, and the outputs before it under the later taps.
