r"""
What each branch computes
=========================

The first Inception module of the book's network reads maps of 12 by 12 and returns 64, side by
side: some from a single position, some from windows of three and of five, some from the largest of
nine. A trained network can be cut at each branch.

.. math:: y = [\, y_{1 \times 1},\; y_{3 \times 3},\; y_{5 \times 5},\; y_\text{pool} \,]

Part of :doc:`/inception`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np

from convbook import data, plotting, reference, results, training

DIGIT = 4  # place in the test set
SHOWN = 12  # maps of each branch
BRANCHES = {"1 × 1": "inception1_1x1", "3 × 3": "inception1_3x3", "5 × 5": "inception1_5x5",
            "pool": "inception1_pool_proj"}  # fmt: skip

# %%
# The network, trained, and one digit.

network = training.load("mini_inception").model
(_, _), (digits, labels) = data.mnist()
x = data.to_float(digits)[..., np.newaxis]
print(x[DIGIT : DIGIT + 1].shape, labels[DIGIT])

# %%
# Six inner tensors as the outputs of one model: what the module is given, its branches, and their
# concatenation.

names = ["relu1", *BRANCHES.values(), "inception1"]
cut = keras.Model(network.input, [network.get_layer(name).output for name in names])
found = dict(zip(names, cut(x[DIGIT : DIGIT + 1]), strict=True))
for name, value in found.items():
    print(name, value.shape)

# %%
# Branches by hand, and side by side.

source = found["relu1"].numpy()
(pointwise,) = network.get_layer("inception1_1x1").get_weights()
(projection,) = network.get_layer("inception1_pool_proj").get_weights()
np.testing.assert_allclose(found["inception1_1x1"], reference.conv2d(source, pointwise), atol=1e-4)
pooled = reference.max_pool(source, 3, 1, "same")
np.testing.assert_allclose(
    found["inception1_pool_proj"], reference.conv2d(pooled, projection), atol=1e-4
)
side_by_side = np.concatenate([found[name] for name in BRANCHES.values()], axis=-1)
np.testing.assert_array_equal(found["inception1"], side_by_side)

# %%
# How sharp the maps are: the step between neighbours, relative to a map's own standard
# deviation, over 200 digits. Each map is divided by it for drawing too.

many = keras.Model(network.input, network.get_layer("inception1").output)(x[:200]).numpy()
mean, deviation = many.mean(axis=(0, 1, 2)), many.std(axis=(0, 1, 2))
steps = np.abs(np.diff(many, axis=2)).mean(axis=(0, 1, 2)) / deviation
sizes = [found[name].shape[-1] for name in BRANCHES.values()]
ends = np.cumsum(sizes)
sharpness = {b: part.mean() for b, part in zip(BRANCHES, np.split(steps, ends[:-1]), strict=True)}
for branch, name in zip(BRANCHES, ("one", "three", "five", "pool"), strict=True):
    results.record(f"branch_maps.step_{name}", sharpness[branch], tolerance=0.15)
assert max(sharpness["5 × 5"], sharpness["pool"]) < min(sharpness["1 × 1"], sharpness["3 × 3"])
maps = (many[DIGIT] - mean) / deviation
parts = dict(zip(BRANCHES, np.split(maps, ends[:-1], axis=-1), strict=True))

# %%
# Twelve maps of each branch, on one scale.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(5, 1, figsize=(6.4, 4.1))
stem = plotting.mosaic(np.moveaxis(source[0], -1, 0)[:SHOWN], SHOWN)
plotting.show_image(
    axes[0], stem, "given: 12 maps, after ReLU", limits=(0, stem[stem == stem].max())
)
limit = 3.0  # standard deviations
for ax, (branch, values) in zip(axes[1:], parts.items(), strict=True):
    tiles = plotting.mosaic(np.moveaxis(values, -1, 0)[:SHOWN], SHOWN)
    drawn = plotting.show_signed(ax, tiles, limit, f"{branch}: {SHOWN} of {values.shape[-1]}")
plotting.colour_bar(fig, drawn, axes[1:], "standard deviations from the mean")
plotting.describe(
    fig,
    f"For a digit {labels[DIGIT]}: {SHOWN} maps that the module is given (panel a), and {SHOWN} "
    "maps of each branch (panels b to e), in red above and blue below their mean. The mean step is "
    + ", ".join(f"{value:.2f} for {branch}" for branch, value in sharpness.items())
    + " standard deviations.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The digit can be read in every panel. The maps of panel b are mixtures of those of panel a, pixel
# by pixel. After the pooling strokes are swollen: a place is bright if anything near it was.
