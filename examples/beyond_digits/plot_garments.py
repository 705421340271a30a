"""
Ten kinds of garments
=====================

Fashion-MNIST has MNIST's form, 28 x 28 pixels and ten classes, and another content. The classes of
clothes for the upper body share an outline. How near two classes are shows in how far apart their
means lie, measured in grey levels,

.. math:: d_{ab} = \\sqrt{\\operatorname{mean} \\, (\\bar x_a - \\bar x_b)^2}

Part of :doc:`/beyond_digits`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, results

SHOWN = 4  # garments of a class

# %%
# The first training pictures of each class, and the mean of all its pictures.

(x_train, y_train), _ = data.fashion_mnist()
first = [np.flatnonzero(y_train == label)[:SHOWN] for label in range(len(data.GARMENTS))]
print(x_train.shape, np.bincount(y_train))
means = np.array([x_train[y_train == label].mean(axis=0) for label in range(10)])

# %%
# TensorFlow's sum by class gives the same means. The distance of each pair of means, and the pair
# that lies nearest.

flat = tf.reshape(tf.cast(x_train, tf.float64), (len(x_train), -1))
sums = tf.math.unsorted_segment_sum(flat, y_train.astype(np.int32), 10)
np.testing.assert_allclose(means, sums.numpy().reshape(10, 28, 28) / 6000)
distances = np.sqrt(((means[:, None] - means) ** 2).mean(axis=(2, 3)))
pairs = [(distances[a, b], a, b) for a in range(10) for b in range(a)]
nearest, a, b = min(pairs)
farthest = max(pairs)
print(f"nearest {data.GARMENTS[a]} and {data.GARMENTS[b]}, {nearest:.1f}")
assert {data.GARMENTS[a], data.GARMENTS[b]} == {"Coat", "Pullover"}
results.record("garments.nearest", nearest, tolerance=0.01)
results.record("garments.farthest", farthest[0], tolerance=0.01)

# %%
# A column for each class: four garments, and below them the mean.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(SHOWN + 1, 10, figsize=(6.4, 3.7))
for label, column in enumerate(axes.T):
    for ax, row in zip(column[:SHOWN], first[label], strict=True):
        plotting.show_image(ax, x_train[row], limits=(0, 255))
    plotting.show_image(column[SHOWN], means[label], limits=(0, 255))
    column[0].set_title(data.GARMENTS[label].replace("/", "/\n").replace(" ", "\n"), size=8)
axes[SHOWN, 0].set_ylabel("mean", size=9)
plotting.describe(
    fig,
    f"Ten columns, one for each class of garment, each with {SHOWN} small grey pictures on black "
    "and, below, the mean of its 6,000 training pictures. The means of pullovers, coats and shirts "
    "are blurred tops with long sleeves; those of trousers, bags and the three kinds of shoes have "
    "outlines of their own.",
    panels=(),
)
plt.show()

# %%
# What to notice
# --------------
#
# Coat and pullover have the nearest means. What tells them apart, a row of buttons or a collar, is
# a few pixels wide.
