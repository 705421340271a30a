r"""
Where the gradient goes in pooling
==================================

Forward, a window becomes one number. Backward, that number's gradient returns to the window. Max
pooling sends all of it to the pixel that won; average pooling gives every pixel the same share.
Where windows overlap, the contributions add up.

.. math::
   \frac{\partial y_{\max}}{\partial x_{a b}} = [x_{a b} \text{ won}], \qquad
   \frac{\partial y_\mathrm{avg}}{\partial x_{a b}} = \frac{1}{|R|}

Part of :doc:`/pooling`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import plotting, reference

# %%
# A feature map of 4 by 4, in which the number 8 stands twice, and the gradients that arrive from
# the layer above for an output of 2 by 2.

feature_map = np.array([[1, 5, 2, 0], [3, 2, 8, 8], [4, 6, 7, 2], [9, 1, 0, 3]], np.float32)
arriving = np.array([[36, 72], [-72, 108]], np.float32)
x = feature_map[np.newaxis, :, :, np.newaxis]
dy = arriving[np.newaxis, :, :, np.newaxis]
print(x.shape, dy.shape)

# %%
# Two windows that both give 2 by 2: of 2 by 2 side by side, and of 3 by 3 overlapping by two.

gradients = {}
for size, stride in ((2, 2), (3, 1)):
    pixels = tf.constant(x)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(pixels)
        largest = tf.nn.max_pool2d(pixels, size, stride, "VALID")
        average = tf.nn.avg_pool2d(pixels, size, stride, "VALID")
    of_max = tape.gradient(largest, pixels, output_gradients=dy)
    of_average = tape.gradient(average, pixels, output_gradients=dy)

    # The reference follows the winners and the shares by hand.
    np.testing.assert_allclose(of_max, reference.max_pool_gradient(x, dy, size, stride))
    shares = reference.average_pool_gradient(dy, x.shape, size, stride)
    np.testing.assert_allclose(of_average, shares, rtol=1e-5)
    gradients[size] = (of_max[0, :, :, 0].numpy(), of_average[0, :, :, 0].numpy())
    print(gradients[size][0])

# %%
# The gradient that arrives is passed on, no more and no less.

for of_max, of_average in gradients.values():
    np.testing.assert_allclose([of_max.sum(), of_average.sum()], arriving.sum(), rtol=1e-5)

# %%
# Red is positive, blue negative, on one scale.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(4, 2, figsize=(4.8, 7.6))
limit = plotting.symmetric_limit(*gradients[2], *gradients[3])
winners = {2: ((0, 1), (1, 2), (3, 0), (2, 2)), 3: ((1, 2), (3, 0))}
for column, (size, (of_max, of_average)) in zip(axes.T, gradients.items(), strict=True):
    plotting.show_numbers(column[0], feature_map, f"input, windows of {size} × {size}", size=10)
    for top, left in winners[size]:
        plotting.outline(column[0], top, left, 1, 1)
    plotting.show_numbers(column[1], arriving, "arriving gradient", limit=limit, size=10)
    plotting.show_numbers(column[2], of_max, "through the maximum", limit=limit, size=10)
    title = "through the average"
    drawn = plotting.show_numbers(column[3], of_average, title, limit=limit, size=10)
plotting.colour_bar(fig, drawn, axes, "gradient", horizontal=True)
plotting.describe(
    fig,
    "A grid of 4 by 4 numbers with the winners of each window framed, the gradients "
    "that arrive and what each kind of pooling passes on, for windows of 2 by 2 and of 3 by 3. "
    "Through max pooling all is zero but the winners, "
    f"with up to {gradients[3][0].max():g} at one that wins three windows; through average pooling "
    "it is spread over all sixteen cells.",
    panels=axes.flat,
)
plt.show()

# %%
# What to notice
# --------------
#
# Of two equal maxima one takes all. On a CPU it is the first, row by row. In max pooling most
# pixels learn nothing from a step; in overlapping windows one pixel may learn for several.
