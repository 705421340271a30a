r"""
Convolution flips the kernel, TensorFlow does not
=================================================

An impulse is a picture of zeros with a single one. True convolution answers it with the kernel.
Cross-correlation, which is what TensorFlow computes, answers it with the kernel turned by half a
turn. On a photograph, the Sobel kernel turned by half a turn is its own negative:

.. math:: (x * w)_{i, j} = \sum_{u, v} x_{i - u, j - v} \, w_{u, v}

Part of :doc:`/convolution`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, plotting, reference

# %%
# The impulse, and a kernel whose nine weights all differ.

impulse = np.zeros((5, 5), dtype=np.float32)
impulse[2, 2] = 1
kernel = np.arange(1, 10, dtype=np.float32).reshape(3, 3)
print(impulse, impulse.shape)

# %%
# The photograph, and a kernel that measures the slope to the right.

face = data.chelsea_grey()[40:168, 20:148]
sobel = kernels.get("sobel_x")
print(face.shape, sobel, sep="\n")

# %%
# ``tf.nn.conv2d`` is cross-correlation. Reversing the kernel along both axes makes it convolution.

correlated, convolved = [], []
for image, weights, padding in ((impulse, kernel, "SAME"), (face, sobel, "VALID")):
    x, w = image[None, :, :, None], weights[:, :, None, None]
    output = tf.nn.conv2d(x, w, strides=1, padding=padding)[0, :, :, 0]
    correlated.append(output.numpy())
    output = tf.nn.conv2d(x, tf.reverse(w, axis=[0, 1]), strides=1, padding=padding)[0, :, :, 0]
    convolved.append(output.numpy())
    by_hand = reference.convolve2d(image, weights, padding)
    np.testing.assert_allclose(output, by_hand, atol=1e-5)

# %%
# Around the impulse, one operation writes the kernel turned by half a turn, the other the kernel.
# On the photograph, the one is the negative of the other.

print(correlated[0], convolved[0], sep="\n")
np.testing.assert_array_equal(correlated[0][1:4, 1:4], kernels.flip(kernel))
np.testing.assert_array_equal(convolved[0][1:4, 1:4], kernel)
np.testing.assert_allclose(convolved[1], -correlated[1], atol=1e-5)

# %%
# A row for the impulse and one for the photograph, with both slopes on one signed scale. It
# holds 99.5 percent of the values; the rest, at the glint above all, has the strongest colours.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 4, figsize=(6.4, 4.3), width_ratios=(5, 3, 5, 5))
plotting.show_numbers(axes[0, 0], impulse, "Picture", size=10)
plotting.show_numbers(axes[0, 1], kernel, "Kernel", size=10)
plotting.show_numbers(axes[0, 2], correlated[0], "Cross-correlation", size=10)
plotting.show_numbers(axes[0, 3], convolved[0], "Convolution", size=10)
plotting.outline(axes[0, 1], 0, 0, 3, 3)
for ax in axes[0, 2:]:
    plotting.outline(ax, 1, 1, 3, 3)
plotting.show_image(axes[1, 0], face)
plotting.show_numbers(axes[1, 1], sobel, size=10)
limit = float(np.quantile(np.abs(correlated[1]), 0.995))
drawn = plotting.show_signed(axes[1, 2], correlated[1], limit)
plotting.show_signed(axes[1, 3], convolved[1], limit)
plotting.colour_bar(fig, drawn, axes[1], "output (8 times the slope)", horizontal=True)
axes[1, 1].set_anchor("C")  # a colour bar draws its panels near
plotting.describe(
    fig,
    "Panel a: an impulse answered by cross-correlation with the numbers 9 to 1, the kernel turned "
    "by half a turn, and by convolution with 1 to 9, the kernel itself. Panel b: a cat's eye under "
    f"the Sobel kernel, on a scale from -{limit:.2f} to {limit:.2f}: where cross-correlation is "
    "red, convolution is blue.",
    panels=axes[:, 0],
)
plt.show()

# %%
# What to notice
# --------------
#
# Half a turn, not a mirror: both axes are reversed. A kernel with the symmetry of a half turn, such
# as a blur, answers the same in both operations and cannot show which one is at work.
