"""
Deeper, with and without shortcuts
==================================

More layers can compute whatever fewer can: the rest need only pass their input on. Training does
not find that by itself. Networks of 8, 20 and 56 layers learn from the same few garments, each once
with the additions

.. math:: y = \\max(0, x + F(x))

and once without, with the same seeds.

Part of :doc:`/beyond_digits`.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy import stats

from convbook import plotting, results, studies

KINDS = {True: "residual", False: "plain"}

# %%
# What the study kept of the last epoch: loss on the training pictures, accuracy on held-out ones.

study = studies.load("residual_depth")
depths = sorted({unit.parameters["layers"] for unit in study.units})
seeds = sorted({unit.parameters["seed"] for unit in study.units})
last = {
    key: {
        shortcuts: np.array(
            [[study.result(layers=depth, shortcuts=shortcuts, seed=seed)[key][-1] for seed in seeds]
             for depth in depths]
        )
        for shortcuts in KINDS
    }
    for key in ("loss", "test_accuracy")
}  # fmt: skip
print(np.round(last["test_accuracy"][True], 3), np.round(last["test_accuracy"][False], 3))

# %%
# Differences, seed by seed, and Student's intervals for their means: SciPy's of a paired test, and
# by the formula. With Bonferroni's correction, the three hold together in 95 % of such studies.

level = 1 - 0.05 / len(depths)
points = 100 * (last["test_accuracy"][True] - last["test_accuracy"][False])
limit = stats.t.ppf((1 + level) / 2, len(seeds) - 1)
reach = limit * points.std(axis=1, ddof=1) / np.sqrt(len(seeds))
for row, depth in enumerate(depths):
    paired = stats.ttest_rel(*(100 * last["test_accuracy"][kind][row] for kind in KINDS))
    low, high = paired.confidence_interval(level)
    np.testing.assert_allclose([low, high], points[row].mean() + reach[row] * np.array([-1, 1]))
    results.record(f"residual_depth.gain_{depth}", points[row].mean())
    results.record(f"residual_depth.reach_{depth}", reach[row])
    for shortcuts, name in KINDS.items():
        value = last["test_accuracy"][shortcuts][row].mean()
        results.record(f"residual_depth.{name}_{depth}", 100 * value)
        results.record(f"residual_depth.{name}_loss_{depth}", last["loss"][shortcuts][row].mean())
results.record("residual_depth.seeds", len(seeds))
results.record("residual_depth.pictures", study.units[0].parameters["pictures"])
results.record("residual_depth.epochs", len(study.units[0].result["loss"]))

# %%
# Both readings against depth: a mark for each seed, and a line through the means.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, 3, figsize=(6.4, 3.2), layout="constrained")
x = np.arange(len(depths))
for ax, key, scale in zip(axes, ("loss", "test_accuracy"), (1, 100), strict=False):
    for number, (shortcuts, label) in enumerate(KINDS.items()):
        values = scale * last[key][shortcuts]
        ax.plot(x, values.mean(axis=1), color=f"C{number}", label=label)
        ax.plot(x, values, "os"[number], color=f"C{number}", markersize=4, alpha=0.7)
    ax.set_xticks(x, depths)
axes[2].errorbar(x, points.mean(axis=1), reach, fmt="o", color="0.3", capsize=4)
axes[2].axhline(0, color="0.6", linewidth=1)
axes[2].set_xticks(x, depths)
axes[0].legend(loc="upper left")
for ax, title in zip(axes, ("Training loss", "Held-out\naccuracy, %", "Difference,\npoints"),
                     strict=True):  # fmt: skip
    ax.set(title=title, xlabel="layers", xlim=(-0.3, len(depths) - 0.7))
    ax.grid(axis="y")
means = {kind: 100 * last["test_accuracy"][kind].mean(axis=1) for kind in KINDS}
plotting.describe(
    fig,
    "Panels a, b: training loss and held-out accuracy against depth. Mean accuracies of residual "
    "networks: " + ", ".join(f"{v:.1f} % with {d} layers" for v, d in zip(means[True], depths,
    strict=True)) + "; of plain ones: " + ", ".join(f"{v:.1f} %" for v in means[False])
    + ". Panel c: the differences, "
    + ", ".join(f"{p:.1f} ± {r:.1f}" for p, r in zip(points.mean(axis=1), reach, strict=True))
    + " points.",
)  # fmt: skip
plt.show()

# %%
# What to notice
# --------------
#
# The plain networks lose on the training pictures too: they do not overfit, they are not trained.
