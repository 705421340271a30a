r"""
What the 1x1 reductions save
============================

A 5x5 kernel on 192 maps is the most expensive part of an Inception module. With a 1x1 convolution
before it the kernel sees 16 maps. A convolution from :math:`C` to :math:`O` maps through :math:`R`
costs, for each pixel,

.. math:: C R + k^2 R O \quad \text{instead of} \quad k^2 C O

Part of :doc:`/inception`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np

from convbook import arithmetic, plotting, results

SIZE, CHANNELS = 28, 192  # pixels, maps
STACKED = 8  # modules, one behind the other
MEGA = 1e6
# For each branch the convolutions, each (window, maps in, maps out), of GoogLeNet's module 3a.
REDUCED = {"1 × 1": [(1, CHANNELS, 64)], "3 × 3": [(1, CHANNELS, 96), (3, 96, 128)],
           "5 × 5": [(1, CHANNELS, 16), (5, 16, 32)], "pool": [(1, CHANNELS, 32)]}  # fmt: skip
NAIVE = {"1 × 1": [(1, CHANNELS, 64)], "3 × 3": [(3, CHANNELS, 128)],
         "5 × 5": [(5, CHANNELS, 32)], "pool": []}  # fmt: skip

# %%
# MACs of each branch, by arithmetic.

costs = {
    name: {
        branch: [arithmetic.conv_macs(SIZE, k, c, o) for k, c, o in steps]
        for branch, steps in module.items()
    }
    for name, module in (("naive", NAIVE), ("reduced", REDUCED))
}
totals = {name: sum(map(sum, branches.values())) for name, branches in costs.items()}
print(costs, totals)

# %%
# The parameters, from Keras and by arithmetic. Table 1 of the paper gives 159K and 128M: its K is
# 1,024, without biases, and its M a million multiply-accumulates.

parameters = {}
for name, module in (("naive", NAIVE), ("reduced", REDUCED)):
    parts = [step for steps in module.values() for step in steps]
    parameters[name] = sum(arithmetic.conv_parameters(*step) for step in parts)
    layers = [keras.layers.Conv2D(o, k) for k, _, o in parts]
    for layer, (_, c, _) in zip(layers, parts, strict=True):
        layer.build((None, SIZE, SIZE, c))
    np.testing.assert_equal(sum(layer.count_params() for layer in layers), parameters[name])
weights = totals["reduced"] // SIZE**2
assert (weights // 1024, round(totals["reduced"] / MEGA)) == (159, 128)
for name in totals:
    results.record(f"inception_costs.{name}_macs", totals[name] / MEGA)
    results.record(f"inception_costs.{name}_parameters", parameters[name])
    results.record(f"inception_costs.{name}_five", sum(costs[name]["5 × 5"]) / MEGA)
results.record("inception_costs.ratio", totals["naive"] / totals["reduced"])
results.record("inception_costs.weights", weights)

# %%
# Modules in a row. A naive one returns 64 + 128 + 32 maps and all of its input.

maps_in = [CHANNELS + 224 * number for number in range(STACKED)]
naive = [SIZE**2 * c * (64 + 9 * 128 + 25 * 32) / MEGA for c in maps_in]
after = SIZE**2 * (256 * (64 + 96 + 16 + 32) + 9 * 96 * 128 + 25 * 16 * 32) / MEGA
reduced = [totals["reduced"] / MEGA] + [after] * (STACKED - 1)
np.testing.assert_allclose(naive[0], totals["naive"] / MEGA)
results.record("inception_costs.eighth", naive[-1] / reduced[-1])

# %%
# The module's bars, cut into branches (panel a); the reductions are paler. Modules in a row (b).

plt.style.use(plotting.STYLE)
fig, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.6), width_ratios=(1.25, 1))
tints = dict(zip(NAIVE, (plotting.GREEN, plotting.BLUE, plotting.ORANGE, plotting.PURPLE),
                 strict=True))  # fmt: skip
for place, branches in enumerate(costs.values()):
    bottom = 0.0
    for branch, steps in branches.items():
        for number, macs in enumerate(steps):
            last = number == len(steps) - 1
            left.bar(place, macs / MEGA, bottom=bottom, width=0.62, color=tints[branch],
                     alpha=1 if last and branch != "pool" else 0.5,
                     edgecolor="white", linewidth=1.2)  # fmt: skip
            if macs / MEGA > 60:
                left.text(place, bottom + macs / MEGA / 2, f"{branch}: {macs / MEGA:.0f}",
                          ha="center", va="center", color="white", weight="bold")  # fmt: skip
            bottom += macs / MEGA
    left.text(place, bottom + 6, f"{bottom:.0f} M", ha="center", weight="bold")
five = sum(costs["reduced"]["5 × 5"]) / MEGA
left.annotate(f"5 × 5: {five:.0f}", (1.31, totals["reduced"] / MEGA - 12), (1.1, 190),
              ha="center", color=plotting.ink(plotting.ORANGE), weight="bold",
              arrowprops={"arrowstyle": "-", "color": plotting.ORANGE})  # fmt: skip
left.set(xticks=(0, 1), xticklabels=("naive", "with 1 × 1"), ylabel="million MACs", ylim=(0, 340),
         xlim=(-0.45, 1.5), title="Module 3a")  # fmt: skip
order = range(1, STACKED + 1)
right.plot(order, np.divide(naive, 1000), "o-", color="0.2", label="naive")
right.plot(order, np.divide(reduced, 1000), "o--", color="0.5", label="with 1 × 1")
right.set(xlabel="module in a row", ylabel="billion MACs", ylim=(0, None), title="The n-th module")
right.legend()
plotting.describe(
    fig,
    f"Panel a: bars of the MACs of one module. Naive, {totals['naive'] / MEGA:.0f} million, of "
    "which the 3 by 3 and the 5 by 5 branch have nearly all. With reductions "
    f"{totals['reduced'] / MEGA:.0f} million, {five:.0f} of them in the 5 by 5 branch. Panel "
    f"b: curves for {STACKED} modules in a row. Naive ones rise to {naive[-1]:,.0f} million, "
    f"reduced ones stay at {after:.0f}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The branch of 5x5 shrinks to a tenth, that of 3x3 to six tenths. The larger the kernel is and the
# narrower the reduction, the more is saved. In a row it is the pooling's branch that matters: what
# it passes on unreduced, the next module has to pay for.
