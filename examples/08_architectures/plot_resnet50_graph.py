r"""
ResNet-50, block by block
=========================

Sixteen residual blocks of three convolutions each, in four stages. The first block of a stage
halves the side and doubles the maps. All blocks of all stages cost about the same.

.. math:: y = x + F(x)

Part of :doc:`/08_architectures_more`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import arithmetic, plotting, results, studies
from convbook.models import blocks

PATTERN = r"(conv[2-5]_\d)|(?:conv|norm|relu|pool)(1)"
TITLES = {"1": "conv1, pool1"}
REPEATED = ("conv2_2", "conv3_2", "conv4_2", "conv5_2")

# %%
# The layers of the real model, as a study recorded them; those of a block are merged.

network = studies.load("layer_tables").results["resnet50"]
found, edges = blocks.collapse(network["rows"], network["edges"], PATTERN)
for block in found.values():
    print(block.name, block.output_shape, block.parameters, block.macs, block.receptive_field)

# %%
# A block that repeats, by arithmetic: 1 by 1 to a quarter of the maps, 3 by 3, 1 by 1 back. Half
# the side and twice the maps leave the work as it was.

by_hand = []
for side, maps in ((56, 64), (28, 128), (14, 256), (7, 512)):
    steps = ((1, 4 * maps, maps), (3, maps, maps), (1, maps, 4 * maps))
    by_hand.append(sum(arithmetic.conv_macs(side, *step) for step in steps))
np.testing.assert_array_equal([found[name].macs for name in REPEATED], by_hand)
parameters = sum(block.parameters for block in found.values())
trained = sum(row["trained"] for row in network["rows"])
results.record("resnet50_graph.parameters", parameters)
results.record("resnet50_graph.statistics", parameters - trained)
results.record("resnet50_graph.block_macs", by_hand[0] / 1e6)

# %%
# One row a block: what leaves it, how far back one of its outputs looks, what it costs.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, 4, figsize=(6.4, 5.4), sharey=True, width_ratios=(1.75, 0.35, 1, 1))
labels = {
    name: f"{TITLES.get(name, name)}: {'x'.join(map(str, block.output_shape))}"
    for name, block in found.items()
}
boxes = plotting.show_graph(axes[0], labels, edges, size=8)
places = [boxes[name].get_position()[1] for name in found]
axes[1].set(title="sees", xlim=(0, 1))
for place, (name, block) in zip(places, found.items(), strict=True):
    sees = f"{block.receptive_field[0]} px" if block.receptive_field else "all"
    axes[1].text(1, place, sees, ha="right", va="center", size=9)
    if block.parameters:
        boxes[name].set_backgroundcolor("#cfe3f3")
for ax, what, title, spec, colour in (
    (axes[2], "parameters", "parameters, M", ".2f", plotting.BLUE),
    (axes[3], "macs", "MACs, M", ",.0f", plotting.ORANGE),
):
    values = [getattr(block, what) / 1e6 for block in found.values()]
    bars = ax.barh(places, values, 0.6, color=colour)
    texts = [format(value, spec) if value else "" for value in values]
    ax.bar_label(bars, texts, padding=3, size=9)
    ax.set(title=title, xlim=(0, 1.6 * max(values)))
for ax in axes[1:]:
    ax.set_axis_off()
plotting.describe(
    fig,
    f"A chain of {len(found)} boxes, sixteen of them residual blocks, from a picture of 224 by 224 "
    f"to logits. Bars: parameters grow from stage to stage to {parameters / 1e6:.1f} million in "
    f"all, while each repeated block costs {by_hand[0] / 1e6:.0f} million multiply-accumulates.",
)
plt.show()

# %%
# What to notice
# --------------
#
# An identity cannot change the number of maps: the first block of each stage has a 1 by 1
# convolution on its shortcut and costs more. Each arrow from box to box is an addition's result.
