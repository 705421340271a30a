r"""
The same network on four other pictures
=======================================

A cup, a rocket, an astronaut, a photographer. Every picture has to be one of 1,000 classes, because
the probabilities add up to 1:

.. math:: \sum_{j=0}^{999} p_j = 1

Where a class fits, it gets nearly all. Where none does, the network guesses from what is there.

Part of :doc:`/thousand_probabilities`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import data, plotting, pretrained, results

FIRST = 4
PICTURES = {
    "coffee": data.coffee,
    "rocket": data.rocket,
    "astronaut": data.astronaut,
    "camera": data.camera,
}

# %%
# Four pictures of four sizes. The last one is grey, and is taken as three equal channels.

pictures = [picture() for picture in PICTURES.values()]
print([picture.shape for picture in pictures])

# %%
# One call for all of them.

network = pretrained.load("efficientnet_lite0")
p = network.predict(pictures)
best = p.argsort(axis=1)[:, ::-1][:, :FIRST]
print(p.shape, p.argmax(axis=1))
np.testing.assert_allclose(p.sum(axis=1), 1, atol=1e-5)
for name, values in zip(PICTURES, p, strict=True):
    first = pretrained.classes()[values.argmax()].name
    results.record(f"other_pictures.{name}", values.max(), tolerance=0.02)
    print(name, first)
assert pretrained.classes()[p[0].argmax()].name == "espresso"

# %%
# The middle of each picture as the network sees it, with its first classes.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(len(pictures), 2, figsize=(6.4, 5.5), width_ratios=(1, 2.4), sharex="col")
seen = network.restore(network.preprocess(pictures))
said = []
for (left, ax), image, values, indices in zip(axes, seen, p, best, strict=True):
    plotting.show_image(left, image)
    names = [pretrained.classes()[index].name for index in indices]
    bars = ax.barh(names, values[indices], color=plotting.BLUE)
    ax.bar_label(bars, fmt="%.3f", padding=3, fontsize=9)
    ax.invert_yaxis()
    ax.set_xlim(0, 1.15)
    ax.set_xticks([0, 0.5, 1])
    said.append(f"{names[0]} {values.max():.2f}")
axes[-1, 1].set_xlabel("probability")
plotting.describe(
    fig,
    f"Four photographs with bars for their first {FIRST} classes. Panel a, a cup of coffee: "
    f"{said[0]}. Panel b, a rocket on its pad: {said[1]}. Panel c, an astronaut's portrait: "
    f"{said[2]}. Panel d, a photographer with a tripod: {said[3]}.",
    panels=axes[:, 0],
)
plt.show()

# %%
# What to notice
# --------------
#
# There is no class "person" and none "astronaut". The network answers all the same, with things
# that go with helmets and bright suits. A softmax cannot say "none of these".
