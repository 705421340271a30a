r"""
Learned kernels resemble derivatives
====================================

The Gaussian and its first and second derivatives in any direction are a family of kernels built by
hand. Together they span 6 of the 25 dimensions of a 5 x 5 kernel. A random kernel has 6/25 of
its squared length in that subspace. Learned kernels have more, and what training added has most:

.. math:: r = \frac{\lVert P w \rVert^2}{\lVert w \rVert^2}, \qquad P = Q Q^{\top}

Part of :doc:`/seeing`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import kernels, models, plotting, results, training

SIGMA = 1.0  # pixels
TAPS = 5
SHOWN = 8  # kernels

# %%
# Six kernels span all directions: two first derivatives, and three second ones.

smooth = kernels.gaussian(SIGMA, TAPS)
first = [kernels.gaussian_derivative(SIGMA, angle, 1, TAPS) for angle in (0, 90)]
second = [kernels.gaussian_derivative(SIGMA, angle, 2, TAPS) for angle in (0, 45, 90)]
family = np.stack([smooth, *first, *second], axis=-1).reshape(TAPS**2, 6)
print(family.shape, np.linalg.matrix_rank(family))

# %%
# Least squares finds the nearest mixture of the six for each kernel of a network.

shares = {}
for name in ("small_convnet", "mnist_convnet"):
    trained = training.load(name)
    start = models.build(name, seed=trained.recipe.seed, **trained.recipe.options)
    before, learned = (
        network.get_layer("conv1").get_weights()[0].reshape(TAPS**2, -1)
        for network in (start, trained.model)
    )
    for when, weights in (("before", before), ("after", learned), ("added", learned - before)):
        fit = family @ tf.linalg.lstsq(family, weights, fast=False).numpy()
        shares[name, when] = (fit**2).sum(axis=0) / (weights**2).sum(axis=0)
        if when == "after":
            nearest = fit

# %%
# The same by an orthonormal basis of the subspace: a projection needs no least squares.

basis, _ = np.linalg.qr(family)
np.testing.assert_allclose(nearest, basis @ (basis.T @ learned), atol=1e-4)
chance = family.shape[1] / len(family)
for (name, when), values in shares.items():
    tolerance = 0.005 if when == "before" else 0.08
    results.record(f"kernel_matches.{name}_{when}", values.mean(), tolerance=tolerance)
    assert values.mean() > {"before": 0.15, "after": chance + 0.05, "added": 0.5}[when]
results.record("kernel_matches.chance", chance)

# %%
# The kernels that fit best, above their nearest mixtures; and the mean shares.

best = np.argsort(-shares["mnist_convnet", "after"])[:SHOWN]
pairs = np.concatenate([learned[:, best], nearest[:, best]], axis=1).T.reshape(-1, TAPS, TAPS)

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 1, figsize=(6.4, 4.6), height_ratios=(1.6, 1.9))
limit = plotting.symmetric_limit(pairs)
drawn = plotting.show_signed(
    axes[0], plotting.mosaic(pairs, SHOWN), limit, "Learned, and the nearest mixture below it"
)
plotting.colour_bar(fig, drawn, axes[0], "weight")
colours = {"before": plotting.BLUE, "after": plotting.ORANGE, "added": plotting.GREEN}
bars = [(key, values.mean()) for key, values in shares.items()]
for place, ((_, when), mean) in enumerate(bars):
    axes[1].barh(place, mean, color=colours[when], height=0.8)
    axes[1].text(max(mean, chance) + 0.01, place, f"{mean:.2f}", va="center")
axes[1].axvline(chance, color="0.3", linewidth=1, linestyle="--")
axes[1].set_yticks(range(len(bars)), [f"{name}, {when}" for (name, when), _ in bars])
axes[1].invert_yaxis()
axes[1].set_xlim(0, 0.8)
axes[1].set_title("Mean share in the family; dashed: a random kernel")
plotting.describe(
    fig,
    f"Panel a: the {SHOWN} kernels of mnist_convnet that lie nearest to mixtures of Gaussian "
    f"derivatives, with those mixtures: edges and bars in various directions. Panel b: the mean "
    f"share of the squared length in that family for two networks: "
    + ", ".join(f"{name} {when} {mean:.2f}" for (name, when), mean in bars)
    + f"; a random kernel has {chance:.2f}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# No one told the networks about derivatives. More than half of what training *added* to the kernels
# lies in a family that their designers could have chosen.
