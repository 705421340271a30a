r"""
Accuracy against the strength of an attack
==========================================

One step along the sign of the gradient, for a thousand test digits and two networks. Both lose
most of their accuracy to changes that noise of the same size hardly causes. The difference is
direction: a random sign gains nothing on the mean, the gradient's sign gains in every pixel:

.. math:: \mathbb{E} \sum_{ij} \varepsilon \, r_{ij} g_{ij} = 0, \qquad
   \sum_{ij} \varepsilon \, \operatorname{sign}(g_{ij}) \, g_{ij} = \varepsilon \lVert g \rVert_1

Part of :doc:`/explaining`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, interpretability, plotting, results, training

COUNT = 1000  # digits
STRENGTHS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)  # in units of the pixels, 0 to 1
SEED = 3

# %%
# A thousand test digits.

(_, _), (digits, labels) = data.mnist()
x = data.to_float(digits[:COUNT])[..., np.newaxis].astype(np.float32)
labels = labels[:COUNT].astype(int)
rng = np.random.default_rng(SEED)
print(x.shape, STRENGTHS)

# %%
# For one step the direction is the same at every strength, so one gradient is enough.

accuracy = {}
for name in ("small_convnet", "mlp"):
    network = training.load(name).model
    with tf.GradientTape() as tape:
        pixels = tf.constant(x)
        tape.watch(pixels)
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, network(pixels))
    signs = tf.sign(tape.gradient(loss, pixels))
    for kind, direction in (("gradient", signs), ("random", rng.choice([-1.0, 1.0], x.shape))):
        for epsilon in STRENGTHS:
            changed = np.clip(x + epsilon * np.asarray(direction, np.float32), 0, 1)
            right = network(changed).numpy().argmax(axis=1) == labels
            accuracy[name, kind, epsilon] = right.mean()
    again = interpretability.adversarial(network, x[:20], labels[:20], epsilon=0.1)
    by_hand = np.clip(x[:20] + 0.1 * signs.numpy()[:20], 0, 1)
    np.testing.assert_allclose(np.mean(again != by_hand, axis=None), 0, atol=0.02)

# %%
# The numbers of the text.

for name, epsilon in (("small_convnet", 0.1), ("small_convnet", 0.2), ("mlp", 0.1)):
    assert accuracy[name, "gradient", 0.0] > 0.9
    value = 100 * accuracy[name, "gradient", epsilon]
    key = f"{name}_{round(100 * epsilon)}"
    results.record(f"adversarial_strength.{key}", value, unit="%", tolerance=20)
value = 100 * accuracy["small_convnet", "random", 0.1]
results.record("adversarial_strength.random_10", value, unit="%", tolerance=3)

# %%
# Accuracy against epsilon.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 4.2))
for name, colour in (("small_convnet", plotting.BLUE), ("mlp", plotting.ORANGE)):
    for kind, style in (("random", "--"), ("gradient", "-")):
        values = [100 * accuracy[name, kind, epsilon] for epsilon in STRENGTHS]
        ax.plot(STRENGTHS, values, style, marker="o", color=colour, label=f"{name}, {kind} sign")
ax.set_xlabel("epsilon: change of each pixel")
ax.set_ylabel("accuracy, %")
ax.set_ylim(0, 102)
fig.legend(loc="outside lower center", ncols=2)
plotting.describe(
    fig,
    f"Accuracy on {COUNT} test digits against epsilon, from 0 to {STRENGTHS[-1]}. At 0.1 "
    f"small_convnet has {100 * accuracy['small_convnet', 'gradient', 0.1]:.0f} % and the fully "
    f"connected network {100 * accuracy['mlp', 'gradient', 0.1]:.0f} % with the gradient's sign, "
    f"and {100 * accuracy['small_convnet', 'random', 0.1]:.0f} % and "
    f"{100 * accuracy['mlp', 'random', 0.1]:.0f} % with random signs.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Both networks read ordinary test digits well, and an accuracy on ordinary digits does not say
# which of them holds longer.
