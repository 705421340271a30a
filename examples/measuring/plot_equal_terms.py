"""
Five networks on equal terms
============================

Each network of the chapter, trained alike: Adam at its usual rate, batches of 128, the same number
of epochs, three seeds. What does a parameter buy, a multiplication, a second? The last of the three
depends on the machine. With :math:`s` the deviation among seeds, a difference of two means of three
seeds says little below

.. math:: 2 \\, s \\, \\sqrt{2 / 3}

Part of :doc:`/measuring`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import models, plotting, results, studies
from convbook.models.tables import layer_table
from convbook.training import recipes

NETWORKS = {
    "lenet": "LeNet of 2016",
    "mnist_convnet": "CS 20",
    "strided_convnet": "strides",
    "strided_convnet_pool": "strides, global pooling",
    "mlp": "dense only",
}

# %%
# Size and work, from the networks themselves. Parameters and multiply-accumulates are counts, and
# do not depend on anything that was trained.

study = studies.load("equal_terms")
cost, error = {}, {}
for name in NETWORKS:
    recipe = recipes.BOOK[name]
    table = layer_table(models.build(recipe.network, **recipe.options))
    of_name = [unit.result for unit in study.select(network=name)]
    parameters = sum(row.parameters for row in table)
    np.testing.assert_array_equal([run["parameters"] for run in of_name], parameters)
    error[name] = np.array([100 * (1 - run["test_accuracy"][-1]) for run in of_name])
    seconds = np.array([sum(run["seconds"]) for run in of_name])
    cost[name] = (parameters, sum(row.macs for row in table), seconds)
    print(f"{name:21} {parameters:9,} {cost[name][1]:11,} {np.round(error[name], 2)}")
    results.record(f"equal_terms.{name}", 100 - error[name].mean())
    results.record(f"equal_terms.{name}_deviation", error[name].std(ddof=1))
    results.record(f"equal_terms.{name}_macs", cost[name][1] / 1e6)
    results.record(f"equal_terms.{name}_seconds", np.median(seconds), unit="s")
precisions = {unit.parameters["network"]: unit.result["precision"] for unit in study.units}
large_precision = precisions.pop("mnist_convnet")
(small_precision,) = set(precisions.values())
results.record("equal_terms.small_precision", small_precision)
results.record("equal_terms.large_precision", large_precision)
results.record("equal_terms.epochs", len(study.result(network="mlp", seed=0)["seconds"]))

# %%
# One panel for each currency. Every seed is a point.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, 3, figsize=(6.4, 4.2), sharey=True)
markers = dict(zip(NETWORKS, "osD^v", strict=True))
for number, (name, label) in enumerate(NETWORKS.items()):
    for ax, price in zip(axes, cost[name], strict=True):
        at = np.broadcast_to(price, error[name].shape)
        ax.loglog(at, error[name], markers[name], color=f"C{number}", alpha=0.75, label=label)
for ax, title in zip(axes, ("Parameters", "MACs a picture", "Seconds in all"), strict=True):
    ax.set_title(title)
    ax.grid(axis="y")
    ax.margins(x=0.15)
axes[0].set_ylabel("wrong test answers, %")
axes[0].set_yticks([1, 2, 5, 10], ["1", "2", "5", "10"])
axes[2].set_xticks([2, 5, 10, 20, 50], ["2", "5", "10", "20", "50"])
for ax in axes:
    ax.minorticks_off()
fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
plotting.describe(
    fig,
    "Error rate of five networks against parameters, multiply-accumulates and seconds, on "
    "logarithmic axes, three seeds each. Mean error rates: "
    + ", ".join(f"{label} {error[name].mean():.1f} %" for name, label in NETWORKS.items()) + ".",
)  # fmt: skip
plt.show()

# %%
# What to notice
# --------------
#
# Parameters are a poor measure of a convolutional network: they say what must be stored, and
# multiplications say what must be done. Two networks of equal size can differ by two powers of ten
# in work.
