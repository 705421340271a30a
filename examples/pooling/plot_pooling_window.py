r"""
A pooling window slides over numbers
====================================

Pooling looks at a feature map through a window, keeps one number of what it sees, and moves on by
the stride. With a window of 2 by 2 and a stride of 2 the windows do not overlap, and a quarter of
the numbers is left. Max pooling keeps the largest value :math:`x` of the window :math:`R`, average
pooling the mean:

.. math::
   y_{\max} = \max_{(a, b) \in R} x_{a b}, \qquad
   y_\mathrm{avg} = \frac{1}{|R|} \sum_{(a, b) \in R} x_{a b}

Part of :doc:`/pooling`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from matplotlib.animation import FuncAnimation

from convbook import plotting, reference

POOL = 2  # pixels, size and stride
INTERVAL = 900  # milliseconds from one position to the next
HOLD = 3  # frames that the finished result stays

# %%
# Six rows and columns of numbers.

feature_map = np.array(
    [
        [1, 3, 0, 2, 7, 1],
        [5, 2, 0, 0, 4, 8],
        [0, 1, 9, 6, 2, 2],
        [1, 0, 5, 8, 2, 2],
        [3, 3, 0, 1, 0, 4],
        [6, 0, 2, 9, 0, 0],
    ],
    np.float32,
)
x = feature_map[np.newaxis, :, :, np.newaxis]
print(x.shape)

# %%
# Window, stride, padding: in this order. The stride is not the window's unless it is given so.

largest = tf.nn.max_pool2d(x, POOL, POOL, "VALID")
average = tf.nn.avg_pool2d(x, POOL, POOL, "VALID")
print(largest[0, :, :, 0].numpy())
print(average[0, :, :, 0].numpy())

# %%
# The reference does the same in NumPy.

np.testing.assert_array_equal(largest, reference.max_pool(x, POOL))
np.testing.assert_array_equal(average, reference.average_pool(x, POOL))

# %%
# One frame for each position; then the result stays for a while.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplot_mosaic(
    [["input", "max"], ["input", "average"]], figsize=(6.4, 4.2), width_ratios=(2.1, 1)
)
plotting.show_numbers(axes["input"], feature_map, "Feature map, 6 × 6", size=14)
frame = plotting.outline(axes["input"], 0, 0, POOL, POOL)
outputs = {"max": largest[0, :, :, 0].numpy(), "average": average[0, :, :, 0].numpy()}
for name, values in outputs.items():
    plotting.show_numbers(axes[name], values, f"{name.capitalize()}, 3 × 3", size=12)
frames = [plotting.outline(axes[name], 0, 0, 1, 1) for name in outputs]


def draw(number):
    position = min(number, largest[0].shape.num_elements() - 1)
    row, column = divmod(position, largest.shape[2])
    frame.set_xy((column * POOL - 0.5, row * POOL - 0.5))
    for name, small in zip(outputs, frames, strict=True):
        small.set_xy((column - 0.5, row - 0.5))
        for index, text in enumerate(axes[name].texts):
            text.set_visible(index <= position)


animation = FuncAnimation(
    fig, draw, frames=largest[0].shape.num_elements() + HOLD, interval=INTERVAL
)
fig.canvas.draw()  # An animation starts when its figure is first drawn, even if no window opens.
plotting.describe(
    fig,
    "Panel a: a grid of 6 by 6 numbers with a frame of 2 by 2 that moves over it in nine steps "
    "without overlap. With each step one number appears in panel b, the largest of the four framed "
    f"numbers, at first {largest[0, 0, 0, 0]:g}, and one in panel c, their mean, at first "
    f"{average[0, 0, 0, 0]:g}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Two windows have the maximum 9. In one it stands among large numbers and the mean is 7; in the
# other it stands alone and the mean is 3. Numbers that trade places inside their window change
# neither output.
