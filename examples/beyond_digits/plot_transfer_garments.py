"""
What photographs teach about garments
=====================================

EfficientNet-Lite0 has learned from a million photographs. Its last average is 1,280 numbers, and a
linear function of them needs few examples: for weights :math:`W`, features :math:`\\Phi` of the
garments and targets :math:`Y`,

.. math:: \\min_W \\; \\lVert \\Phi W - Y \\rVert^2 + \\lambda \\lVert W \\rVert^2

The same fit to the pixels of the same garments is what it is compared with.

Part of :doc:`/beyond_digits`.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy import stats

from convbook import plotting, results, studies

LABELS = {"features": "features of EfficientNet-Lite0", "pixels": "pixels"}

# %%
# Held-out accuracies in per cent: a row for each number of garments of a class, a column for each
# draw of garments, which is the same for both inputs.

unit = studies.load("borrowed_features").units[0]
shots = np.array(unit.parameters["shots"])
accuracy = {name: 100 * np.array(unit.result[name]) for name in LABELS}
for name, rows in accuracy.items():
    print(f"{name:9}", np.round(rows.mean(axis=1), 1))
    for n, mean in zip(shots, rows.mean(axis=1), strict=True):
        results.record(f"transfer_garments.{name}_{n}", mean)
for name in ("side", "judges", "pool", "draws"):
    results.record(f"transfer_garments.{name}", unit.parameters[name])

# %%
# Differences, draw by draw, and Student's intervals for their means, by the formula and by SciPy.
# With Bonferroni's correction they hold together in 95 % of such studies, as far as draws from one
# pool are independent.

points = accuracy["features"] - accuracy["pixels"]
draws = points.shape[1]
level = 1 - 0.05 / len(shots)
gains = points.mean(axis=1)
reach = stats.t.ppf((1 + level) / 2, draws - 1) * points.std(axis=1, ddof=1) / np.sqrt(draws)
low, high = stats.ttest_1samp(points, 0, axis=1).confidence_interval(level)
np.testing.assert_allclose([low, high], [gains - reach, gains + reach])
for n, gain, width in zip(shots, gains, reach, strict=True):
    results.record(f"transfer_garments.gain_{n}", gain)
    results.record(f"transfer_garments.reach_{n}", width)

# %%
# Accuracies on the left, each draw a faint mark; differences on the right.

plt.style.use(plotting.STYLE)
fig, (left, right) = plt.subplots(
    1, 2, figsize=(6.4, 3.4), layout="constrained", width_ratios=(3, 2)
)
for number, (name, label) in enumerate(LABELS.items()):
    colour, side = f"C{number}", 1.06 if number else 1 / 1.06
    left.plot(shots, accuracy[name].mean(axis=1), color=colour, marker="os"[number], label=label)
    left.plot(side * shots, accuracy[name], "_", color=colour, markersize=5, alpha=0.4)
right.errorbar(shots, gains, reach, fmt="o", color="0.3", capsize=4)
right.axhline(0, color="0.6", linewidth=1)
for ax, title in ((left, "Held-out accuracy, %"), (right, "Difference, points")):
    ax.set_xscale("log")
    ax.set_xticks(shots, [str(n) for n in shots])
    ax.minorticks_off()
    ax.set(title=title, xlabel="garments of a class")
    ax.grid(axis="y")
left.legend(loc="lower right")
plotting.describe(
    fig,
    f"Panel a: held-out accuracy with {', '.join(map(str, shots))} garments of each class. "
    + "; ".join(
        f"{label}: " + ", ".join(f"{mean:.1f} %" for mean in accuracy[name].mean(axis=1))
        for name, label in LABELS.items()
    )
    + ". Panel b: how far the features are ahead: "
    + ", ".join(f"{gain:.1f} ± {width:.1f}" for gain, width in zip(gains, reach, strict=True))
    + " points.",
)
plt.show()

# %%
# What to notice
# --------------
#
# With one or two garments of a class, what they happen to be matters more than how they are
# described. From five on the features are ahead.
