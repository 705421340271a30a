r"""
Where parameters and where multiplications sit
==============================================

A weight of a kernel is used at every position of its map, a weight of a dense layer once. So a
layer's share of the multiplications can be many times its share of the parameters. Three networks
for digits, layer by layer:

.. math:: \frac{\text{MACs}}{\text{weights}} = H W

Part of :doc:`/lenet`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import arithmetic, models, plotting, results
from convbook.models import tables

NETWORKS = {"lenet": "LeNet of 2016", "lenet5": "LeNet-5", "mnist_convnet": "CS 20"}
SMALLEST = 0.055  # share of a bar that still has room for a name

# %%
# One table a network, read from the Keras model; layers that cost nothing are left out.

costs = {
    name: [row for row in tables.layer_table(models.build(name)) if row.parameters]
    for name in NETWORKS
}
for name, rows in costs.items():
    print(name, [(row.name, row.parameters, row.macs) for row in rows])

# %%
# The largest convolution and the largest dense layer of CS 20's network, by arithmetic. Then the
# share of the layers that use each weight once: the dense ones, and C5 of LeNet-5, a convolution
# whose maps have one pixel.

rows = {row.name: row for row in costs["mnist_convnet"]}
assert rows["conv2"].macs == arithmetic.conv_macs(14, 5, 32, 64) == 14 * 14 * 25 * 32 * 64
assert rows["conv2"].parameters == arithmetic.conv_parameters(5, 32, 64)
assert rows["fc1"].macs == arithmetic.dense_macs(7 * 7 * 64, 1024)
totals = {
    (name, what): sum(getattr(row, what) for row in rows)
    for name, rows in costs.items()
    for what in ("parameters", "macs")
}
for name, rows in costs.items():
    results.record(f"layer_costs.{name}_parameters", totals[name, "parameters"])
    once = [row for row in rows if row.macs <= row.parameters]
    for what in ("parameters", "macs"):
        share = sum(getattr(row, what) for row in once) / totals[name, what]
        results.record(f"layer_costs.{name}_once_{what}", share)
uses = rows[1].macs / rows[1].parameters
np.testing.assert_allclose(uses, 14 * 14, rtol=2e-3)

# %%
# A bar is a network, a piece of it a layer.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 4.4))
ticks = []
for number, ((name, what), total) in enumerate(totals.items()):
    height = number + 0.6 * (number // 2)
    unit = "MACs" if what == "macs" else what
    ticks.append((height, f"{unit}\n{total:,}"))
    if what == "parameters":
        ax.text(0, height - 0.65, NETWORKS[name], weight="bold", va="center")
    left = 0.0
    for row in costs[name]:
        share = getattr(row, what) / total
        tint = plotting.ink(plotting.ORANGE) if row.macs <= row.parameters else plotting.BLUE
        ax.barh(height, share, left=left, color=tint, edgecolor="white", linewidth=1.5)
        if share > SMALLEST:
            ax.text(left + share / 2, height, f"{row.name}\n{share:.0%}", size=9, ha="center",
                    va="center", color="white")  # fmt: skip
        left += share
ax.set_yticks(*zip(*ticks, strict=True))
ax.set(xlim=(0, 1), xticks=(), ylim=(ticks[-1][0] + 0.5, -0.95))
ax.tick_params(axis="y", length=0)
ax.spines[:].set_visible(False)
plotting.describe(
    fig,
    "Six bars cut into layers, two for each of three networks: the parameters and the "
    "multiply-accumulates. In CS 20's the first dense layer has "
    f"{rows[2].parameters / totals['mnist_convnet', 'parameters']:.0%} of the parameters and the "
    f"second convolution {rows[1].macs / totals['mnist_convnet', 'macs']:.0%} of the "
    "multiplications; in LeNet of 2016 the dense layer leads in both.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Blue layers use a weight many times, orange ones once. In all three networks the parameters are
# orange. The multiplications are blue only where the convolutions have maps enough: LeNet of 2016
# has four and six.
