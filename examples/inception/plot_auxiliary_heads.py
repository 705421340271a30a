r"""
GoogLeNet and its auxiliary heads
=================================

Two small classifiers look at the maps in the middle of the network while it is trained, and their
losses send gradients to the early layers on a short way. Afterwards they are taken off: what the
network answers does not depend on them.

.. math:: L = L_\text{main} + 0.3 \, (L_1 + L_2)

Part of :doc:`/inception`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np

from convbook import models, plotting, results
from convbook.models import tables

HEADS = "auxiliary1", "auxiliary2"
CLASSES = 1000
MAPS, PIXELS, UNITS = 128, 4 * 4, 1024  # of a head: feature maps, their pixels, hidden units
STEM = "conv1", "pool1", "norm1", "conv2_reduce", "conv2", "norm2", "pool2"
COLUMNS = {"layers": 1.6, "parameters, k": 2.4}  # where the numbers stand in the figure

# %%
# The network with its heads. Their picture needs no weights, and so no memory for them.

with keras.StatelessScope(initialize_variables=False):
    model = models.build("googlenet", auxiliary_heads=True)
rows = {row.name: row for row in tables.layer_table(model)}
_, edges = tables.graph(model)
print(len(rows), "layers,", len(model.outputs), "outputs")

# %%
# A head by hand: a 1x1 convolution, a dense layer on its flattened maps, the logits.

heads = [sum(row.parameters for name, row in rows.items() if name.startswith(h)) for h in HEADS]
attached = [rows[f"{head}_pool"].output_shape[-1] for head in HEADS]
by_hand = [
    (maps + 1) * MAPS + (PIXELS * MAPS + 1) * UNITS + (UNITS + 1) * CLASSES for maps in attached
]
np.testing.assert_array_equal(heads, by_hand)
results.record("auxiliary_heads.main", model.count_params() - sum(heads))
results.record("auxiliary_heads.heads", sum(heads))

# %%
# How many layers with weights lie on the longest way from the picture to each layer. The paper
# counts 22 to its own output.

depth = {}
for name, row in rows.items():
    before = [depth[parent] for parent, child in edges if child == name]
    depth[name] = max(before, default=0) + (row.macs > 0)
results.record("auxiliary_heads.depth", depth["logits"])
results.record("auxiliary_heads.head_depths", [depth[f"{head}_logits"] for head in HEADS])

# %%
# Layers become blocks: the stem, a module with the pooling after it, a head.

box_of = {name: name.split("_")[0] for name in rows}
box_of |= dict.fromkeys(STEM, "stem")
box_of |= {"pool3": "inception3b", "pool4": "inception4e"}
box_of |= dict.fromkeys(("global_pool", "dropout"), "logits")
links = {(box_of[a], box_of[b]): None for a, b in edges if box_of[a] != box_of[b]}
texts, lines = {}, {}
for name in dict.fromkeys(box_of.values()):
    last = [layer for layer in rows if box_of[layer] == name][-1]
    shape = " × ".join(map(str, rows[last].output_shape))
    texts[name] = f"{name}: {shape}"
    parameters = sum(rows[layer].parameters for layer in rows if box_of[layer] == name)
    lines[name] = f"{depth[last]}", f"{parameters / 1e3:,.0f}"

# %%
# Beside each block, the layers with weights so far and the thousands of parameters in it.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 5.5))
boxes = plotting.show_graph(ax, texts, links, size=9)
for name, box in boxes.items():
    if name in HEADS:
        box.set_backgroundcolor(plotting.PALE_ORANGE)
        box.set_text(f"{texts[name]}\n{lines[name][0]} layers, {lines[name][1]} k")
    elif name != "image":
        _, height = box.get_position()
        for place, text in zip(COLUMNS.values(), lines[name], strict=True):
            ax.text(place, height, text, ha="right", va="center")
for title, place in COLUMNS.items():
    ax.text(place, 0, title, ha="right", va="center", weight="bold", size=9)
ax.set(xlim=(-1.15, 2.4))
plotting.describe(
    fig,
    f"GoogLeNet as a chain of {len(texts) - 2} boxes from the picture to 1000 logits, with two "
    f"boxes beside it: heads on inception4a and inception4d, {depth['auxiliary1_logits']} and "
    f"{depth['auxiliary2_logits']} layers from the picture, where the main output is "
    f"{depth['logits']} layers deep. The heads have {sum(heads) / 1e6:.1f} million parameters, the "
    f"network without them {(model.count_params() - sum(heads)) / 1e6:.1f} million.",
)
plt.show()

# %%
# What to notice
# --------------
#
# A dense layer on 4x4x128 numbers makes each head nearly half as large as all of the network that
# is kept. The network itself takes the mean of its last maps instead, and has no such layer.
