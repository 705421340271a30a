r"""
Turning a kernel, or turning the function
=========================================

There are two ways to a kernel at another angle: turn the array of its taps, or turn the function
and sample it again. The first interpolates between taps. A wide kernel hardly minds; in a narrow
one an error of several per cent remains, and a corner that turns out of the square is lost:

.. math:: w_\theta[u, v] = h(u \cos\theta - v \sin\theta, \; u \sin\theta + v \cos\theta)

Part of :doc:`/gaussian`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, plotting, results

ANGLE = 30  # degrees, anticlockwise
SIGMAS = (0.6, 0.8, 1, 1.5, 2, 3)  # pixels
SHOWN = 0.8  # pixels

# %%
# The derivative of a Gaussian, upright, turned as an array, and sampled at the angle.

upright = kernels.gaussian_derivative(SHOWN)
resampled = kernels.rotate(upright, ANGLE)
sampled = kernels.gaussian_derivative(SHOWN, ANGLE)
print(upright.shape, np.abs(resampled - sampled).max().round(3))

# %%
# A quarter turn moves taps to places of other taps: exact.

quarter = kernels.rotate(upright, 90)
np.testing.assert_array_equal(quarter, np.rot90(upright))
np.testing.assert_allclose(quarter, kernels.gaussian_derivative(SHOWN, 90), atol=1e-7)

# %%
# The error on Chelsea's face, as a share of the answer, for each width.

face = data.chelsea_grey()[None, :, :, None]
errors = []
for sigma in SIGMAS:
    right = kernels.gaussian_derivative(sigma, ANGLE)
    turned = kernels.rotate(kernels.gaussian_derivative(sigma), ANGLE)
    stack = np.stack([right, turned - right], axis=-1)[:, :, None, :]
    answer = tf.nn.conv2d(face, stack, strides=1, padding="VALID")[0].numpy()
    errors.append(float(np.sqrt((answer[..., 1] ** 2).mean() / (answer[..., 0] ** 2).mean())))
assert errors[0] > 10 * errors[-1]
results.record("rotated_kernels.narrow", errors[0], tolerance=1e-5)
results.record("rotated_kernels.wide", errors[-1], tolerance=1e-5)

# %%
# The kernels on one scale, their difference with them, and the errors.

plt.style.use(plotting.STYLE)
layout = [list("abcd"), ["error"] * 4]
fig, axes = plt.subplot_mosaic(layout, figsize=(6.4, 4.1), height_ratios=(1, 1.1))
limit = plotting.symmetric_limit(upright, sampled)
for letter, kernel, title in (
    ("a", upright, "upright"),
    ("b", resampled, "array turned"),
    ("c", sampled, "sampled"),
    ("d", resampled - sampled, "difference"),
):
    shown = plotting.show_signed(axes[letter], kernel, limit, title)
plotting.colour_bar(fig, shown, [axes[letter] for letter in "abcd"], "weight")
ax = axes["error"]
ax.loglog(SIGMAS, errors, "o-")
for sigma, error in zip(SIGMAS, errors, strict=True):
    ax.annotate(f"{100 * error:.2g} %", (sigma, error), (6, 4), textcoords="offset points", size=9)
ax.set(xlabel="σ (px)", ylabel="error of the answer", xlim=(0.55, 3.9))
ax.set_xticks(SIGMAS, labels=[f"{sigma:g}" for sigma in SIGMAS])
ax.minorticks_off()
ax.set_yticks((0.001, 0.01, 0.1), labels=("0.1 %", "1 %", "10 %"))
ax.set_ylim(min(errors) / 1.6, max(errors) * 2)
plotting.describe(
    fig,
    f"Panel a: a derivative of a Gaussian of {SHOWN} pixels, the array turned by {ANGLE} degrees, "
    f"the function sampled at {ANGLE} degrees, and their difference. Panel b: the error on "
    f"Chelsea's face falls from {errors[0]:.1%} at a sigma of {SIGMAS[0]} to {errors[-1]:.2%} at "
    f"{SIGMAS[-1]} pixels.",
    panels=(axes["a"], ax),
)
plt.show()

# %%
# What to notice
# --------------
#
# Interpolation needs a kernel that changes slowly from tap to tap. Where a formula is at hand,
# sample it at the angle and leave the array alone.
