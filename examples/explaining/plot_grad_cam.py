r"""
Grad-CAM: where the last maps find their evidence
=================================================

Grad-CAM stays at the last feature maps :math:`A_k`. It weighs each by the mean of its gradient and
adds them up. In a network that ends with global average pooling and one dense layer of weights
:math:`v_{kc}` this is exact: each of the :math:`h w` positions has its own part of the logit.
Grad-CAM keeps the positive ones; here all are drawn:

.. math:: L_{ij} = \max \Bigl( 0, \sum_k \alpha_k A_{ijk} \Bigr), \qquad
   \alpha_k = \frac{1}{h w} \sum_{ij} \frac{\partial z_c}{\partial A_{ijk}} = \frac{v_{kc}}{h w}

Part of :doc:`/explaining`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import arithmetic, data, interpretability, plotting, results, training

CLASSES = (2, 4, 7, 8)
LAYER = "conv3"
WINDOWS = [(3, 1), (3, 2), (3, 2)]  # pixels: size and stride of the three convolutions

# %%
# The strided network with its pooling head, and for each of four classes the first test digit that
# it reads correctly. Its rival is the class with the second largest logit.

network = training.load("strided_convnet_pool").model
(_, _), (digits, labels) = data.mnist()
logits = training.predict(network, digits[:200])
right = logits.argmax(axis=1) == labels[:200]
chosen = [int(np.argmax(right & (labels[:200] == c))) for c in CLASSES]
rivals = logits[chosen].argsort(axis=1)[:, -2]
x = data.to_float(digits[chosen])[..., np.newaxis]
print(x.shape, chosen, rivals)

# %%
# The last maps, and the gradient of the logit with respect to them.

cut = tf.keras.Model(network.input, [network.get_layer(LAYER).output, network.output])
cams = {}
for name, classes in (("own", CLASSES), ("rival", rivals)):
    with tf.GradientTape() as tape:
        maps, outputs = cut(x, training=False)
        score = tf.reduce_sum(outputs * tf.one_hot(classes, 10), axis=1)
    weights = tf.reduce_mean(tape.gradient(score, maps), axis=(1, 2))
    cams[name] = tf.einsum("nk,nijk->nij", weights, maps).numpy()
print(maps.shape, weights.shape, cams["own"].shape)

# %%
# The weights are those of the dense layer over the number of positions, and the cells add up to the
# logit but for its bias. The book's function gives the positive cells, enlarged.

height, width = maps.shape[1:3]
dense, bias = network.get_layer("logits").get_weights()
np.testing.assert_allclose(weights, dense[:, rivals].T / (height * width), atol=1e-5)
totals = {
    name: cams[name].sum(axis=(1, 2)) + bias[list(classes)]
    for name, classes in (("own", CLASSES), ("rival", rivals))
}
np.testing.assert_allclose(totals["own"], logits[chosen, CLASSES], atol=1e-3)
enlarged = tf.image.resize(np.maximum(cams["own"], 0)[..., np.newaxis], (28, 28))[..., 0]
found = interpretability.grad_cam(network, x, LAYER, CLASSES)
np.testing.assert_allclose(found, enlarged, atol=1e-3 * found.max())
assert np.all(cams["rival"].max(axis=(1, 2)) > 0)  # red cells for the other class, too
results.record("grad_cam.positions", height * width)

# %%
# One scale for all maps. Each cell is drawn around the middle of its receptive field.

field, step = arithmetic.receptive_field(WINDOWS), arithmetic.effective_stride(WINDOWS)
low, high = (field - 1 - step) / 2, (field - 1 - step) / 2 + height * step

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 4, figsize=(6.4, 3.8))
limit = plotting.symmetric_limit(*cams.values())
for column in range(len(CLASSES)):
    for row, (values, classes) in enumerate(zip(cams.values(), (CLASSES, rivals), strict=True)):
        ax = axes[row, column]
        logit = totals[("own", "rival")[row]][column]
        title = f"{classes[column]}: logit {logit:.1f}".replace("-", "−")
        plotting.show_signed(ax, np.zeros((28, 28)), limit)  # the whole picture, where no cell lies
        drawn = plotting.show_signed(ax, values[column], limit, title)
        drawn.set_extent((low, high, high, low))
        ax.contour(x[column, :, :, 0], [0.5], colors="black", linewidths=1)
        plotting.outline(ax, low + 0.5, low + 0.5, high - low, high - low, "0.6", 0.6)
        ax.set(xlim=(-0.5, 27.5), ylim=(27.5, -0.5))
plotting.colour_bar(fig, drawn, axes, "part of the logit", horizontal=True)
plotting.describe(
    fig,
    f"The parts of a logit at {height} x {width} positions of four test digits, with the digits' "
    f"outlines. Panel a: for the class of each digit, {', '.join(map(str, CLASSES))}. Panel b: for "
    f"the class with the second largest logit, {', '.join(map(str, rivals))}. One signed scale to "
    f"{limit:.1f}. Each digit has red cells, evidence for the class, in both panels, and blue "
    "cells.",
    panels=axes[:, 0],
)
plt.show()

# %%
# What to notice
# --------------
#
# Compare the two maps of a digit: a part of it speaks for another class, too. The sum of all cells
# decides, the blue ones included. Grad-CAM keeps the red ones alone, and two such maps do not tell
# which class wins.
