r"""
A bank of Gabor kernels
=======================

A Gabor kernel is a Gaussian times a sinusoid. It answers to stripes of one wavelength and one
direction, and tells where they are. The phase chooses between lines and edges. A bank of directions
says of every pixel which way its lines run. What a tutorial of 2022 calls by this name, a Gaussian
times its own derivative, has no wavelength:

.. math::

   h(x, y) = e^{-(x'^2 + \gamma^2 y'^2) / 2 \sigma^2}
             \cos\left(\frac{2 \pi x'}{\lambda} + \varphi\right)

Part of :doc:`/gaussian`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, plotting, reference, results

SIGMA, WAVELENGTH, ASPECT = 2.5, 7, 0.7  # pixels, pixels, width to length
ANGLES = np.arange(0, 180, 22.5)  # degrees, of the wave; the stripes run across it
PHASES = (0, -90)  # degrees: the cosine answers to lines, the sine to edges
SHOWN = (0, 45, 90, 135)  # degrees
REACH = 12  # pixels from the centre of the kernel
FULL = 0.006  # energy

# %%
# Eight directions and two phases make sixteen kernels.

bank = [
    kernels.gabor(SIGMA, WAVELENGTH, angle, phase, ASPECT, size=2 * REACH + 1)
    for phase in PHASES
    for angle in ANGLES
]
print(len(bank), bank[0].shape)

# %%
# TensorFlow applies all of them in one call: sixteen output channels.

face = data.chelsea_grey()
stack = np.stack(bank, axis=-1)[:, :, None, :]
padded = tf.pad(face, [[REACH, REACH], [REACH, REACH]], "REFLECT")[None, :, :, None]
maps = tf.nn.conv2d(padded, stack, strides=1, padding="VALID")[0].numpy()
patch = padded.numpy()[:, :64, :64]
np.testing.assert_allclose(maps[:40, :40], reference.conv2d(patch, stack)[0], atol=1e-5)
lines, edges = maps[..., : len(ANGLES)], maps[..., len(ANGLES) :]
print(stack.shape, maps.shape)

# %%
# The first kernel answers with 1 to its own stripes, hardly to the same stripes at 45 degrees, and
# not at all to a constant.

x = np.arange(-REACH, REACH + 1)
y = x[:, None]
own = np.cos(2 * np.pi * x / WAVELENGTH) * np.ones_like(y)
turned = np.cos(2 * np.pi * (x - y) / (2**0.5 * WAVELENGTH))
answers = [float((bank[0] * stripes).sum()) for stripes in (own, turned, np.ones_like(own))]
np.testing.assert_allclose(answers[::2], (1, 0), atol=1e-5)
results.record("gabor.turned", answers[1], tolerance=1e-5)

# %%
# The squares of line and edge together are an energy that does not care which of the two it is.
# Each direction pulls with its energy; angles are doubled, so that 0 and 180 degrees are the same.
# What is stronger than ``FULL`` is drawn at full brightness.

energy = lines**2 + edges**2
pull = (energy * np.exp(2j * np.radians(ANGLES))).sum(axis=-1)
direction = (np.degrees(np.angle(pull)) / 2 + 90) % 180  # Of the lines, which cross the wave.
strength = np.minimum(np.abs(pull) / FULL, 1) ** 0.65

# %%
# Kernels, their maps, and the direction at every pixel, bright where it is clear.

plt.style.use(plotting.STYLE)
layout = [list("abcd"), list("efgh"), list("ppqq")]
fig, axes = plt.subplot_mosaic(layout, figsize=(6.4, 5.5), height_ratios=(0.5, 1, 2))
weight = plotting.symmetric_limit(*bank)
for top, bottom, angle in zip("abcd", "efgh", SHOWN, strict=True):
    number = list(ANGLES).index(angle)
    plotting.show_signed(axes[top], bank[number], weight, f"{angle}°")
    shown = plotting.show_signed(axes[bottom], lines[..., number], 0.09)
plotting.colour_bar(fig, shown, [axes[letter] for letter in "efgh"], "answer")
left, right = axes["p"], axes["q"]
plotting.show_image(left, face, "Picture")
plotting.show_image(right, np.zeros_like(strength), "Direction of its lines")
turn = right.imshow(direction, cmap=plotting.hue_circle(), vmin=0, vmax=180, alpha=strength)
plotting.colour_bar(fig, turn, [left, right], "direction (°)").set_ticks((0, 45, 90, 135, 180))
plotting.describe(
    fig,
    f"Panel a: Gabor kernels of {WAVELENGTH} pixels at {', '.join(map(str, SHOWN))} degrees, "
    f"striped patches. Panel b: their answers to Chelsea's face, lines across each direction. "
    f"Panel c: the face. Panel d: the face with the direction of its lines as colour on black. "
    f"Around each eye the colours run through the whole scale; the left whiskers fan out.",
    panels=[axes[letter] for letter in "aepq"],
)
plt.show()

# %%
# What to notice
# --------------
#
# Around an eye of panel d the colours come in the order of the bar, once for each half. A network
# trained on photographs finds kernels of this kind by itself, in its first layer.
