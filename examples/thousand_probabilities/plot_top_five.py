r"""
The five most probable classes
==============================

The network ends in 1,000 logits :math:`z_j`, one per class of the ImageNet challenge. Their softmax
are probabilities, and the classes with the largest are the answer:

.. math:: p_j = \frac{e^{z_j}}{\sum_{i=0}^{999} e^{z_i}}

Every network is asked whose weights are at hand: EfficientNet-Lite0 always, and Inception v3 where
its official address could be reached. For Chelsea EfficientNet-Lite0 shares nearly all of the
probability out among four classes, and all four are cats.

Part of :doc:`/thousand_probabilities`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, pretrained, results

FIRST = 5
TITLES = {"efficientnet_lite0": "EfficientNet-Lite0", "inception_v3": "Inception v3"}

# %%
# Which networks are there? ``missing`` downloads nothing. It gives a reason, or None. Each prepares
# the same crop in its own way.

picture = data.chelsea()[data.COLOUR_CROP]
networks = {name: pretrained.load(name) for name in TITLES if pretrained.missing(name) is None}
print({title: name in networks for name, title in TITLES.items()})

# %%
# The softmax of TensorFlow, and the largest five.

answers = {}
for name, network in networks.items():
    logits = network.model(network.preprocess(picture), training=False)
    p = tf.nn.softmax(logits)[0].numpy()
    best = np.argsort(p)[::-1][:FIRST]
    print(TITLES[name], logits.shape)
    for index in best:
        known = pretrained.classes()[index]
        print(f"{index:4} {known.wordnet_id} {known.name:14} {p[index]:.3f}")
    # The book's function gives the same.
    top = answers[name] = network.top(picture, FIRST)
    assert [answer.index for answer in top] == list(best)
    np.testing.assert_allclose([answer.probability for answer in top], p[best], atol=1e-5)
    assert 281 <= top[0].index <= 287  # a cat, wild or tame

# %%
# The numbers of the chapter are those of the network that is always there.

top = answers["efficientnet_lite0"]
results.record("top_five.first", top[0].probability, tolerance=0.01)
results.record("top_five.third", top[2].probability, tolerance=0.01)
results.record("top_five.cats", sum(answer.probability for answer in top[:4]), tolerance=0.01)

# %%
# What each network sees, and what it says.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(
    len(networks), 2, figsize=(6.4, 2.9 * len(networks)), width_ratios=(1, 1.2), squeeze=False
)
for (left, ax), (name, top) in zip(axes, answers.items(), strict=True):
    network = networks[name]
    plotting.show_image(left, network.restore(network.preprocess(picture))[0], TITLES[name])
    bars = ax.barh([f"{answer.name}\n{answer.index}, {answer.wordnet_id}" for answer in top],
                   [answer.probability for answer in top])  # fmt: skip
    ax.bar_label(bars, fmt="%.3f", padding=3, fontsize=9)
    ax.invert_yaxis()
    ax.set_xlim(0, 1.25 * top[0].probability)
    ax.set_xlabel("probability")
plotting.describe(
    fig,
    "A cat's face, and five bars for each network. "
    + " ".join(
        f"{TITLES[name]}: "
        + ", ".join(f"{answer.name} {answer.probability:.3f}" for answer in top)
        + "."
        for name, top in answers.items()
    ),
)
plt.show()

# %%
# What to notice
# --------------
#
# Chelsea is a tabby, and the network prefers a breed with a similar coat. The third place has the
# right name. Among cats the classes overlap: "tabby" names a coat, "Egyptian cat" a breed, and one
# cat can be both.
