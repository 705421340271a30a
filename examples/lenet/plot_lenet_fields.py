r"""
What one unit of LeNet sees
===========================

A unit of the first convolution sees 5 by 5 pixels. Each later layer sees windows of windows. The
side of the square grows with each kernel, by as much more as strides have thinned the grid.

.. math:: r = 1 + \sum_l (k_l - 1) \prod_{m < l} s_m

Part of :doc:`/lenet`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import arithmetic, data, models, plotting, results

DIGIT = 1  # number of the picture in the test set
PICTURES = 100  # of noise
SEED = 5
LAYERS = {"conv1": (5, 1), "pool1": (2, 2), "conv2": (5, 1), "pool2": (2, 2)}  # kernel, stride

# %%
# LeNet as it starts, and pictures of noise: through a maximum one pixel of four passes, and each
# picture sends another one.

model = models.build("lenet")
noise = tf.constant(np.random.default_rng(SEED).random((PICTURES, 28, 28, 1)), tf.float32)
print(noise.shape)

# %%
# Which pixels change the unit in the middle of each map: those with a gradient.

seen = {}
for name in LAYERS:
    inner = keras.Model(model.input, model.get_layer(name).output)
    with tf.GradientTape() as tape:
        tape.watch(noise)
        maps = inner(noise)
        middle = maps.shape[1] // 2
        unit = tf.reduce_sum(maps[:, middle, middle])
    seen[name] = np.abs(tape.gradient(unit, noise)[..., 0]).mean(axis=0)

# %%
# The formula gives the side of the square, and outside of it no gradient arrives.

frames = {}
for number, name in enumerate(LAYERS, start=1):
    rows = np.flatnonzero(seen[name].any(axis=1))
    columns = np.flatnonzero(seen[name].any(axis=0))
    side = arithmetic.receptive_field(list(LAYERS.values())[:number])
    reach = rows[-1] - rows[0] + 1
    np.testing.assert_array_equal((len(rows), len(columns), reach), side)
    frames[name] = rows[0], columns[0], side
results.record("lenet_fields.sides", [side for *_, side in frames.values()], unit="px")
results.record("lenet_fields.stride", arithmetic.effective_stride(LAYERS.values()), unit="px")

# %%
# The digit with the square that one unit sees, and how strongly each pixel acts.

_, (images, labels) = data.mnist()
plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 4, figsize=(6.4, 3.9))
for (name, (top, left, side)), column in zip(frames.items(), axes.T, strict=True):
    plotting.show_image(column[0], data.to_float(images[DIGIT]), f"{name}: {side} px")
    drawn = plotting.show_image(column[1], seen[name] / seen[name].max())
    for ax in column:
        plotting.outline(ax, top, left, side, side)
plotting.colour_bar(fig, drawn, axes, "gradient, as a share of its largest", horizontal=True)
plotting.describe(
    fig,
    f"Panel a: a handwritten {labels[DIGIT]} four times, with a square frame of "
    f"{', '.join(str(side) for *_, side in frames.values())} pixels around what one unit of each "
    "layer sees. Panel b: in the same frames, the gradient, black outside, and brighter towards "
    "the middle for the later layers.",
    panels=axes[:, 0],
)
plt.show()

# %%
# What to notice
# --------------
#
# A unit of the last map sees a third of the picture. The pixels in the middle of its square reach
# it on many ways, those at the border on few. Only the dense layer sees the whole picture.
