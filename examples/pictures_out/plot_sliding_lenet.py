r"""
LeNet slides over a canvas
==========================

A dense layer on a vector is a convolution with a kernel of one pixel, and LeNet-5's C5 is a
convolution already. So the trained network takes a canvas of any size and answers at every fourth
pixel at once. Its answers are those of the network with dense layers, window by window:

.. math:: Z_{ij} = f(X_{4i : 4i + 32,\; 4j : 4j + 32})

Part of :doc:`/pictures_out`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np

from convbook import data, models, plotting, results, training

SEEN, STRIDE = 32, 4  # pixels: LeNet-5's window, and the product of its strides
SHOWN = (3, 7)

# %%
# A canvas of test digits, with the two pixels of paper around it that LeNet-5 adds to a digit.

canvas = data.digits_on_canvas(*data.mnist()[1], 1, size=96, seed=4)
x = np.pad(canvas.pictures[..., np.newaxis] / np.float32(255), ((0, 0), (2, 2), (2, 2), (0, 0)))
print(x.shape, canvas.labels[0])

# %%
# The same layers up to C5, on an input of any size; then each dense layer as a 1x1 convolution.

lenet = training.load("lenet5").model
image = keras.Input((None, None, 1))
maps = image
for name in ("rescale", "C1", "S2", "C3", "S4", "C5"):
    maps = lenet.get_layer(name)(maps)
for name in ("F6", "logits"):
    dense = lenet.get_layer(name)
    kernel, bias = dense.get_weights()
    layer = keras.layers.Conv2D(dense.units, 1, activation=dense.activation)
    maps = layer(maps)
    layer.set_weights([kernel[np.newaxis, np.newaxis], bias])
sliding = keras.Model(image, maps)
logits = sliding(x).numpy()[0]
print(kernel.shape, layer.kernel.shape, logits.shape)

# %%
# The network as it was trained, after its padding, on every window.

dense_network = keras.Model(lenet.get_layer("pad").output, lenet.output)
windows = np.lib.stride_tricks.sliding_window_view(x[0, ..., 0], (SEEN, SEEN))[::STRIDE, ::STRIDE]
answers = dense_network(windows.reshape(-1, SEEN, SEEN, 1)).numpy().reshape(logits.shape)
np.testing.assert_allclose(logits, answers, atol=1e-3)
assert models.build("lenet5").count_params() == sliding.count_params()
positions = logits.shape[0] * logits.shape[1]
results.record("sliding_lenet.positions", positions)

# %%
# Position (i, j) speaks of the 28 x 28 pixels at (4 i, 4 j): its middle is 14 pixels further on.

probabilities = np.exp(logits - logits.max(axis=-1, keepdims=True))
probabilities /= probabilities.sum(axis=-1, keepdims=True)
sure = np.mean(probabilities.max(axis=-1) > 0.9)
print(f"more than 90 % sure at {sure:.0%} of the positions")
results.record("sliding_lenet.sure", sure, tolerance=0.15)

# %%
# The canvas, and where the network sees a 3 and where a 7.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, 3, figsize=(6.4, 2.7))
plotting.show_image(axes[0], x[0, 2:-2, 2:-2, 0], "96 × 96 pixels")
for ax, digit in zip(axes[1:], SHOWN, strict=True):
    heat = np.full((96, 96), np.nan)
    heat[12:84, 12:84] = np.kron(probabilities[..., digit], np.ones((STRIDE, STRIDE)))
    drawn = plotting.show_image(ax, heat, f"class {digit}")
    ax.add_patch(plt.Rectangle((-0.5, -0.5), 96, 96, color="0.8", zorder=-1))  # no position there
    ax.contour(x[0, 2:-2, 2:-2, 0], [0.5], colors=plotting.ORANGE, linewidths=0.8)
plotting.colour_bar(fig, drawn, axes, "probability", horizontal=True)
there = ", ".join(map(str, sorted(canvas.labels[0])))
plotting.describe(
    fig,
    f"Panel a: a canvas of 96 x 96 pixels with the digits {there}. Panels b and c: the probability "
    f"of class {SHOWN[0]} and class {SHOWN[1]} at {logits.shape[0]} x {logits.shape[1]} positions "
    "over the outlines of the digits. Both are high at many positions where no such digit is. The "
    f"network is more than 90 % sure of some class at {sure:.0%} of all positions.",
    panels=axes,
)
plt.show()

# %%
# What to notice
# --------------
#
# The network was trained on digits in the middle of a picture, and knows no other answer. Between
# digits, and at half a digit, it is as sure as on a whole one.
