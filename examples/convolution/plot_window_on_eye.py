r"""
The window slides over a photograph
===================================

Chelsea's eye, reduced to 44 x 44 pixels, and the nine weights of a Sobel kernel. Wherever the
window fits, nine products add up to one number: how much brighter the picture gets to the right.

.. math:: y_{i, j} = \sum_{u = 0}^{2} \sum_{v = 0}^{2} x_{i + u, j + v} \, w_{u, v}

Part of :doc:`/convolution`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from matplotlib.animation import FuncAnimation

from convbook import data, kernels, plotting, reference, results

EYE = np.s_[26:114, 24:112]  # rows and columns
SHARE = 2  # pixels a side that become one
FRAMES, PAUSE = 150, 50  # and milliseconds each
WORDS = 13  # points
TO_COME = 0.2  # opacity of what the window has not yet computed

# %%
# The mean of each block of 2 x 2 pixels is a pixel of the small picture.

small = tf.nn.avg_pool2d(data.chelsea_grey()[EYE][None, :, :, None], SHARE, SHARE, "VALID")
picture = small[0, :, :, 0].numpy()
kernel = kernels.get("sobel_x")
print(picture.shape, kernel)

# %%
# TensorFlow computes all outputs at once; a loop visits one window after another.

x, w = picture[None, :, :, None], kernels.to_hwio(kernel)
output = tf.nn.conv2d(x, w, strides=1, padding="VALID")[0, :, :, 0].numpy()
np.testing.assert_allclose(output, reference.conv2d_loops(x, w)[0, :, :, 0], atol=1e-5)
results.record("window_on_eye.stops", output.size)

# %%
# The film begins slowly and gets faster: the last rows take a moment. What is to come is pale.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, 3, figsize=(6.4, 2.75), width_ratios=(8, 3, 8))
limit = np.quantile(np.abs(output), 0.99)
plotting.show_image(axes[0], picture, limits=(0, 0.8))
plotting.show_numbers(axes[1], kernel, limit=4, size=WORDS)
shown = plotting.show_signed(axes[2], output, limit)
for ax, title in zip(axes, ("Picture", "Kernel", "Feature map"), strict=True):
    ax.set_title(title, size=WORDS)
window = plotting.outline(axes[0], 0, 0, 3, 3)
place = plotting.outline(axes[2], 0, 0, 1, 1)
plotting.outline(axes[2], 0, 0, *output.shape, "0.8", 0.8)
total = axes[1].set_xlabel("sum", size=WORDS)


def draw(frame: int) -> None:
    stop = round((output.size - 1) * (frame / (FRAMES - 1)) ** 2.4)
    row, column = divmod(stop, output.shape[1])
    visited = np.arange(output.size).reshape(output.shape) <= stop
    shown.set_alpha(np.where(visited, 1, TO_COME))
    window.set_xy((column - 0.5, row - 0.5))
    place.set_xy((column - 0.5, row - 0.5))
    total.set_text(f"sum {output[row, column]:.2f}".replace("-", "\N{MINUS SIGN}"))


animation = FuncAnimation(fig, draw, frames=FRAMES, interval=PAUSE)
fig.canvas.draw()  # An animation starts when its figure is first drawn, even if no window opens.
plotting.describe(
    fig,
    "A frame of 3 by 3 pixels slides over a cat's eye of 44 by 44 pixels. At each of "
    f"{output.size} stops, the sum of nine products becomes a point of a map: red where the eye "
    "gets brighter to the right, blue where it gets darker.",
    panels=(),
)
plt.show()

# %%
# What to notice
# --------------
#
# The dark rim of the eye is blue where the window enters it from the left, and red where it leaves.
# Where the picture is plain, the weights cancel and the map stays white.
