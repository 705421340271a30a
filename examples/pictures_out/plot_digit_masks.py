r"""
A class for each pixel
======================

Digits are written on photographs, and a network says of each pixel whether it belongs to a 0, a 1,
a 7 or to the photograph. The convolutions that find a digit also halve the maps; what the answer
then lacks in sharpness, the skips of U-Net bring back:

.. math:: \operatorname{IoU}_c = \frac{|\text{mask}_c \cap \text{found}_c|}
          {|\text{mask}_c \cup \text{found}_c|}

Part of :doc:`/pictures_out`.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap

from convbook import data, models, plotting, reference, results, studies, training

DIGITS = (0, 1, 7)
SHOWN = 4  # pictures
TESTED = 300

# %%
# The test pictures of the study: test digits on two photographs that no network has learned from.

digits, labels = data.mnist()[1]
rows = np.isin(labels, DIGITS)
grounds = [data.to_grey(data.to_float(data.astronaut())), data.to_float(data.camera())]
pictures, masks = data.digits_on_photographs(
    digits[rows], np.searchsorted(DIGITS, labels[rows]), grounds, TESTED, seed=1
)
print(pictures.shape, np.unique(masks))

# %%
# The networks with the weights of the study's first seed, and the IoU that it recorded.

study = studies.load("digit_masks")
found = {}
for network in ("fcn", "unet"):
    for skips in (False, True):
        recorded = study.result(network=network, skips=skips, seed=0)
        model = models.build(network, classes=4, skips=skips)
        model.set_weights(studies.unpack(recorded["weights"]))
        answer = training.predict_maps(model, pictures).argmax(axis=-1)
        table = reference.pixel_confusion(masks, answer, 4)
        union = reference.intersection_over_union(table)
        np.testing.assert_allclose(union, recorded["iou"], atol=0.02)
        found[network, skips] = answer
        ink = reference.intersection_over_union(
            reference.pixel_confusion((masks > 0).astype(int), (answer > 0).astype(int), 2)
        )[1]
        name = network + ("" if skips else "_bare")
        results.record(f"digit_masks.{name}_ink", ink, tolerance=0.02)
        print(network, skips, union.round(3))

# %%
# What U-Net gets right in pixels, and the trap in that number: most are of the photograph.

right = np.mean(found["unet", True] == masks)
results.record("digit_masks.empty", np.mean(masks == 0), tolerance=0.005)
results.record("digit_masks.right", right, tolerance=0.01)

# %%
# Pictures in the first column, masks in the second, and then what the networks found.

plt.style.use(plotting.STYLE)
titles = ("picture", "mask", "FCN, no skips", "FCN", "U-Net, no skips", "U-Net")
fig, axes = plt.subplots(SHOWN, 6, figsize=(6.4, 4.7))
colours = ListedColormap(["black", plotting.BLUE, plotting.ORANGE, plotting.GREEN])
for n, line in enumerate(axes):
    plotting.show_image(line[0], pictures[n], titles[0] if n == 0 else "")
    for ax, title, shown in zip(line[1:], titles[1:], (masks, *found.values()), strict=True):
        drawn = plotting.show_image(ax, shown[n], title if n == 0 else "", limits=(0, 3))
        drawn.set_cmap(colours)
bar = plotting.colour_bar(fig, drawn, axes, "class of the pixel", horizontal=True)
bar.set_ticks([0.375, 1.125, 1.875, 2.625], labels=["photograph", "0", "1", "7"])
digits_there = sum(len(np.unique(mask)) - 1 for mask in masks[:SHOWN])
plotting.describe(
    fig,
    f"{SHOWN} pictures with {digits_there} digits on parts of photographs, their masks, and the "
    "answers of four networks. Without skips they are coarser; those of U-Net follow the strokes "
    "most closely, and change class along some of them. U-Net is right at "
    f"{right:.1%} of all pixels.",
    panels=axes[0],
)
plt.show()

# %%
# What to notice
# --------------
#
# All four know where most of the digits are. What differs is how well the edges of their answers
# follow the strokes, which are about as wide as a pixel of the coarsest maps.
