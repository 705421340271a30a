r"""
AlexNet and its two columns
===========================

In 2012 the network did not fit into one graphics processor, and was cut lengthwise into two. A
column of feature maps sees its own half only, but for the third convolution and the dense layers,
which see both. Such a convolution in two groups has half the weights and does half the work.

.. math:: \text{weights} = k^2 \, \frac{C}{G} \, O

Part of :doc:`/architectures`.
"""

import math

import matplotlib.pyplot as plt
import numpy as np

from convbook import arithmetic, plotting, results, studies
from convbook.models import blocks

PATTERN = r"(?:conv|norm|pool|fc|dropout)(\d)"  # a row of boxes: all layers of one number
TAPS = {"1": 11, "2": 5, "3": 3, "4": 3, "5": 3}  # along each side of a kernel
COLUMNS = ("left", "right")

# %%
# The layers of the real model, as a study recorded them, where the two columns are two groups of
# one convolution.

network = studies.load("layer_tables").result(network="alexnet")
found, _ = blocks.collapse(network["rows"], network["edges"], PATTERN)
maps = {name: found[name].output_shape[-1] for name in "1234567"}
print(maps)

# %%
# How many groups a convolution has follows from its work: a kernel of all the maps below, at every
# place, would cost that many times as much.

groups = {}
for row in network["rows"]:
    if row["kind"].startswith("Conv2D"):
        number = row["name"][-1]
        below = maps.get(str(int(number) - 1), 3)
        size, out = row["output_shape"][:2], row["output_shape"][2]
        whole = arithmetic.conv_macs(size, TAPS[number], below, out)
        groups[number] = whole // row["macs"]
        np.testing.assert_array_equal(row["macs"] * groups[number], whole)
print(groups)
parameters = sum(block.parameters for block in found.values())
macs = sum(block.macs for block in found.values())
dense = sum(found[name].parameters for name in ("6", "7", "logits"))
neurons = sum(math.prod(row["output_shape"]) for row in network["rows"] if row["parameters"])
results.record("alexnet_graph.parameters", parameters)
results.record("alexnet_graph.macs", macs / 1e6)
results.record("alexnet_graph.dense_share", dense / parameters)
results.record("alexnet_graph.neurons", neurons)

# %%
# Two boxes a row up to the dense layers, half the maps in each; an arrow wherever something flows.

nodes = {"image": "image: 227x227x3"}
edges = [("image", f"1 {column}") for column in COLUMNS]
for number in "1234567":
    *size, depth = found[number].output_shape
    what = f"conv{number}" if size else f"fc{number}"
    shape = "x".join(map(str, [*size, depth // 2]))
    nodes |= {f"{number} {column}": f"{what}: {shape}" for column in COLUMNS}
    alone = groups.get(number, 1) == 2
    above = str(int(number) - 1)
    if above in maps:
        pairs = [(a, b) for a in COLUMNS for b in COLUMNS if a == b or not alone]
        edges += [(f"{above} {a}", f"{number} {b}") for a, b in pairs]
nodes["logits"] = "logits: 1000"
edges += [(f"7 {column}", "logits") for column in COLUMNS]

plt.style.use(plotting.STYLE)
fig = plt.figure(figsize=(6.4, 4.6))
rows = [found[name] for name in ("image", *maps, "logits")]
plotting.show_blocks(fig, nodes, edges, rows, graph_width=3)
plotting.describe(
    fig,
    f"Two columns of {len(maps)} boxes each between a picture of 227 by 227 pixels and 1,000 "
    "logits. Arrows cross between the columns before the third convolution and between the dense "
    f"layers. Bars: {parameters / 1e6:.1f} million parameters, {dense / parameters:.0%} of them in "
    f"dense layers, and {macs / 1e6:.0f} million multiply-accumulates, most in the convolutions.",
    panels=(),
)
plt.show()

# %%
# What to notice
# --------------
#
# Each box gives the shape after pooling, where there is one. The columns could hold different
# kernels: in the paper one learned grey edges and the other coloured blobs.
