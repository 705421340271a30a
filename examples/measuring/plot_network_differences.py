"""
Which differences mean something
================================

Five networks make ten differences. Each mean of :math:`n` seeds is uncertain, and so is their
difference. Welch's interval takes the standard deviation of each network from its own seeds:

.. math:: \\bar a - \\bar b \\pm t \\, \\sqrt{s_a^2 / n_a + s_b^2 / n_b}

Ten intervals of 95 % would miss now and then. With the quantile :math:`t` for a tenth of the 5 % in
each, which is Bonferroni's correction, all ten hold together in at least 95 % of such studies.

Part of :doc:`/measuring`.
"""

from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
from scipy import stats

from convbook import plotting, results, studies

NETWORKS = {
    "mlp": "dense only",
    "lenet": "LeNet of 2016",
    "strided_convnet": "strides",
    "strided_convnet_pool": "pooled",
    "mnist_convnet": "CS 20",
}
MISSED = 0.05  # probability that one of all intervals misses

# %%
# The accuracies of the study, and the differences of all pairs, the better network first.

study = studies.load("equal_terms")
accuracy = {
    name: 100 * np.array([u.result["test_accuracy"][-1] for u in study.select(network=name)])
    for name in NETWORKS
}
ranked = sorted(NETWORKS, key=lambda name: -accuracy[name].mean())
pairs = list(combinations(ranked, 2))
intervals = {}
for a, b in pairs:
    welch = stats.ttest_ind(accuracy[a], accuracy[b], equal_var=False)
    intervals[a, b] = welch.confidence_interval(1 - MISSED / len(pairs))

# %%
# One of them by the formula.

a, b = (accuracy[name] for name in pairs[-1])
parts = np.array([x.var(ddof=1) / len(x) for x in (a, b)])
freedom = parts.sum() ** 2 / sum(
    part**2 / (len(x) - 1) for part, x in zip(parts, (a, b), strict=True)
)
reach = stats.t.ppf(1 - MISSED / len(pairs) / 2, freedom) * np.sqrt(parts.sum())
middle = a.mean() - b.mean()
np.testing.assert_allclose([middle - reach, middle + reach], intervals[pairs[-1]])
open_pairs = [pair for pair in pairs if intervals[pair].low <= 0]
print("told apart:", len(pairs) - len(open_pairs), "of", len(pairs), "; open:", open_pairs)
results.record("network_differences.pairs", len(pairs))
results.record("network_differences.apart", len(pairs) - len(open_pairs))
behind = accuracy["strided_convnet"].mean() - accuracy["strided_convnet_pool"].mean()
results.record("network_differences.pool_behind", behind)

# %%
# The intervals, grey where they hold zero.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 3.8))
order = sorted(pairs, key=lambda pair: accuracy[pair[0]].mean() - accuracy[pair[1]].mean())
for place, (a, b) in enumerate(order):
    colour = "0.45" if (a, b) in open_pairs else "C0"
    difference = accuracy[a].mean() - accuracy[b].mean()
    low, high = intervals[a, b]
    ax.plot([low, high], [place, place], color=colour, linewidth=2)
    ax.plot(difference, place, "o", color=colour)
ax.set_yticks(range(len(order)), [f"{NETWORKS[a]} over {NETWORKS[b]}" for a, b in order])
ax.axvline(0, color="0.2", linewidth=1)
ax.set_xlabel("difference in test accuracy, points of per cent")
plotting.describe(
    fig,
    "Differences between the mean test accuracies of five networks, with intervals that hold "
    f"together. {len(pairs) - len(open_pairs)} of {len(pairs)} exclude zero.",
)
plt.show()

# %%
# What to notice
# --------------
#
# An interval that holds zero does not say that two networks are equal. It says that these seeds
# cannot tell.
