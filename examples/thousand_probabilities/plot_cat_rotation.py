r"""
Turned around, a cat stays a cat
================================

A convolution commutes with shifts, not with rotations: nothing in the layers makes an upside-down
cat equal to an upright one. Whether the answer stays is a matter of what was learned. The shares
of the breeds change with the angle, the sum of all cats hardly does.

.. math:: p_j(\varphi) = \operatorname{softmax}\bigl(z(R_\varphi x)\bigr)_j

At every angle only the disc is shown that all rotations share, so that no corner gives the angle
away.

Part of :doc:`/thousand_probabilities`.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from convbook import data, plotting, pretrained, results
from convbook.models import published

CATS = (285, 282, 281, 287)
ANGLES = np.arange(0, 361, 15)  # degrees
SHOWN = (0, 90, 180, 270)  # degrees
GREY = 127  # becomes 0

# %%
# The square of the face, as floats, and the disc within it.

picture = data.chelsea()[data.COLOUR_CROP].astype(np.float32)
size = len(picture)
distance = np.hypot(*(np.indices((size, size)) - (size - 1) / 2))
disc = (distance <= size / 2)[..., np.newaxis]
print(picture.shape, f"{disc.mean():.2f} of the pixels")

# %%
# Turned about its middle, bilinearly, with everything outside the disc in grey.

turned = np.stack(
    [ndimage.rotate(picture, angle, reshape=False, order=1, mode="nearest") for angle in ANGLES]
)
turned = np.where(disc, turned, np.float32(GREY))
np.testing.assert_allclose(turned[-1], turned[0], atol=0.1)  # a whole turn

# %%
# All angles in one call.

network = pretrained.load("efficientnet_lite0")
p = network.predict(turned)
cats = p[:, CATS]
low, high = cats.sum(axis=1).min(), cats.sum(axis=1).max()
results.record("cat_rotation.lowest", low, tolerance=0.03)
egyptian = cats[:-1, 0]  # of the angles, 360 degrees is 0 again
results.record("cat_rotation.first", int((p[:-1].argmax(axis=1) == CATS[0]).sum()), tolerance=2)
results.record("cat_rotation.angles", len(egyptian))
results.record("cat_rotation.least", egyptian.min(), tolerance=0.05)
results.record("cat_rotation.most", egyptian.max(), tolerance=0.05)
worst = int(ANGLES[cats.sum(axis=1).argmin()])
print(worst, pretrained.classes()[p[cats.sum(axis=1).argmin()].argmax()].name)

# %%
# Other networks whose weights are at hand: the sum of the same four.

others = {
    published.load(name).title: pretrained.load(name).predict(turned)[:, CATS].sum(axis=1)
    for name in pretrained.NAMES
    if name != network.name and pretrained.missing(name) is None
}
print({title: values.min() for title, values in others.items()})

# %%
# Four of the pictures, and the four classes of cats at all angles.

plt.style.use(plotting.STYLE)
fig = plt.figure(figsize=(6.4, 4.8))
grid = fig.add_gridspec(2, len(SHOWN), height_ratios=(1, 2))
for column, angle in enumerate(SHOWN):
    image = turned[np.flatnonzero(angle == ANGLES)[0]] / 255
    plotting.show_image(fig.add_subplot(grid[0, column]), np.clip(image, 0, 1), f"{angle}°")
ax = fig.add_subplot(grid[1, :])
for index, values in zip(CATS, cats.T, strict=True):
    ax.plot(ANGLES, values, label=pretrained.classes()[index].name)
ax.plot(ANGLES, cats.sum(axis=1), color="0.3", linestyle=":", label="all four")
for title, values in others.items():
    ax.plot(ANGLES, values, color="0.3", linestyle="--", label=f"all four, {title}")
ax.set_xticks(range(0, 361, 45))
ax.set_xlabel("rotation, degrees")
ax.set_ylabel("probability")
ax.set_ylim(0, 1.32)
ax.set_yticks(np.linspace(0, 1, 6))
ax.grid(True)
ax.legend(ncols=3, loc="upper center")
plotting.describe(
    fig,
    "Panel a: a cat's face in a disc, upright and turned by 90, 180 and 270 degrees. Panel b: the "
    f"probabilities of four classes of cats against the angle. Their sum is {cats[0].sum():.2f} "
    f"upright, at most {high:.2f} and at least {low:.2f}, at {worst} degrees."
    + "".join(f" Of {title} it is at least {v.min():.2f}." for title, v in others.items()),
    panels=[fig.axes[0], ax],
)
plt.show()

# %%
# What to notice
# --------------
#
# The curve of one class is restless, their sum is not. Fur has no upright, a cup has: an exercise
# asks.
