r"""
A Gabor kernel turns
====================

The kernel turns by half a circle, and with it what it sees. Its stripes lie across the direction of
its wave: at 0 degrees it answers to vertical lines, at 90 to horizontal ones. At 180 degrees it is
the first kernel again:

.. math:: x' = x \cos \theta - y \sin \theta

Part of :doc:`/gaussian`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from matplotlib.animation import FuncAnimation

from convbook import data, kernels, plotting, reference

SIGMA, WAVELENGTH, ASPECT = 3, 8, 0.7  # pixels, pixels, width to length
STEP = 10  # degrees
REACH = 14  # pixels from the centre of the kernel
EYE = np.s_[22:122, 20:124]  # rows and columns
PAUSE = 250  # milliseconds a frame

# %%
# A kernel for each angle, sampled anew: no array is turned.

angles = np.arange(0, 180 + STEP / 2, STEP)
size = 2 * REACH + 1
bank = [kernels.gabor(SIGMA, WAVELENGTH, angle, aspect=ASPECT, size=size) for angle in angles]
np.testing.assert_allclose(bank[0], bank[-1], atol=1e-6)
print(len(bank), bank[0].shape)

# %%
# TensorFlow applies all of them to Chelsea's left eye and its surroundings.

rows, columns = EYE
face = data.chelsea_grey()
around = face[rows.start - REACH : rows.stop + REACH, columns.start - REACH : columns.stop + REACH]
stack = np.stack(bank, axis=-1)[:, :, None, :]
maps = tf.nn.conv2d(around[None, :, :, None], stack, strides=1, padding="VALID")[0].numpy()
np.testing.assert_allclose(maps[..., 6], reference.correlate2d(around, bank[6]), atol=1e-5)
print(maps.shape)

# %%
# Kernel and eye, and the map beside them.

plt.style.use(plotting.STYLE)
layout = [["kernel", "map"], ["eye", "map"]]
fig, axes = plt.subplot_mosaic(layout, figsize=(6.4, 3.6), width_ratios=(1, 2.1))
weight, limit = plotting.symmetric_limit(*bank), 0.7 * plotting.symmetric_limit(maps)
kernel_image = plotting.show_signed(axes["kernel"], bank[0], weight, "Kernel")
plotting.show_image(axes["eye"], face[EYE], "Eye")
map_image = plotting.show_signed(axes["map"], maps[..., 0], limit, "Answer")
map_image.set_interpolation("bilinear")  # Enlarged pixels would fill the video with their edges.
plotting.colour_bar(fig, map_image, axes["map"], "answer")


def draw(frame: int) -> None:
    kernel_image.set_data(bank[frame])
    map_image.set_data(maps[..., frame])
    title = axes["kernel"].title
    title.set_text(f"{title.get_text().partition(',')[0]}, {angles[frame]:g}°")


animation = FuncAnimation(fig, draw, frames=len(angles), interval=PAUSE)
fig.canvas.draw()  # An animation starts when its figure is first drawn, even if no window opens.
plotting.describe(
    fig,
    f"Panel a: a Gabor kernel of {WAVELENGTH} pixels turns from {angles[0]:g} to {angles[-1]:g} "
    f"degrees in steps of {STEP}. In its answer (panel c) to Chelsea's eye (b) the strong places "
    f"run around the rim: left and right at 0 degrees, above and below at 90, left and right again "
    f"at 180.",
    panels=[axes[name] for name in ("kernel", "eye", "map")],
)
plt.show()

# %%
# What to notice
# --------------
#
# The answer runs around the eye as the hand runs around a clock: each piece of the rim has its own
# angle, and meets the kernel once in half a turn.
