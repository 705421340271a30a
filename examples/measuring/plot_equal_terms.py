"""
Five networks on equal terms
============================

Networks can be compared at one learning rate, or each at its best. The first compares rates as much
as networks. Here each network is trained for an epoch at every rate of one grid, and judged by
10,000 training pictures that were held out. It is trained anew at the rate with the most right
answers, for three epochs on all training pictures and with several seeds, and meets the test
pictures. With :math:`s` the standard deviation among :math:`n` seeds, their mean has the standard
error

.. math:: s \\, / \\sqrt{n}

Part of :doc:`/measuring`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import models, plotting, results, studies
from convbook.models.tables import layer_table
from convbook.training import recipes

NETWORKS = {
    "mlp": "dense only",
    "lenet": "LeNet of 2016",
    "strided_convnet": "strides",
    "strided_convnet_pool": "strides, global pooling",
    "mnist_convnet": "CS 20",
}

# %%
# The search: held-out errors by learning rate. The study of the comparison has taken the rate with
# the fewest.

search, study = studies.load("network_rates"), studies.load("equal_terms")
rates = sorted({unit.parameters["rate"] for unit in search.units})
held_out, chosen = {}, {}
for name in NETWORKS:
    right = [search.result(network=name, rate=rate)["test_accuracy"][-1] for rate in rates]
    held_out[name] = 100 * (1 - np.array(right))
    chosen[name] = rates[int(np.argmin(held_out[name]))]
    for unit in study.select(network=name):
        np.testing.assert_equal(unit.parameters["recipe"]["learning_rate"], chosen[name])
    results.record(f"equal_terms.{name}_rate", chosen[name])

# %%
# The comparison, with size and work from the networks themselves: counts, which do not depend on
# anything that was trained.

cost, error = {}, {}
for name in NETWORKS:
    recipe = recipes.BOOK[name]
    table = layer_table(models.build(recipe.network, **recipe.options))
    cost[name] = sum(row.parameters for row in table), sum(row.macs for row in table)
    runs = [unit.result for unit in study.select(network=name)]
    np.testing.assert_array_equal([run["parameters"] for run in runs], cost[name][0])
    error[name] = np.array([100 * (1 - run["test_accuracy"][-1]) for run in runs])
    print(f"{name:21} {cost[name][0]:9,} {cost[name][1]:11,} {np.round(error[name], 2)}")
    results.record(f"equal_terms.{name}", 100 - error[name].mean())
    results.record(f"equal_terms.{name}_deviation", error[name].std(ddof=1))
    results.record(f"equal_terms.{name}_seeds", len(runs))
    results.record(f"equal_terms.{name}_macs", cost[name][1] / 1e6)
assert 0.001 not in chosen.values()
results.record("equal_terms.epochs", len(runs[0]["test_accuracy"]))
pooled = 100 - held_out["strided_convnet_pool"]
results.record("equal_terms.pool_usual_rate", pooled[rates.index(0.001)])
results.record("equal_terms.pool_held_out", pooled.max())

# %%
# The search, with a ring about what was chosen, and the comparison in two currencies, with a mark
# for every seed.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplot_mosaic([["search", "search"], ["parameters", "macs"]], figsize=(6.4, 5.6))
markers = dict(zip(NETWORKS, "vosD^", strict=True))
ticks = [1, 2, 5, 10, 20, 40, 90]
for number, (name, label) in enumerate(NETWORKS.items()):
    style = {"marker": markers[name], "color": f"C{number}", "markersize": 5}
    axes["search"].loglog(rates, held_out[name], linewidth=1.2, label=label, **style)
    axes["search"].plot(chosen[name], held_out[name].min(), "o", markersize=11, fillstyle="none",
                        color=f"C{number}")  # fmt: skip
    for ax, price in zip((axes["parameters"], axes["macs"]), cost[name], strict=True):
        at = np.full(len(error[name]), price)
        ax.loglog(at, error[name], linestyle="none", alpha=0.75, **style)
axes["search"].set_title("Wrong held-out answers after an epoch, %")
axes["search"].set_xlabel("learning rate of Adam")
axes["search"].set_xticks(rates, [f"{rate:g}" for rate in rates])
axes["parameters"].set_title("Wrong test answers, %")
axes["macs"].set_title("Wrong test answers, %")
axes["parameters"].set_xlabel("parameters")
axes["macs"].set_xlabel("multiply-accumulates a picture")
axes["macs"].sharey(axes["parameters"])
for ax in axes.values():
    ax.set_yticks(ticks, [str(tick) for tick in ticks])
    ax.minorticks_off()
    ax.grid(axis="y")
    ax.margins(0.1)
fig.legend(*axes["search"].get_legend_handles_labels(), loc="outside lower center", ncols=3)
plotting.describe(
    fig,
    "Panel a: the held-out error of five networks against Adam's learning rate. The best rates are "
    + ", ".join(f"{chosen[name]:g} for {label}" for name, label in NETWORKS.items())
    + ". Panels b, c: test error at these rates, against parameters and multiplications. Means: "
    + ", ".join(f"{error[name].mean():.1f} % for {label}" for name, label in NETWORKS.items())
    + ".",
)  # fmt: skip
plt.show()

# %%
# What to notice
# --------------
#
# Adam's usual rate of 0.001 is the best for none of them. Parameters say what must be stored, and
# multiplications what must be done: networks of nearly equal size differ by a factor of 25 in work.
