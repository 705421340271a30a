r"""
A convolution has as many dimensions as axes to slide along
===========================================================

A kernel of 7 taps an axis averages a signal, a picture and a film. What makes the three
convolutions 1D, 2D and 3D is the number :math:`D` of axes that the kernel slides along. The batch
axis and the channel axis are never among them, so a :math:`D`-dimensional convolution takes an
input of :math:`D + 2` axes and a kernel of :math:`D + 2` axes:

.. math:: \text{weights} = k^D \, C_\mathrm{in} \, C_\mathrm{out}, \qquad D \in \{1, 2, 3\}

Part of :doc:`/variants`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, reference, results

TAPS = 7  # pixels, and frames, along every sliding axis
EYE = np.s_[26:122, 22:118]  # rows and columns of Chelsea's left eye
FRAMES = 12
PAN = 2  # pixels that the camera moves from frame to frame

# %%
# The picture is Chelsea's eye, 96 x 96 pixels. The signal is its middle row. The film is the same
# crop, seen by a camera that moves to the right.

grey = data.chelsea_grey()
picture = grey[EYE]
signal = picture[48]
film = np.stack([np.roll(grey, -PAN * frame, axis=1)[EYE] for frame in range(FRAMES)])
inputs = [signal[None, :, None], picture[None, :, :, None], film[None, :, :, :, None]]
for tensor in inputs:
    print(tensor.shape)

# %%
# Three kernels of equal weights. Their last two axes are the input and the output channels.

boxes = [np.full((TAPS,) * axes + (1, 1), TAPS**-axes, np.float32) for axes in (1, 2, 3)]
outputs = [
    tf.nn.conv1d(inputs[0], boxes[0], stride=1, padding="VALID"),
    tf.nn.conv2d(inputs[1], boxes[1], strides=1, padding="VALID"),
    tf.nn.conv3d(inputs[2], boxes[2], strides=(1, 1, 1, 1, 1), padding="VALID"),
]
results.record("dimensions.weights", [box.size for box in boxes])

# %%
# The definition with one, two and three sums gives the same.

for slide, x, w, y in zip(
    (reference.conv1d, reference.conv2d, reference.conv3d), inputs, boxes, outputs, strict=True
):
    np.testing.assert_allclose(y, slide(x, w), atol=1e-5)

# %%
# A row of inputs, with the kernel and the axes that it slides along in orange, and a row of
# outputs. Every sliding axis gets shorter by 6. Grey runs from 0, black, to 0.8, white.


def show_stack(ax, frames):
    """Draw every other frame of (D, H, W), the first in front."""
    for depth in range((len(frames) - 1) // 2 * 2, -1, -2):
        left, size = 4 * depth, frames.shape[1]
        extent = (left - 0.5, left + size - 0.5, size - left - 0.5, -left - 0.5)
        ax.imshow(frames[depth], extent=extent, vmin=0, vmax=0.8)
        plotting.outline(ax, -left, left, size, size, "white", 1)
    ax.set(xlim=(-0.5, 136), ylim=(95.5, -41))
    ax.set_axis_off()


plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 3, figsize=(6.4, 4.5))
signals, films = (signal, np.ravel(outputs[0])), (film, outputs[2][0, ..., 0].numpy())
for row, pixels, frames in zip(axes, signals, films, strict=True):
    row[0].plot(pixels, color=plotting.BLUE)
    row[0].set(xlim=(0, 95), ylim=(0, 0.8), yticks=(0, 0.8), xticks=(0, 95), box_aspect=1)
    show_stack(row[2], frames)
plotting.show_image(axes[0, 1], picture, limits=(0, 0.8))
plotting.show_image(axes[1, 1], outputs[1][0, ..., 0], limits=(0, 0.8))
axes[0, 0].axvspan(10, 10 + TAPS, color=plotting.ORANGE, alpha=0.45, linewidth=0)
plotting.outline(axes[0, 1], 10, 10, TAPS, TAPS)
plotting.outline(axes[0, 2], 10, 10, TAPS, TAPS)
arrow = {"arrowstyle": "->", "color": plotting.ORANGE, "linewidth": 2, "shrinkA": 6}
for ax, start, ends in [
    (axes[0, 0], (14, 0.08), [(45, 0.08)]),
    (axes[0, 1], (13, 13), [(45, 13), (13, 45)]),
    (axes[0, 2], (13, 13), [(45, 13), (13, 45), (38, -12)]),
]:
    for end in ends:
        ax.annotate("", end, start, arrowprops=arrow)
for column, x, y in zip(axes.T, inputs, outputs, strict=True):
    column[0].set_title(f"{x.ndim - 2}D input\n{x.shape}")
    column[1].set_title(f"output\n{tuple(y.shape)}")
plotting.describe(
    fig,
    f"Panels a to c: a curve of {len(signal)} pixels, a picture of a cat's eye and a stack of "
    f"{FRAMES} such pictures, with arrows along one, two and three axes. Panels d to f: the same, "
    f"smoothed by {boxes[0].size}, {boxes[1].size} and {boxes[2].size} equal weights.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The film's output (panel f) is blurred most along its rows: there the movement of the camera adds
# to the width of the kernel. The weights grow as a power of the number of sliding axes, and so does
# the work for each output.
