r"""
Layer by layer: AlexNet, its short version, VGG-16
==================================================

Parameters to the left, products to the right, both on one scale for all three networks. The first
dense layer of AlexNet and of VGG-16 has most of the parameters and few of the products. VGG-16
takes twenty times the products of AlexNet, and twice its parameters.

.. math:: \text{fc6 of VGG-16} = 7 \cdot 7 \cdot 512 \cdot 4096 + 4096 = 102\,764\,544

Part of :doc:`/architectures`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np

from convbook import arithmetic, models, plotting, results
from convbook.models import tables

NETWORKS = {
    "AlexNet": ("alexnet", {}),
    "short version": ("alexnet", {"version": "short"}),
    "VGG-16": ("vgg16", {}),
}

# %%
# Their tables. In a stateless scope Keras notes what weights a layer would have, and makes none.

costs = {}
for title, (name, options) in NETWORKS.items():
    with keras.StatelessScope(initialize_variables=False):
        model = models.build(name, **options)
    costs[title] = [row for row in tables.layer_table(model) if row.parameters]
    print(title, f"{model.count_params():,}", len(costs[title]), "layers with weights")

# %%
# The largest of all layers by arithmetic, and the sums.

vgg = {row.name: row for row in costs["VGG-16"]}
assert vgg["fc6"].parameters == arithmetic.dense_parameters(7 * 7 * 512, 4096) == 102_764_544
assert vgg["conv1_2"].macs == arithmetic.conv_macs(224, 3, 64, 64)
sums = {}
for title, rows in costs.items():
    key = NETWORKS[title][0] + ("_short" if NETWORKS[title][1] else "")
    for what in ("parameters", "macs"):
        counts = {row.name: getattr(row, what) for row in rows}
        sums[title, what] = sum(counts.values())
        dense = sum(counts[row.name] for row in rows if row.kind == "Dense")
        results.record(f"classic_costs.{key}_{what}", sums[title, what])
        results.record(f"classic_costs.{key}_dense_{what}", dense / sums[title, what])
fc6 = vgg["fc6"].parameters / sums["VGG-16", "parameters"]
results.record("classic_costs.vgg16_fc6", fc6)
results.record("classic_costs.times", sums["VGG-16", "macs"] / sums["AlexNet", "macs"])
np.testing.assert_array_equal(
    [sums[title, "parameters"] for title in costs], [60_965_224, 42_407_824, 138_357_544]
)

# %%
# Blue are convolutions, orange dense layers. A bar ends in its number, in millions.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplot_mosaic(
    [["AlexNet", "VGG-16"], ["short version", "VGG-16"]], figsize=(6.4, 5.2)
)
widest = {
    what: max(getattr(row, what) for rows in costs.values() for row in rows)
    for what in ("parameters", "macs")
}
for title, rows in costs.items():
    ax = axes[title]
    for height, row in enumerate(rows):
        tint = plotting.ORANGE if row.kind == "Dense" else plotting.BLUE
        for sign, what in ((-1, "parameters"), (1, "macs")):
            count = getattr(row, what)
            length = sign * (0.45 + count / widest[what])
            ax.barh(height, length - sign * 0.45, left=sign * 0.45, color=tint, height=0.75)
            number = f"{count / 1e6:.2g}" if count < 1e7 else f"{count / 1e6:,.0f}"
            ax.text(length + sign * 0.05, height, number, size=9, va="center",
                    ha="right" if sign < 0 else "left")  # fmt: skip
        ax.text(0, height, row.name, size=9, ha="center", va="center")
    totals = (sums[title, what] / 1e6 for what in ("parameters", "macs"))
    ax.set_title("{}\n{:.0f} M parameters | {:,.0f} M products".format(title, *totals))
    ax.set(xlim=(-2.05, 2.05), ylim=(len(rows) - 0.4, -0.6))
    ax.set_axis_off()
plotting.describe(
    fig,
    "Three networks layer by layer, parameters to the left and products to the right of each "
    f"name. Panel a: AlexNet takes {sums['AlexNet', 'macs'] / 1e6:.0f} million products. Panel b: "
    f"its short version takes {sums['short version', 'macs'] / 1e6:.0f} million. Panel c: fc6 has "
    f"{vgg['fc6'].parameters / sums['VGG-16', 'parameters']:.0%} of the parameters of VGG-16 and "
    f"{vgg['fc6'].macs / sums['VGG-16', 'macs']:.1%} of its products, which its 13 convolutions "
    "share.",
    panels=[axes[title] for title in costs],
)
plt.show()

# %%
# What to notice
# --------------
#
# The short version pools to 4 pixels a side, not 6, so that its fc6 has less than half the weights;
# a stride of 2 in conv2 quarters the pixels of all convolutions after it. One layer of VGG-16,
# conv1_2 with its 37 thousand weights, takes two and a half times the products of all of AlexNet.
