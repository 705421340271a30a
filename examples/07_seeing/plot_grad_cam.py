r"""
Grad-CAM: where the last maps find their evidence
=================================================

Grad-CAM stays at the last feature maps :math:`A_k`. It weighs each by the mean of its gradient and
adds them up. What is negative speaks against the class and is left out. One picture has a map for
every class, and the maps of two classes may lie in different places:

.. math:: L_{ij} = \max \Bigl( 0, \sum_k \alpha_k A_{ijk} \Bigr), \qquad
   \alpha_k = \frac{1}{h w} \sum_{ij} \frac{\partial z_c}{\partial A_{ijk}}

Part of :doc:`/07_seeing_more`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, interpretability, plotting, results, training
from convbook.training import recipes

CLASSES = (2, 4, 7, 8)
LAYER = "conv2"
COUNT = 100  # digits

# %%
# A network whose convolutions have SAME padding, so that its maps cover the whole picture. The
# first test digits of four classes, and for each the class with the second largest logit.

network = training.train(recipes.BOOK["mnist_convnet"]).model
(_, _), (digits, labels) = data.mnist()
chosen = [int(np.argmax(labels == c)) for c in CLASSES]
x = data.to_float(digits[chosen])[..., np.newaxis].astype(np.float32)
logits = network(x, training=False).numpy()
rivals = logits.argsort(axis=1)[:, -2]
print(x.shape, logits.argmax(axis=1), rivals)

# %%
# The last maps, and the gradient of the logit with respect to them.

cut = tf.keras.Model(network.input, [network.get_layer(LAYER).output, network.output])
with tf.GradientTape() as tape:
    maps, outputs = cut(x, training=False)
    own = tf.reduce_sum(outputs * tf.one_hot(CLASSES, 10), axis=1)
weights = tf.reduce_mean(tape.gradient(own, maps), axis=(1, 2))
weights, maps = tf.cast(weights, tf.float32), tf.cast(maps, tf.float32)
cam = tf.nn.relu(tf.einsum("nk,nijk->nij", weights, maps))
print(maps.shape, weights.shape, cam.shape)

# %%
# The book's function gives the same maps, brought to the size of the picture.

large = tf.image.resize(cam[..., np.newaxis], (28, 28))[..., 0]
found = {
    "own class": interpretability.grad_cam(network, x, LAYER, CLASSES),
    "rival": interpretability.grad_cam(network, x, LAYER, rivals),
}
np.testing.assert_allclose(found["own class"], large, atol=0.05 * np.max(large))

# %%
# Does the map of the winning class have the stronger peak? For a hundred digits.

many = data.to_float(digits[:COUNT])[..., np.newaxis].astype(np.float32)
order = training.predict(network, digits[:COUNT]).argsort(axis=1)
first, second = (
    interpretability.grad_cam(network, many, LAYER, order[:, place]).max(axis=(1, 2))
    for place in (-1, -2)
)
right = 100 * np.mean(order[:, -1] == labels[:COUNT])
results.record("grad_cam.right", right, unit="%", tolerance=3)
results.record("grad_cam.stronger", 100 * np.mean(first > second), unit="%", tolerance=25)

# %%
# One scale for all maps.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 4, figsize=(6.4, 3.7))
limits = (0.0, max(float(values.max()) for values in found.values()))
for column, (digit, rival) in enumerate(zip(CLASSES, rivals, strict=True)):
    for row, (values, c) in enumerate(zip(found.values(), (digit, rival), strict=True)):
        ax = axes[row, column]
        drawn = plotting.show_image(ax, values[column], f"class {c}", limits=limits)
        ax.contour(x[column, :, :, 0], [0.5], colors=plotting.ORANGE, linewidths=1)
plotting.colour_bar(fig, drawn, axes, "evidence, in units of the logit", horizontal=True)
plotting.describe(
    fig,
    f"Grad-CAM for four test digits with their outlines. Above, for the class of each digit, "
    f"{', '.join(map(str, CLASSES))}; below, for the class with the second largest logit, "
    f"{', '.join(map(str, rivals))}. Bright places are evidence for the class. The largest "
    f"values are {', '.join(f'{v:.3f}' for v in found['own class'].max(axis=(1, 2)))} above and "
    f"{', '.join(f'{v:.3f}' for v in found['rival'].max(axis=(1, 2)))} below.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Read each column from above to below: a part of the digit speaks for another class. The maps have
# 14 x 14 positions; what is finer in the picture comes from the interpolation. And compare the
# strengths: the class that the network chose does not always have the brighter map.
