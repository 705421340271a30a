"""
The shortest honest way to 99.4 %
=================================

A recipe, and changes of it. Each is trained with five seeds on 50,000 pictures and judged by the
other 10,000, which are held out. A change is taken if it is better than the start beyond chance:
Dunnett's intervals compare several means with one, and hold together with a probability of 95 %.
With the standard deviation :math:`s` of all seeds about the means of their variants,

.. math:: \\bar a_i - \\bar a_0 \\pm d \\, s \\, \\sqrt{2 / n}

Part of :doc:`/measuring`.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy import stats

from convbook import plotting, results, studies

GOAL = 99.4  # %

# %%
# The results of the study: a run is one variant of the recipe with one seed. Two variants and Adam
# have the rate with the most right answers in a search of their own.

study, search = studies.load("shortest_way"), studies.load("recipe_rates")
runs, rates = {}, {}
for unit in study.units:
    name = unit.parameters["variant"]
    runs.setdefault(name, []).append(100 * unit.result["test_accuracy"][-1])
    rates[name] = unit.parameters["recipe"]["learning_rate"]
for name in dict.fromkeys(unit.parameters["variant"] for unit in search.units):
    tried = search.select(variant=name)
    best = max(tried, key=lambda unit: unit.result["test_accuracy"][-1])
    np.testing.assert_equal(rates[name], best.parameters["rate"])
means = {name: np.mean(accuracies) for name, accuracies in runs.items()}
for name, mean in means.items():
    print(f"{name:16} {mean:.2f} {np.round(runs[name], 2)}")
    key = name.lower().replace(" ", "_")
    results.record(f"shortest_way.{key}", mean, unit="%")
    results.record(f"shortest_way.{key}_rate", rates[name])

# %%
# Dunnett's intervals from SciPy, with all changes and without the one that scatters the most. All
# variants have a part in the standard deviation, and so in the width of every interval.

changes = [name for name in runs if name != "start"]
widest = max(changes, key=lambda name: np.std(runs[name]))
calm = [name for name in changes if name != widest]
intervals = {}
for names, suffix in ((changes, ""), (calm, "_without")):
    dunnett = stats.dunnett(*(runs[name] for name in names), control=runs["start"], rng=0)
    low, high = dunnett.confidence_interval(0.95)
    intervals[suffix] = dict(zip(names, zip(low, high, strict=True), strict=True))
    variances = [np.var(runs[name], ddof=1) for name in ("start", *names)]
    spread = np.sqrt(np.mean(variances))
    results.record(f"shortest_way.spread{suffix}", spread, unit="points")
    results.record(f"shortest_way.limit{suffix}", (high[0] - low[0]) / 2, unit="points")

# %%
# The last by the formula: centres, and a width that is more than Student's for one pair alone.

count = len(runs["start"])
alone = stats.t.ppf(0.975, (count - 1) * len(variances)) * spread * np.sqrt(2 / count)
np.testing.assert_allclose((high + low) / 2, [means[name] - means["start"] for name in calm])
np.testing.assert_array_less(alone, (high - low) / 2)
better = [name for name, (below, _) in intervals[""].items() if below > 0]
worse = [name for name, (_, above) in intervals[""].items() if above < 0]
print("better:", better, "worse:", worse)

# %%
# What is left, on the test set: trained on all 60,000 pictures, from another study.

tested = studies.load("shortest_way_tested")
(taken,) = {unit.parameters["variant"] for unit in tested.units}
np.testing.assert_equal(taken, max(better, key=means.get, default="start"))
test = np.array([100 * unit.result["test_accuracy"][-1] for unit in tested.units])
results.record("shortest_way.test", test, unit="%")
results.record("shortest_way.test_mean", test.mean(), unit="%")
reach = stats.t.ppf(0.975, len(test) - 1) * test.std(ddof=1) / np.sqrt(len(test))
results.record("shortest_way.test_reach", reach, unit="points")
results.record("shortest_way.parameters", tested.units[0].result["parameters"])
for name, label in (("start", "shifted"), ("no shift", "unshifted")):
    learned = [100 * unit.result["accuracy"][-1] for unit in study.select(variant=name)]
    results.record(f"shortest_way.{label}_training", np.mean(learned), unit="%")

# %%
# Every seed and the means, and below the line the test pictures; then the differences.

plt.style.use(plotting.STYLE)
fig, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.9), sharey=True, width_ratios=(1.3, 1))
order = sorted(changes, key=lambda name: means[name])
rows = {f"{taken}, tested": test, **{name: runs[name] for name in (*order, "start")}}
for place, (name, accuracies) in enumerate(rows.items()):
    colour = {0: "C2", len(rows) - 1: "C1"}.get(place, "C0")
    left.plot(accuracies, [place] * len(accuracies), "o", color=colour, alpha=0.6)
    left.plot(np.mean(accuracies), place, "|", color=colour, markersize=16, markeredgewidth=2.5)
    for shift, color, known in (
        (0.12, colour, intervals[""]),
        (-0.18, "0.6", intervals["_without"]),
    ):
        if name in known:
            right.plot(known[name], [place + shift] * 2, color=color, linewidth=2)
            right.plot(np.mean(known[name]), place + shift, "o", color=color, markersize=4)
left.set_yticks(range(len(rows)), rows)
left.axvline(GOAL, color="0.2", linewidth=1, linestyle="--", zorder=0)
left.set_title("Right answers, %")
left.set_xticks([98.4, 98.8, 99.2, 99.6])
right.axvline(0, color="C1", linewidth=1.5, zorder=0)
right.set_title("Gain over the start, points")
for ax in (left, right):
    ax.axhline(0.5, color="0.6", linewidth=0.8)
plotting.describe(
    fig,
    f"Panel a: held-out accuracy of a recipe and {len(changes)} changes with {count} seeds each, "
    f"from {means[order[0]]:.2f} % for {order[0]!r} to {means[order[-1]]:.2f} % for {order[-1]!r}; "
    f"the start has {means['start']:.2f} %. On the test set {taken!r} has {test.mean():.2f} %. "
    f"Panel b: intervals of the differences: {', '.join(worse) or 'none'} below zero, "
    f"{', '.join(better) or 'none'} above.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Seeds of one recipe differ by as much as most recipes do. The held-out pictures tell poor changes
# from the start. Which of the good ones is best they do not tell.
