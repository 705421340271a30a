r"""
First kernels before and after training
=======================================

A network's first kernels can be looked at directly: they weigh pixels. Before training they are
noise from a random generator. Training adds to that noise and never takes it away, so a learned
kernel :math:`w` still resembles its own start :math:`w_0`, as the cosine between the two shows:

.. math:: \cos(w_0, w) = \frac{\sum w_0 w}{\lVert w_0 \rVert \, \lVert w \rVert}

Part of :doc:`/seeing`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, models, plotting, reference, results, training

COLUMNS = 4  # kernels

# %%
# The trained network comes with its recipe. The recipe's seed fixes the initial weights, so
# building the network once more gives the kernels as they were before the first step.

trained = training.load("small_convnet")
recipe = trained.recipe
start = models.build(recipe.network, seed=recipe.seed, **recipe.options)
before, after = (
    network.get_layer("conv1").get_weights()[0].astype(np.float32)
    for network in (start, trained.model)
)
print(after.shape)
print(after[:, :, 0, 0].round(2))

# %%
# These 5 x 5 numbers are all there is to the layer: cross-correlation of the digit with them.

(_, _), (digits, _) = data.mnist()
digit = data.to_float(digits[:1])[..., np.newaxis].astype(np.float32)
maps = tf.nn.conv2d(digit, after, strides=1, padding="VALID")
np.testing.assert_allclose(maps, reference.conv2d(digit, after), atol=1e-5)

# %%
# How much of each kernel is still its start, and how far all of them have come.

first, last = (kernels.reshape(25, -1) for kernels in (before, after))
lengths = np.linalg.norm(first, axis=0) * np.linalg.norm(last, axis=0)
cosines = (first * last).sum(axis=0) / lengths
change = np.linalg.norm(last - first) / np.linalg.norm(first)
assert cosines.min() > 0.3
results.record("first_kernels.change", change, tolerance=0.15)
results.record("first_kernels.cosine_least", cosines.min(), tolerance=0.15)
results.record("first_kernels.cosine_median", np.median(cosines), tolerance=0.08)

# %%
# One scale for all kernels and for what was added to them.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, 3, figsize=(6.4, 2.9))
fig.get_layout_engine().set(wspace=0.15)
limit = plotting.symmetric_limit(before, after)
panels = {"before training": before, "change": after - before, "after training": after}
for ax, (title, kernels) in zip(axes, panels.items(), strict=True):
    tiles = plotting.mosaic(np.moveaxis(kernels[:, :, 0], -1, 0), COLUMNS)
    drawn = plotting.show_signed(ax, tiles, limit, title)
for ax, sign in zip(axes[1:], "+=", strict=True):
    ax.annotate(sign, (-0.13, 0.5), xycoords="axes fraction", ha="center", va="center", fontsize=16)
plotting.colour_bar(fig, drawn, axes, "weight", horizontal=True)
plotting.describe(
    fig,
    f"The {before.shape[-1]} kernels of 5 x 5 taps of the first layer before training, what "
    f"training added to them, and both together, on one scale to {limit:.2f}. Before, signs change "
    f"from tap to tap. The change has larger regions of one sign. Each kernel is still similar to "
    f"its start: the cosines lie between {cosines.min():.2f} and {cosines.max():.2f}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Compare kernels in the same place. Most keep the pattern of their start, and the change is
# smoother than the start was: neighbouring taps moved together, because neighbouring pixels of
# a digit are alike.
