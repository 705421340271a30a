r"""
Softmax, cross-entropy, and a gradient that is a difference
===========================================================

Softmax turns ten logits into ten probabilities. The cross-entropy loss is the negative logarithm of
the probability that the right class has got. Its derivative with respect to a logit is the
probability given minus the probability wanted, and it stays large where the network is
confidently wrong. The squared error's derivative vanishes there.

.. math:: p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}, \quad L = -\ln p_{\mathrm{true}}, \quad
   \frac{\partial L}{\partial z_i} = p_i - y_i

Part of :doc:`/training`.
"""

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import plotting, results

LOGITS = [-1.0, 2.5, 0.5, 0.0, -0.5, -1.5, -2.0, 2.0, 0.0, 1.0]
TRUE = 7  # the class that the picture shows; the network prefers a 1
SURE = 8.0  # the logit of a 1 in a network that is sure and wrong
STEPS = 20

# %%
# Ten logits of a seven that looks like a one. TensorFlow's loss takes the logits and the class.

z = tf.Variable([LOGITS])
with tf.GradientTape() as tape:
    loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[TRUE], logits=z)
gradient = tape.gradient(loss, z).numpy()[0]
print(z.shape, loss.numpy(), gradient.round(2))

# %%
# The same by the formulas. Subtracting the largest logit changes no probability, and keeps the
# exponential from overflowing.

powers = np.exp(np.array(LOGITS) - max(LOGITS))
p = powers / powers.sum()
y = np.eye(10)[TRUE]
np.testing.assert_allclose(loss, [-np.log(p[TRUE])], rtol=1e-6)
np.testing.assert_allclose(gradient, p - y, atol=1e-6)
assert abs(gradient.sum()) < 1e-6  # the logits only compete
results.record("cross_entropy.right", p[TRUE])
results.record("cross_entropy.loss", -np.log(p[TRUE]))
results.record("cross_entropy.guess", np.log(len(LOGITS)))

# %%
# Two classes, one logit of difference: how both losses pull. The squared error is that of the
# probability. Both slopes come from the tape, and the second also from the formula.

margin = tf.Variable(np.linspace(-8, 8, 321))
with tf.GradientTape(persistent=True) as tape:
    right = tf.sigmoid(margin)
    entropy = -tf.math.log(right)
    squared = (1 - right) ** 2
slopes = [tape.gradient(curve, margin).numpy() for curve in (entropy, squared)]
np.testing.assert_allclose(slopes[0], right.numpy() - 1, atol=1e-12)
np.testing.assert_allclose(slopes[1], -2 * right * (1 - right) ** 2, atol=1e-12)
wrong = np.flatnonzero(np.isclose(margin.numpy(), -6))[0]
results.record("cross_entropy.pull", -slopes[0][wrong])
results.record("cross_entropy.squared_pull", -slopes[1][wrong])

# %%
# Descent on ten logits that are sure and wrong, with a rate of 1. By the cross-entropy the right
# class soon leads; the squared error hardly moves them.


def descend(loss: Callable[[tf.Tensor], tf.Tensor]) -> list[np.ndarray]:
    z, walk = tf.Variable(SURE * tf.one_hot(1, 10)), []
    for _ in range(STEPS + 1):
        with tf.GradientTape() as tape:
            p = tf.nn.softmax(z)
            value = loss(p[TRUE])
        walk.append(p.numpy())
        z.assign_sub(tape.gradient(value, z))
    return walk


leads = [p.argmax() == TRUE for p in descend(lambda right: -tf.math.log(right))]
stays = descend(lambda right: (1 - right) ** 2)[STEPS][TRUE]
results.record("cross_entropy.steps", leads.index(True))
results.record("cross_entropy.squared_steps", STEPS)
results.record("cross_entropy.squared_left", (1 - stays) ** 2)

# %%
# From logits to probabilities to the gradient, and the slopes of the two losses.

plt.style.use(plotting.STYLE)
fig, panels = plt.subplot_mosaic([["z", "p", "g"], ["s", "s", "s"]], figsize=(6.4, 4.4))
for key, values, title in (
    ("z", LOGITS, "Logits $z$"),
    ("p", p, "Probabilities $p$"),
    ("g", gradient, "Gradient $p - y$"),
):
    colours = [plotting.ORANGE if i == TRUE else "0.6" for i in range(10)]
    panels[key].bar(range(10), values, color=colours)
    panels[key].axhline(0, color="0.4", linewidth=0.8)
    panels[key].set_xticks(range(10))
    panels[key].set_xlabel("class")
    panels[key].set_title(title)
panels["s"].plot(margin, slopes[0], color=plotting.BLUE, label="cross-entropy")
panels["s"].plot(margin, slopes[1], color=plotting.GREEN, label="squared error of the probability")
panels["s"].axvline(0, color="0.4", linewidth=0.8)
panels["s"].set_xlabel("logit of the right class minus that of the other")
panels["s"].set_ylabel("slope of the loss")
panels["s"].set_title("Confidently wrong on the left, confidently right on the right")
panels["s"].legend()
plotting.describe(
    fig,
    f"Panels a to c: ten logits, the right class {TRUE} in orange; their softmax gives it "
    f"{p[TRUE]:.2f} and class 1 {p[1]:.2f}; the gradient is {gradient[TRUE]:.2f} at the right "
    "class and positive elsewhere. Panel d: against the margin, the slope of the cross-entropy "
    "runs from -1 to 0, and that of the squared error is near 0 at both ends.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The gradient pushes one logit up and nine down, each by as much probability as it has too little
# or too much. The squared error hardly corrects a network that is sure and wrong.
