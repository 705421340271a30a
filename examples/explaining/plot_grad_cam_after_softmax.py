r"""
After the softmax the map vanishes
==================================

Grad-CAM differentiates the logit. Differentiate the probability instead, and the map shrinks with
the network's doubt: every derivative carries the factor :math:`p_c`, times a difference that is
zero where :math:`p_c = 1`. With :math:`p_j` the probabilities of the others,

.. math:: \frac{\partial p_c}{\partial A} = p_c \sum_{j \neq c} p_j
   \Bigl( \frac{\partial z_c}{\partial A} - \frac{\partial z_j}{\partial A} \Bigr)

Part of :doc:`/explaining`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, interpretability, plotting, results, training

COUNT = 500  # digits
LAYER = "relu3"

# %%
# Five hundred test digits, and how unsure the network is about each. 1 - p is taken as the sum of
# the other probabilities: subtracted from 1 in float32 it would often be 0.

(_, _), (digits, labels) = data.mnist()
x = data.to_float(digits[:COUNT])[..., np.newaxis].astype(np.float32)
network = training.load("small_convnet").model
logits = training.predict(network, digits[:COUNT])
probabilities = tf.nn.softmax(logits).numpy()
doubt = np.sort(probabilities, axis=1)[:, :-1].sum(axis=1)
print(x.shape, np.median(doubt))

# %%
# The largest value of each digit's map, both ways.

peaks = {
    of: interpretability.grad_cam(network, x, LAYER, of=of).max(axis=(1, 2))
    for of in ("logit", "probability")
}

# %%
# The formula, by TensorFlow: the gradient of a probability is that mixture of gradients of logits.

z = tf.constant(logits[:20])
with tf.GradientTape() as tape:
    tape.watch(z)
    largest = tf.reduce_max(tf.nn.softmax(z), axis=1)
own = np.eye(10)[probabilities[:20].argmax(axis=1)]
sure = probabilities[:20].max(axis=1, keepdims=True)
np.testing.assert_allclose(tape.gradient(largest, z), sure * (own - probabilities[:20]), atol=1e-6)
for of, values in peaks.items():
    results.record(f"grad_cam_after_softmax.{of}", np.median(values))
results.record("grad_cam_after_softmax.doubt", np.median(doubt))
assert np.median(peaks["probability"]) < 0.01 * np.median(peaks["logit"])
ranks = [values.argsort().argsort() for values in (doubt, peaks["probability"])]
assert np.corrcoef(ranks)[0, 1] > 0.9

# %%
# Peak against doubt, on logarithmic axes. Maps that are zero throughout have no place on them.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 3.8))
colours = {"logit": plotting.BLUE, "probability": plotting.ORANGE}
for of, values in peaks.items():
    there = values > 0
    ax.loglog(doubt[there], values[there], ".", color=colours[of], markersize=4)
    ax.text(
        doubt.min(),
        values[doubt < 1e-5].max() * 6,
        f"map of the {of}",
        color=plotting.ink(colours[of]),
    )
ends = np.array([doubt.min(), 0.3])
ax.loglog(ends, ends * np.median(peaks["logit"]), color="0.3", linewidth=1, linestyle="--")
ax.set_xlabel("doubt, 1 − p")
ax.set_ylabel("largest value of the map")
empty = [int((values == 0).sum()) for values in peaks.values()]
plotting.describe(
    fig,
    f"Largest value of the Grad-CAM map of {COUNT} digits against 1 - p, on logarithmic axes. Maps "
    f"of the logit keep their strength, with a median of {np.median(peaks['logit']):.2f}, however "
    f"sure the network is. Maps of the probability fall in proportion to 1 - p, along the dashed "
    f"line, to a median of {np.median(peaks['probability']):.0e}. Empty maps, not shown: "
    f"{empty[0]} and {empty[1]}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The surer the network, the weaker the map of the probability. Far left the points leave the line:
# below 1e-7 float32 can no longer tell :math:`p` from 1, and the rest is rounding. Whoever scales
# each map to its own maximum will not see this, and looks at what is left after cancellation.
