r"""
Patches that excite a unit most
===============================

The plainest answer to what a unit looks for needs no gradient: go through many digits, and show the
pieces to which it responds most. A unit of the third convolution sees 14 x 14 pixels, by the
formula for the receptive field, with kernels :math:`k_l` and strides :math:`s_m`:

.. math:: 1 + \sum_l (k_l - 1) \prod_{m < l} s_m

Part of :doc:`/seeing`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import arithmetic, data, interpretability, plotting, results, training

LAYER = "conv3"
WINDOWS = [(5, 1), (2, 2), (3, 1), (3, 1)]  # pixels: size and stride of conv1, pool1, conv2, conv3
UNITS = 6
PATCHES = 9  # a unit

# %%
# Two thousand test digits, and what the layer makes of them.

(_, _), (digits, labels) = data.mnist()
digits, labels = digits[:2000], labels[:2000]
x = data.to_float(digits)[..., np.newaxis].astype(np.float32)
network = training.load("small_convnet").model
maps = interpretability.feature_maps(network, x, [LAYER])[LAYER]
field, step = arithmetic.receptive_field(WINDOWS), arithmetic.effective_stride(WINDOWS)
print(maps.shape, field, step)

# %%
# Without padding, position (i, j) sees the pixels from (2i, 2j) on. The gradient agrees: outside
# the receptive field it is zero.

part = tf.keras.Model(network.input, network.get_layer(LAYER).output)
pixels = tf.constant(x[:50])
with tf.GradientTape() as tape:
    tape.watch(pixels)
    unit = tf.reduce_sum(part(pixels)[:, 2, 3])
gradient = tape.gradient(unit, pixels).numpy()
rows, columns = np.nonzero(np.abs(gradient).sum(axis=(0, 3)))
for seen, first in ((rows, 2 * step), (columns, 3 * step)):
    np.testing.assert_array_equal((seen.min(), seen.max()), (first, first + field - 1))

# %%
# The best position in each digit, then the digits where it is best.

count, height, width, channels = maps.shape
flat = maps.reshape(count, height * width, channels)
best = np.argsort(-flat.max(axis=1), axis=0)[:PATCHES]
purity = np.mean([np.bincount(labels[best[:, c]]).max() / PATCHES for c in range(channels)])
results.record("unit_patches.field", field, unit="px")
results.record("unit_patches.purity", 100 * purity, unit="%", tolerance=12)
patches = []
for channel in range(UNITS):
    for image in best[:, channel]:
        top, left = np.unravel_index(flat[image, :, channel].argmax(), (height, width))
        top, left = top * step, left * step
        patches.append(x[image, top : top + field, left : left + field, 0])

# %%
# One row per unit.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 3.1))
plotting.show_image(ax, plotting.mosaic(np.array(patches), PATCHES, gap=2))
for channel in range(UNITS):
    found = np.unique(labels[best[:, channel]])
    classes = ", ".join(map(str, found)) if len(found) <= 4 else f"{len(found)} classes"
    middle = channel * (field + 2) + field / 2
    ax.text(-3, middle, f"unit {channel}", ha="right", va="center")
    ax.text(PATCHES * (field + 2), middle, f"from {classes}", va="center")
plotting.describe(
    fig,
    f"{UNITS} rows of {PATCHES} patches of {field} x {field} pixels, cut from test digits: those "
    f"to which the first {UNITS} units of the third convolution respond most. The patches of a row "
    f"look alike: the same stroke, bend or end in the same place. They come from "
    + "; ".join(
        f"digits {', '.join(map(str, np.unique(labels[best[:, c]])))}" for c in range(UNITS)
    )
    + ".",
)
plt.show()

# %%
# What to notice
# --------------
#
# A row shows one shape, often out of several classes: the unit stands for a piece of a stroke,
# not for a digit. Beware of the nine best of two thousand. They say what drives the unit
# to its maximum, and nothing about what it does most of the time.
