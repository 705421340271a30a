r"""
ResNet-50, block by block
=========================

Sixteen residual blocks of three convolutions each, in four stages. The first block of a stage
halves the side and doubles the maps. All blocks of all stages cost about the same.

.. math:: y = x + F(x)

Part of :doc:`/deeper_architectures`.
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

network = studies.load("layer_tables").result(network="resnet50")
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
fig = plt.figure(figsize=(6.4, 5.4))
texts = blocks.texts(found, TITLES)
plotting.show_blocks(fig, texts, edges, found.values(), size=8)
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
