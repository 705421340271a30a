r"""
The Fourier transform convolves a world without edges
=====================================================

The discrete Fourier transform turns a cross-correlation into a product of spectra, the kernel's
conjugated. The theorem holds for a picture that repeats in all directions. At the right and at the
lower edge the kernel therefore reads pixels from the opposite side, unless zeros are added:

.. math:: \hat y = \hat x \, \overline{\hat w}
          \quad\Longleftrightarrow\quad
          y[j] = \sum_v x[(j + v) \bmod W] \, w[v]

Part of :doc:`/algorithms`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, reference, results

KERNEL = 32  # taps along each axis
ROW = 75  # of the picture: through both eyes

# %%
# Chelsea, and a large kernel of equal weights.

picture = data.chelsea_grey().astype(np.float64)
kernel = np.full((KERNEL, KERNEL), KERNEL**-2.0)
height, width = picture.shape
print(picture.shape, kernel.shape)


# %%
# The theorem in one line. The size is that of both transforms: the kernel is filled up with zeros.


def multiply_spectra(size):
    """Return the cross-correlation of two arrays that repeat after `size` pixels."""
    spectrum = np.fft.rfft2(picture, size) * np.fft.rfft2(kernel, size).conj()
    return np.fft.irfft2(spectrum, size)[:height, :width]


wrapped = multiply_spectra((height, width))
padded = multiply_spectra((height + KERNEL - 1, width + KERNEL - 1))

# %%
# Where the kernel lies inside the picture, both are what TensorFlow computes with VALID. Zeros
# after the picture make the rest right as well.

x, w = picture[None, ..., None], kernel[..., None, None]
valid = tf.nn.conv2d(x, w, strides=1, padding="VALID")[0, :, :, 0].numpy()
inside = np.s_[: height - KERNEL + 1, : width - KERNEL + 1]
np.testing.assert_allclose(wrapped[inside], valid, atol=1e-12)
after = [[0, 0], [0, KERNEL - 1], [0, KERNEL - 1], [0, 0]]
np.testing.assert_allclose(padded, tf.nn.conv2d(x, w, 1, after)[0, :, :, 0], atol=1e-12)
np.testing.assert_allclose(reference.conv2d_fft(x, w)[0, :, :, 0], valid, atol=1e-12)
difference = wrapped - padded
results.record("fft_wraparound.largest", np.abs(difference).max())
results.record("fft_wraparound.columns", KERNEL - 1, unit="px")

# %%
# On the left the picture and its repetition, with the kernel across the seam.

plt.style.use(plotting.STYLE)
fig = plt.figure(figsize=(6.4, 4.3))
above, below = fig.subfigures(2, 1, height_ratios=(1.15, 1))
axes = above.subplots(1, 3, width_ratios=(1.5, 1, 1))
repetition = np.hstack([picture, 0.4 + 0.6 * picture])[:, :384]
plotting.show_image(axes[0], repetition, "picture, repeated")
axes[0].axvline(width - 0.5, color="white", linewidth=1.5)
plotting.outline(axes[0], ROW, 236, KERNEL, KERNEL)
plotting.show_image(axes[1], wrapped, "product of spectra")
limit = plotting.symmetric_limit(difference)
drawn = plotting.show_signed(axes[2], difference, limit, "its error")
plotting.colour_bar(above, drawn, axes[2], "grey value")
for ax in axes[1:]:
    ax.axhline(ROW, color=plotting.ORANGE, linewidth=1)
ax = below.subplots()
ax.plot(padded[ROW], color=plotting.BLUE, label="padded with zeros")
ax.plot(wrapped[ROW], color=plotting.ORANGE, linestyle="--", label="not padded: wraps around")
ax.axvspan(width - KERNEL + 0.5, width - 1, color="0.93")
ax.text(width - KERNEL - 2, 0.03, f"the last {KERNEL - 1} columns", ha="right")
ax.set(xlim=(0, width - 1), ylim=(0, 0.75), xlabel="column", ylabel=f"output, row {ROW}")
ax.legend(loc="lower left")
plotting.describe(
    fig,
    f"A cat's face beside its own repetition, a frame of {KERNEL} pixels across the seam; its "
    f"blurred face; a map of differences, up to {limit:.2f}, in a strip along the right and the "
    f"lower edge. Below, two curves agree except in the last {KERNEL - 1} columns.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The error of a forgotten padding is a strip as wide as the kernel less one pixel. Inside, the
# picture looks right, and a test that looks at the middle only would pass.
