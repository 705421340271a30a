r"""
Four blocks that networks are built of
======================================

Inception's module lays branches side by side. A residual block adds what it computes to its input.
MobileNet's pair looks around in one layer and mixes maps in the next. An inverted residual block
has both: a shortcut between its narrow ends, and a pair at its wide middle.

.. math:: y = \operatorname{ReLU}\bigl(x + F(x)\bigr)

Part of :doc:`/deeper_architectures`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np

from convbook import arithmetic, plotting, results, studies
from convbook.models import blocks, tables

BLOCKS = {  # network, what the names of the block's layers begin with, title
    "inception": ("googlenet", ("inception3a",), "Inception: GoogLeNet's 3a"),
    "residual": ("resnet50", ("conv3_2_",), "residual: ResNet-50's conv3_2"),
    "separable": ("mobilenet", ("depthwise7", "pointwise7"), "separable: MobileNet's pair 7"),
    "inverted": ("mobilenet_v2", ("block4b_",), "inverted: MobileNetV2's block4b"),
}
MEGA = 1e6

# %%
# A residual block in Keras: 1 by 1 to a quarter of the maps, 3 by 3, 1 by 1 back; then the addition
# and, last, a ReLU.

with keras.StatelessScope(initialize_variables=False):
    x = keras.Input((28, 28, 512))
    y = keras.layers.Conv2D(128, 1, use_bias=False)(x)
    y = keras.layers.ReLU()(keras.layers.BatchNormalization()(y))
    y = keras.layers.Conv2D(128, 3, padding="same", use_bias=False)(y)
    y = keras.layers.ReLU()(keras.layers.BatchNormalization()(y))
    y = keras.layers.Conv2D(512, 1, use_bias=False)(y)
    y = keras.layers.Add()([x, keras.layers.BatchNormalization()(y)])
    block = keras.Model(x, keras.layers.ReLU()(y))
    by_keras = sum(row.macs for row in tables.layer_table(block))

# %%
# The four blocks as they stand in their networks, of which a study recorded all layers. A
# normalization or a ReLU that follows a convolution belongs to its box.

graphs, macs = {}, {}
for key, (network, names, _) in BLOCKS.items():
    recorded = studies.load("layer_tables").result(network=network)
    texts, edges, macs[key] = blocks.inside(recorded["rows"], recorded["edges"], names)
    graphs[key] = texts, edges
np.testing.assert_array_equal(macs["residual"], by_keras)
inverted = studies.load("layer_tables").result(network="mobilenet_v2")["rows"]
sizes = {row["name"]: row["output_shape"][2] for row in inverted if len(row["output_shape"]) == 3}
narrow, wide = sizes["block4b_project"], sizes["block4b_expand"]
assert narrow == sizes["block4b_add"] < wide
ordinary = arithmetic.conv_macs(14, 3, 512, 512)
results.record("four_blocks.pair_share", macs["separable"] / ordinary)
lite0 = studies.load("layer_tables").result(network="efficientnet_lite0")["rows"]
results.record("four_blocks.lite0_shortcuts", sum(row["kind"] == "Add" for row in lite0))
print(macs)

# %%
# A box gives the window and the number of maps. Tinted: blue what mixes maps within a pixel, orange
# what looks at neighbours.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 2, figsize=(6.4, 6.6), width_ratios=(1.5, 1))
fig.get_layout_engine().set(w_pad=0.12)  # inches: a box reaches beyond its text
for ax, (key, (texts, edges)) in zip(axes.flat, graphs.items(), strict=True):
    boxes = plotting.show_graph(ax, texts, edges, size=9)
    for name, text in texts.items():
        if "\n" in text:
            pointwise = text.startswith("1 × 1\n")
            boxes[name].set_backgroundcolor(
                plotting.PALE_BLUE if pointwise else plotting.PALE_ORANGE
            )
    ax.set_title(f"{BLOCKS[key][2]}\n{macs[key] / MEGA:.0f} M MACs")
plotting.describe(
    fig,
    "Panel a, Inception: four branches from one box, laid side by side. Panel b, residual: 1 by 1, "
    "3 by 3, 1 by 1, and an arrow from the input past them to an addition, then a ReLU. Panel c, "
    "separable: a depthwise 3 by 3 and a 1 by 1. Panel d, inverted: 1 by 1 from "
    f"{narrow} to {wide} maps, depthwise 3 by 3, 1 by 1 back to {narrow}, and an arrow past them "
    "to an addition. They cost "
    + ", ".join(f"{value / MEGA:.0f}" for value in macs.values())
    + " million multiply-accumulates.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The residual block is narrow in the middle and the inverted one at its ends. Only the residual
# block changes what comes over its shortcut: a ReLU follows the addition.
