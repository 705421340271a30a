r"""
The squashing function of LeNet-5
=================================

LeNet-5 scales tanh so that it takes 1 to 1 and −1 to −1, where its second derivative is largest. A
target of ±1 is then reached in the bend of the curve, neither where it is straight nor where it is
flat.

.. math:: f(x) = 1.7159 \tanh\left(\tfrac{2}{3} x\right)

Part of :doc:`/lenet`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import plotting, results
from convbook.models.small.lenet5 import scaled_tanh

# %%
# At ±1 the function is ±1 to four digits.

points = tf.constant([-1.0, 0.0, 1.0], tf.float64)
print(points.shape, scaled_tanh(points).numpy().round(4))

# %%
# Three tapes, one inside the other, for three derivatives of both functions.

x = tf.constant(np.linspace(-3, 3, 6001))
found = {}
for name, function in {"tanh": tf.tanh, "scaled": scaled_tanh}.items():
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(x)
        slope = tape.gradient(y, x)
    found[name] = [y.numpy(), slope.numpy(), outer.gradient(slope, x).numpy()]

# %%
# By the formulas.

t = np.tanh(2 / 3 * x)
np.testing.assert_allclose(found["scaled"][0], 1.7159 * t)
np.testing.assert_allclose(found["scaled"][1], 1.7159 * 2 / 3 * (1 - t**2))
np.testing.assert_allclose(
    found["scaled"][2], -2 * 1.7159 * (2 / 3) ** 2 * t * (1 - t**2), atol=1e-12
)
middle, unit = 3000, int(np.argmin(np.abs(x - 1)))
bend = float(x[np.argmin(found["scaled"][2])])
results.record("scaled_tanh.at_one", float(found["scaled"][0][unit]))
results.record("scaled_tanh.slope_at_zero", float(found["scaled"][1][middle]))
results.record("scaled_tanh.slope_at_one", float(found["scaled"][1][unit]))
results.record("scaled_tanh.bend", bend)

# %%
# The function, its slope, and how fast the slope changes. Dotted lines mark ±1.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(3, 1, figsize=(6.4, 5.3), sharex=True)
for ax, ylabel, *curves in zip(
    axes, ("output", "slope", "change of slope"), found["scaled"], found["tanh"], strict=True
):
    for curve, name, style in zip(curves, ("scaled", "tanh"), ("-", "--"), strict=True):
        ax.plot(x, curve, style, label=name)
    ax.axhline(0, color="0.4", linewidth=0.8)
    for place in (-1, 1):
        ax.axvline(place, color="0.4", linewidth=1, linestyle=":")
    ax.set_ylabel(ylabel)
axes[0].plot([-1, 1], [-1, 1], "o", color=plotting.BLUE)
axes[2].plot([-bend, bend], [found["scaled"][2].max(), found["scaled"][2].min()], "o",
             color=plotting.BLUE)  # fmt: skip
axes[0].legend(loc="upper left")
axes[-1].set_xlabel("weighted sum")
plotting.describe(
    fig,
    "Three charts over weighted sums from −3 to 3, for tanh and for the scaled one. Panel a: the "
    "scaled curve passes through −1 at −1 and 1 at 1. Panel b: its slope is "
    f"{found['scaled'][1][middle]:.2f} at zero and {found['scaled'][1][unit]:.2f} at ±1. Panel c: "
    f"the slope changes fastest at ±{bend:.2f}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Plain tanh reaches 0.76 at 1 and can reach 1 only with infinite weights. The scaled slope falls
# from above one to below one between 0 and 1: signals of unit size pass without growing or fading.
