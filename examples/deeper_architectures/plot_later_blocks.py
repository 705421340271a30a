r"""
Three blocks that came after
============================

A dense block lays the maps of its layers side by side, where a residual block adds them. Squeeze
and excitation multiplies each map by a number that the whole picture decides. ConvNeXt's block
looks around once, in a depthwise convolution of 7 by 7, and mixes maps at its wide middle.

.. math:: y_c = x_c + s_c \, F(x)_c

Part of :doc:`/deeper_architectures`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import arithmetic, plotting, results, studies
from convbook.models import blocks

BLOCKS = {  # network, what the names of the block's layers begin with, title
    "dense": ("densenet121", ("dense2_1_", "dense2_2_"), "dense: two layers\nof DenseNet-121"),
    "weighing": ("se_resnet50", ("conv3_2_",), "weighing:\nSE-ResNet-50's conv3_2"),
    "large": ("convnext_tiny", ("stage3_2_",), "large kernel:\nConvNeXt-T's stage3_2"),
}

# %%
# The blocks as they stand in their networks, of which a study recorded all layers. Normalizations,
# scales and activations belong to the box before them.

graphs, macs = {}, {}
for key, (network, names, _) in BLOCKS.items():
    recorded = studies.load("layer_tables").result(network=network)
    texts, edges, macs[key] = blocks.inside(recorded["rows"], recorded["edges"], names)
    graphs[key] = texts, edges
    print(key, macs[key], texts)

# %%
# What they cost, by arithmetic. The second layer of the dense block reads 32 maps more than the
# first. Weighing is two products of small matrices.

reads = [128, 128 + 32]
by_hand = {
    "dense": sum(arithmetic.conv_macs(28, 1, c, 128) + arithmetic.conv_macs(28, 3, 128, 32)
                 for c in reads),
    "weighing": arithmetic.conv_macs(28, 1, 512, 128) + arithmetic.conv_macs(28, 3, 128, 128)
    + arithmetic.conv_macs(28, 1, 128, 512) + 2 * arithmetic.dense_macs(512, 32),
    "large": arithmetic.conv_macs(14, 7, 384, 384, groups=384)
    + 2 * arithmetic.conv_macs(14, 1, 384, 1536),
}  # fmt: skip
np.testing.assert_array_equal(list(macs.values()), list(by_hand.values()))
results.record("later_blocks.weighing_share", 2 * arithmetic.dense_macs(512, 32) / macs["weighing"])

# %%
# A box gives the window and the number of maps. Tinted: blue what mixes maps within a pixel, orange
# what looks at neighbours, grey what sees the whole picture.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, 3, figsize=(6.4, 5.2), width_ratios=(1, 1.25, 1))
for ax, (key, (texts, edges)) in zip(axes, graphs.items(), strict=True):
    boxes = plotting.show_graph(ax, texts, edges, size=9)
    for name, text in texts.items():
        if text.startswith(("mean", "dense")):
            boxes[name].set_backgroundcolor("0.9")
        elif "\n" in text:
            pointwise = text.startswith("1 × 1\n")
            boxes[name].set_backgroundcolor(
                plotting.PALE_BLUE if pointwise else plotting.PALE_ORANGE
            )
    ax.set_title(f"{BLOCKS[key][2]}\n{macs[key] / 1e6:.0f} M MACs")
plotting.describe(
    fig,
    "Panel a, dense: 1 by 1 and 3 by 3, whose 32 maps are laid beside the input, twice over. "
    "Panel b, weighing: a residual block of 1 by 1, 3 by 3, 1 by 1, then the mean of each map "
    "through two dense layers of 32 and 512 to a product, and an arrow from the input past all to "
    "an addition. Panel c, large kernel: depthwise 7 by 7, 1 by 1 to 1536 maps, 1 by 1 back to "
    "384, and an arrow past them to an addition. They cost "
    + ", ".join(f"{value / 1e6:.0f}" for value in macs.values())
    + " million multiply-accumulates.",
)
plt.show()

# %%
# What to notice
# --------------
#
# In panel a no arrow ends in an addition: what a layer has made stays as it is. In panel b the
# product comes before the addition, so that the shortcut is not weighed.
