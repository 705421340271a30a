r"""
ResNet-50, block by block
=========================

Sixteen residual blocks of three convolutions each, in four stages. A shortcut leads past every
block. Twelve blocks are equal but for their sizes, and cost the same. The first block of each
stage changes the number of maps, and three of these halve the side: their shortcuts are
convolutions of 1 by 1.

.. math:: y = \operatorname{ReLU}\bigl(x + F(x)\bigr)

Part of :doc:`/deeper_architectures`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import arithmetic, plotting, results, studies
from convbook.models import blocks

PATTERN = r"(conv[2-5]_\d)|(?:conv|norm|relu|pool)(1)"
TITLES = {"1": "conv1, pool1"}
FIRST = ("conv2_1", "conv3_1", "conv4_1", "conv5_1")
LEFT, REACH = -0.5, 0.43  # how far from a box's middle its shortcut passes, in units of the graph

# %%
# The layers of the real model, as a study recorded them; those of a block are merged.

network = studies.load("layer_tables").result(network="resnet50")
found, edges = blocks.collapse(network["rows"], network["edges"], PATTERN)
for block in found.values():
    print(block.name, block.output_shape, block.parameters, block.macs, block.receptive_field)

# %%
# A block that repeats, by arithmetic: 1 by 1 to a quarter of the maps, 3 by 3, 1 by 1 back. Half
# the side and twice the maps leave the work as it was. The first of a stage has a fourth
# convolution, on its shortcut.

repeated = [name for name in found if name.startswith("conv") and name not in FIRST]
by_hand = {}
for stage, (side, maps) in enumerate(((56, 64), (28, 128), (14, 256), (7, 512)), start=2):
    steps = ((1, 4 * maps, maps), (3, maps, maps), (1, maps, 4 * maps))
    by_hand[str(stage)] = sum(arithmetic.conv_macs(side, *step) for step in steps)
np.testing.assert_array_equal(
    [found[name].macs for name in repeated], [by_hand[name[4]] for name in repeated]
)
assert len(repeated) == 12
assert len(set(by_hand.values())) == 1
projected = [name for name in FIRST if f"{name}_shortcut" in {r["name"] for r in network["rows"]}]
assert projected == list(FIRST)
parameters = sum(block.parameters for block in found.values())
trained = sum(row["trained"] for row in network["rows"])
results.record("resnet50_graph.parameters", parameters)
results.record("resnet50_graph.statistics", parameters - trained)
results.record("resnet50_graph.block_macs", by_hand["2"] / 1e6)
results.record("resnet50_graph.first_macs", [round(found[name].macs / 1e6) for name in FIRST])

# %%
# One row a block: what leaves it, how far back one of its outputs looks, what it costs. A line past
# a block is its shortcut, broken where it is a convolution.

plt.style.use(plotting.STYLE)
fig = plt.figure(figsize=(6.4, 7.4))
texts = blocks.texts(found, TITLES)
boxes = plotting.show_blocks(fig, texts, edges, found.values())
for name in (*FIRST, *repeated):
    x, y = boxes[name].get_position()
    boxes[name].axes.plot(
        [x, x + LEFT, x + LEFT, x], [y - REACH, y - REACH, y + REACH, y + REACH],
        color=plotting.GREEN, linestyle="--" if name in FIRST else "-", zorder=5,
    )  # fmt: skip
plotting.describe(
    fig,
    f"A chain of {len(found)} boxes from a picture of 224 by 224 to logits, with a line past each "
    f"of sixteen residual blocks, broken for {', '.join(FIRST)}. Bars: parameters grow from stage "
    f"to stage to {parameters / 1e6:.1f} million in all, while {len(repeated)} blocks cost "
    f"{by_hand['2'] / 1e6:.0f} million multiply-accumulates each.",
    panels=(),
)
plt.show()

# %%
# What to notice
# --------------
#
# An identity cannot change the number of maps: the first block of each stage has a 1 by 1
# convolution on its shortcut and costs more. conv2_1 alone keeps the side, which the pooling before
# it has halved.
