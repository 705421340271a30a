r"""
Saliency: which pixels the logit hangs on
=========================================

The gradient of a class's logit with respect to the pixels says how much each of them counts, and in
which direction: more ink here speaks for the class, more ink there against it. It belongs to one
picture and one class, and holds for small changes only:

.. math:: z_c(x + \delta) \approx z_c(x) + \sum_{ij} S_{ij} \, \delta_{ij},
   \qquad S = \frac{\partial z_c}{\partial x}

Part of :doc:`/explaining`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, interpretability, plotting, results, training

CLASSES = (2, 4, 7, 8)
NOISE = 0.15  # standard deviation, in units of the pixels

# %%
# The first test digit of each class.

(_, _), (digits, labels) = data.mnist()
chosen = [int(np.argmax(labels == c)) for c in CLASSES]
x = data.to_float(digits[chosen])[..., np.newaxis].astype(np.float32)
print(x.shape, chosen)

# %%
# TensorFlow differentiates the logit of each picture's own class.

network = training.load("small_convnet").model
pixels = tf.constant(x)
with tf.GradientTape() as tape:
    tape.watch(pixels)
    logits = network(pixels, training=False)
    own = tf.reduce_sum(logits * tf.one_hot(CLASSES, 10), axis=1)
gradient = tape.gradient(own, pixels).numpy()

# %%
# The book's function agrees. SmoothGrad is its mean over noisy copies.

np.testing.assert_allclose(
    gradient, interpretability.saliency(network, x, CLASSES), atol=1e-3 * np.abs(gradient).max()
)
smooth = interpretability.smooth_gradient(network, x, CLASSES, deviation=NOISE)

# %%
# How much of the gradient lies on paper rather than on ink, and how much of that is negative.

many = data.to_float(digits[:200])[..., np.newaxis].astype(np.float32)
gradients = interpretability.saliency(network, many, labels[:200].astype(int))
on_paper = gradients[many == 0]
paper = np.abs(on_paper).sum() / np.abs(gradients).sum()
results.record("saliency.on_paper", 100 * paper, unit="%", tolerance=6)
against = -on_paper[on_paper < 0].sum() / np.abs(on_paper).sum()
results.record("saliency.against", 100 * against, unit="%", tolerance=8)
results.record("saliency.paper", 100 * (many == 0).mean(), unit="%")

# %%
# All gradients on one scale, with the digit's outline.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(3, 4, figsize=(6.4, 4.8))
limit = plotting.symmetric_limit(gradient, smooth)
rows = (("gradient of the logit", gradient), ("SmoothGrad", smooth))
for column, digit in enumerate(CLASSES):
    plotting.show_image(axes[0, column], x[column, :, :, 0], f"class {digit}")
    for row, (_, values) in enumerate(rows, start=1):
        drawn = plotting.show_signed(axes[row, column], values[column, :, :, 0], limit)
        axes[row, column].contour(x[column, :, :, 0], [0.5], colors="black", linewidths=0.8)
        axes[row, 0].set_title(rows[row - 1][0], loc="left")
plotting.colour_bar(fig, drawn, axes, "change of the logit, 1 / pixel")
plotting.describe(
    fig,
    f"Panel a: four test digits, {', '.join(map(str, CLASSES))}. Panel b: the signed gradient of "
    "each logit with the digit's outline, red and blue pixels next to one another, on the strokes "
    "and beside them. Panel c: SmoothGrad, the same with larger regions of one sign. One scale to "
    f"{limit:.1f}.",
    panels=axes[:, 0],
)
plt.show()

# %%
# What to notice
# --------------
#
# Much of the gradient lies on empty paper: that nothing is drawn in a place is evidence too. Look
# at the gap between the arms of the four, where a stroke would make a nine.
