r"""
The Gaussian and its first two derivatives
==========================================

One bell and its slopes make most of this chapter's kernels. The first derivative has its extremes
at one sigma, and the second has its zeros there. A tutorial of 2022 that this book builds on draws
other curves, dashed below: its polynomials belong to the bell :math:`e^{-x^2}`, its exponential
does not.

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
# The tutorial's formulas, and where they lead.

x = x.numpy()
tutorial = [right[0], -2 * x * right[0], -2 * (2 * x**2 - 1) * right[0]]
ratio = tutorial[1].max() / right[1].max()
crossings = [
    float(np.interp(0, sign * curve[x >= 0][:300], x[x >= 0][:300]))
    for curve, sign in ((right[2], 1), (tutorial[2], -1))
]
results.record("gaussian_profiles.ratio", ratio)
results.record("gaussian_profiles.zero_right", crossings[0], unit="σ", tolerance=1e-3)
results.record("gaussian_profiles.zero_tutorial", crossings[1], unit="σ", tolerance=1e-3)
results.record("gaussian_profiles.centre_right", right[2][SAMPLES // 2], tolerance=1e-9)
results.record("gaussian_profiles.centre_tutorial", tutorial[2][SAMPLES // 2], tolerance=1e-9)

# %%
# Solid is right. Dots mark the extremes of the slope and the zeros of the curvature.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(3, 1, figsize=(6.4, 5.5), sharex=True, height_ratios=(1, 1.4, 1.8))
names = ("bell  g", "first derivative  g′", "second derivative  g″")
for order, (ax, name) in enumerate(zip(axes, names, strict=True)):
    ax.axhline(0, color="0.6", linewidth=0.8)
    for position in (-1, 1):
        ax.axvline(position, color="0.8", linewidth=0.8, zorder=0)
    ax.plot(x, right[order], color=plotting.BLUE, label="right")
    if order:
        ax.plot(x, tutorial[order], "--", color=plotting.ORANGE, label="2022 tutorial")
        marks = np.array([-1, 1])
        ax.plot(marks, kernels.gaussian_profile(marks, order=order), "o", color=plotting.BLUE)
    ax.set_title(name, loc="left")
axes[2].plot([-crossings[1], crossings[1]], [0, 0], "o", color=plotting.ORANGE, fillstyle="none")
axes[1].legend(loc="upper right")
axes[2].set_xlabel("x, in units of σ")
axes[2].set_xticks(range(-REACH, REACH + 1))
plotting.describe(
    fig,
    f"Three curves over x from {-REACH} to {REACH} sigma: a bell, its first derivative with "
    f"extremes at 1 sigma, and its second derivative with zeros at {crossings[0]:.2f} sigma. "
    f"Dashed, the tutorial's derivatives: the first is {ratio:.0f} times too high, the second has "
    f"the opposite sign and its zeros at {crossings[1]:.3f} sigma.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The slope is steepest exactly where the curvature changes its sign. In the dashed pair it does
# not: the lower dashed curve is no derivative of the upper one.
