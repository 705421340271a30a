r"""
A convolutional layer in three steps, in colour
===============================================

In colour a kernel has four axes: rows, columns, input channels, output channels. To sharpen red,
green and blue each by itself, the same 3 by 3 kernel :math:`k` stands where input and output
channel agree, and zeros stand elsewhere. The layer is then three grey layers side by side.

.. math:: w[u, v, c, o] = k[u, v] \, [c = o]

Part of :doc:`/pooling`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, layers, plotting, reference, results

STRIDE = 3  # pixels, of the convolution
POOL = 3  # pixels, size and stride of the pooling window

# %%
# Bytes, 134 rows and 240 columns of them in three channels.

picture = data.chelsea()[data.SMALL_CROP]
print(picture.shape, picture.dtype)

# %%
# The centre tap as a matrix, from input channel (row) to output channel (column).

kernel = kernels.per_channel(kernels.get("sharpen"), channels=3)
print(kernel.shape)
print(kernel[1, 1])

# %%
# The first steps in TensorFlow; bytes are divided by 255, so that white is 1.

x = data.to_float(picture)[np.newaxis]
convolved = tf.nn.conv2d(x, kernel, strides=STRIDE, padding="SAME")
activated = tf.sigmoid(convolved)

# %%
# A depthwise convolution never mixes channels, and gives the same.

alone = np.repeat(kernels.to_hwio(kernels.get("sharpen")), 3, axis=2)
np.testing.assert_allclose(
    convolved, reference.depthwise_conv2d(x, alone, STRIDE, "same"), atol=1e-5
)
stages = layers.convolve(picture, kernel, stride=STRIDE, pool_size=POOL)
np.testing.assert_array_equal(stages.activated, activated)
results.record("pipeline_colour.convolved", tuple(stages.convolved.shape))
results.record("pipeline_colour.pooled", tuple(stages.max_pooled.shape))
beyond = np.mean((stages.convolved < 0) | (stages.convolved > 1))
results.record("pipeline_colour.beyond", float(beyond))
pale = np.mean((stages.activated > 0.5) & (stages.activated < 0.75))
assert pale > 0.95
spread, left = (np.mean(np.ptp(stage, axis=3)) for stage in (stages.convolved, stages.activated))
assert left < spread / 3  # the channels are drawn together
results.record("pipeline_colour.pale", float(pale))

# %%
# A screen shows 0 to 1. What lies beyond is cut off for display, and for display only.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(3, 2, figsize=(5.6, 5.2))
names = ("input", "convolved", "sigmoid", "average-pooled", "max-pooled")
for ax, name, stage in zip(axes.flat, names, stages, strict=False):
    _, height, width, _ = stage.shape
    plotting.show_image(ax, np.clip(stage[0], 0, 1), f"{name}, {height} × {width} × 3")
plotting.show_numbers(axes[2, 1], kernel[1, 1], "kernel's centre tap")
axes[2, 1].set_xticks(range(3), labels=("red", "green", "blue"), minor=True)
axes[2, 1].set_yticks(range(3), labels=("red", "green", "blue"), minor=True)
axes[2, 1].tick_params(which="minor", length=0)
axes[2, 1].set(xlabel="output channel", ylabel="input channel")
plotting.describe(
    fig,
    f"A colour picture of a cat's eyes and what four stages make of it: sharpened at "
    f"{stages.convolved.shape[1]} by {stages.convolved.shape[2]} pixels, the same after the "
    f"sigmoid, pale and greyish, and two pooled versions of {stages.max_pooled.shape[1]} by "
    f"{stages.max_pooled.shape[2]}. Panel f: the kernel's centre tap as a 3 by 3 matrix, 5 on the "
    "diagonal, 0 elsewhere.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The colours survive the convolution, because no channel sees another. The sigmoid takes them: it
# moves most values to between a half and three quarters, which is a pale grey. The bright
# last row is no cat: there SAME has put zeros under the kernel, and sharpening sees an edge.
