r"""
Dilation spreads the taps
=========================

With a dilation of :math:`d` the taps of the kernel lie :math:`d` pixels apart, and the pixels
between them are not read. Nine weights cover a square of

.. math:: k' = (k - 1) \, d + 1

pixels a side.

Part of :doc:`/sizes`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import arithmetic, plotting, reference

DILATIONS = (1, 2, 3)  # pixels
DIGITS = "3141592653589793238462643383279502884197169399375"

# %%
# The picture is the first 49 digits of pi. The kernel adds nine of them.

picture = np.array([int(digit) for digit in DIGITS], np.float32).reshape(7, 7)
kernel = np.ones((3, 3), dtype=np.float32)
print(picture, picture.shape)

# %%
# Three dilations, one picture.

x, w = picture[None, :, :, None], kernel[:, :, None, None]
outputs = {
    d: tf.nn.conv2d(x, w, strides=1, padding="VALID", dilations=d)[0, :, :, 0].numpy()
    for d in DILATIONS
}
for d, output in outputs.items():
    print(d, output.shape)

# %%
# A dilated kernel is a larger kernel with zeros between its taps.

for d, output in outputs.items():
    extent = arithmetic.effective_kernel(len(kernel), d)
    spread = np.zeros((extent, extent), np.float32)
    spread[::d, ::d] = kernel
    np.testing.assert_array_equal(output, reference.correlate2d(picture, spread))

# %%
# The pixels behind the first output, in the frame that the kernel covers. Below them, the outputs
# at the same scale.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 3, figsize=(6.4, 4.1), height_ratios=(7, 5.5))
for (d, output), (above, below) in zip(outputs.items(), axes.T, strict=True):
    plotting.show_numbers(above, picture, f"Dilation {d}", size=9)
    read = np.zeros(picture.shape, bool)
    read[: 2 * d + 1 : d, : 2 * d + 1 : d] = True
    plotting.shade(above, read, plotting.ORANGE, 0.45)
    plotting.outline(above, 0, 0, 2 * d + 1, 2 * d + 1)
    below.set_axis_off()
    below.set_box_aspect(1)
    share = len(output) / len(outputs[1])
    small = below.inset_axes((0.5 - share / 2, 1 - share, share, share))
    plotting.show_numbers(small, output, size=9)
    below.set_title(f"{len(output)} × {len(output)} output{'s' * (len(output) > 1)}")
    plotting.outline(small, 0, 0, 1, 1)
plotting.describe(
    fig,
    "Three times a 7 by 7 picture of digits. The nine pixels behind the first output lie side by "
    "side with dilation 1 (panel a), every second pixel of a square of 5 with dilation 2 (b), "
    "every third of a square of 7 with dilation 3 (c). The first outputs (d to f) are "
    f"{', '.join(f'{output[0, 0]:g}' for output in outputs.values())}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The kernel has nine weights in all three. What grows is the square they cover; what shrinks, with
# VALID, is the output. With dilation 3 (panel c), one output reads nine of the 49 pixels, and no
# other output reads the rest.
