r"""
The graph of LeNet
==================

The network of 2016 as Keras knows it: one box a layer, with the shape of what leaves it, read from
the model and not from a drawing. Beside each box stand its parameters, its multiply-accumulates for
one picture (MACs), and the side of the square of pixels that one of its outputs can see.

.. math:: 28 \to 28 \to 14 \to 14 \to 7 \to 294 \to 1024 \to 10

Part of :doc:`/lenet`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np

from convbook import arithmetic, models, plotting, results
from convbook.models import tables

TAPS = 5  # along each side of a kernel
COLUMNS = {"parameters": 0.8, "MACs": 1.15, "sees": 1.42}  # places in the figure

# %%
# The model takes a batch of any size of pictures with one channel, and returns ten numbers each.

model = models.build("lenet")
assert isinstance(model, keras.Model)
print(model.input.shape, "->", model.output.shape)

# %%
# What Keras made of each layer.

rows = tables.layer_table(model)
nodes, edges = tables.graph(model)
print(tables.as_text(rows))

# %%
# The same numbers by arithmetic, from the sizes alone.

by_name = {row.name: row for row in rows}
np.testing.assert_array_equal(
    [by_name[name].parameters for name in ("conv1", "conv2", "fc1", "logits")],
    [
        arithmetic.conv_parameters(TAPS, 1, 4),
        arithmetic.conv_parameters(TAPS, 4, 6),
        arithmetic.dense_parameters(7 * 7 * 6, 1024),
        arithmetic.dense_parameters(1024, 10),
    ],
)
assert by_name["conv2"].macs == arithmetic.conv_macs(14, TAPS, 4, 6)
parameters, macs = model.count_params(), sum(row.macs for row in rows)
results.record("lenet_graph.fc1_share", by_name["fc1"].parameters / parameters)

# %%
# The graph on the left, the costs beside it, the totals below.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 5.4))
boxes = plotting.show_graph(ax, nodes, edges)
for row, box in zip(rows, boxes.values(), strict=True):
    _, height = box.get_position()
    sees = f"{row.receptive_field[0]} px" if row.receptive_field else "all"
    cells = (f"{row.parameters:,}", f"{row.macs:,}", sees)
    for place, text in zip(COLUMNS.values(), cells, strict=True):
        ax.text(place, height, text, ha="right", va="center", color="0.6" if text == "0" else "0")
    if row.parameters:
        box.set_backgroundcolor(plotting.PALE_BLUE)
for name, place in COLUMNS.items():
    ax.text(place, -0.65, name, ha="right", va="center", weight="bold")
for place, total in zip(COLUMNS.values(), (parameters, macs), strict=False):
    ax.text(place, len(rows) - 0.25, f"{total:,}", ha="right", va="center", weight="bold")
ax.set(xlim=(-0.45, 1.45), ylim=(len(rows) - 0.1, -0.85))
plotting.describe(
    fig,
    f"A chain of {len(nodes)} boxes from the picture of 28 by 28 pixels through two convolutions, "
    f"two poolings, flattening, a dense layer of 1024 and dropout to ten logits. Of {parameters:,} "
    f"parameters {by_name['fc1'].parameters:,} lie in the dense layer; one output of the second "
    f"pooling sees {by_name['pool2'].receptive_field[0]} pixels.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Layers with something to learn are tinted. The two convolutions have 710 parameters together and
# do two fifths of the multiplications. Pooling, flattening and dropout learn nothing.
