r"""
The Gaussian and its first two derivatives
==========================================

One bell and its slopes make most of this chapter's kernels. The first derivative has its extremes
at one sigma, and the second has its zeros there.

.. math::

    g(x) = \frac{e^{-x^2/2}}{\sqrt{2\pi}}, \quad g'(x) = -x\, g(x), \quad
    g''(x) = (x^2 - 1)\, g(x)

Part of :doc:`/gaussian`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import kernels, plotting, results

REACH = 4  # standard deviations
SAMPLES = 801  # an odd number, so that zero is one of them

# %%
# The formulas at a few positions, in units of sigma.

profiles = [kernels.gaussian_profile([-2, -1, 0, 1, 2], order=order) for order in range(3)]
print(np.round(profiles, 3), np.shape(profiles))

# %%
# TensorFlow knows the bell alone and differentiates it twice, exactly to rounding.

x = tf.linspace(tf.constant(-REACH, tf.float64), REACH, SAMPLES)
with tf.GradientTape() as outer:
    outer.watch(x)
    with tf.GradientTape() as inner:
        inner.watch(x)
        bell = tf.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    slope = inner.gradient(bell, x)
curvature = outer.gradient(slope, x)

right = [kernels.gaussian_profile(x, order=order) for order in range(3)]
for formula, automatic in zip(right, (bell, slope, curvature), strict=True):
    np.testing.assert_allclose(formula, automatic, atol=1e-15)

# %%
# Where the curvature changes its sign, and its value at the centre.

x = x.numpy()
zero = float(np.interp(0, right[2][x >= 0][:300], x[x >= 0][:300]))
np.testing.assert_allclose(zero, 1, atol=1e-3)
results.record("gaussian_profiles.zero", zero, unit="σ", tolerance=1e-3)
results.record("gaussian_profiles.centre", right[2][SAMPLES // 2], tolerance=1e-9)

# %%
# Dots mark the extremes of the slope and the zeros of the curvature.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(3, 1, figsize=(6.4, 4.8), sharex=True, height_ratios=(1, 1.2, 1.4))
names = ("bell  g", "first derivative  g′", "second derivative  g″")
for order, (ax, name) in enumerate(zip(axes, names, strict=True)):
    ax.axhline(0, color="0.6", linewidth=0.8)
    for position in (-1, 1):
        ax.axvline(position, color="0.8", linewidth=0.8, zorder=0)
    ax.plot(x, right[order], color=plotting.BLUE)
    if order:
        marks = np.array([-1, 1])
        ax.plot(marks, kernels.gaussian_profile(marks, order=order), "o", color=plotting.BLUE)
    ax.set_title(name, loc="left")
axes[2].set_xlabel("x, in units of σ")
axes[2].set_xticks(range(-REACH, REACH + 1))
plotting.describe(
    fig,
    f"Three curves over x from {-REACH} to {REACH} sigma: a bell (panel a), its first derivative "
    f"with extremes at 1 sigma (b), and its second derivative with zeros at {zero:.2f} sigma (c).",
)
plt.show()

# %%
# What to notice
# --------------
#
# The slope (panel b) is steepest exactly where the curvature (panel c) changes its sign.
