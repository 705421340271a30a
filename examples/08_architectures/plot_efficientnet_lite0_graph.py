r"""
EfficientNet-Lite0, block by block
==================================

Sixteen inverted residual blocks: few maps between the blocks, six times as many inside them, where
a depthwise convolution filters. The narrow ends are added, as in a ResNet.

.. math:: C \to 6 C \to 6 C \to C'

Part of :doc:`/08_architectures_more`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import arithmetic, plotting, results, studies
from convbook.models import blocks

PATTERN = r"(block\d[a-d])|(stem|head)"
TITLES = {}  # the names say enough
EXPAND = 6  # times as many maps inside a block

# %%
# The layers of the real model, as a study recorded them; those of a block are merged.

network = studies.load("layer_tables").results["efficientnet_lite0"]
found, edges = blocks.collapse(network["rows"], network["edges"], PATTERN)
for block in found.values():
    print(block.name, block.output_shape, block.parameters, block.macs, block.receptive_field)

# %%
# A block that repeats, by arithmetic: wider by six, depthwise 5 by 5, back.

wide = EXPAND * 112
by_hand = (
    arithmetic.conv_macs(14, 1, 112, wide)
    + arithmetic.conv_macs(14, 5, wide, wide, groups=wide)
    + arithmetic.conv_macs(14, 1, wide, 112)
)
np.testing.assert_array_equal(found["block5b"].macs, by_hand)
parameters = sum(block.parameters for block in found.values())
macs = sum(block.macs for block in found.values())
results.record("efficientnet_lite0_graph.parameters", parameters)
results.record("efficientnet_lite0_graph.macs", macs / 1e6)
shortcuts = sum(row["kind"] == "Add" for row in network["rows"])
results.record("efficientnet_lite0_graph.shortcuts", shortcuts)

# %%
# One row a block: what leaves it, how far back one of its outputs looks, what it costs.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, 4, figsize=(6.4, 5.5), sharey=True, width_ratios=(1.75, 0.35, 1, 1))
labels = {
    name: f"{TITLES.get(name, name)}: {'x'.join(map(str, block.output_shape))}"
    for name, block in found.items()
}
boxes = plotting.show_graph(axes[0], labels, edges, size=8)
places = [boxes[name].get_position()[1] for name in found]
axes[1].set(title="sees", xlim=(0, 1))
for place, (name, block) in zip(places, found.items(), strict=True):
    sees = f"{block.receptive_field[0]} px" if block.receptive_field else "all"
    axes[1].text(1, place, sees, ha="right", va="center", size=9)
    if block.parameters:
        boxes[name].set_backgroundcolor("#cfe3f3")
for ax, what, title, spec, colour in (
    (axes[2], "parameters", "parameters, M", ".2f", plotting.BLUE),
    (axes[3], "macs", "MACs, M", ",.1f", plotting.ORANGE),
):
    values = [getattr(block, what) / 1e6 for block in found.values()]
    bars = ax.barh(places, values, 0.6, color=colour)
    texts = [format(value, spec) if value else "" for value in values]
    ax.bar_label(bars, texts, padding=3, size=9)
    ax.set(title=title, xlim=(0, 1.6 * max(values)))
for ax in axes[1:]:
    ax.set_axis_off()
plotting.describe(
    fig,
    f"A chain of {len(found)} boxes, sixteen of them blocks, from a picture of 224 by 224 to "
    f"logits. Bars: {parameters / 1e6:.2f} million parameters, most in the dense layer and the "
    f"last stages, and {macs / 1e6:.0f} million multiply-accumulates, spread over all blocks.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Work is spread evenly, the parameters lie at the end. The side falls to 7 in five steps; between
# blocks there are never more than 320 maps.
