r"""
Wider, deeper, larger at once
=============================

The five networks of EfficientNet-Lite are one network, scaled: more maps by a factor :math:`w`,
more blocks by :math:`d`, larger pictures by :math:`r`. Their cost grows by about
:math:`d w^2 r^2`. Here it is counted from the sizes alone, and drawn with the accuracies that the
authors report.

.. math:: \alpha \cdot \beta^2 \cdot \gamma^2 \approx 2

Part of :doc:`/deeper_architectures`.
"""

import math

import matplotlib.pyplot as plt
import numpy as np

from convbook import arithmetic, plotting, results, studies

# Blocks, kernel, stride of the first block, expansion, maps: EfficientNet-B0's stages.
STAGES = ((1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80),
          (3, 5, 1, 6, 112), (4, 5, 2, 6, 192), (1, 3, 1, 6, 320))  # fmt: skip
LITE = {  # width, depth, side of the picture; top-1 accuracy in %, MACs in millions as reported
    0: (1.0, 1.0, 224, 75.1, 407),
    1: (1.0, 1.1, 240, 76.7, 631),
    2: (1.1, 1.2, 260, 77.6, 899),
    3: (1.2, 1.4, 280, 79.8, 1440),
    4: (1.4, 1.8, 300, 81.5, 2640),
}
ALPHA, BETA, GAMMA = 1.2, 1.1, 1.15  # the paper's factors of depth, width and resolution


def macs(width: float, depth: float, side: int) -> int:
    """Count the products of a Lite network; its stem, head, first and last depth are fixed."""
    side, inputs = math.ceil(side / 2), 32
    total = arithmetic.conv_macs(side, 3, 3, inputs)
    for number, (repeats, kernel, stride, expansion, maps) in enumerate(STAGES):
        maps = max(8, int(maps * width + 4) // 8 * 8)  # the nearest multiple of 8
        blocks = repeats if number in (0, len(STAGES) - 1) else math.ceil(repeats * depth)
        for block in range(blocks):
            wide = expansion * inputs
            total += arithmetic.conv_macs(side, 1, inputs, wide) * (expansion > 1)
            side = math.ceil(side / stride) if block == 0 else side
            total += arithmetic.conv_macs(side, kernel, wide, wide, groups=wide)
            total += arithmetic.conv_macs(side, 1, wide, maps)
            inputs = maps
    total += arithmetic.conv_macs(side, 1, inputs, 1280)
    return total + arithmetic.dense_macs(1280, 1000)


# %%
# The count for Lite0 is that of the real model. The reported numbers are a few per cent higher.

counted = {name: macs(*row[:3]) / 1e6 for name, row in LITE.items()}
rows = studies.load("layer_tables").result(network="efficientnet_lite0")["rows"]
np.testing.assert_allclose(counted[0] * 1e6, sum(row["macs"] for row in rows))
excess = [LITE[name][4] / counted[name] for name in LITE]
print({name: round(value) for name, value in counted.items()}, np.round(excess, 3))
results.record("compound_scaling.counted", [round(value) for value in counted.values()])
results.record("compound_scaling.excess", max(excess) - 1)

# %%
# Each factor alone, as far as the rule says that the work doubles. The paper's three factors
# together should double it too.

root = math.sqrt(2)
alone = {
    "depth": macs(1.0, 2.0, 224) / 1e6 / counted[0],
    "width": macs(root, 1.0, 224) / 1e6 / counted[0],
    "resolution": macs(1.0, 1.0, round(224 * root)) / 1e6 / counted[0],
}
product = ALPHA * BETA**2 * GAMMA**2
print({name: round(value, 2) for name, value in alone.items()}, round(product, 2))
results.record("compound_scaling.product", product)
for name, value in alone.items():
    results.record(f"compound_scaling.{name}", value)

# %%
# The reported accuracies over the counted work; beside each point width, depth and side.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 3.8))
ax.plot(list(counted.values()), [row[3] for row in LITE.values()], "o-")
for name, (width, depth, side, top1, _) in LITE.items():
    ax.annotate(f"Lite{name}: w {width:g}, d {depth:g}, {side} px", (counted[name], top1), (9, -9),
                textcoords="offset points", size=9)  # fmt: skip
ax.set(xscale="log", xlim=(340, 6500), ylim=(74, 82.3))
ax.set_xticks((400, 800, 1600, 3200), ("400", "800", "1,600", "3,200"))
ax.minorticks_off()
ax.set(xlabel="multiply-accumulates, millions (counted)", ylabel="top-1 accuracy, % (reported)")
plotting.describe(
    fig,
    f"A rising line of five points. Lite0 has {counted[0]:.0f} million multiply-accumulates and "
    f"{LITE[0][3]} % accuracy, Lite4 {counted[4]:,.0f} million and {LITE[4][3]} %; each point is "
    "labelled with its factors of width and depth and its picture's side.",
)
plt.show()

# %%
# What to notice
# --------------
#
# On the logarithmic axis the points lie nearly on a line: each doubling of the work buys about the
# same two points of accuracy. Real sizes are rounded, maps to multiples of 8 and blocks upwards.
