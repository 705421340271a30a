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
ROW = 106  # of the picture: through both eyes

# %%
# Chelsea, cut out of a larger photograph, and a large kernel of equal weights. So the truth beyond
# the right and the lower edge is known here.

wide = data.to_grey(data.to_float(data.chelsea()))[13:300, 100:387].astype(np.float64)
height, width = 256, 256
picture = wide[:height, :width]
kernel = np.full((KERNEL, KERNEL), KERNEL**-2.0)
print(wide.shape, picture.shape, kernel.shape)


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

# %%
# The errors against the blur of the larger photograph, and their mean over the strip where the
# kernel leaves the picture.

truth = tf.nn.conv2d(wide[None, ..., None], w, strides=1, padding="VALID")[0, :, :, 0].numpy()
errors = {"wrapped": wrapped - truth, "zeros": padded - truth}
strip = np.ones((height, width), bool)
strip[inside] = False
for name, error in errors.items():
    np.testing.assert_allclose(error[inside], 0, atol=1e-12)
    results.record(f"fft_wraparound.mean_{name}", float(np.abs(error[strip]).mean()))
results.record("fft_wraparound.largest_wrapped", float(np.abs(errors["wrapped"]).max()))
assert np.abs(errors["wrapped"][strip]).mean() < np.abs(errors["zeros"][strip]).mean()
results.record("fft_wraparound.columns", KERNEL - 1, unit="px")

# %%
# The picture and its repetition, with the kernel across the seam; both errors; and a row.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplot_mosaic([["a", "a"], ["b", "c"], ["d", "d"]], figsize=(6.0, 7.2),
                               height_ratios=(1, 1.1, 0.9))  # fmt: skip
repetition = np.hstack([picture, 0.4 + 0.6 * picture])[:, :384]
plotting.show_image(axes["a"], repetition, "picture, repeated")
axes["a"].axvline(width - 0.5, color="white", linewidth=1.5)
plotting.outline(axes["a"], ROW, 236, KERNEL, KERNEL)
limit = plotting.symmetric_limit(*errors.values())
for panel, error, name in zip("bc", errors.values(), ("wrapped around", "zeros"), strict=True):
    drawn = plotting.show_signed(axes[panel], error, limit, f"error: {name}")
    plotting.outline(axes[panel], 0, 0, height, width, "0.6", 0.6)
plotting.colour_bar(fig, drawn, [axes["b"], axes["c"]], "grey value")
ax = axes["d"]
ax.plot(truth[ROW], color="0.5", linewidth=3, label="larger photograph")
ax.plot(wrapped[ROW], color=plotting.ORANGE, linestyle="--", label="wrapped around")
ax.plot(padded[ROW], color=plotting.BLUE, linestyle=":", label="padded with zeros")
ax.axvspan(width - KERNEL + 0.5, width - 1, color="0.93")
ax.set(title="one row", xlim=(0, width - 1), ylim=(0, 1), xlabel="column",
       ylabel=f"output, row {ROW}")  # fmt: skip
ax.legend(loc="upper left", ncols=2)
plotting.describe(
    fig,
    f"Panel a: a cat's face beside its own repetition, a frame of {KERNEL} pixels across the seam. "
    f"Panels b and c: maps of errors, of up to {limit:.2f}; both are white but for strips along "
    f"the right and the lower edge. Panel d: three curves agree except in the last {KERNEL - 1} "
    "columns.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Both errors fill a strip as wide as the kernel less one pixel. Zeros (panel c) are too dark
# everywhere in it. What wraps around (panel b) has the brightness of a photograph and looks
# plausible, but it is the wrong part of it. Inside, all three curves of panel d agree, so a test
# that looks at the middle only would pass.
