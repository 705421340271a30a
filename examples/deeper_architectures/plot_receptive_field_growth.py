r"""
What one output sees, from layer to layer
=========================================

The receptive field grows by a kernel's reach times the strides before it. From GoogLeNet on the
last maps see more than the picture has: the rest is padding.

.. math:: r_l = r_{l-1} + (k_l - 1) \prod_{m < l} s_m

Part of :doc:`/deeper_architectures`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import arithmetic, plotting, results, studies
from convbook.models import published

PICTURE = 224  # pixels
VGG = [layer for count in (2, 2, 3, 3, 3) for layer in [(3, 1)] * count + [(2, 2)]]
NAMES = {  # where the name of each network stands: layers and pixels
    "lenet5": (7, 23), "alexnet": (1.5, 330), "network_in_network": (7.5, 560),
    "vgg16": (12, 105), "googlenet": (13, 960), "inception_v3": (33, 1750),
    "resnet50": (51, 483), "mobilenet": (38, 60), "efficientnet_lite0": (51, 851),
}  # fmt: skip
CHAINS = ("lenet5", "alexnet", "network_in_network", "vgg16")

# %%
# Networks as a study recorded them. The depth of a layer is the number of layers with weights
# that a signal passes on its longest way to it.

networks = {unit.parameters["network"]: unit.result for unit in studies.load("layer_tables").units}
curves = {}
for name in NAMES:
    network = networks[name]
    parents: dict[str, list[str]] = {row["name"]: [] for row in network["rows"]}
    for parent, child in network["edges"]:
        parents[child].append(parent)
    depth: dict[str, int] = {}
    seen = {0: 1}
    for row in network["rows"]:
        before = max((depth[parent] for parent in parents[row["name"]]), default=0)
        depth[row["name"]] = before + (row["macs"] > 0)
        if row["receptive_field"]:
            here = depth[row["name"]]
            seen[here] = max(seen.get(here, 1), row["receptive_field"][0])
    curves[name] = seen
    print(name, max(depth.values()), max(seen.values()))

# %%
# VGG's field by the formula, from kernels and strides alone.

np.testing.assert_array_equal(max(curves["vgg16"].values()), arithmetic.receptive_field(VGG))
last = {name: max(seen.values()) for name, seen in curves.items()}
for name in NAMES:
    results.record(f"receptive_field_growth.{name}", last[name], unit="px")
results.record("receptive_field_growth.depth", max(curves["resnet50"]))

# %%
# A curve a network, with its name. The horizontal line is the side of most pictures.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, 2, figsize=(6.4, 4.4), sharey=True, width_ratios=(1, 1.9))
for name in NAMES:
    title, seen = published.load(name).title, curves[name]
    ax = axes[int(name not in CHAINS)]
    ax.plot(seen.keys(), seen.values(), ".-", markersize=4, linewidth=1.4)
    ax.text(*NAMES[name], title.replace(" in ", "\nin "), size=9, va="center")
axes[0].plot((9.5, 11), (420, 205), color="0.5", linewidth=0.8)
axes[1].plot((37.5, 26), (65, 290), color="0.5", linewidth=0.8, zorder=0)
for ax, title, layers in zip(axes, ("chains", "modules, blocks, pairs"), (20, 72), strict=True):
    ax.axhline(PICTURE, color="0.5", linewidth=1, linestyle="--", zorder=0)
    ax.set(title=title, xlabel="layers with weights", xlim=(0, layers))
axes[1].text(71, PICTURE * 0.94, f"{PICTURE} px", ha="right", va="top", size=9, color="0.35")
axes[0].set(yscale="log", ylim=(2.5, 2500))
axes[0].set_yticks((3, 10, 30, 100, 300, 1000), ("3", "10", "30", "100", "300", "1,000"))
axes[0].minorticks_off()
axes[0].set_ylabel("side of the receptive field, pixels")
plotting.describe(
    fig,
    f"Rising curves for {len(curves)} networks on a logarithmic scale. Panel a: LeNet-5 ends at "
    f"{last['lenet5']} pixels, VGG-16 at {last['vgg16']} after 13 convolutions. Panel b: ResNet-50 "
    f"ends at {last['resnet50']}, Inception v3 at {last['inception_v3']}. A horizontal line marks "
    f"{PICTURE} pixels.",
)
plt.show()

# %%
# What to notice
# --------------
#
# AlexNet needs five convolutions for what takes VGG-16 thirteen: it begins with a stride of 4. The
# field is what an output can see at most. How much each pixel counts is another matter, and those
# in the middle count more.
