r"""
LeNet-5 of 1998
===============

The network that gave all others its name, with the layer names of its paper. The paper counts, for
each layer, the parameters that are trained and the connections, biases included. The model has the
same numbers, down to the last digit.

.. math:: \text{connections of C1} = 28 \cdot 28 \cdot 6 \cdot (5 \cdot 5 + 1)

Part of :doc:`/lenet`.
"""

import math

import matplotlib.pyplot as plt
import numpy as np

from convbook import models, plotting, results
from convbook.models import tables

COLUMNS = {"trained": 0.92, "connections": 1.5}  # places in the figure
PAPER = {  # trained parameters and connections, from section II.B of the paper
    "C1": (156, 122_304),
    "S2": (12, 5_880),
    "C3": (1_516, 151_600),
    "S4": (32, 2_000),
    "C5": (48_120, 48_120),
    "F6": (10_164, 10_164),
}
PAPER_TOTALS = 60_000, 340_908
WINDOW = 4  # pixels that a unit of S2 or S4 adds up

# %%
# Pictures of 28 by 28 pixels are padded to 32 by 32, so that strokes at the border can still lie in
# the middle of a kernel.

model = models.build("lenet5")
rows = {row.name: row for row in tables.layer_table(model)}
nodes, edges = tables.graph(model)
print(rows["pad"].output_shape, "->", rows["logits"].output_shape)

# %%
# A connection is a product with an input, or a bias. Subsampling multiplies the sum of four pixels
# once; the paper counts all four.

connections = {}
for name in PAPER:
    outputs = math.prod(rows[name].output_shape)
    macs = rows[name].macs * (WINDOW if name.startswith("S") else 1)
    connections[name] = macs + outputs
trained = {name: rows[name].parameters for name in PAPER}
print(connections)

# %%
# Layer by layer the paper's numbers. Its total of connections holds those of its output layer too,
# whose 84 x 10 weights are drawn by hand and not trained.

assert {name: (trained[name], connections[name]) for name in PAPER} == PAPER
total = sum(connections.values()) + rows["logits"].macs
np.testing.assert_array_equal((sum(trained.values()), total), PAPER_TOTALS)
results.record("lenet5_graph.trained", sum(trained.values()))
results.record("lenet5_graph.connections", total)
results.record("lenet5_graph.shared", total / sum(trained.values()))

# %%
# The graph, read from the model, and the counts.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 5.5))
boxes = plotting.show_graph(ax, nodes, edges, size=8)
for name, box in boxes.items():
    _, height = box.get_position()
    if name in PAPER:
        box.set_backgroundcolor(plotting.PALE_BLUE)
        for place, count in zip(COLUMNS.values(), (trained, connections), strict=True):
            ax.text(place, height, f"{count[name]:,}", ha="right", va="center")
ax.text(COLUMNS["connections"], len(nodes) - 1, "840", ha="right", va="center", color="0.5")
for (name, place), value in zip(COLUMNS.items(), PAPER_TOTALS, strict=True):
    ax.text(place, -0.1, name, ha="right", va="center", weight="bold")
    ax.text(place, len(nodes) - 0.2, f"{value:,}", ha="right", va="center", weight="bold")
ax.set(xlim=(-0.45, 1.52), ylim=(len(nodes), -0.5))
plotting.describe(
    fig,
    f"A chain of {len(nodes)} boxes: the picture padded to 32 by 32, its values rescaled, then C1, "
    "S2, C3, S4, C5 and F6 of LeNet-5, and ten outputs. Beside each of the six its parameters and "
    f"connections; the totals are {PAPER_TOTALS[0]:,} and {PAPER_TOTALS[1]:,}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# C1 and C3 have nine tenths of the connections of the layers before C5 and few parameters: they
# share. From C5 on each connection is a parameter of its own. The grey 840 are the output layer's.
