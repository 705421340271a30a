r"""
GoogLeNet, module by module
===========================

Nine Inception modules in a row, each four branches side by side and drawn as one box here. Where
the maps are small the modules are wide, which keeps their costs within a factor of six.

.. math:: \text{module}(x) = \left[\, b_1(x), b_3(x), b_5(x), b_{\text{pool}}(x) \,\right]

Part of :doc:`/architectures`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import arithmetic, plotting, results, studies
from convbook.models import blocks

PATTERN = r"(inception\d[a-e])|(?:conv|pool|norm)([12])"
TITLES = {"1": "conv1, pool1", "2": "conv2, pool2"}
BRANCHES = {"1x1": (1, 192, 64), "3x3_reduce": (1, 192, 96), "3x3": (3, 96, 128),
            "5x5_reduce": (1, 192, 16), "5x5": (5, 16, 32), "pool_proj": (1, 192, 32)}  # fmt: skip

# %%
# The layers of the real model, as a study recorded them, without the two auxiliary heads; those of
# a module are merged.

network = studies.load("layer_tables").result(network="googlenet")
found, edges = blocks.collapse(network["rows"], network["edges"], PATTERN)
for block in found.values():
    print(block.name, block.output_shape, block.parameters, block.macs, block.receptive_field)

# %%
# The first module by arithmetic, branch by branch.

by_hand = sum(arithmetic.conv_macs(28, *branch) for branch in BRANCHES.values())
np.testing.assert_array_equal(found["inception3a"].macs, by_hand)
parameters = sum(block.parameters for block in found.values())
modules = [block for name, block in found.items() if name.startswith("inception")]
results.record("googlenet_graph.parameters", parameters)
results.record("googlenet_graph.layers", len(network["rows"]))
results.record("googlenet_graph.module_macs", [round(block.macs / 1e6) for block in modules])

# %%
# One row a block: what leaves it, how far back one of its outputs looks, what it costs.

plt.style.use(plotting.STYLE)
fig = plt.figure(figsize=(6.4, 5.0))
texts = blocks.texts(found, TITLES)
plotting.show_blocks(fig, texts, edges, found.values())
plotting.describe(
    fig,
    f"A chain of {len(found)} boxes, nine of them modules, from a picture of 224 by 224 to logits, "
    f"with bars: {parameters / 1e6:.1f} million parameters, and modules of "
    f"{min(block.macs for block in modules) / 1e6:.0f} to "
    f"{max(block.macs for block in modules) / 1e6:.0f} million multiply-accumulates.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The second convolution costs more than any module. From the fourth module on an output sees more
# than the picture is wide: what it sees of the border is padding.
