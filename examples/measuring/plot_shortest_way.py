"""
The shortest honest way to 99.4 %
=================================

Variants of one recipe, each trained with three seeds on 55,000 pictures and judged by the other
5,000, which are held out. The best is chosen by its mean. Then, and not before, it is trained on
all 60,000 and meets the test pictures. An accuracy :math:`a` measured on :math:`n` pictures has the
standard error

.. math:: \\sqrt{a \\, (1 - a) / n}

Part of :doc:`/measuring`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import plotting, results, studies

HELD_OUT = 5_000  # pictures
GOAL = 99.4  # %

# %%
# The results of the study: a run is one variant of the recipe with one seed.

study = studies.load("shortest_way")
runs = {}
for unit in study.select(evaluated="held-out"):
    accuracy = 100 * unit.result["test_accuracy"][-1]
    runs.setdefault(unit.parameters["variant"], []).append(accuracy)
tested = [unit.result for unit in study.select(evaluated="test")]
test = np.array([100 * run["test_accuracy"][-1] for run in tested])
means = {name: np.mean(accuracies) for name, accuracies in runs.items()}
for name, mean in means.items():
    print(f"{name:16} {mean:.2f} {np.round(runs[name], 2)}")
    results.record(f"shortest_way.{name.lower().replace(' ', '_')}", mean, unit="%")

# %%
# The mean of the three is a share of 15,000 answers: the same by counting. All seeds were judged by
# the same 5,000 pictures, so that the error is that of 5,000.

counts = np.round(np.array(runs["chosen"]) / 100 * HELD_OUT).astype(int)
np.testing.assert_allclose(counts.sum() / (3 * HELD_OUT), means["chosen"] / 100)
share = means["chosen"] / 100
error = 100 * np.sqrt(share * (1 - share) / HELD_OUT)
spread = np.mean([np.std(accuracies, ddof=1) for accuracies in runs.values()])
results.record("shortest_way.standard_error", error, unit="points")
results.record("shortest_way.spread", spread, unit="points")
results.record("shortest_way.limit", 2 * spread * np.sqrt(2 / 3), unit="points")

# %%
# One look at the test set.

results.record("shortest_way.test", test, unit="%")
results.record("shortest_way.test_mean", test.mean(), unit="%")
results.record("shortest_way.seconds", np.median([sum(run["seconds"]) for run in tested]), unit="s")
results.record("shortest_way.parameters", tested[0]["parameters"])
for name, label in (("chosen", "shifted"), ("no shift", "unshifted")):
    same = study.select(variant=name, evaluated="held-out")
    learned = [100 * unit.result["accuracy"][-1] for unit in same]
    results.record(f"shortest_way.{label}_training", np.mean(learned), unit="%")

# %%
# Above, what was tried, in the order of the means; below, what was chosen, on the test pictures.

plt.style.use(plotting.STYLE)
fig, (above, below) = plt.subplots(
    2, 1, figsize=(6.4, 4.6), sharex=True, height_ratios=(len(runs), 1.6)
)
order = sorted(means, key=lambda name: means[name])
for place, name in enumerate(order):
    colour = "C1" if name == "chosen" else "C0"
    above.plot(runs[name], [place] * len(runs[name]), "o", color=colour, alpha=0.7)
    above.plot(means[name], place, "|", color=colour, markersize=16, markeredgewidth=2.5)
    above.annotate(f"{means[name]:.2f}", (1, place), xycoords=("axes fraction", "data"),
                   va="center", color=colour)  # fmt: skip
above.set_yticks(range(len(order)), order)
above.set_title("Held-out accuracy, %: three seeds and their mean")
below.plot(test, [0] * len(test), "o", color="C2", alpha=0.7)
below.plot(test.mean(), 0, "|", color="C2", markersize=16, markeredgewidth=2.5)
below.annotate(f"{test.mean():.2f}", (1, 0), xycoords=("axes fraction", "data"), va="center",
               color="C2")  # fmt: skip
below.set_yticks([0], ["chosen"])
below.set_ylim(-0.8, 0.8)
below.set_title("Test accuracy, %")
for ax in (above, below):
    ax.axvline(GOAL, color="0.2", linewidth=1, linestyle="--", zorder=0)
    ax.margins(x=0.06)
plotting.describe(
    fig,
    f"Above, {len(runs)} variants of a recipe with the held-out accuracy of three seeds each; the "
    f"means go from {means[order[0]]:.2f} % for {order[0]!r} to {means[order[-1]]:.2f} % for "
    f"{order[-1]!r}. Below, the test accuracy of the chosen recipe: "
    f"{', '.join(f'{value:.2f}' for value in test)} %.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Seeds of one recipe differ by as much as most recipes do. The held-out pictures tell the poor
# variants from the good ones, and the good ones hardly from each other.
