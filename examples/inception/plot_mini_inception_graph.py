r"""
An Inception network for digits
===============================

The book's own network: a convolution, two modules of four branches, and the mean of each map. A
1x1 convolution before a large kernel hands it fewer maps, so that the branch of 5x5 kernels costs
less than the one of 3x3.

.. math:: \text{MACs} = H \, W \cdot k_h \, k_w \cdot C_\text{in} \, C_\text{out}

Part of :doc:`/inception`.
"""

import math

import matplotlib.pyplot as plt
import numpy as np

from convbook import models, plotting, results
from convbook.models import tables

MODULES = "inception1", "inception2"
BRANCHES = "1x1", "3x3", "5x5", "pool"
CHAINS = {  # layers in a row that are drawn as one box
    "conv1": ("conv1", "pool1", "norm1", "relu1"),
    "pool2": ("pool2", "norm2", "relu2"),
    "norm3": ("norm3", "relu3", "global_pool"),
}

# %%
# The network as Keras has it. A module is a name, and its layers begin with that name.

model = models.build("mini_inception")
rows = {row.name: row for row in tables.layer_table(model)}
_, edges = tables.graph(model)
for name in MODULES:
    print(name, rows[name].output_shape)

# %%
# What each convolution costs, from the table, and from its kernel and the size of its maps.

macs = {name: row.macs for name, row in rows.items() if row.kind.startswith("Conv2D")}
by_hand = [
    math.prod(rows[name].output_shape[:2]) * math.prod(model.get_layer(name).kernel.shape)
    for name in macs
]
np.testing.assert_array_equal(list(macs.values()), by_hand)
costs = {
    branch: [sum(macs[n] for n in macs if n.startswith(f"{m}_{branch}")) for m in MODULES]
    for branch in BRANCHES
}
print(costs)
results.record("mini_inception_graph.parameters", model.count_params())
results.record("mini_inception_graph.macs", sum(row.macs for row in rows.values()))
results.record("mini_inception_graph.macs_3x3", costs["3x3"])
results.record("mini_inception_graph.macs_5x5", costs["5x5"])

# %%
# A box for each layer of a module, and one for each chain outside of the modules.

box_of = {name: name for name in rows}
box_of |= {layer: box for box, chain in CHAINS.items() for layer in chain}
links = {(box_of[a], box_of[b]): None for a, b in edges if box_of[a] != box_of[b]}
texts = {}
for name in dict.fromkeys(box_of.values()):
    last = rows[CHAINS.get(name, (name,))[-1]]
    shape = " × ".join(map(str, last.output_shape))
    texts[name] = f"{', '.join(CHAINS.get(name, (name,)))}: {shape}"
    if "_" in name:
        window = last.kind.split()[1].replace("x", " × ")
        texts[name] = f"max pooling {window}"
        if name in macs:
            texts[name] = f"{window}: {last.output_shape[-1]} maps\n{macs[name] / 1e3:.0f} k MACs"

# %%
# The modules are tinted.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 5.5))
boxes = plotting.show_graph(ax, texts, links)
for module, tint in zip(MODULES, (plotting.PALE_BLUE, plotting.PALE_ORANGE), strict=True):
    for name, box in boxes.items():
        if name.startswith(module):
            box.set_backgroundcolor(tint)
plotting.describe(
    fig,
    f"A graph of {len(texts)} boxes: a digit, a convolution to {rows['relu1'].output_shape[-1]} "
    "maps, twice four branches side by side that end in one box, the mean of each map, ten "
    "logits. Branches: 1 by 1; 1 by 1, then 3 by 3; 1 by 1, then 5 by 5; pooling, then 1 by 1. "
    f"In thousands of MACs those of the first module cost "
    f"{', '.join(f'{costs[branch][0] / 1e3:.0f}' for branch in BRANCHES)}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# All four branches of a module see the same maps and keep their height and width. The pooling
# between the modules halves both: the second module has twice as many maps as the first, and still
# costs less.
