r"""
Four convolutions in a row
==========================

Each VALID convolution with 5 x 5 taps takes four pixels from the width and four from the height:
four of them turn 256 pixels into 240. A blur shows itself after each step. The identity kernel
shows only the crop. And whatever the kernel :math:`w`, all four are one convolution with a larger
kernel:

.. math:: w_4 = w * w * w * w, \qquad k_4 = 4 \, (5 - 1) + 1 = 17

Part of :doc:`/sizes`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, plotting, reference, results

TAPS = 5
STEPS = 4

# %%
# Chelsea in grey, and two kernels: the identity, and a blur that averages 25 pixels.

face = data.chelsea_grey()
identity = np.zeros((TAPS, TAPS), dtype=np.float32)
identity[TAPS // 2, TAPS // 2] = 1
blur = kernels.box(TAPS)
print(face.shape)
print(identity)

# %%
# TensorFlow convolves the result of the step before.

sequences = []
for kernel in (identity, blur):
    images = [face]
    for _ in range(STEPS):
        x = images[-1][None, :, :, None]
        output = tf.nn.conv2d(x, kernels.to_hwio(kernel), strides=1, padding="VALID")
        images.append(output[0, :, :, 0].numpy())
    sequences.append(images)
sizes = [len(image) for image in sequences[0]]
results.record("repeated_convolution.sizes", sizes)

# %%
# "Identity" has cropped the picture, without changing a pixel that is left.

crop = TAPS // 2 * STEPS
np.testing.assert_array_equal(sequences[0][-1], face[crop:-crop, crop:-crop])

# %%
# One convolution does the work of four: its kernel is the answer of the four to an impulse.

at_once = blur
for _ in range(STEPS - 1):
    at_once = reference.convolve2d(at_once, blur, "full")
results.record("repeated_convolution.taps", len(at_once))
np.testing.assert_allclose(sequences[1][-1], reference.correlate2d(face, at_once), atol=1e-5)

# %%
# Every picture in the frame of the first one, at one scale.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, STEPS, figsize=(6.4, 3.5))
for row, (name, images) in enumerate(zip(("Identity", "Blur"), sequences, strict=True)):
    for step, ax in enumerate(axes[row], start=1):
        plotting.show_image(ax, images[step], f"{step}×: {sizes[step]} px")
        lost = (sizes[0] - sizes[step]) / 2
        ax.set(xlim=(-0.5 - lost, sizes[0] - 0.5 - lost), ylim=(sizes[0] - 0.5 - lost, -0.5 - lost))
        plotting.outline(ax, -lost, -lost, sizes[0], sizes[0], "0.6", 0.8)
    axes[row, 0].text(-0.04, 0.5, name, transform=axes[row, 0].transAxes, rotation=90,
                      ha="right", va="center")  # fmt: skip
plotting.describe(
    fig,
    f"Chelsea's face after 1 to {STEPS} convolutions, in a frame of {sizes[0]} pixels. Panel a, "
    f"the identity: the picture shrinks to {sizes[-1]} pixels and is otherwise unchanged. Panel b, "
    "a blur: it shrinks as much and loses its fur and whiskers.",
    panels=axes[:, 0],
)
plt.show()

# %%
# What to notice
# --------------
#
# The empty rim is what VALID costs, eight pixels on each side after four steps. A network of fifty
# such layers would have nothing left of a small picture, which is why deep networks pad.
