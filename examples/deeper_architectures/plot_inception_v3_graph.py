r"""
Inception v3, module by module
==============================

Eleven modules of five kinds. Three convolutions of 3 by 3 stand where GoogLeNet had one of 7 by 7,
a grid is halved by a stride and a pooling side by side, and kernels of 1 by 7 and 7 by 1 replace
those of 7 by 7.

.. math:: k^2 C^2 \;\to\; 2 k C^2

Part of :doc:`/deeper_architectures`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import arithmetic, plotting, results, studies
from convbook.models import blocks

PATTERN = r"(mixed\d+)|(conv\d)"
KERNEL = 7  # taps

# %%
# The layers of the real model, as a study recorded them; those of a module are merged.

network = studies.load("layer_tables").result(network="inception_v3")
found, edges = blocks.collapse(network["rows"], network["edges"], PATTERN)
for block in found.values():
    print(block.name, block.output_shape, block.parameters, block.macs, block.receptive_field)

# %%
# The first convolutions by arithmetic, and what a row and a column cost beside the square.

by_hand = [arithmetic.conv_macs(149, 3, 3, 32), arithmetic.conv_macs(147, 3, 32, 32)]
np.testing.assert_array_equal([found["conv1"].macs, found["conv2"].macs], by_hand)
parameters = sum(block.parameters for block in found.values())
macs = sum(block.macs for block in found.values())
results.record("inception_v3_graph.layers", len(network["rows"]))
results.record("inception_v3_graph.macs", macs / 1e9)
results.record("inception_v3_graph.saving", 1 - 2 / KERNEL)

# %%
# One row a block: what leaves it, how far back one of its outputs looks, what it costs.

plt.style.use(plotting.STYLE)
fig = plt.figure(figsize=(6.4, 5.3))
texts = blocks.texts(found, {})  # whose names say enough
plotting.show_blocks(fig, texts, edges, found.values(), size=8)
plotting.describe(
    fig,
    f"A chain of {len(found)} boxes, eleven of them modules named mixed0 to mixed10, from a "
    f"picture of 299 by 299 to logits, with bars that add up to {parameters / 1e6:.1f} million "
    f"parameters and {macs / 1e9:.1f} thousand million multiply-accumulates.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The side falls from 299 to 35 before the first module, and the five convolutions on that way cost
# as much as several modules. Half of the parameters lie in the last three modules.
