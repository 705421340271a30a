r"""
Which part of a kernel does the work
====================================

That kernels resemble derivatives of a Gaussian need not mean that the network uses them as such. So
put it to the test: split each first kernel into its part inside the family and the part outside,
and let the network run with one of them alone. Two controls tell what any six of 25 dimensions
would do: random subspaces, and what lies outside them. No weight is trained again:

.. math:: w = P w + (1 - P) w

Part of :doc:`/seeing`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import data, kernels, models, plotting, results, training

COUNT = 1000  # test digits
REFERENCE = 2000  # training digits that the normalization is set by
DRAWS = 8  # random subspaces
SIGMA, TAPS = 1.0, 5  # pixels
SHOWN = 6  # kernels

# %%
# The family of six kernels, and an orthonormal basis. Random subspaces have six dimensions, too.

family = [kernels.gaussian(SIGMA, TAPS)]
family += [kernels.gaussian_derivative(SIGMA, angle, 1, TAPS) for angle in (0, 90)]
family += [kernels.gaussian_derivative(SIGMA, angle, 2, TAPS) for angle in (0, 45, 90)]
basis, _ = np.linalg.qr(np.reshape(family, (6, TAPS**2)).T)
rng = np.random.default_rng(0)
others = [np.linalg.qr(rng.standard_normal(basis.shape))[0] for _ in range(DRAWS)]
print(basis.shape, len(others))

# %%
# The trained network, and the sets of first kernels for it.

trained = training.load("small_convnet")
network, recipe = trained.model, trained.recipe
(learned,) = network.get_layer("conv1").get_weights()
flat = learned.reshape(TAPS**2, -1)
inside, *drawn = ((q @ (q.T @ flat)).reshape(learned.shape) for q in (basis, *others))
start = models.build(recipe.network, seed=recipe.seed, **recipe.options)
banks = {
    "as learned": [learned],
    "family": [inside],
    "outside family": [learned - inside],
    "random 6": drawn,
    "outside random": [learned - part for part in drawn],
    "at the start": start.get_layer("conv1").get_weights(),
}
np.testing.assert_allclose(np.tensordot(inside, learned - inside, 4), 0, atol=1e-4)

# %%
# Accuracy with each set in place of the learned one, twice. Frozen, the normalization still expects
# the maps of the learned kernels. Set anew, its means and variances are those of training digits
# under the new kernels: with momentum 0 a forward pass in training mode replaces both.

(pictures, _), (digits, labels) = data.mnist()
usual = data.to_float(pictures[:REFERENCE])[..., np.newaxis]
norms = [network.get_layer(f"norm{number}") for number in (1, 2, 3)]
kept = [norm.get_weights() for norm in norms]
accuracy = {}
for name, versions in banks.items():
    for bank in versions:
        network.get_layer("conv1").set_weights([bank])
        for way in ("frozen", "set anew"):
            for norm, weights in zip(norms, kept, strict=True):
                norm.set_weights(weights)
                norm.momentum = 0.0
            if way == "set anew":
                network(usual, training=True)
            logits = training.predict(network, digits[:COUNT])
            right = 100 * np.mean(logits.argmax(axis=1) == labels[:COUNT])
            accuracy.setdefault((name, way), []).append(right)

# %%
# The family beats every random subspace, and what is outside it does worse than outside any other.

anew, frozen = ({n: accuracy[n, way] for n in banks} for way in ("set anew", "frozen"))
assert anew["family"][0] > max(anew["random 6"])
assert anew["outside family"][0] < min(anew["outside random"])
assert all(min(anew[name]) >= min(frozen[name]) for name in banks)
for key, value, tolerance in (
    ("as_learned", frozen["as learned"][0], 1), ("family", anew["family"][0], 3),
    ("outside", anew["outside family"][0], 25), ("start", anew["at the start"][0], 6),
    ("random_most", max(anew["random 6"]), 12),
    ("outside_random_least", min(anew["outside random"]), 5),
    ("outside_frozen", frozen["outside family"][0], 30),
    ("start_frozen", frozen["at the start"][0], 30),
):  # fmt: skip
    results.record(f"kernel_transplants.{key}", value, unit="%", tolerance=tolerance)

# %%
# Some kernels of each set on one scale, and beside them the accuracies; a dot for each random draw.

plt.style.use(plotting.STYLE)
fig, (left, right) = plt.subplots(1, 2, figsize=(6.4, 4.3))
tiles = [np.moveaxis(versions[0][:, :, 0, :SHOWN], -1, 0) for versions in banks.values()]
limit = plotting.symmetric_limit(*tiles)
shown = plotting.show_signed(left, plotting.mosaic(np.concatenate(tiles), SHOWN), limit)
for row, name in enumerate(banks):
    left.text(-1.5, row * (TAPS + 1) + 2, name, ha="right", va="center", fontsize=9)
    for way, style, values in (("frozen", "C1s", frozen[name]), ("set anew", "C0o", anew[name])):
        label = f"normalization {way}" if row == 0 else None
        right.plot(values, [row] * len(values), style, fillstyle="none", label=label)
left.set_aspect("auto")  # the rows of the two panels lie at the same heights
right.set(xlim=(0, 102), ylim=(len(banks) - 3.5 / 6, -2.5 / 6), xlabel="accuracy, %")
right.set_yticks(range(len(banks)), [])
right.grid(axis="y")
fig.legend(loc="outside upper right", ncols=2)
plotting.colour_bar(fig, shown, (left, right), "weight", horizontal=True)
plotting.describe(
    fig,
    "Six sets of first kernels in small_convnet (panel a) and its accuracy (panel b) on "
    f"{COUNT} test digits, with the normalization set anew and frozen: "
    + "; ".join(f"{n}, {np.mean(anew[n]):.1f} % and {np.mean(frozen[n]):.1f} %" for n in banks)
    + f". Random sets are means over {DRAWS} draws. The kernels of the family are smooth.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Six of 25 dimensions keep nearly all of the accuracy, if they are these six. Any other six can be
# taken away at little cost. This is what a picture of kernels alone cannot show: which of what it
# shows is used.
