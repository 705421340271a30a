r"""
VGG-16, block by block
======================

Thirteen convolutions of 3 by 3 and three dense layers. Each block halves the side of the maps and,
up to 512, doubles their number. The convolutions do nearly all of the work and the first dense
layer has most of the weights.

.. math:: 224 \to 112 \to 56 \to 28 \to 14 \to 7

Part of :doc:`/architectures`.
"""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np

from convbook import arithmetic, plotting, results, studies
from convbook.models import blocks

PATTERN = r"(?:conv|pool|fc|dropout)(\d)"  # a block: all layers of one number
TITLES = {str(n): f"block {n}" for n in range(1, 6)} | {"6": "fc6", "7": "fc7"}

# %%
# The layers of the real model, as a study recorded them; those of one number are drawn as one box.

network = studies.load("layer_tables").result(network="vgg16")
found, edges = blocks.collapse(network["rows"], network["edges"], PATTERN)
for block in found.values():
    print(block.name, block.output_shape, block.parameters, block.macs, block.receptive_field)

# %%
# The same numbers from the paper's rule alone: a pair or a triple of convolutions, then a halving.

macs, side, inputs = [], 224, 3
for maps, convolutions in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
    channels = [inputs] + [maps] * convolutions
    pairs = pairwise(channels)
    macs.append(sum(arithmetic.conv_macs(side, 3, *pair) for pair in pairs))
    side, inputs = side // 2, maps
np.testing.assert_array_equal([found[str(n)].macs for n in range(1, 6)], macs)
parameters = sum(block.parameters for block in found.values())
results.record("vgg16_graph.parameters", parameters)
results.record("vgg16_graph.fc6_share", found["6"].parameters / parameters)
results.record("vgg16_graph.conv_share", sum(macs) / sum(block.macs for block in found.values()))

# %%
# One row a block: what leaves it, how far back one of its outputs looks, what it costs.

plt.style.use(plotting.STYLE)
fig = plt.figure(figsize=(6.4, 3.9))
texts = blocks.texts(found, TITLES)
plotting.show_blocks(fig, texts, edges, found.values())
plotting.describe(
    fig,
    f"A chain of {len(found)} boxes from a picture of 224 by 224 through five blocks and "
    f"three dense layers, with bars. Of {parameters / 1e6:.0f} million parameters fc6 has "
    f"{found['6'].parameters / 1e6:.0f}; of the multiply-accumulates the blocks have "
    f"{', '.join(f'{value / 1e9:.1f}' for value in macs)} thousand million.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Blocks 3 and 4 cost alike: half the side and twice the maps leave the work of a convolution as it
# was. The last block sees nearly the whole picture, 212 of 224 pixels.
