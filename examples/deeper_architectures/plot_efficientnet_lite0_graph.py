r"""
EfficientNet-Lite0, block by block
==================================

Sixteen inverted residual blocks: few maps between the blocks, six times as many inside them, where
a depthwise convolution filters. The narrow ends are added, as in a ResNet.

.. math:: C \to 6 C \to 6 C \to C'

Part of :doc:`/deeper_architectures`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import arithmetic, plotting, results, studies
from convbook.models import blocks

PATTERN = r"(block\d[a-d])|(stem|head)"
EXPAND = 6  # times as many maps inside a block

# %%
# The layers of the real model, as a study recorded them; those of a block are merged.

network = studies.load("layer_tables").result(network="efficientnet_lite0")
found, edges = blocks.collapse(network["rows"], network["edges"], PATTERN)
for block in found.values():
    print(block.name, block.output_shape, block.parameters, block.macs, block.receptive_field)

# %%
# A block that repeats, by arithmetic: wider by six, depthwise 5 by 5, back.

wide = EXPAND * 112
by_hand = (
    arithmetic.conv_macs(14, 1, 112, wide)
    + arithmetic.conv_macs(14, 5, wide, wide, groups=wide)
    + arithmetic.conv_macs(14, 1, wide, 112)
)
np.testing.assert_array_equal(found["block5b"].macs, by_hand)
parameters = sum(block.parameters for block in found.values())
macs = sum(block.macs for block in found.values())
results.record("efficientnet_lite0_graph.parameters", parameters)
results.record("efficientnet_lite0_graph.macs", macs / 1e6)
shortcuts = sum(row["kind"] == "Add" for row in network["rows"])
results.record("efficientnet_lite0_graph.shortcuts", shortcuts)

# %%
# One row a block: what leaves it, how far back one of its outputs looks, what it costs.

plt.style.use(plotting.STYLE)
fig = plt.figure(figsize=(6.4, 5.5))
texts = blocks.texts(found, {})  # whose names say enough
plotting.show_blocks(fig, texts, edges, found.values(), size=8, macs=",.1f")
plotting.describe(
    fig,
    f"A chain of {len(found)} boxes, sixteen of them blocks, from a picture of 224 by 224 to "
    f"logits. Bars: {parameters / 1e6:.2f} million parameters, most in the dense layer and the "
    f"last stages, and {macs / 1e6:.0f} million multiply-accumulates, spread over all blocks.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Work is spread evenly, the parameters lie at the end. The side falls to 7 in five steps; between
# blocks there are never more than 320 maps.
