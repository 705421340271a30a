r"""
What the skips are worth
========================

FCN and U-Net with their skips and without, trained alike with several seeds, and judged by the
intersection over union of each class:

.. math:: \operatorname{mIoU} = \frac{1}{C} \sum_c \operatorname{IoU}_c

The photograph is a class, too, and by far the largest. A network that finds nothing has its IoU.

Part of :doc:`/pictures_out`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import models, plotting, results, studies

CLASSES = ("photograph", "0", "1", "7")

# %%
# The recorded IoU: network by seed by class.

study = studies.load("digit_masks")
seeds = sorted({unit.parameters["seed"] for unit in study.units})
networks = [("fcn", False), ("fcn", True), ("unet", False), ("unet", True)]
names = ("FCN, no skips", "FCN", "U-Net, no skips", "U-Net")
union = np.array(
    [
        [study.result(network=network, skips=skips, seed=seed)["iou"] for seed in seeds]
        for network, skips in networks
    ]
)
digits = union[..., 1:].mean(axis=-1)
for name, each in zip(names, union, strict=True):
    print(name, each.mean(axis=0).round(3))

# %%
# Means over the digits' classes, their range among seeds, and the networks' sizes.

for (network, skips), each, all_classes in zip(networks, digits, union, strict=True):
    name = network + ("" if skips else "_bare")
    recorded = study.result(network=network, skips=skips, seed=0)
    np.testing.assert_equal(
        recorded["parameters"],
        models.build(network, classes=4, skips=skips).count_params(),
    )
    results.record(f"skips.{name}", each.mean())
    results.record(f"skips.{name}_lowest", each.min())
    results.record(f"skips.{name}_highest", each.max())
    results.record(f"skips.{name}_photograph", all_classes[:, 0].mean())
    results.record(f"skips.{name}_parameters", recorded["parameters"])
assert (union[1::2, :, 0] > union[::2, :, 0]).all()  # with skips, each seed against itself
results.record("skips.worst", union[3, :, 1:].min())

# %%
# Every seed is a mark.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.0, 3.0))
colours = (plotting.BLUE, plotting.ORANGE, plotting.GREEN, plotting.PURPLE)
markers = ("s", "o", "s", "o")
for n, (name, each) in enumerate(zip(names, union, strict=True)):
    for c in range(len(CLASSES)):
        at = np.full(len(seeds), c + 0.16 * (n - 1.5))
        label = name if c == 0 else None
        ax.plot(at, each[:, c], markers[n], color=colours[n], alpha=0.8, label=label)
ax.set_xticks(range(len(CLASSES)), CLASSES)
ax.set(xlabel="class", ylabel="intersection over union", ylim=(-0.03, 1.03))
ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
plotting.describe(
    fig,
    "Intersection over union by class for four networks with "
    f"{len(seeds)} seeds each. The photograph is "
    f"above {union[..., 0].min():.2f} for all. On the digits the means are "
    + ", ".join(f"{each.mean():.2f} for {name}" for name, each in zip(names, digits, strict=True))
    + ".",
)
plt.show()

# %%
# What to notice
# --------------
#
# On the photograph all four are close together, near 1, and each is better with its skips. On
# strokes that are a few pixels wide, an error of a pixel along each edge costs half of the IoU, and
# a digit that is taken for another costs all of it.
