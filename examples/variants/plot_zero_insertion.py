r"""
A transposed convolution as a convolution among zeros
=====================================================

Put :math:`s - 1` zeros between the values of the input and :math:`k - 1` around them. An ordinary
convolution with stride 1 and the kernel turned by 180 degrees then computes what the stamps add up
to. With SAME the border that the forward convolution would have padded is cut off:

.. math:: \underbrace{(n - 1) \, s + k}_{\text{VALID}} - \text{padding} = n s

Part of :doc:`/variants`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import arithmetic, plotting, reference, results

KERNEL = 3  # taps
STRIDE = 2  # pixels

# %%
# Four values, and a kernel whose taps can be told apart.

small = np.array([[1, 2], [3, 4]], np.float32)
kernel = np.array([[1, 2, 0], [0, 3, 1], [1, 0, 2]], np.float32)
print(small.shape, kernel.shape)

# %%
# TensorFlow's transposed convolutions, without and with padding.

x, w = small[None, :, :, None], kernel[:, :, None, None]
valid = tf.nn.conv2d_transpose(x, w, (1, 5, 5, 1), strides=STRIDE, padding="VALID")[0, :, :, 0]
same = tf.nn.conv2d_transpose(x, w, (1, 4, 4, 1), strides=STRIDE, padding="SAME")[0, :, :, 0]

# %%
# Zeros between the values, a full padding around them, and the kernel turned: an ordinary
# cross-correlation gives the same.

spread = np.zeros((3, 3), np.float32)
spread[::STRIDE, ::STRIDE] = small
padded = np.pad(spread, KERNEL - 1)
turned = kernel[::-1, ::-1]
np.testing.assert_array_equal(reference.correlate2d(padded, turned), valid)

# %%
# A forward convolution that makes 2 pixels of 4 with SAME pads one row and one column, at the end.
# The transposed one leaves them out.

before, after = arithmetic.same_padding(4, KERNEL, STRIDE)
np.testing.assert_array_equal(same, valid[before : 5 - after, before : 5 - after])
results.record("zero_insertion.padding", (before, after))
assert np.mean(padded == 0) > 0.9

# %%
# The input's values are tinted; in orange the first window and its output, in green what SAME
# keeps.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplot_mosaic(
    [["a", "b"], ["a", "."], ["c", "d"]], figsize=(5.6, 7.0), height_ratios=(1, 1, 1.5),
    width_ratios=(7, 5),
)  # fmt: skip
plotting.show_numbers(axes["a"], padded, "zeros between and around", size=12)
plotting.shade(axes["a"], padded != 0, plotting.BLUE)
plotting.outline(axes["a"], 0, 0, KERNEL, KERNEL)
plotting.show_numbers(axes["b"], turned, "kernel, turned", size=12)
plotting.show_numbers(axes["c"], valid.numpy(), size=12)
plotting.outline(axes["c"], 0, 0, 1, 1)
plotting.outline(axes["c"], before - 0.08, before - 0.08, 4.12, 4.12, plotting.GREEN)
axes["c"].set_title("output, VALID", pad=9)
plotting.show_numbers(axes["d"], same.numpy(), "output, SAME", size=12)
plotting.outline(axes["d"], 0, 0, 4, 4, plotting.GREEN)
plotting.describe(
    fig,
    f"Panel a: a grid of {padded.shape[0]} by {padded.shape[1]} cells, zero but for four values "
    f"two pixels apart in its middle. Panel b: the kernel, turned. Panel c: the output of 5 by 5, "
    f"which begins with {valid[0, 0]:g}. Panel d: its first four rows and columns, in green.",
)
plt.show()

# %%
# What to notice
# --------------
#
# More than nine of ten cells of panel a are zero, so this is no way to compute it. But it shows
# that a transposed convolution is a convolution, and why some call its stride 1/2.
