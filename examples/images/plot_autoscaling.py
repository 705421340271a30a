r"""
What imshow does behind your back
=================================

By default ``imshow`` stretches a grey picture from its own minimum to its own maximum.
A picture of low contrast then looks like one of high contrast, and one stray pixel makes all the
others dark. State the scale and each picture shows what it holds:

.. math:: \text{shade} = \frac{x - \min x}{\max x - \min x}

Part of :doc:`/images`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import data, plotting, results

STRAY = 5.0  # a value far above white
PLACE = (20, 20)  # of the stray pixel: row and column

# %%
# Chelsea's face in grey, from 0 to 1, and two pictures made from it.

image = data.chelsea_grey()
faint = 0.4 + 0.2 * image
stray = image.copy()
stray[PLACE] = STRAY
pictures = {"as it is": image, "a fifth of the contrast": faint, f"one pixel is {STRAY:g}": stray}
for name, picture in pictures.items():
    print(f"{name}: {picture.min():.2f} to {picture.max():.2f}")

# %%
# Stretched to its own range, the faint picture is the original again.


def stretch(picture):
    return (picture - picture.min()) / (picture.max() - picture.min())


np.testing.assert_allclose(stretch(faint), stretch(image), atol=1e-5)
results.record("autoscaling.faint_range", [float(faint.min()), float(faint.max())])
results.record("autoscaling.stray_shade", float(stretch(stray).mean()))

# %%
# The first row is drawn without limits, the second on one stated scale.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 3, figsize=(6.4, 5.2))
for (above, below), (name, picture) in zip(axes.T, pictures.items(), strict=True):
    drawn = above.imshow(picture, cmap="gray")
    np.testing.assert_array_equal(drawn.get_clim(), (picture.min(), picture.max()))
    above.set_axis_off()
    above.set_title(name)
    shown = plotting.show_image(below, picture, limits=(0, 1))
    plotting.colour_bar(fig, drawn, above, "", horizontal=True)
    plotting.colour_bar(fig, shown, below, "", horizontal=True)
    if name.startswith("one"):
        for ax in (above, below):
            ax.plot(*PLACE[::-1], "o", markersize=13, mec=plotting.ORANGE, mfc="none", mew=2)
for ax, text in zip(axes[:, 0], ("autoscaled", "scale 0 to 1"), strict=True):
    ax.text(-0.04, 0.5, text, rotation=90, ha="right", va="center", transform=ax.transAxes)
plotting.describe(
    fig,
    "Chelsea's face as it is, with a fifth of the contrast, and with one pixel, in a circle, of "
    f"{STRAY:g}. Autoscaled, panels a and b look the same and c is nearly black; on a scale from 0 "
    "to 1, panel e is flat grey and f looks like d.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Read the numbers under the pictures: only they tell panels a and b apart. A blur that multiplies
# all values by 23 and one that keeps them look alike, too, if both are autoscaled.
