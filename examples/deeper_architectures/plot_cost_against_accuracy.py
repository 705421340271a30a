r"""
Cost against accuracy
=====================

Twelve networks by the multiply-accumulates that one picture costs and the share of pictures that
they get right, from one crop of each picture. The area of a disc is the number of parameters. The
costs are counted on this book's models, the accuracies are others' measurements.

.. math:: \text{top-1 accuracy} = \frac{1}{N} \sum_n \left[\, \arg\max_c z_{n, c} = y_n \,\right]

Part of :doc:`/deeper_architectures`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import plotting, results, studies
from convbook.models import published

AREA = 9.0  # square points for a million parameters
SIZES = (5, 25, 100)  # millions of parameters, in the key
MEASURED = {  # by whom: how the report names them, and a colour
    "by the authors": (("the paper", "the authors", "the first author"), plotting.BLUE),
    "by others, with their weights": (("MatConvNet's authors",), plotting.GREEN),
    "by others, trained again": (("a replication",), plotting.ORANGE),
}
PLACES = {  # of the names, in points from the middle of the disc
    "alexnet": (0, -20), "network_in_network": (12, 0), "vgg16": (-6, -24), "googlenet": (8, -10),
    "inception_v3": (-10, 14), "resnet50": (14, 0), "densenet121": (-30, -14),
    "mobilenet": (8, -13),
    "se_resnet50": (-58, 14), "mobilenet_v2": (8, 8), "efficientnet_lite0": (8, 9),
    "convnext_tiny": (0, 18),
}  # fmt: skip

# %%
# What others measured: the error of the middle crop on ILSVRC's validation pictures. Where the
# paper gives no such number, the source says who measured it later.

networks = {name: published.load(name) for name in published.names() if name in PLACES}
for network in networks.values():
    report = network.single_crop()
    print(f"{network.title}, {network.year}: {report.top1} % by {report.by} ({report.source})")

# %%
# What is counted: every product of an input with a weight, and every parameter.

tables = {unit.parameters["network"]: unit.result for unit in studies.load("layer_tables").units}
macs = {name: sum(row["macs"] for row in tables[name]["rows"]) for name in networks}
parameters = {name: sum(row["parameters"] for row in tables[name]["rows"]) for name in networks}
accuracy = {name: 100 - network.single_crop().top1 for name, network in networks.items()}
for name in networks:
    results.record(f"cost_against_accuracy.{name}_macs", macs[name] / 1e6)
    results.record(f"cost_against_accuracy.{name}_parameters", parameters[name] / 1e6)
    results.record(f"cost_against_accuracy.{name}_top1", 100 - accuracy[name])
near = {name: accuracy["vgg16"] - accuracy[name] for name in ("googlenet", "mobilenet")}
assert max(near.values()) < 1 < accuracy["efficientnet_lite0"] - accuracy["vgg16"]
assert macs["googlenet"] < macs["vgg16"] / 9
assert macs["mobilenet"] < macs["vgg16"] / 20
results.record("cost_against_accuracy.ratio", macs["vgg16"] / macs["efficientnet_lite0"])

# %%
# Counted numbers are those of the papers, where these give them, but for rounding. EfficientNet-
# Lite's authors count something more.

for name in ("alexnet", "vgg16", "mobilenet"):
    np.testing.assert_allclose(macs[name], networks[name].macs.value, rtol=0.02)
np.testing.assert_array_less(macs["efficientnet_lite0"], networks["efficientnet_lite0"].macs.value)

# %%
# The colour says who measured. A thin line leads to the paper's best number for the same network
# with more crops, if it gives one.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 4.9))
for name, network in networks.items():
    by = network.single_crop().by
    (colour,) = (tint for names, tint in MEASURED.values() if by.startswith(names))
    at = macs[name] / 1e6, accuracy[name]
    ax.scatter(*at, s=AREA * parameters[name] / 1e6, color=colour, alpha=0.55, zorder=3)
    ax.plot(*at, ".", color="black", markersize=3, zorder=4)
    better = [
        100 - report.top1
        for report in network.reports
        if report.top1 and report.protocol not in ("single crop", "ensemble")
        and report.pictures == "ILSVRC 2012, validation"
    ]  # fmt: skip
    if better:
        ax.plot([at[0]] * 2, [at[1], max(better)], color="0.4", linewidth=1, zorder=2)
        ax.plot(at[0], max(better), "_", color="0.4", markersize=9)
    ax.annotate(f"{network.title}, {network.year}", at, PLACES[name], textcoords="offset points",
                ha="left" if PLACES[name][0] > 5 else "center", va="center", size=9)  # fmt: skip
for number, size in enumerate(SIZES):
    x = 4000 * 1.9**number
    ax.scatter(x, 57.0, s=AREA * size, color="0.75")
    ax.text(x, 57.0, str(size), ha="center", va="center", size=9)
ax.text(7600, 60.6, "million parameters", ha="center", size=9)
for title, (_, colour) in MEASURED.items():
    ax.plot([], [], "o", color=colour, alpha=0.55, label=title)
fig.legend(loc="outside lower center", ncols=3, handletextpad=0, columnspacing=1)
ax.set(xscale="log", xlim=(230, 30_000), ylim=(53.5, 85))
ax.set(xlabel="multiply-accumulates for a picture, millions", ylabel="top-1 accuracy, %")
ax.set_xticks((300, 1000, 3000, 10_000), ("300", "1,000", "3,000", "10,000"))
plotting.describe(
    fig,
    f"Discs for {len(networks)} networks over multiply-accumulates and top-1 accuracy. "
    f"AlexNet gets {accuracy['alexnet']:.1f} % right for {macs['alexnet'] / 1e6:.0f} million, "
    f"VGG-16 {accuracy['vgg16']:.1f} % for {macs['vgg16'] / 1e6:,.0f}, Inception v3 "
    f"{accuracy['inception_v3']:.1f} % for {macs['inception_v3'] / 1e6:,.0f}, EfficientNet-Lite0 "
    f"{accuracy['efficientnet_lite0']:.1f} % for {macs['efficientnet_lite0'] / 1e6:.0f}, "
    "ConvNeXt-T "
    f"{accuracy['convnext_tiny']:.1f} % for {macs['convnext_tiny'] / 1e6:,.0f}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# GoogLeNet comes within a point of VGG-16 with a tenth of its work, MobileNet with a twentieth, and
# EfficientNet-Lite0 passes it. The lines show how much of a number is the way of measuring. The
# recipes of training differ too.
