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

from convbook import answers, plotting, pretrained, results
from convbook.models import published

FIRST = 4

# %%
# Four pictures of four sizes. The last one is grey, and is taken as three equal channels.

pictures = {name: image for name, image in answers.pictures().items() if name != "chelsea"}
print({name: image.shape for name, image in pictures.items()})

# %%
# One call for all of them; and what every network at hand says, asked or recorded.

network = pretrained.load("efficientnet_lite0")
p = network.predict(list(pictures.values()))
asked = [name in pictures for name in answers.pictures()]
every = {name: pretrained.probabilities(z[asked]) for name, z in answers.logits().items()}
np.testing.assert_allclose(every[network.name], p, atol=1e-4)
np.testing.assert_allclose(p.sum(axis=1), 1, atol=1e-5)
for name, values in zip(pictures, p, strict=True):
    first = pretrained.classes()[values.argmax()].name
    results.record(f"other_pictures.{name}", values.max(), tolerance=0.02)
    print(name, first)
assert pretrained.classes()[p[0].argmax()].name == "espresso"

# %%
# The middle of each picture as the network sees it, with the first classes of each network.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(
    len(pictures), 1 + len(every), figsize=(6.4, 5.5), sharex="col", squeeze=False,
    width_ratios=(1, *[2.4 / len(every)] * len(every)),
)  # fmt: skip
seen = network.restore(network.preprocess(list(pictures.values())))
for ax, image in zip(axes[:, 0], seen, strict=True):
    plotting.show_image(ax, image)
said = []
for column, (name, rows) in zip(axes[:, 1:].T, every.items(), strict=True):
    words = []
    for ax, values in zip(column, rows, strict=True):
        best = values.argsort()[::-1][:FIRST]
        names = [pretrained.classes()[index].name for index in best]
        bars = ax.barh(names, values[best], color=plotting.BLUE)
        ax.bar_label(bars, fmt="%.3f", padding=3, fontsize=9)
        ax.invert_yaxis()
        ax.set(xlim=(0, 1.15 if len(every) == 1 else 1.5), xticks=(0, 0.5, 1))
        words.append(f"{names[0]} {values.max():.2f}")
    if len(every) > 1:
        column[0].set_title(published.load(name).title)
    column[-1].set_xlabel("probability")
    said.append(f"{published.load(name).title} says {', '.join(words)}.")
plotting.describe(
    fig,
    f"Four photographs with bars for their first {FIRST} classes: a cup of coffee in panel a, a "
    "rocket on its pad in b, an astronaut's portrait in c, a photographer with a tripod in d. "
    + " ".join(said),
    panels=axes[:, 0],
)
plt.show()

# %%
# What to notice
# --------------
#
# There is no class "person" and none "astronaut". The network answers all the same, with things
# that go with helmets and bright suits. A softmax cannot say "none of these".
