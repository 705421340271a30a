r"""
One tap: copy, scale, negate, shift
===================================

A kernel with a single tap :math:`a` at row :math:`p`, column :math:`q` multiplies the picture by
:math:`a` and moves it. In the centre the tap moves nothing. Above and to the left of the centre it
moves the picture down and to the right. With VALID padding even the identity loses its border:

.. math:: y_{i, j} = a \, x_{i + p, j + q}

Part of :doc:`/kernels`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, results

SIZE = 5  # taps
CENTRE = SIZE // 2  # row and column of the middle tap
PUPIL = (88, 213)  # row and column of a pixel to follow, in the eye on the right

# %%
# The picture is normalized, so that it has values of both signs.

face = data.normalize(data.chelsea_grey())
print(face.shape)

# %%
# Four kernels that differ in one tap.

taps = {
    "Identity": (CENTRE, CENTRE, 1),
    "Scaled": (CENTRE, CENTRE, 2),
    "Negated": (CENTRE, CENTRE, -1),
    "Off-centre": (0, 0, 1),
}
kernels = {name: np.zeros((SIZE, SIZE), dtype=np.float32) for name in taps}
for name, (row, column, value) in taps.items():
    kernels[name][row, column] = value
print(kernels["Off-centre"])

# %%
# TensorFlow wants a batch axis and a channel axis: NHWC for the picture, HWIO for the kernel.

outputs = {}
for name, kernel in kernels.items():
    output = tf.nn.conv2d(
        face[None, :, :, None], kernel[:, :, None, None], strides=1, padding="VALID"
    )
    outputs[name] = output[0, :, :, 0].numpy()
    print(name, outputs[name].shape)

# %%
# The formula above, as a slice of the picture.

side = outputs["Identity"].shape[0]
for name, (row, column, value) in taps.items():
    by_hand = value * face[row : row + side, column : column + side]
    np.testing.assert_allclose(outputs[name], by_hand, atol=1e-6)
results.record("identity_kernels.input", face.shape, unit="px")
results.record("identity_kernels.output", outputs["Identity"].shape, unit="px")

# %%
# All outputs share one scale, in which the mean of the picture is the middle grey. The ring follows
# one pixel.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 4, figsize=(6.4, 4.3))
limit = np.quantile(np.abs(outputs["Scaled"]), 0.95)
for (name, output), (above, below) in zip(outputs.items(), axes.T, strict=True):
    plotting.show_numbers(above, kernels[name], name, limit=2)
    drawn = plotting.show_image(below, output, limits=(-limit, limit))
    row, column, _ = taps[name]
    below.plot(PUPIL[1] - column, PUPIL[0] - row, "o", ms=9, mfc="none", mec=plotting.ORANGE, mew=2)
plotting.colour_bar(fig, drawn, axes[1], "output in standard deviations", horizontal=True)
plotting.describe(
    fig,
    f"Panel a: four kernels of {SIZE} by {SIZE} taps, each with one tap that is not zero. Panel b: "
    "what each makes of a cat's face: a copy, one with twice the contrast, the negative, and one "
    f"that is moved by {CENTRE} pixels down and to the right. Each output is {side} pixels wide, "
    f"of {face.shape[1]}.",
    panels=axes[:, 0],
)
plt.show()

# %%
# What to notice
# --------------
#
# The tap stands at the top left and the picture moves to the bottom right: an output looks up and
# to the left for its value. Two pixels on each side are what VALID padding costs.
