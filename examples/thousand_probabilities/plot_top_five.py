r"""
The five most probable classes
==============================

The network ends in 1,000 logits :math:`z_j`, one per class of the ImageNet challenge. Their softmax
are probabilities, and the classes with the largest are the answer:

.. math:: p_j = \frac{e^{z_j}}{\sum_{i=0}^{999} e^{z_i}}

EfficientNet-Lite0 is asked always, and Inception v3 where its weights are at hand or its answers
have been recorded. For Chelsea EfficientNet-Lite0 shares nearly all of the
probability out among four classes, and all four are cats.

Part of :doc:`/thousand_probabilities`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import answers, plotting, pretrained, results
from convbook.models import published

FIRST = 5

# %%
# The logits of all networks at hand for the book's pictures, by the network's name. Each has
# prepared the same crop in its own way.

picture = answers.pictures()["chelsea"]
logits = {name: values[0] for name, values in answers.logits().items()}
titles = {name: published.load(name).title for name in logits}
print(titles)

# %%
# The softmax of TensorFlow, and the largest five.

best, p = {}, {}
for name, z in logits.items():
    p[name] = tf.nn.softmax(z).numpy()
    best[name] = np.argsort(p[name])[::-1][:FIRST]
    print(titles[name], z.shape)
    for index in best[name]:
        known = pretrained.classes()[index]
        print(f"{index:4} {known.wordnet_id} {known.name:14} {p[name][index]:.3f}")
    assert 281 <= best[name][0] <= 287  # a cat, wild or tame

# %%
# The book's function gives the same.

network = pretrained.load("efficientnet_lite0")
top = network.top(picture, FIRST)
assert [answer.index for answer in top] == list(best[network.name])
found = [answer.probability for answer in top]
np.testing.assert_allclose(found, p[network.name][best[network.name]], atol=1e-4)

# %%
# The numbers of the chapter are those of the network that is always there.

results.record("top_five.first", top[0].probability, tolerance=0.01)
results.record("top_five.third", top[2].probability, tolerance=0.01)
results.record("top_five.cats", sum(answer.probability for answer in top[:4]), tolerance=0.01)

# %%
# What each network sees, and what it says. Inception v3 takes the crop's own 299 pixels.

seen = {"inception_v3": picture, network.name: network.restore(network.preprocess(picture))[0]}
plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(
    len(p), 2, figsize=(6.4, 2.9 * len(p)), width_ratios=(1, 1.2), squeeze=False
)
said = []
for (left, ax), (name, values) in zip(axes, p.items(), strict=True):
    plotting.show_image(left, seen[name], titles[name])
    classes = [pretrained.classes()[index] for index in best[name]]
    bars = ax.barh(
        [f"{known.name}\n{index}, {known.wordnet_id}"
         for index, known in zip(best[name], classes, strict=True)],
        values[best[name]],
    )  # fmt: skip
    ax.bar_label(bars, fmt="%.3f", padding=3, fontsize=9)
    ax.invert_yaxis()
    ax.set_xlim(0, 1.25 * values.max())
    ax.set_xlabel("probability")
    words = (f"{known.name} {values[index]:.3f}"
             for index, known in zip(best[name], classes, strict=True))  # fmt: skip
    said.append(f"{titles[name]}: {', '.join(words)}.")
plotting.describe(fig, "A cat's face, and five bars for each network. " + " ".join(said))
plt.show()

# %%
# What to notice
# --------------
#
# Chelsea is a tabby, and the network prefers a breed with a similar coat. The third place has the
# right name. Among cats the classes overlap: "tabby" names a coat, "Egyptian cat" a breed, and one
# cat can be both.
