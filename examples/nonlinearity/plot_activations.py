r"""
Three activations and their slopes
==================================

An activation bends each value by itself. ReLU cuts off what is negative; tanh and the sigmoid bend
both ends flat. In the backward pass a gradient is multiplied by the slope. Where the curve is flat,
next to nothing comes back.

.. math::
   \sigma(x) = \frac{1}{1 + e^{-x}}, \qquad \sigma' = \sigma (1 - \sigma) \le \tfrac{1}{4}

Part of :doc:`/nonlinearity`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import plotting, results

DEPTH = 10  # layers
FAR = 5.0  # where the ends of the curves are looked at

# %%
# Five values are enough to see the difference.

x = tf.constant([-FAR, -1.0, 0.0, 1.0, FAR])
print(x.shape)
print("ReLU   ", tf.nn.relu(x).numpy())
print("tanh   ", tf.tanh(x).numpy().round(3))
print("sigmoid", tf.sigmoid(x).numpy().round(3))

# %%
# TensorFlow differentiates the curves on a fine grid that holds zero.

grid = tf.constant(np.linspace(-6, 6, 1201), tf.float64)
curves = {"ReLU": tf.nn.relu, "tanh": tf.tanh, "sigmoid": tf.sigmoid}
values, slopes = {}, {}
for name, activation in curves.items():
    with tf.GradientTape() as tape:
        tape.watch(grid)
        y = activation(grid)
    values[name], slopes[name] = y.numpy(), tape.gradient(y, grid).numpy()

# %%
# The formulas agree. At zero ReLU has no slope; TensorFlow takes 0 there.

s, t = values["sigmoid"], values["tanh"]
np.testing.assert_allclose(slopes["sigmoid"], s * (1 - s), atol=1e-12)
np.testing.assert_allclose(slopes["tanh"], 1 - t**2, atol=1e-12)
np.testing.assert_array_equal(slopes["ReLU"], grid > 0)
np.testing.assert_allclose(t, 2 * tf.sigmoid(2 * grid) - 1, atol=1e-12)

far = int(np.argmin(np.abs(grid - FAR)))
results.record("activations.sigmoid_steepest", float(slopes["sigmoid"].max()))
results.record("activations.sigmoid_far", float(slopes["sigmoid"][far]))
results.record("activations.tanh_far", float(slopes["tanh"][far]))
results.record("activations.sigmoid_depth", float(slopes["sigmoid"].max() ** DEPTH))

# %%
# The curves, and below them their slopes.

plt.style.use(plotting.STYLE)
fig, (above, below) = plt.subplots(2, 1, figsize=(6.4, 5.2), sharex=True)
styles = {"ReLU": "-", "tanh": "--", "sigmoid": "-."}
for name, style in styles.items():
    above.plot(grid, values[name], style, label=name)
    below.plot(grid, slopes[name], style, label=name)
above.set(title="Activation", ylim=(-1.3, 2.6), ylabel="output")
below.set(title="Slope", ylim=(-0.08, 1.12), xlabel="input", ylabel="slope")
above.legend(loc="upper left")
for ax in (above, below):
    ax.grid(True)
    ax.axvline(0, color="0.4", linewidth=0.8)
    ax.axhline(0, color="0.4", linewidth=0.8)
below.annotate("at most ¼", (0, 0.25), (1.3, 0.42), arrowprops={"arrowstyle": "->"})
plotting.describe(
    fig,
    "Two charts over inputs from −6 to 6. Above, ReLU is zero on the left and rises straight on "
    "the right; tanh bends from −1 to 1, the sigmoid from 0 to 1. Below, their slopes: ReLU steps "
    f"from 0 to 1, tanh has a peak of {slopes['tanh'].max():g}, the sigmoid a low hump of "
    f"{slopes['sigmoid'].max():g}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Only ReLU has a slope that does not fade, on the right. The sigmoid's slope never exceeds a
# quarter: after ten layers of it, at best a millionth of a gradient is left.
