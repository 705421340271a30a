r"""
A sanity check for explanations
===============================

An explanation of a network should change when the network does. So replace the trained weights by
random ones and draw the same maps again. The signed gradient becomes another one. The strength of
gradient times input hardly changes: it shows the digit, whatever the network. Spearman's rank
correlation :math:`\rho` of the maps before and after measures it:

.. math:: \rho = \operatorname{corr} \bigl( \operatorname{rank} m, \operatorname{rank} m' \bigr)

Part of :doc:`/explaining`.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy import stats

from convbook import data, interpretability, models, plotting, results, training

COUNT = 50  # digits
SEED = 1  # of the random weights
SHOWN = 0

# %%
# Three networks: the trained one, the same with a new last layer, and one that never learned.

trained = training.load("small_convnet").model
fresh = models.build("small_convnet", seed=SEED)
headless = models.build("small_convnet")
headless.set_weights(trained.get_weights())
headless.get_layer("logits").set_weights(fresh.get_layer("logits").get_weights())
networks = {"trained": trained, "last layer new": headless, "all layers new": fresh}

# %%
# The maps of each, for the true class.

(_, _), (digits, labels) = data.mnist()
x = data.to_float(digits[:COUNT])[..., np.newaxis].astype(np.float32)
labels = labels[:COUNT].astype(int)
maps = {}
for name, network in networks.items():
    gradient = interpretability.saliency(network, x, labels)
    maps[name] = {"gradient": gradient, "|gradient × input|": np.abs(gradient * x)}
print(x.shape, [m["gradient"].shape for m in maps.values()])

# %%
# Rank correlation with the trained network's map: over all pixels, and over those with ink.

rho = {}
for kind in maps["trained"]:
    for where, mask in (("all pixels", x >= 0), ("ink", x > 0)):
        for name in list(networks)[1:]:
            pairs = zip(maps["trained"][kind], maps[name][kind], mask, strict=True)
            values = [stats.spearmanr(a[m], b[m]).statistic for a, b, m in pairs]
            rho[kind, where, name] = np.mean(values)
a, b = (m["gradient"][SHOWN].ravel() for m in (maps["trained"], maps["all layers new"]))
by_ranks = np.corrcoef(stats.rankdata(a), stats.rankdata(b))[0, 1]
np.testing.assert_allclose(by_ranks, stats.spearmanr(a, b).statistic, atol=1e-6)
new = "all layers new"
results.record("sanity_check.gradient", abs(rho["gradient", "all pixels", new]), tolerance=0.08)
results.record("sanity_check.product", rho["|gradient × input|", "all pixels", new], tolerance=0.01)
results.record("sanity_check.product_ink", rho["|gradient × input|", "ink", new], tolerance=0.15)

# %%
# Each panel is divided by its own strongest value: the networks differ in the size of their
# logits, and only the pattern is compared.

plt.style.use(plotting.STYLE)
fig = plt.figure(figsize=(6.4, 3.5))
grid = fig.add_gridspec(2, 4)
plotting.show_image(fig.add_subplot(grid[:, 0]), x[SHOWN, :, :, 0], "the digit")
axes = np.array([[fig.add_subplot(grid[row, column]) for column in (1, 2, 3)] for row in (0, 1)])
for row, kind in enumerate(maps["trained"]):
    for ax, (name, network_maps) in zip(axes[row], maps.items(), strict=True):
        values = network_maps[kind][SHOWN, :, :, 0]
        drawn = plotting.show_signed(ax, values / np.abs(values).max(), 1, name if row == 0 else "")
        if name != "trained":
            same = f"ρ = {rho[kind, 'all pixels', name]:.2f}".replace("-", "−")
            ax.text(0.5, -0.04, same, ha="center", va="top", transform=ax.transAxes)
    axes[row, 0].text(-0.03, 0.5, kind, rotation=90, ha="right", va="center",
                      transform=axes[row, 0].transAxes)  # fmt: skip
plotting.colour_bar(fig, drawn, axes, "share of the largest")
plotting.describe(
    fig,
    f"Maps of a test digit {labels[SHOWN]} from three networks: trained, with a new last layer, "
    "with all layers new. Panel a: the signed gradients differ, with rank correlations near 0 "
    f"({rho['gradient', 'all pixels', new]:.2f} with all layers new). Panel b: the strengths of "
    "gradient times input all show the digit, with a rank correlation of "
    f"{rho['|gradient × input|', 'all pixels', new]:.2f} even then.",
    panels=axes[:, 0],
)
plt.show()

# %%
# What to notice
# --------------
#
# Panel b looks convincing three times. A map that an untrained network draws just as well
# explains nothing that training has put there.
