r"""
Which part of a kernel does the work
====================================

That kernels resemble derivatives of a Gaussian need not mean that the network uses them as such. So
put it to the test: split each first kernel into its part inside the family and the part outside,
and let the network run with one of them alone. Nothing is trained again:

.. math:: w = P w + (1 - P) w

Part of :doc:`/seeing`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import data, kernels, models, plotting, results, training

COUNT = 1000  # digits
SIGMA = 1.0  # pixels
TAPS = 5
SHOWN = 8  # kernels

# %%
# The family of six kernels, and the projection onto it.

family = [kernels.gaussian(SIGMA, TAPS)]
family += [kernels.gaussian_derivative(SIGMA, angle, 1, TAPS) for angle in (0, 90)]
family += [kernels.gaussian_derivative(SIGMA, angle, 2, TAPS) for angle in (0, 45, 90)]
basis, _ = np.linalg.qr(np.reshape(family, (6, TAPS**2)).T)
print(basis.shape)

# %%
# The trained network, and four sets of first kernels for it.

trained = training.load("small_convnet")
network, recipe = trained.model, trained.recipe
(learned,) = network.get_layer("conv1").get_weights()
start = models.build(recipe.network, seed=recipe.seed, **recipe.options)
inside = (basis @ (basis.T @ learned.reshape(TAPS**2, -1))).reshape(learned.shape)
banks = {
    "as learned": learned,
    "inside the family": inside,
    "outside it": learned - inside,
    "as at the start": start.get_layer("conv1").get_weights()[0],
}
np.testing.assert_allclose((inside * banks["outside it"]).sum(axis=(0, 1)), 0, atol=1e-4)

# %%
# Accuracy with each bank in place of the learned one. All other weights stay.

(_, _), (digits, labels) = data.mnist()
accuracy = {}
for name, bank in banks.items():
    network.get_layer("conv1").set_weights([bank])
    logits = training.predict(network, digits[:COUNT])
    accuracy[name] = 100 * np.mean(logits.argmax(axis=1) == labels[:COUNT])
assert accuracy["inside the family"] > accuracy["outside it"]
for name, tolerance in (("as learned", 1), ("inside the family", 10), ("as at the start", 30)):
    key = name.replace(" ", "_")
    results.record(f"kernel_transplants.{key}", accuracy[name], unit="%", tolerance=tolerance)
results.record("kernel_transplants.outside", accuracy["outside it"], unit="%", tolerance=30)

# %%
# A row of kernels a bank, on one scale.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(4, 1, figsize=(6.4, 4.6))
limit = plotting.symmetric_limit(*banks.values())
for ax, (name, bank) in zip(axes, banks.items(), strict=True):
    tiles = plotting.mosaic(np.moveaxis(bank[:, :, 0, :SHOWN], -1, 0), SHOWN)
    drawn = plotting.show_signed(ax, tiles, limit)
    ax.set_title(f"{name}: {accuracy[name]:.1f} % right")
plotting.colour_bar(fig, drawn, axes, "weight")
plotting.describe(
    fig,
    f"The first {SHOWN} kernels of small_convnet in four versions, with the accuracy on {COUNT} "
    f"test digits: "
    + "; ".join(f"{name}, {value:.1f} %" for name, value in accuracy.items())
    + ". The versions inside the family are smooth, those outside it change sign from tap to tap.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The part inside the family has less than half of the kernels' squared length and keeps most of the
# accuracy. The other part is longer and nearly useless. This is what a picture of kernels alone
# cannot show: which of what one sees is used.
