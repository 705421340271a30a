r"""
Blurred, and seen from nearer and nearer
========================================

Two more ways to change a picture by degrees. A Gaussian blur of standard deviation :math:`\sigma`
takes the fine structure away, a smaller and smaller crop the context:

.. math:: x_\sigma = G_\sigma * x, \qquad x_s = \text{the middle } s \times s \text{ pixels of } x

Both end where nothing of a cat is left, and the names that the network finds on the way tell what
it goes by.

Part of :doc:`/thousand_probabilities`.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from convbook import data, plotting, pretrained, results
from convbook.models import published

CATS = (285, 282, 281, 287)
SIGMAS = np.arange(0, 13, 1.0)  # pixels
SIDES = np.arange(300, 30, -15)  # pixels

# %%
# The blurred pictures: a Gaussian along each axis, none across the colours.

picture = data.chelsea()[:, 75:375].astype(np.float32)
blurred = [ndimage.gaussian_filter(picture, (sigma, sigma, 0)) for sigma in SIGMAS]
np.testing.assert_allclose(blurred[0], picture)
print(picture.shape, len(blurred))

# %%
# The crops around the middle. The network enlarges them to its own size.

first = [(len(picture) - side) // 2 for side in SIDES]
crops = [picture[i : i + side, i : i + side] for i, side in zip(first, SIDES, strict=True)]
assert [len(crop) for crop in crops] == list(SIDES)

# %%
# Both series in one call, and the class that wins at each end.

network = pretrained.load("efficientnet_lite0")
p = network.predict(blurred + crops)
series = {"blur": p[: len(SIGMAS)], "crop": p[len(SIGMAS) :]}
winners = {name: pretrained.classes()[values[-1].argmax()].name for name, values in series.items()}
half = {}
for (name, values), parameters in zip(series.items(), (SIGMAS, SIDES), strict=True):
    cats = values[:, CATS].sum(axis=1)
    half[name] = float(parameters[np.argmax(cats < 0.5)])
results.record("cat_blur_and_crop.sigma", half["blur"], unit="px", tolerance=1)
results.record("cat_blur_and_crop.side", half["crop"], unit="px", tolerance=30)
print(half, winners)

# %%
# Other networks whose weights are at hand: the sum of the same four.

others = {
    published.load(name).title: pretrained.load(name).predict(blurred + crops)[:, CATS].sum(axis=1)
    for name in pretrained.NAMES
    if name != network.name and pretrained.missing(name) is None
}
print({title: values.min() for title, values in others.items()})

# %%
# The four classes of cats against both parameters, each with the picture at which they lose.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 2, figsize=(6.4, 4.2), width_ratios=(2.6, 1))
shown = {
    "blur": blurred[int(np.flatnonzero(half["blur"] == SIGMAS)[0])],
    "crop": crops[int(np.flatnonzero(half["crop"] == SIDES)[0])],
}
labels = {"blur": "standard deviation of the blur, pixels", "crop": "side of the crop, pixels"}
for (ax, right), name, parameters in zip(axes, series, (SIGMAS, SIDES), strict=True):
    for index in CATS:
        known = pretrained.classes()[index].name
        ax.plot(parameters, series[name][:, index], label=known)
    ax.plot(parameters, series[name][:, CATS].sum(axis=1), ":", color="0.3", label="all four")
    for title, values in others.items():
        of_series = values[: len(SIGMAS)] if name == "blur" else values[len(SIGMAS) :]
        ax.plot(parameters, of_series, "--", color="0.3", label=f"all four, {title}")
    ax.axvline(half[name], color="0.6", linewidth=1)
    ax.set_xlim(parameters[0], parameters[-1])
    ax.set_ylim(0, 1)
    ax.set_xlabel(labels[name])
    ax.set_ylabel("probability")
    plotting.show_image(right, np.clip(shown[name] / 255, 0, 1), f"{name}: {half[name]:g} pixels")
fig.legend(*axes[0, 0].get_legend_handles_labels(), ncols=3 if others else 5,
           loc="outside upper center", columnspacing=1.2, handlelength=1.5)  # fmt: skip
plotting.describe(
    fig,
    "Probabilities of four classes of cats against the width of a blur (panel a) and the side of "
    "a crop (panel c) in pixels, from the whole picture on. Together they fall below one half at "
    f"{half['blur']:g} pixels of blur (panel b) and at a crop of {half['crop']:g} (panel d). At "
    f"the end the network says {winners['blur']} and {winners['crop']}."
    + "".join(f" {title} keeps {v[-1]:.2f} at the smallest crop." for title, v in others.items()),
)
plt.show()

# %%
# What to notice
# --------------
#
# A person knows the cat in panels b and d. The network goes by the fur and the face,
# and needs a good part of both.
