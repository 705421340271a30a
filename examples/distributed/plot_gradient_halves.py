"""
The gradient of a mean is the mean of gradients
===============================================

Data-parallel training rests on one line. The loss of a batch is a mean over its pictures, and
the derivative of a mean is the mean of the derivatives. So two devices may take half of the
pictures each; if the halves are equally large, the mean of their two gradients is the gradient of
the batch.

.. math:: \\nabla L = \\frac{1}{B} \\sum_{i=1}^{B} \\nabla \\ell_i
          = \\frac{1}{R} \\sum_{r=1}^{R} \\nabla L_r

Part of :doc:`/distributed`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, models, plotting, results

BATCH = 64  # pictures
REPLICAS = 2

# %%
# A batch of real digits, and its two halves.

(pictures, labels), _ = data.mnist()
x = data.to_float(pictures[:BATCH])[..., np.newaxis]
y = labels[:BATCH].astype(np.int64)
halves = list(zip(np.split(x, REPLICAS), np.split(y, REPLICAS), strict=True))
print(x.shape, [part.shape for part, _ in halves])

# %%
# The gradient of the mean loss with respect to the kernels of the first convolution, HWIO.

model = models.build("mnist_convnet")
kernel = model.get_layer("conv1").kernel


def gradient(images, classes):
    with tf.GradientTape() as tape:
        logits = model(images, training=False)
        losses = keras.losses.sparse_categorical_crossentropy(classes, logits, from_logits=True)
        loss = tf.reduce_mean(losses)
    return tape.gradient(loss, kernel.value).numpy()


whole = gradient(x, y)
parts = [gradient(*half) for half in halves]
mean = np.mean(parts, axis=0)
np.testing.assert_allclose(mean, whole, rtol=1e-4, atol=1e-7)
error = np.abs(mean - whole).max() / np.abs(whole).max()
print(f"{whole.shape}: largest difference {error:.0e} of the largest entry")

# %%
# The halves themselves disagree: each sees other digits.

angle = np.vdot(parts[0], parts[1]) / np.prod([np.linalg.norm(part) for part in parts])
results.record("gradient_halves.cosine", float(angle), tolerance=0.001)
assert error < 1e-5

# %%
# One kernel's gradient, all on one scale.

plt.style.use(plotting.STYLE)
strongest = np.abs(whole).sum(axis=(0, 1, 2)).argmax()
shown = {
    "first half": parts[0],
    "second half": parts[1],
    "their mean": mean,
    "whole batch": whole,
}
limit = plotting.symmetric_limit(*(values[..., 0, strongest] for values in shown.values()))
fig, axes = plt.subplots(2, 2, figsize=(4.8, 4.2))
for ax, (title, values) in zip(axes.flat, shown.items(), strict=True):
    image = plotting.show_signed(ax, values[..., 0, strongest], limit, title)
plotting.colour_bar(fig, image, axes, label="gradient")
for right, sign in zip(axes.flat[1:], ("+", "→", "="), strict=True):
    right.text(-0.12, 0.5, sign, transform=right.transAxes, ha="center", va="center", fontsize=12)
plotting.describe(
    fig,
    f"The gradient of one kernel of {whole.shape[0]} by {whole.shape[1]} taps, four times: for the "
    f"first and the second {BATCH // REPLICAS} pictures of a batch (panels a and b), whose "
    f"patterns differ; for the mean of the two (c); and for all {BATCH} pictures at once (d). "
    "Panels c and d are the same.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The two halves point in different directions, and only their mean is the direction of the batch.
# So all replicas have to exchange their gradients before any of them takes a step.
