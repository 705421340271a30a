r"""
ReLU keeps one side of an edge map
==================================

A Sobel kernel answers with a positive number where the picture gets brighter to the right, and with
a negative one where it gets darker. ReLU keeps the first and sets the second to zero. A second
channel with the negated kernel keeps what the first one drops, so nothing has to be lost:

.. math:: x = \max(x, 0) - \max(-x, 0)

Part of :doc:`/nonlinearity`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, plotting, reference, results

# %%
# One row of a white bar on black, and its edges: brighter on the left, darker on the right.

bar = np.zeros((1, 3, 8, 1), np.float32)
bar[:, :, 3:6] = 1
sobel = kernels.to_hwio(kernels.get("sobel_x"))
edges_of_bar = tf.nn.conv2d(bar, sobel, strides=1, padding="VALID")
print(bar.shape)
print(bar[0, 1, :, 0])
print(edges_of_bar[0, 0, :, 0].numpy())
print(tf.nn.relu(edges_of_bar)[0, 0, :, 0].numpy())

# %%
# The cat, with both kernels as two output channels of one layer.

x = data.chelsea_grey()[np.newaxis, :, :, np.newaxis]
both = np.concatenate([sobel, -sobel], axis=3)
channels = tf.nn.relu(tf.nn.conv2d(x, both, strides=1, padding="VALID"))
print(both.shape, channels.shape)

# %%
# Their difference is the edge map, their sum its absolute value.

edges = reference.conv2d(x, sobel)
rising, falling = channels[..., :1], channels[..., 1:]
np.testing.assert_allclose(rising - falling, edges, atol=1e-5)
np.testing.assert_allclose(rising + falling, np.abs(edges), atol=1e-5)
results.record("relu_edges.zeros", float((rising == 0).numpy().mean()))

# %%
# One signed scale for all panels.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 2, figsize=(6.2, 5.2))
part = np.s_[0, 16:124, 18:146, 0]
limit = plotting.symmetric_limit(edges) / 2
panels = {
    "edge map": edges,
    "both sides, added": rising + falling,
    "ReLU: gets brighter": rising,
    "ReLU, negated: gets darker": falling,
}
for ax, (title, feature_map) in zip(axes.flat, panels.items(), strict=True):
    drawn = plotting.show_signed(ax, feature_map[part], limit, title)
    plotting.outline(ax, 0, 0, 108, 128, "0.6", 0.6)
plotting.colour_bar(fig, drawn, axes, "Sobel response; beyond: strongest colour")
plotting.describe(
    fig,
    "Four edge maps of a cat's eye. Panel a is red where the picture gets brighter to the right "
    f"and blue where it gets darker. ReLU leaves the red lines, {np.mean(rising > 0):.0%} of the "
    "pixels; ReLU of the negated map leaves the other ones, in red as well; their sum has all.",
)
plt.show()

# %%
# What to notice
# --------------
#
# About half of each rectified map is exactly zero: nowhere there does the kernel find its feature.
# The pupil's left rim is in panel d and its right rim in panel c. A network that needs both learns
# both.
