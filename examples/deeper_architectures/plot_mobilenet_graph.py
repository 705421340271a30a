r"""
MobileNet, block by block
=========================

One ordinary convolution, then thirteen pairs: a depthwise convolution of 3 by 3 that filters each
map by itself, and one of 1 by 1 that mixes the maps. The 1 by 1 convolutions do nearly all the
work.

.. math:: \frac{k^2 C + C O}{k^2 C O} = \frac{1}{O} + \frac{1}{k^2}

Part of :doc:`/deeper_architectures`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import arithmetic, plotting, results, studies
from convbook.models import blocks

PATTERN = r"(?:depthwise|pointwise)(\d+)|(conv)"
TITLES = {str(n): f"pair {n}" for n in range(1, 14)}

# %%
# The layers of the real model, as a study recorded them; a pair with its normalizations is one box.

network = studies.load("layer_tables").result(network="mobilenet")
found, edges = blocks.collapse(network["rows"], network["edges"], PATTERN)
for block in found.values():
    print(block.name, block.output_shape, block.parameters, block.macs, block.receptive_field)

# %%
# The seventh pair by arithmetic, and what one convolution in its place would cost.

depthwise = arithmetic.conv_macs(14, 3, 512, 512, groups=512)
pointwise = arithmetic.conv_macs(14, 1, 512, 512)
np.testing.assert_array_equal(found["7"].macs, depthwise + pointwise)
share = (depthwise + pointwise) / arithmetic.conv_macs(14, 3, 512, 512)
np.testing.assert_allclose(share, 1 / 512 + 1 / 9)
totals = [sum(row[what] for row in network["rows"]) for what in ("parameters", "trained", "macs")]
results.record("mobilenet_graph.parameters", totals[0])
results.record("mobilenet_graph.trained", totals[1])
results.record("mobilenet_graph.macs", totals[2] / 1e6)
results.record("mobilenet_graph.pair_share", share)

# %%
# One row a block: what leaves it, how far back one of its outputs looks, what it costs.

plt.style.use(plotting.STYLE)
fig = plt.figure(figsize=(6.4, 5.0))
texts = blocks.texts(found, TITLES)
plotting.show_blocks(fig, texts, edges, found.values())
plotting.describe(
    fig,
    f"A chain of {len(found)} boxes, thirteen of them pairs of a depthwise and a 1 by 1 "
    f"convolution, from a picture of 224 by 224 to logits. Bars: {totals[0] / 1e6:.2f} million "
    f"parameters, most of them at the end, and {totals[2] / 1e6:.0f} million multiply-accumulates.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Pairs 7 to 11 are equal. The last dense layer has a quarter of the parameters. A single one of
# VGG's convolutions of 1,850 million MACs costs three times this network.
