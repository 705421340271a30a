r"""
Accuracy against the strength of an attack
==========================================

One step along the sign of the gradient, for a thousand test digits and four networks. All lose most
of their accuracy to it long before noise of the same size does as much. The difference is
direction: a random sign gains nothing on average, the gradient's sign gains in every pixel:

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
NETWORKS = {
    "mlp": plotting.ORANGE,
    "strided_convnet": plotting.GREEN,
    "strided_convnet_pool": plotting.PURPLE,
    "small_convnet": plotting.BLUE,
}
SEED = 3

# %%
# The first three networks have one recipe, so that only the architecture differs; the first two
# also have as many parameters, within a percent. The last one differs in the recipe, too.

trained = {name: training.load(name) for name in NETWORKS}
plain, strided, pooled, _ = trained.values()
np.testing.assert_allclose(plain.model.count_params(), strided.model.count_params(), rtol=0.01)
assert plain.recipe.but(network="strided_convnet", options={}) == strided.recipe
assert pooled.recipe.but(options={}) == strided.recipe

# %%
# A thousand test digits.

(_, _), (digits, labels) = data.mnist()
x = data.to_float(digits[:COUNT])[..., np.newaxis].astype(np.float32)
labels = labels[:COUNT].astype(int)
noise = np.random.default_rng(SEED).choice([-1.0, 1.0], x.shape)
print(x.shape, STRENGTHS)

# %%
# For one step the direction is the same at every strength, so one gradient is enough.

accuracy = {}
for name, network in trained.items():
    with tf.GradientTape() as tape:
        pixels = tf.constant(x)
        tape.watch(pixels)
        logits = network.model(pixels)
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
    signs = tf.sign(tape.gradient(loss, pixels))
    for kind, direction in (("gradient", signs), ("random", noise)):
        for epsilon in STRENGTHS:
            changed = np.clip(x + epsilon * np.asarray(direction, np.float32), 0, 1)
            right = network.model(changed).numpy().argmax(axis=1) == labels
            accuracy[name, kind, epsilon] = 100 * right.mean()
    again = interpretability.adversarial(network.model, x[:20], labels[:20], epsilon=0.1)
    by_hand = np.clip(x[:20] + 0.1 * signs.numpy()[:20], 0, 1)
    np.testing.assert_allclose(np.mean(again != by_hand, axis=None), 0, atol=0.02)

# %%
# The numbers of the text, and what it says about them.

for name, kind, epsilon, tolerance in (
    ("small_convnet", "gradient", 0.1, 20), ("small_convnet", "gradient", 0.2, 20),
    ("small_convnet", "random", 0.1, 3), ("small_convnet", "random", 0.3, 30),
    ("strided_convnet", "gradient", 0.1, 20), ("mlp", "gradient", 0.1, 20),
    ("mlp", "random", 0.1, 10), ("mlp", "random", 0.2, 20),
    ("strided_convnet_pool", "gradient", 0.0, 6), ("strided_convnet_pool", "gradient", 0.1, 20),
):  # fmt: skip
    key = f"{name}_{kind}_{round(100 * epsilon)}"
    value = accuracy[name, kind, epsilon]
    results.record(f"adversarial_strength.{key}", value, unit="%", tolerance=tolerance)
for name in NETWORKS:
    for epsilon in (0.1, 0.15):
        assert accuracy[name, "gradient", epsilon] < accuracy[name, "random", epsilon] - 15
    assert accuracy[name, "random", 0.3] < accuracy[name, "random", 0.0] - 20
gain = [accuracy["strided_convnet", *key] - accuracy["mlp", *key] for key in
        (("gradient", 0.05), ("gradient", 0.1), ("gradient", 0.15))]  # fmt: skip
assert min(gain) > 20
small = accuracy["small_convnet", "gradient", 0.1]
assert 0 < small - accuracy["strided_convnet", "gradient", 0.1] < 15
assert accuracy["strided_convnet_pool", "gradient", 0.1] < accuracy[
    "strided_convnet", "gradient", 0.1] - 30  # fmt: skip

# %%
# Accuracy against epsilon.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, 2, figsize=(6.4, 3.8), sharey=True)
for ax, kind in zip(axes, ("gradient", "random"), strict=True):
    for name, colour in NETWORKS.items():
        values = [accuracy[name, kind, epsilon] for epsilon in STRENGTHS]
        ax.plot(STRENGTHS, values, marker="o", markersize=4, color=colour, label=name)
    ax.set_title("sign of the gradient" if kind == "gradient" else "random sign")
    ax.set_xlabel("ε, change of each pixel")
axes[0].set_ylabel("accuracy, %")
axes[0].set_ylim(0, 102)
fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
plotting.describe(
    fig,
    f"Accuracy on {COUNT} test digits against epsilon, from 0 to {STRENGTHS[-1]}, with the sign "
    f"of the gradient (panel a) and with random signs (panel b). At 0.1: "
    + "; ".join(
        f"{name}, {accuracy[name, 'gradient', 0.1]:.0f} % and {accuracy[name, 'random', 0.1]:.0f} %"
        for name in NETWORKS
    )
    + ". With random signs the curves fall later, and fall too.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The accuracy at zero does not say which network holds longer, and noise is no attack, but it is
# not nothing.
