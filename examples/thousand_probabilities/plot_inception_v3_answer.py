r"""
What Inception v3 says, where its weights can be had
====================================================

The tutorials end with this network. Its weights come from one official address alone, 92 MB, and
not every machine that builds this book reaches it. Where they are in the cache, this figure has
Inception v3's first classes for Chelsea; where they are not, it says so. It takes 299 pixels a side
and

.. math:: u = \frac{x - 127.5}{127.5}

Part of :doc:`/thousand_probabilities`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import data, plotting, pretrained

FIRST = 5
NAMES = {"efficientnet_lite0": "EfficientNet-Lite0", "inception_v3": "Inception v3"}

# %%
# Which of the two networks are there? ``missing`` downloads nothing. It gives a reason, or None.

there = [name for name in NAMES if pretrained.missing(name) is None]
print({title: name in there for name, title in NAMES.items()})

# %%
# Those that are there get the same picture, and each prepares it in its own way.

picture = data.chelsea()[data.COLOUR_CROP]
top = {name: pretrained.load(name).top(picture, 1000) for name in there}
for name, every in top.items():
    network = pretrained.load(name)
    print(
        NAMES[name], network.preprocess(picture).shape, [answer.index for answer in every[:FIRST]]
    )
    np.testing.assert_allclose(sum(answer.probability for answer in every), 1, atol=1e-4)
    assert 281 <= every[0].index <= 287  # a cat, wild or tame

# %%
# A panel for each; an empty one for a network that is not there.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, 2, figsize=(6.4, 2.8))
said = []
for ax, (name, title) in zip(axes, NAMES.items(), strict=True):
    ax.set_title(title)
    if name in top:
        first = top[name][:FIRST]
        bars = ax.barh([answer.name for answer in first], [answer.probability for answer in first])
        ax.bar_label(bars, fmt="%.2f", padding=3, fontsize=9)
        ax.invert_yaxis()
        ax.set_xlim(0, 1.15)
        ax.set_xlabel("probability")
        said.append(f"{title} says {first[0].name} with {first[0].probability:.2f}")
    else:
        ax.text(0.5, 0.5, "Its weights were not\non the machine that\nbuilt this page.",
                ha="center", va="center", transform=ax.transAxes)  # fmt: skip
        ax.set(xticks=[], yticks=[])
        said.append(f"for {title} the panel says that its weights were not on the machine")
plotting.describe(fig, f"Two panels for the same picture of a cat: {'; '.join(said)}.")
plt.show()

# %%
# What to notice
# --------------
#
# ``pretrained.load("inception_v3")`` downloads the weights where the address can be reached, and
# raises an error with a reason of one line where it cannot. ``python -m convbook train --book``
# does so before the book is built, and names the reason.
