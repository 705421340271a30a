r"""
Transposed convolution can print a checkerboard
===============================================

Where the stride does not divide the kernel's size, the stamps of a transposed convolution overlap
unevenly: some output pixels receive more of them than their neighbours. Kernels would have to
learn to hide that. Along one axis, output pixel :math:`m` receives as many stamps as there are taps
:math:`u` with

.. math:: u \equiv m \pmod s, \qquad 0 \le u < k

Part of :doc:`/variants`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, reference, results

STRIDE = 2  # pixels
EYE = np.s_[36:100:2, 34:98:2]  # Chelsea's left eye, every other pixel

# %%
# A picture of 32 x 32 pixels, and a map of ones that counts the stamps.

eye = data.chelsea_grey()[EYE]
ones = np.ones((5, 5), np.float32)
print(eye.shape)


# %%
# Both are enlarged with equal weights, that add up to a gain of one on average.


def enlarge(picture, taps):
    """Return the transposed convolution of an (H, W) picture, twice as large."""
    kernel = np.full((taps, taps, 1, 1), STRIDE**2 / taps**2, np.float32)
    shape = (1, STRIDE * len(picture), STRIDE * len(picture), 1)
    batch = picture[None, :, :, None]
    output = tf.nn.conv2d_transpose(batch, kernel, shape, strides=STRIDE, padding="SAME")
    by_book = reference.conv2d_transpose(batch, kernel, shape, STRIDE, "same")
    np.testing.assert_allclose(output, by_book, atol=1e-6)
    return output[0, :, :, 0].numpy()


# %%
# The remedy: repeat each pixel, then convolve. Every output then sees as many taps as any other.

repeated = tf.image.resize(eye[None, :, :, None], (64, 64), method="nearest")
smooth = tf.nn.conv2d(repeated, np.full((3, 3, 1, 1), 1 / 9, np.float32), 1, "SAME")[0, :, :, 0]
counts = {taps: np.rint(enlarge(ones, taps) * taps**2 / STRIDE**2)[3:7, 3:7] for taps in (3, 4)}
large, nine = np.ones((1, 10, 10, 1), np.float32), np.ones((3, 3, 1, 1), np.float32)
seen = tf.nn.conv2d(large, nine, 1, "SAME")[0, 3:7, 3:7, 0].numpy()
assert seen.min() == seen.max()
results.record("checkerboard.stamps_uneven", sorted({int(count) for count in counts[3].flat}))
results.record("checkerboard.stamps_even", int(counts[4].max()))
assert counts[4].min() == counts[4].max()

# %%
# The number of stamps on some pixels of the middle, or of taps that they see. Below it, the eye,
# enlarged; grey runs from 0, black, to 1, white.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 3, figsize=(6.4, 3.9), height_ratios=(1, 1.25))
for column, taps in zip(axes.T[:2], counts, strict=True):
    title = f"k = {taps}, s = {STRIDE}"
    plotting.show_numbers(column[0], counts[taps], title, limits=(-4, 4.5), size=13)
    plotting.show_image(column[1], enlarge(eye, taps))
plotting.show_numbers(axes[0, 2], seen, "repeat, then k = 3", limits=(-9, 10), size=13)
plotting.show_image(axes[1, 2], smooth)
plotting.describe(
    fig,
    f"Three enlargements of an eye. With 3 taps and stride 2 the stamps on a pixel vary between "
    f"{counts[3].min():g} and {counts[3].max():g} (panel a), and the eye is covered by a "
    f"checkerboard (d). With 4 taps each pixel has {counts[4].max():g} (b) and the eye is clean "
    f"(e), as where its pixels are repeated and see {seen.max():g} taps each (c, f).",
)
plt.show()

# %%
# What to notice
# --------------
#
# The pattern of panel d has nothing to do with the picture: it is there for a constant one. A
# kernel size that the stride divides makes the count uniform (panel b). It does not force a learned
# kernel to be smooth.
