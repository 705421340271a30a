r"""
Feature maps of each layer
==========================

A feature map is the output of a layer for one kernel. On the way through the network the
maps become smaller and more numerous, and show less and less of the picture. With batch
normalization :math:`n`, max pooling :math:`m` where there is one, and :math:`\star` for
cross-correlation, block :math:`l` computes

.. math:: A^{(l)} = \max \bigl( 0,\; n ( m ( A^{(l-1)} \star w^{(l)} ) ) \bigr)

Part of :doc:`/seeing`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import PowerNorm

from convbook import data, interpretability, plotting, reference, results, training

LAYERS = ("relu1", "relu2", "relu3")

# %%
# The first test digit, as the network takes it.

(_, _), (digits, labels) = data.mnist()
digit = data.to_float(digits[:1])[..., np.newaxis].astype(np.float32)
print(digit.shape, labels[0])

# %%
# A Keras model can be cut open at any layer: the inner tensor becomes an output.

network = training.load("small_convnet").model
inner = keras.Model(network.input, [network.get_layer(name).output for name in LAYERS])
maps = {name: value.numpy() for name, value in zip(LAYERS, inner(digit), strict=True)}
for name, values in maps.items():
    print(name, values.shape)

# %%
# ``interpretability.feature_maps`` gives the same, and so does the formula, done by hand.

again = interpretability.feature_maps(network, digit, LAYERS)
for name in LAYERS:
    np.testing.assert_allclose(maps[name], again[name], atol=1e-4)
(kernels,) = network.get_layer("conv1").get_weights()
gamma, beta, mean, variance = network.get_layer("norm1").get_weights()
scale = gamma / np.sqrt(variance + network.get_layer("norm1").epsilon)
pooled = reference.max_pool(reference.conv2d(digit, kernels), 2)
by_hand = np.maximum(0, (pooled - mean) * scale + beta)
np.testing.assert_allclose(maps["relu1"], by_hand, atol=1e-4)

# %%
# How many values are zero: over many digits, since one digit is an accident.

many = data.to_float(digits[:500])[..., np.newaxis].astype(np.float32)
zeros = {
    name: float((values == 0).mean())
    for name, values in interpretability.feature_maps(network, many, LAYERS).items()
}
for name in ("relu1", "relu3"):
    results.record(f"feature_maps.zeros_{name}", 100 * zeros[name], unit="%", tolerance=12)

# %%
# All maps on one scale. Brightness grows as the square root, or a few strong places would leave all
# others black.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(3, 1, figsize=(6.4, 4.3), height_ratios=(2.1, 1.05, 1.05))
limits = (0.0, max(float(values.max()) for values in maps.values()))
for ax, (name, values) in zip(axes, maps.items(), strict=True):
    _, height, width, channels = values.shape
    tiles = plotting.mosaic(np.moveaxis(values[0], -1, 0), 8 if name == "relu1" else 16)
    drawn = plotting.show_image(
        ax, tiles, f"{name}: {channels} of {height} × {width}", limits=limits
    )
    drawn.set_norm(PowerNorm(0.5, *limits))
plotting.colour_bar(fig, drawn, axes, "activation")
plotting.describe(
    fig,
    f"The feature maps of a digit {labels[0]} in three layers, on one scale from 0 to "
    f"{limits[1]:.1f}, brighter as the square root: "
    + "; ".join(
        f"{name}, {v.shape[3]} maps of {v.shape[1]} x {v.shape[2]}" for name, v in maps.items()
    )
    + ". In the first layer each map still shows the digit, with some of its edges bright. In the "
    "last ones single bright pixels remain on black.",
)
plt.show()

# %%
# What to notice
# --------------
#
# In the first layer the digit can be read in most maps. Two convolutions later a map is a few
# bright places: somewhere around here is what this channel looks for.
