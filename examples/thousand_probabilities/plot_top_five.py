r"""
The five most probable classes
==============================

The network ends in 1,000 logits :math:`z_j`, one a class of the ImageNet challenge. Their softmax
are probabilities, and the classes with the largest are the answer:

.. math:: p_j = \frac{e^{z_j}}{\sum_{i=0}^{999} e^{z_i}}

For Chelsea four classes share nearly all of it, and all four are cats.

Part of :doc:`/thousand_probabilities`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, pretrained, results

FIRST = 5

# %%
# The crop, and its logits.

picture = data.chelsea()[data.COLOUR_CROP]
network = pretrained.load("efficientnet_lite0")
logits = network.model(network.preprocess(picture), training=False)
print(picture.shape, logits.shape)

# %%
# The softmax of TensorFlow, and the largest five.

p = tf.nn.softmax(logits)[0].numpy()
best = np.argsort(p)[::-1][:FIRST]
for index in best:
    known = pretrained.classes()[index]
    print(f"{index:4} {known.wordnet_id} {known.name:14} {p[index]:.3f}")

# %%
# The book's function gives the same.

top = network.top(picture, FIRST)
assert [answer.index for answer in top] == list(best)
np.testing.assert_allclose([answer.probability for answer in top], p[best], atol=1e-5)
results.record("top_five.first", top[0].probability, tolerance=0.01)
results.record("top_five.third", top[2].probability, tolerance=0.01)
results.record("top_five.cats", sum(answer.probability for answer in top[:4]), tolerance=0.01)

# %%
# What the network sees, and what it says.

plt.style.use(plotting.STYLE)
fig, (left, ax) = plt.subplots(1, 2, figsize=(6.4, 2.9), width_ratios=(1, 1.2))
plotting.show_image(left, network.restore(network.preprocess(picture))[0], "EfficientNet-Lite0")
bars = ax.barh([f"{answer.name}\n{answer.index}, {answer.wordnet_id}" for answer in top],
               [answer.probability for answer in top])  # fmt: skip
ax.bar_label(bars, fmt="%.3f", padding=3, fontsize=9)
ax.invert_yaxis()
ax.set_xlim(0, 0.55)
ax.set_xlabel("probability")
plotting.describe(
    fig,
    "A cat's face, and five bars: "
    + ", ".join(f"{answer.name} {answer.probability:.3f}" for answer in top)
    + ".",
)
plt.show()

# %%
# What to notice
# --------------
#
# Chelsea is a tabby, and the network prefers a breed with a similar coat. The third place has the
# right name. Among cats the classes overlap: "tabby" names a coat, "Egyptian cat" a breed, and one
# cat can be both.
