r"""
A map that is stretched too far
===============================

Grad-CAM enlarges the feature maps of a layer to the size of the picture. After convolutions without
padding that is wrong: the middles of the receptive fields do not reach the picture's border. In
small_convnet, whose last maps have a receptive field of :math:`r = 16` and an effective stride of
:math:`s = 4` pixels, position :math:`i` looks at the pixels around

.. math:: s \, i + \frac{r - 1}{2}

Part of :doc:`/explaining`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import arithmetic, data, plotting, results, training

CLASSES = (2, 4, 7, 8)
LAYER = "relu3"
WINDOWS = [
    (5, 1),
    (2, 2),
    (3, 1),
    (3, 1),
    (2, 2),
]  # size, stride: conv1, pool1, conv2, conv3, pool3

# %%
# Where the positions of the maps are, by the formula, and where enlarging puts them.

field, step = arithmetic.receptive_field(WINDOWS), arithmetic.effective_stride(WINDOWS)
true = step * np.arange(4) + (field - 1) / 2
stretched = (np.arange(4) + 0.5) * 28 / 4 - 0.5
print(true, stretched)
results.record("grad_cam_alignment.true", true[[0, -1]], unit="px")
results.record("grad_cam_alignment.stretched", stretched[[0, -1]], unit="px")

# %%
# The maps, before any enlarging.

(_, _), (digits, labels) = data.mnist()
chosen = [int(np.argmax(labels == c)) for c in CLASSES]
x = data.to_float(digits[chosen])[..., np.newaxis].astype(np.float32)
network = training.load("small_convnet").model
cut = tf.keras.Model(network.input, [network.get_layer(LAYER).output, network.output])
with tf.GradientTape() as tape:
    maps, outputs = cut(x, training=False)
    own = tf.reduce_sum(outputs * tf.one_hot(CLASSES, 10), axis=1)
weights = tf.reduce_mean(tape.gradient(own, maps), axis=(1, 2))
cam = tf.nn.relu(tf.einsum("nk,nijk->nij", weights, maps)).numpy()
print(cam.shape)

# %%
# A test that needs no formula: pixels that can change position (0, 0) have their middle at its
# true place.

pixels = tf.constant(data.to_float(digits[:100])[..., np.newaxis], tf.float32)
with tf.GradientTape() as tape:
    tape.watch(pixels)
    corner = tf.reduce_sum(cut(pixels, training=False)[0][:, 0, 0])
seen = np.nonzero(np.abs(tape.gradient(corner, pixels)).sum(axis=(0, 3)))
np.testing.assert_array_equal([(axis.min() + axis.max()) / 2 for axis in seen], true[0])

# %%
# How much of the evidence lies more than two pixels from any ink, placed in both ways.

whole = np.kron(cam, np.ones((7, 7)))
inner = np.pad(np.kron(cam, np.ones((4, 4))), ((0, 0), (6, 6), (6, 6)))
near = tf.nn.max_pool2d(x, 5, 1, "SAME").numpy()[..., 0] > 0
beside = [100 * (placed * ~near).sum() / placed.sum() for placed in (whole, inner)]
assert beside[0] > beside[1] + 5
for name, share in zip(("stretched", "in_place"), beside, strict=True):
    results.record(f"grad_cam_alignment.beside_{name}", share, unit="%", tolerance=10)

# %%
# The same values twice. The extent of panel b is that of the true positions.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 4, figsize=(6.4, 3.7))
limit = float(cam.max())
places = {"stretched": stretched, "in place": true}
for row, (name, place) in enumerate(places.items()):
    half = (place[1] - place[0]) / 2
    for column, ax in enumerate(axes[row]):
        title = name if column == 0 else ""
        plotting.show_signed(ax, np.zeros((28, 28)), limit)  # the whole picture
        drawn = plotting.show_signed(ax, cam[column], limit)
        ax.set_title(title, loc="left")
        low, high = place[0] - half, place[-1] + half
        drawn.set_extent((low, high, high, low))
        ax.contour(x[column, :, :, 0], [0.5], colors="black", linewidths=1)
        plotting.outline(ax, low + 0.5, low + 0.5, high - low, high - low, "0.6", 0.6)
        ax.set(xlim=(-0.5, 27.5), ylim=(27.5, -0.5))
bar = plotting.colour_bar(fig, drawn, axes, "evidence, in units of the logit", horizontal=True)
bar.ax.set_xlim(0, limit)  # Grad-CAM's maps have nothing below zero
plotting.describe(
    fig,
    "Grad-CAM of 4 x 4 positions for four test digits, drawn twice. Panel a: stretched over the "
    f"whole picture, from pixel {stretched[0]:g} to {stretched[-1]:g}: some red places lie beside "
    f"the strokes. Panel b: where the receptive fields have their middles, from pixel {true[0]:g} "
    f"to {true[-1]:g}: the same places lie further inside.",
    panels=axes[:, 0],
)
plt.show()

# %%
# What to notice
# --------------
#
# The outer positions are moved by four and a half pixels of 28. A map that looks wrong may be
# right, in the wrong place. With SAME padding, as in mnist_convnet, the two coincide.
