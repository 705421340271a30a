r"""
A mean that loses the evidence
==============================

In small_convnet one dense layer follows the last feature maps :math:`A`, and each position has
weights of its own. The logit is linear in :math:`A`, so gradient times value, position by position,
adds up to the logit. Grad-CAM takes the mean of the gradient over all positions first, and the sum
of its map, before the ReLU, is another number:

.. math:: z_c = \sum_{ijk} \frac{\partial z_c}{\partial A_{ijk}} A_{ijk} + b_c
   \;\neq\; \sum_{ijk} \alpha_k A_{ijk} + b_c

Part of :doc:`/explaining`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, results, training

COUNT = 100  # digits
LAYER = "relu3"

# %%
# A hundred test digits, and the maps before the dense layer.

network = training.load("small_convnet").model
(_, _), (digits, labels) = data.mnist()
x = data.to_float(digits[:COUNT])[..., np.newaxis]
cut = tf.keras.Model(network.input, [network.get_layer(LAYER).output, network.output])
maps, logits = cut(x, training=False)
print(maps.shape, logits.shape)

# %%
# The gradient of each logit, used at its position, and averaged over the positions.

totals = {"position by position": [], "Grad-CAM, the mean": []}
for c in range(10):
    with tf.GradientTape() as tape:
        maps, logits = cut(x, training=False)
        score = tf.reduce_sum(logits[:, c])
    gradient = tape.gradient(score, maps)
    mean = tf.reduce_mean(gradient, axis=(1, 2), keepdims=True)
    totals["position by position"].append(tf.reduce_sum(gradient * maps, axis=(1, 2, 3)))
    totals["Grad-CAM, the mean"].append(tf.reduce_sum(mean * maps, axis=(1, 2, 3)))

# %%
# Position by position, the dense layer itself says the same: the sum is the logit but for the bias.

evidence = logits - network.get_layer("logits").get_weights()[1]
sums = {name: np.transpose(values) for name, values in totals.items()}
np.testing.assert_allclose(sums["position by position"], evidence, atol=1e-2)
correlation = {name: np.corrcoef(v.ravel(), np.ravel(evidence))[0, 1] for name, v in sums.items()}
winner = np.argmax(logits, axis=1)
agree = 100 * np.mean(sums["Grad-CAM, the mean"].argmax(axis=1) == winner)
results.record("grad_cam_totals.correlation", correlation["Grad-CAM, the mean"], tolerance=0.3)
results.record("grad_cam_totals.agree", agree, unit="%", tolerance=30)
results.record("grad_cam_totals.right", 100 * np.mean(winner == labels[:COUNT]), unit="%",
               tolerance=3)  # fmt: skip

# %%
# A point for each digit and each of the ten classes. Exact evidence lies on the diagonal.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, 2, figsize=(6.4, 3.5), sharex=True, sharey=True)
own = np.eye(10, dtype=bool)[winner]
for ax, (name, values) in zip(axes, sums.items(), strict=True):
    ends = [np.min(evidence), np.max(evidence)]
    ax.plot(ends, ends, color="0.3", linewidth=1, linestyle="--")
    for mask, colour, label in ((~own, plotting.BLUE, "another"), (own, plotting.ORANGE, "chosen")):
        ax.plot(
            np.asarray(evidence)[mask], values[mask], ".", color=colour, markersize=3, label=label
        )
    ax.set_title(name)
    ax.set_xlabel("logit, without bias")
axes[0].set_ylabel("sum of the map")
axes[0].legend(title="class")
plotting.describe(
    fig,
    f"The sum of the map before its ReLU against the logit, for {COUNT} digits and ten classes. "
    "Panel a: with gradient times value position by position all points lie on the diagonal. Panel "
    "b: with the mean gradient of Grad-CAM they scatter, with a correlation of "
    f"{correlation['Grad-CAM, the mean']:.2f}, and the class that the network chose has the "
    f"largest sum in {agree:.0f} % of the digits.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Ink counts in one place and counts against in another. The mean of the gradient has forgotten
# which is which, and a map made with it can be bright for a class that the network rejects.
