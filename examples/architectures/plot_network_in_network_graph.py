r"""
Network in network
==================

After each convolution come two of 1 by 1: a dense network for each pixel, with the same weights at
all of them. The last has one map a class, whose mean is the logit. There is no dense layer.

.. math:: z_c = \frac{1}{H W} \sum_{i, j} a[i, j, c]

Part of :doc:`/architectures`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import arithmetic, plotting, results, studies
from convbook.models import blocks

TITLES = {f"cccp{n}": f"cccp{n}, 1x1" for n in range(1, 9)} | {"logits": "mean"}
KERNELS = {
    "conv1": (11, 3, 96),
    "conv2": (5, 96, 256),
    "conv3": (3, 256, 384),
    "conv4": (3, 384, 1024),
}
BYTES = 4  # of a float32

# %%
# The layers of the real model, as a study recorded them. They carry the names of the authors' own
# file; cccp is for cascaded cross-channel parametric pooling.

network = studies.load("layer_tables").result(network="network_in_network")
found, edges = blocks.collapse(network["rows"], network["edges"], r"(.+)")
for block in found.values():
    print(block.name, block.output_shape, block.parameters, block.macs, block.receptive_field)

# %%
# The four large kernels by arithmetic, and the size of the file that the authors published: 29 MB.

for name, (kernel, inputs, maps) in KERNELS.items():
    assert found[name].parameters == arithmetic.conv_parameters(kernel, inputs, maps)
parameters = sum(block.parameters for block in found.values())
np.testing.assert_allclose(parameters * BYTES / 2**20, 29, atol=0.5)
pointwise = [block for name, block in found.items() if name.startswith("cccp")]
results.record("network_in_network_graph.parameters", parameters)
results.record(
    "network_in_network_graph.pointwise_share",
    sum(block.parameters for block in pointwise) / parameters,
)

# %%
# One row a block: what leaves it, how far back one of its outputs looks, what it costs.

plt.style.use(plotting.STYLE)
fig = plt.figure(figsize=(6.4, 5.0))
texts = blocks.texts(found, TITLES)
plotting.show_blocks(fig, texts, edges, found.values())
plotting.describe(
    fig,
    f"A chain of {len(found)} boxes: four groups of a convolution and two of 1 by 1, with pooling "
    f"between them, and the mean of {found['logits'].output_shape[0]} maps at the end. Bars show "
    f"{parameters / 1e6:.1f} million parameters, most of them in the last group, and most "
    "multiply-accumulates in the second convolution.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Of all the weights a dense layer would have, none is left. The last group has the most parameters,
# because its maps are many, and little work, because they are small.
