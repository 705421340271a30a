r"""
A digit on its way through LeNet
================================

All that a trained LeNet computes between a picture and its answer. The maps become smaller and more
numerous, and stop looking like the digit. The last panel is ten logits, which softmax turns into
probabilities.

.. math:: p_c = \frac{e^{z_c}}{\sum_j e^{z_j}}

Part of :doc:`/lenet`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, interpretability, plotting, results, training

DIGIT = 1  # number of the picture in the test set
MAPS = {"conv1": 2, "pool1": 2, "conv2": 3, "pool2": 3}  # maps in a row of a panel

# %%
# One digit, and the network after three epochs of training.

_, (images, labels) = data.mnist()
x = data.to_float(images[DIGIT : DIGIT + 1])[..., np.newaxis]
trained = training.load("lenet")
print(x.shape, trained.recipe.epochs, "epochs")

# %%
# The output of each layer.

found = interpretability.feature_maps(trained.model, x, [*MAPS, "fc1", "logits"])
logits = found["logits"][0]
probabilities = tf.nn.softmax(logits).numpy()
print({name: stage.shape for name, stage in found.items()})

# %%
# Softmax by NumPy, with the largest logit taken off first: the result is the same, and nothing
# overflows.

powers = np.exp(logits - logits.max())
np.testing.assert_allclose(probabilities, powers / powers.sum(), rtol=1e-4)
assert probabilities.argmax() == labels[DIGIT]
results.record("lenet_stages.accuracy", trained.accuracy, tolerance=0.005)
results.record("lenet_stages.values", [stage.size for stage in found.values()])

# %%
# The maps of a layer side by side, with an empty pixel between them.

plt.style.use(plotting.STYLE)
fig = plt.figure(figsize=(6.4, 5.5))
grid = fig.add_gridspec(3, 6, height_ratios=(1.25, 1, 0.75))
places = (grid[0, 2:4], grid[0, 4:], grid[1, :2], grid[1, 2:4])
digit = fig.add_subplot(grid[0, :2])
plotting.show_image(digit, x[0, :, :, 0], "input: 28²")
panels = [fig.add_subplot(place) for place in (*places, grid[1, 4:])]
for ax, (name, columns) in zip(panels, MAPS.items(), strict=False):
    side, _, count = found[name].shape[1:]
    title = f"{name}: {count} of {side}²"
    maps = np.moveaxis(found[name][0], 2, 0)
    plotting.show_signed(ax, plotting.mosaic(maps, columns), 1.0, title)
drawn = plotting.show_signed(panels[-1], found["fc1"].reshape(32, 32), 1.0, "fc1: 1024")
plotting.colour_bar(fig, drawn, panels, "tanh")
below = fig.add_subplot(grid[2, :])
below.bar(range(10), logits, color=[plotting.ORANGE if c == labels[DIGIT] else plotting.BLUE
                                   for c in range(10)])  # fmt: skip
below.axhline(0, color="0.4", linewidth=0.8)
below.set(xticks=range(10), xlabel="class", ylabel="logit")
likely = probabilities.argmax()
below.set_title(f"probability of {likely}: {probabilities[likely]:.3f}")
plotting.describe(
    fig,
    f"A handwritten {labels[DIGIT]}, the {found['conv1'].shape[-1]} maps of the first convolution, "
    "in which it can be recognized, the same pooled, six maps of the second, coarse blots, and a "
    f"square of 1024 values without a pattern. Panel g: ten bars, of which the logit of {likely} "
    "is the largest.",
    panels=[digit, *panels, below],
)
plt.show()

# %%
# What to notice
# --------------
#
# The first maps are pictures of strokes: where there is ink, and on which side its edge is.
# Negative values are no less of an answer than positive ones: tanh has both. The 1024 values of fc1
# have no neighbours any more; their order in the square means nothing.
