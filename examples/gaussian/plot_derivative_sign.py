r"""
The derivative's sign under cross-correlation
=============================================

To find a slope, one samples :math:`g'` and gives it to a convolution layer. The layer computes a
cross-correlation, and out comes the slope with the wrong sign: a dark-to-bright edge gives a
negative peak. Flipped, the kernel gives the slope of the smoothed signal:

.. math:: \sum_u g'(u) \, f(x + u) = -(g * f)'(x)

Part of :doc:`/gaussian`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import kernels, plotting, reference, results

SIGMA = 2  # pixels
SLOPE = 0.02  # per pixel, on the ramp

# %%
# Dark, a step up, a plateau, a ramp downwards. The picture is the same in every row.

profile = np.concatenate([np.full(30, 0.1), np.full(25, 0.9), 0.9 - SLOPE * np.arange(40)])
profile = np.append(profile, np.full(25, profile[-1])).astype(np.float32)
kernel = kernels.gaussian_derivative(SIGMA)
radius = len(kernel) // 2
image = np.tile(profile, (len(kernel), 1))
print(image.shape, kernel.shape, kernel[radius].round(3))

# %%
# TensorFlow, with the kernel as it is and with the kernel flipped.

x = image[None, :, :, None]
as_it_is = tf.nn.conv2d(x, kernels.to_hwio(kernel), strides=1, padding="VALID")[0, 0, :, 0].numpy()
flipped = kernels.to_hwio(kernels.flip(kernel))
slope = tf.nn.conv2d(x, flipped, strides=1, padding="VALID")[0, 0, :, 0].numpy()

# %%
# Flipping is true convolution, and changes the sign here. The slope of the blurred signal, taken
# by central differences, is nearly the same.

np.testing.assert_allclose(slope, reference.convolve2d(image, kernel)[0], atol=1e-6)
np.testing.assert_allclose(slope, -as_it_is, atol=1e-6)
blurred = reference.correlate2d(image, kernels.gaussian(SIGMA))[0]
np.testing.assert_allclose(slope, np.gradient(blurred), atol=0.02)
ramp = 70 - radius  # A place in the middle of the ramp, counted as VALID counts.
results.record("derivative_sign.true", -SLOPE, unit="per px")
results.record("derivative_sign.as_it_is", round(float(as_it_is[ramp]), 6), unit="per px")
results.record("derivative_sign.flipped", round(float(slope[ramp]), 6), unit="per px")
np.testing.assert_allclose(slope[ramp], -SLOPE, rtol=1e-4)

# %%
# One axis of position for all three.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(3, 1, figsize=(6.4, 4.2), sharex=True, height_ratios=(1.1, 1, 1))
place = np.arange(len(profile))
axes[0].plot(place, profile, color="black")
axes[0].plot(place[radius:-radius], blurred, color=plotting.GREEN, linestyle="--", label="blurred")
axes[0].legend(loc="lower center")
axes[0].set(title="Signal", ylim=(-0.05, 1.05))
for ax, response, name in (
    (axes[1], as_it_is, "Cross-correlated with g′: the negative slope"),
    (axes[2], slope, "Cross-correlated with g′ flipped: the slope"),
):
    ax.axhline(0, color="0.7", linewidth=0.8)
    inside = place[radius:-radius]
    ax.fill_between(inside, response, where=response >= 0, color="#b2182b", alpha=0.8)
    ax.fill_between(inside, response, where=response <= 0, color="#2166ac", alpha=0.8)
    ax.set(title=name, ylim=(-0.2, 0.2))
axes[2].set(xlabel="position (px)", xlim=(0, len(profile) - 1))
axes[1].set_ylabel("per pixel")
plotting.describe(
    fig,
    f"Panel a: a step up by 0.8 and a ramp down by {SLOPE} a pixel. Panel b: cross-correlated with "
    f"the sampled derivative, the step gives {as_it_is.min():.2f} and the ramp "
    f"{as_it_is[ramp]:+.2f}. Panel c: with the flipped kernel, {slope.max():+.2f} and "
    f"{slope[ramp]:.2f}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The height of the peak depends on the width of the kernel, the value on the ramp does not: it is
# the slope itself. Blur, second derivative and Laplacian are even, and no flip changes them.
