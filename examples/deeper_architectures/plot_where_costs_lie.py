r"""
Where parameters and work lie, from 1998 to 2020
================================================

Every network cut into four kinds of layer. Dense layers held nearly all parameters of AlexNet and
VGG; then they shrank to one matrix after a mean. The work moved from large kernels to kernels of
1 by 1.

.. math:: \text{MACs} = H W \cdot k^2 \frac{C}{G} O

Part of :doc:`/deeper_architectures`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import plotting, results, studies
from convbook.models import published

KINDS = {
    "larger kernels": plotting.BLUE,
    "1x1": plotting.GREEN,
    "depthwise": plotting.PURPLE,
    "dense": plotting.ORANGE,
    "other": "0.7",  # normalization, subsampling
}
SMALLEST = 0.085  # share of a bar that still has room for a number

# %%
# The kind of a layer is read from its class and its window. A dense layer at each pixel, as
# ConvNeXt has them, is a convolution of 1 by 1.

shares = {}
tables = {unit.parameters["network"]: unit.result for unit in studies.load("layer_tables").units}
for name in published.names():
    for what in ("parameters", "macs"):
        sums = dict.fromkeys(KINDS, 0)
        for row in tables[name]["rows"]:
            kind, _, window = row["kind"].partition(" ")
            at_each_pixel = kind == "Dense" and row["output_shape"][0] > 1 < len(
                row["output_shape"]
            )
            if kind in ("Conv2D", "PartialConv2D") or at_each_pixel:
                window = window or "1x1"
                sums["1x1" if window.startswith("1x1") else "larger kernels"] += row[what]
            else:
                kind = {"Dense": "dense", "DepthwiseConv2D": "depthwise"}.get(kind, "other")
                sums[kind] += row[what]
        total = sum(sums.values())
        shares[name, what] = {kind: value / total for kind, value in sums.items()}
    print(name, {kind: round(share, 3) for kind, share in shares[name, "macs"].items()})

# %%
# Shares add up, and each of AlexNet's dense layers is larger than all of its convolutions together.

np.testing.assert_allclose([sum(share.values()) for share in shares.values()], 1)
results.record("where_costs_lie.alexnet_dense", shares["alexnet", "parameters"]["dense"])
results.record("where_costs_lie.vgg16_dense", shares["vgg16", "parameters"]["dense"])
results.record("where_costs_lie.vgg16_dense_macs", shares["vgg16", "macs"]["dense"])
results.record("where_costs_lie.resnet50_dense", shares["resnet50", "parameters"]["dense"])
results.record("where_costs_lie.resnet50_pointwise", shares["resnet50", "macs"]["1x1"])
results.record("where_costs_lie.inception_v3_pointwise", shares["inception_v3", "macs"]["1x1"])
results.record("where_costs_lie.nin_pointwise", shares["network_in_network", "parameters"]["1x1"])
results.record("where_costs_lie.mobilenet_pointwise", shares["mobilenet", "macs"]["1x1"])
results.record("where_costs_lie.mobilenet_depthwise", shares["mobilenet", "macs"]["depthwise"])
lite = shares["efficientnet_lite0", "macs"]
results.record("where_costs_lie.lite0_depthwise", lite["depthwise"])
convnext = shares["convnext_tiny", "macs"]
results.record("where_costs_lie.convnext_pointwise", convnext["1x1"])
results.record("where_costs_lie.convnext_depthwise", convnext["depthwise"])

# %%
# A bar is a network; a number is a share in per cent.

names = list(dict.fromkeys(name for name, _ in shares))
plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, 2, figsize=(6.4, 5.6), sharey=True)
for ax, what, title in zip(axes, ("parameters", "macs"), ("parameters", "MACs"), strict=True):
    left = np.zeros(len(names))
    for kind, colour in KINDS.items():
        widths = [shares[name, what][kind] for name in names]
        bars = ax.barh(range(len(names)), widths, 0.75, left, color=colour, label=kind)
        texts = [f"{100 * width:.0f}" if width > SMALLEST else "" for width in widths]
        ax.bar_label(bars, texts, label_type="center", color="white", size=9)
        left += widths
    ax.set(title=title, xlim=(0, 1), xticks=(), ylim=(len(names) - 0.5, -0.5))
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
titles = [f"{published.load(name).title}\n{published.load(name).year}" for name in names]
axes[0].set_yticks(range(len(names)), titles)
fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=5,
           handlelength=1, columnspacing=1)  # fmt: skip
plotting.describe(
    fig,
    f"Bars of {len(names)} networks, cut into kinds of layer. Panel a: dense layers have "
    f"{shares['alexnet', 'parameters']['dense']:.0%} of AlexNet's parameters and "
    f"{shares['resnet50', 'parameters']['dense']:.0%} of ResNet-50's. Panel b: of the "
    f"multiplications, kernels of 1 by 1 do {shares['googlenet', 'macs']['1x1']:.0%} in GoogLeNet, "
    f"{shares['resnet50', 'macs']['1x1']:.0%} in ResNet-50 and "
    f"{shares['mobilenet', 'macs']['1x1']:.0%} in MobileNet.",
)
plt.show()

# %%
# What to notice
# --------------
#
# In panel b orange has all but vanished since 2012: dense layers never cost much time. Depthwise
# convolutions are there in four of the last five rows, and cost little of either.
