"""
The digits that it gets wrong
=============================

The softmax turns logits into probabilities, and the largest of them is what the network claims to
know about its answer. Here are test digits that the small network gets wrong, the surest mistakes
first: what is written, what it answers, and with what probability. Some would puzzle their writers.

.. math:: p_i = \\frac{e^{z_i}}{\\sum_j e^{z_j}}

Part of :doc:`/measuring`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, results, training

SHOWN, COLUMNS = 24, 6
SURE = 0.9

# %%
# Probabilities of all ten digits for all test pictures, by TensorFlow and by the formula.

_, (x_test, y_test) = data.mnist()
model = training.load("small_convnet").model
logits = training.predict(model, x_test)
probabilities = tf.nn.softmax(logits).numpy()
powers = np.exp(logits - logits.max(axis=1, keepdims=True))
np.testing.assert_allclose(probabilities, powers / powers.sum(axis=1, keepdims=True), atol=1e-6)
answers = probabilities.argmax(axis=1)
confidence = probabilities.max(axis=1)

# %%
# The mistakes, the surest first. How often was the right answer the second choice, and how sure is
# the network where it is right, and where it is wrong?

wrong = np.flatnonzero(answers != y_test)
wrong = wrong[np.argsort(-confidence[wrong], kind="stable")]
second = np.argsort(probabilities, axis=1)[:, -2]
assert len(wrong) < 200
results.record("mistakes.second_choice", np.mean(second[wrong] == y_test[wrong]), tolerance=0.15)
results.record("mistakes.sure_and_wrong", np.sum(confidence[wrong] > SURE), tolerance=15)
results.record("mistakes.confidence_wrong", confidence[wrong].mean(), tolerance=0.1)
results.record("mistakes.confidence", confidence.mean(), tolerance=0.01)
unsure = confidence <= SURE
results.record("mistakes.unsure", np.mean(unsure), tolerance=0.02)
results.record("mistakes.wrong_if_sure", np.mean((answers != y_test)[~unsure]), tolerance=0.003)

# %%
# Pictures in rows, and above each what is written, the answer and its probability.

plt.style.use(plotting.STYLE)
shown = wrong[:SHOWN]
fig, axes = plt.subplots(-(-SHOWN // COLUMNS), COLUMNS, figsize=(6.4, 5.4))
for ax, index in zip(axes.flat, shown, strict=True):
    label = f"{y_test[index]} → {answers[index]}  {confidence[index]:.2f}"
    plotting.show_image(ax, x_test[index], label, limits=(0, 255))
fig.suptitle(f"{len(shown)} of {len(wrong)} mistakes", size=10)
plotting.describe(
    fig,
    f"{len(shown)} handwritten digits, white on black, that the network gets wrong, each with what "
    "it shows, the answer and its probability. The first shows a "
    f"{y_test[shown[0]]} and is taken for a {answers[shown[0]]} with {confidence[shown[0]]:.2f}, "
    f"the last a {y_test[shown[-1]]} for a {answers[shown[-1]]} with {confidence[shown[-1]]:.2f}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# A high probability is no promise. Some of these pictures have lost a stroke, some were cut, and
# for some the label itself may be doubted; others are plain, and the network has no excuse.
