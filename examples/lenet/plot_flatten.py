r"""
What flattening does
====================

A dense layer wants a row of numbers. Flattening writes the maps into one, pixel by pixel, and for
each pixel its channels side by side. No number changes, and the order must not change later: a
dense layer has a weight for each place of the row.

.. math:: \text{place} = (i \, W + j) \, C + c

Part of :doc:`/lenet`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import plotting

SIDE = 2  # pixels
CHANNELS = 3
SEED = 5

# %%
# Maps of 2 by 2 pixels and three channels: the hundreds tell the channel, the tens the row, the
# ones the column.

i, j, c = np.indices((SIDE, SIDE, CHANNELS))
maps = (100 * c + 10 * i + j).astype(np.float32)[np.newaxis]
print(maps.shape)

# %%
# Keras and ``tf.reshape`` write them in the same order, and the formula says which.

row = keras.layers.Flatten()(maps)[0].numpy()
np.testing.assert_array_equal(row, tf.reshape(maps, (-1, SIDE * SIDE * CHANNELS))[0])
place = (i * SIDE + j) * CHANNELS + c
np.testing.assert_array_equal(row[place], maps[0])

# %%
# A framework with channels first writes the same maps in another order.

first = np.moveaxis(maps[0], -1, 0).ravel()
assert not np.array_equal(row, first)
assert sorted(row) == sorted(first)

# %%
# Folded back, the weights of a dense layer are kernels as large as the maps. One position of such a
# kernel gives the same numbers.

weights = np.random.default_rng(SEED).normal(size=(row.size, 5)).astype(np.float32)
kernel = weights.reshape(SIDE, SIDE, CHANNELS, 5)
by_convolution = tf.nn.conv2d(maps, kernel, 1, "VALID")
np.testing.assert_allclose(by_convolution[0, 0, 0], row @ weights, rtol=1e-4)

# %%
# The maps, and the two rows. Colours tell the channel.

plt.style.use(plotting.STYLE)
fig = plt.figure(figsize=(6.4, 3.8))
grid = fig.add_gridspec(3, CHANNELS, height_ratios=(2.2, 1, 1))
tints = (plotting.ORANGE, plotting.GREEN, plotting.BLUE)
for channel, tint in enumerate(tints):
    ax = fig.add_subplot(grid[0, channel])
    plotting.show_numbers(ax, maps[0, :, :, channel], f"channel {channel}", spec="03.0f", size=10)
    plotting.shade(ax, np.ones((SIDE, SIDE), dtype=bool), tint)
for number, (values, title) in enumerate(
    ((row, "Flattened with channels last, as TensorFlow does"), (first, "With channels first"))
):
    ax = fig.add_subplot(grid[1 + number, :])
    plotting.show_numbers(ax, values[np.newaxis], title, spec="03.0f", size=10)
    for channel, tint in enumerate(tints):
        plotting.shade(ax, values[np.newaxis] // 100 == channel, tint)
plotting.describe(
    fig,
    f"Panels a to c: grids of {SIDE} by {SIDE} numbers in three colours. Panels d and e: rows of "
    f"the same {row.size} numbers. In panel d the colours alternate: "
    f"{', '.join(f'{v:03.0f}' for v in row[:4])} and so on. In panel e each colour stands "
    "together.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Weights from a framework with channels first fit the shape of a dense layer here and give
# nonsense. Fold them to (C, H, W, outputs), move the first axis behind W, and flatten again.
