r"""
Stride skips positions
======================

With a stride of :math:`s` the window moves by :math:`s` pixels at a time. The output is what a
stride of 1 gives, with all but every :math:`s`-th row and column left out:

.. math:: y^{(s)}_{i, j} = y^{(1)}_{s i, s j}

Part of :doc:`/sizes`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import arithmetic, plotting, reference

STRIDES = (1, 2, 3)  # pixels
TAPS = 3
DIGITS = "3141592653589793238462643383279502884197169399375"

# %%
# The picture is the first 49 digits of pi. The kernel adds the four corners of its window.

picture = np.array([int(digit) for digit in DIGITS], np.float32).reshape(7, 7)
kernel = np.array([[1, 0, 1], [0, 0, 0], [1, 0, 1]], dtype=np.float32)
print(picture, picture.shape)

# %%
# Three strides, one picture.

x, w = picture[None, :, :, None], kernel[:, :, None, None]
outputs = {
    stride: tf.nn.conv2d(x, w, strides=stride, padding="VALID")[0, :, :, 0].numpy()
    for stride in STRIDES
}
for stride, output in outputs.items():
    print(stride, output.shape)

# %%
# A stride computes nothing new: it keeps every second or third number.

for stride, output in outputs.items():
    np.testing.assert_array_equal(output, outputs[1][::stride, ::stride])
    np.testing.assert_array_equal(output, reference.conv2d(x, w, stride)[0, :, :, 0])
    assert len(output) == arithmetic.output_size(len(picture), TAPS, stride)

# %%
# A dot at the centre of each window, and the first two windows of the first row. Grey pixels lie in
# no window. Below, the output for stride 1, with the numbers that each stride keeps.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 3, figsize=(6.4, 4.3), height_ratios=(7, 6))
for (stride, output), (above, below) in zip(outputs.items(), axes.T, strict=True):
    plotting.show_numbers(above, picture, f"Stride {stride}", size=9)
    reach = (len(output) - 1) * stride + TAPS
    unseen = np.ones(picture.shape, bool)
    unseen[:reach, :reach] = False
    plotting.shade(above, unseen, "black", 0.25)
    centres = np.arange(len(output)) * stride + TAPS // 2
    above.scatter(*np.meshgrid(centres, centres), s=130, color=plotting.BLUE, alpha=0.25, zorder=2)
    plotting.outline(above, 0, stride, TAPS, TAPS, plotting.GREEN)
    plotting.outline(above, 0, 0, TAPS, TAPS)
    plotting.show_numbers(below, outputs[1], f"{len(output)} × {len(output)} outputs", size=9)
    kept = np.zeros(outputs[1].shape, bool)
    kept[::stride, ::stride] = True
    plotting.shade(below, kept, plotting.BLUE, 0.25)
    for text, keep in zip(below.texts, kept.flat, strict=True):
        text.set_color("black" if keep else "0.45")
plotting.describe(
    fig,
    "Three times a 7 by 7 picture of digits with windows of 3 by 3 pixels that move by 1, 2 and 3 "
    "pixels (panels a to c), and the numbers kept (d to f): "
    + ", ".join(f"{len(output)} by {len(output)}" for output in outputs.values())
    + ". With stride 3 the last row and the last column lie in no window.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Strides 1 and 2 read every pixel. Stride 3 (panel c) leaves the last row and the last column out,
# without a word: this is what the floor in the formula for the output size means.
