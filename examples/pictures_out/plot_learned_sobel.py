r"""
Two kernels learned from Sobel's own output
===========================================

The edge strength of Sobel is no convolution: it is the root of two squared ones. A model of that
form, with two 3x3 kernels that begin at random, learns it from a photograph and its edges:

.. math:: y = \sqrt{(k_1 * x)^2 + (k_2 * x)^2}

It finds Sobel's kernels turned by some angle, since any turn of the pair gives the same strength.

Part of :doc:`/pictures_out`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from scipy.optimize import least_squares

from convbook import data, kernels, plotting, results

BEGINNINGS = 6
CROP = np.s_[60:156, 60:156]

# %%
# A part of Chelsea, and its edge strength by Sobel's pair of kernels.

x = data.chelsea_grey()[CROP]
sobel = np.stack([kernels.get("sobel_x"), kernels.get("sobel_y")], axis=-1)
maps = tf.nn.conv2d(x[np.newaxis, ..., np.newaxis], sobel[:, :, np.newaxis], 1, "VALID")
edges = tf.sqrt(tf.reduce_sum(maps**2, axis=-1))[0].numpy()
print(edges.shape, edges.max())

# %%
# The model on every 3x3 patch, as a row of nine numbers; with Sobel's kernels it is exact.

patches = np.lib.stride_tricks.sliding_window_view(x, (3, 3)).reshape(-1, 9)


def error(weights):
    """Return the difference of strengths, for a pair of kernels as 18 numbers."""
    return np.sqrt(np.sum((patches @ weights.reshape(9, 2)) ** 2, axis=1) + 1e-12) - edges.ravel()


np.testing.assert_allclose(error(sobel.ravel()), 0, atol=1e-5)

# %%
# Levenberg's and Marquardt's method for sums of squares, from six random beginnings.

learned = [
    least_squares(error, np.random.default_rng(seed).standard_normal(18), method="lm").x
    for seed in range(BEGINNINGS)
]
print([f"{np.abs(error(pair)).max():.0e}" for pair in learned])

# %%
# Each pair that is found is Sobel's pair times a 2x2 matrix, and that matrix is a turn, or a turn
# and a reflection: its transpose is its inverse.

basis = sobel.reshape(9, 2)
left_over, angles, mirrored = [], [], 0
for pair in learned:
    mixture = np.linalg.lstsq(basis, pair.reshape(9, 2), rcond=None)[0]
    left_over.append(np.linalg.norm(basis @ mixture - pair.reshape(9, 2)) / np.linalg.norm(pair))
    np.testing.assert_allclose(mixture @ mixture.T, np.eye(2), atol=1e-3)
    angles.append(np.degrees(np.arctan2(mixture[1, 0], mixture[0, 0])) % 360)
    mirrored += int(np.linalg.det(mixture) < 0)
assert max(left_over) < 1e-3
assert np.ptp(angles) > 30
print(np.round(angles), mirrored)
results.record("learned_sobel.beginnings", BEGINNINGS)
results.record("learned_sobel.mirrored", mirrored)

# %%
# Sobel's kernels, and the pairs of the first two beginnings.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 3, figsize=(5.2, 3.4))
first, second = (pair.reshape(3, 3, 2) for pair in learned[:2])
pairs = {"Sobel": sobel, "first beginning": first, "second beginning": second}
limit = plotting.symmetric_limit(*(each.ravel() for each in pairs.values()))
for column, (title, each) in enumerate(pairs.items()):
    for row in range(2):
        shown = title if row == 0 else ""
        drawn = plotting.show_signed(axes[row, column], each[..., row], limit, shown)
plotting.colour_bar(fig, drawn, axes, "weight")
plotting.describe(
    fig,
    "Panel a: the two kernels of Sobel, slopes along the columns and along the rows. Panels b and "
    "c: two learned pairs, slopes along other directions at right angles to each other. The first "
    f"kernels are Sobel's turned by {angles[0]:.0f} and by {angles[1]:.0f} degrees.",
    panels=axes[0],
)
plt.show()

# %%
# What to notice
# --------------
#
# The data do not say which pair it is. They fix the plane that the two kernels span, and their
# length, and leave the angle to the beginning.
