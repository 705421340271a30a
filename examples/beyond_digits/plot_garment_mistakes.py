"""
Garments that it gets wrong
===========================

Test garments that the small residual network gets wrong, the surest mistakes first: what is shown,
what it answers, and with what probability,

.. math:: p_i = \\frac{e^{z_i}}{\\sum_j e^{z_j}}

Part of :doc:`/beyond_digits`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, results, training

SHOWN, COLUMNS = 18, 6
SURE = 0.9

# %%
# Probabilities by TensorFlow and by the formula.

_, (x_test, y_test) = data.fashion_mnist()
logits = training.predict(training.load("garments").model, x_test)
probabilities = tf.nn.softmax(logits).numpy()
powers = np.exp(logits - logits.max(axis=1, keepdims=True))
np.testing.assert_allclose(probabilities, powers / powers.sum(axis=1, keepdims=True), atol=1e-6)
answers, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)

# %%
# The mistakes, the surest first. How often is the right answer the second choice?

wrong = np.flatnonzero(answers != y_test)
wrong = wrong[np.argsort(-confidence[wrong], kind="stable")]
second = np.argsort(probabilities, axis=1)[:, -2]
results.record("garment_mistakes.second", np.mean(second[wrong] == y_test[wrong]), tolerance=0.06)
results.record("garment_mistakes.wrong", len(wrong), tolerance=40)
results.record("garment_mistakes.sure_limit", SURE, tolerance=0.01)
sure = confidence > SURE
results.record("garment_mistakes.sure", np.mean(sure), tolerance=0.04)
results.record("garment_mistakes.wrong_if_sure", np.mean((answers != y_test)[sure]),
               tolerance=0.01)  # fmt: skip
results.record("garment_mistakes.wrong_if_not", np.mean((answers != y_test)[~sure]),
               tolerance=0.06)  # fmt: skip
assert np.mean((answers != y_test)[sure]) < np.mean((answers != y_test)[~sure]) / 8

# %%
# Pictures in rows, and above each what is shown, the answer and its probability.

plt.style.use(plotting.STYLE)
shown = wrong[:SHOWN]
names = [name.split("/")[0] for name in data.GARMENTS]
fig, axes = plt.subplots(SHOWN // COLUMNS, COLUMNS, figsize=(6.4, 4.6))
for ax, index in zip(axes.flat, shown, strict=True):
    label = f"{names[y_test[index]]}\n→ {names[answers[index]]}\n{confidence[index]:.3f}"
    plotting.show_image(ax, x_test[index], limits=(0, 255))
    ax.set_title(label, size=8)
plotting.describe(
    fig,
    f"{len(shown)} of {len(wrong)} garments that the network gets wrong, light on black, each with "
    "its label, the answer and its probability. The first is labelled "
    f"{names[y_test[shown[0]]]} and taken for {names[answers[shown[0]]]} with "
    f"{confidence[shown[0]]:.3f}.",
    panels=(),
)
plt.show()

# %%
# What to notice
# --------------
#
# Some labels may be doubted: the shop's catalogue wrote them, not somebody who saw 28 x 28 pixels.
# Probabilities near 1 for wrong answers say that the network is surer than it should be.
