r"""
Activations and their slopes
============================

An activation bends each value by itself. The sigmoid and tanh flatten on both sides. ReLU and its
smooth relatives flatten on the left alone: on the right they become straight lines of slope 1. In
the backward pass a gradient is multiplied by the slope, so where a curve is flat, next to nothing
comes back.

.. math::
   \sigma(x) = \frac{1}{1 + e^{-x}}, \qquad \sigma' = \sigma (1 - \sigma) \le \tfrac{1}{4}

Part of :doc:`/nonlinearity`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import plotting, results

DEPTH = 10  # layers
LEAK = 0.1  # slope of the leaky ReLU on the left

# %%
# Five values are enough to see the difference.

x = tf.constant([-5.0, -1.0, 0.0, 1.0, 5.0])
print(x.shape)
print("ReLU   ", tf.nn.relu(x).numpy())
print("tanh   ", tf.tanh(x).numpy().round(3))
print("sigmoid", tf.sigmoid(x).numpy().round(3))

# %%
# TensorFlow differentiates the curves on a fine grid that holds zero.

grid = tf.constant(np.linspace(-6, 6, 1201), tf.float64)
curves = {
    "sigmoid": tf.sigmoid,
    "tanh": tf.tanh,
    "ReLU": tf.nn.relu,
    "leaky ReLU": lambda u: tf.nn.leaky_relu(u, LEAK),
    "ELU": tf.nn.elu,
    "SiLU": tf.nn.silu,
    "GELU": tf.nn.gelu,
}
values, slopes = {}, {}
for name, activation in curves.items():
    with tf.GradientTape() as tape:
        tape.watch(grid)
        y = activation(grid)
    values[name], slopes[name] = y.numpy(), tape.gradient(y, grid).numpy()

# %%
# The formulas agree. At zero ReLU has no slope; TensorFlow takes 0 there.

u = grid.numpy()
s, t, normal = values["sigmoid"], values["tanh"], np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi)
below = 0.5 * (1 + tf.math.erf(grid / np.sqrt(2))).numpy()  # the share of a normal variable
np.testing.assert_allclose(slopes["sigmoid"], s * (1 - s), atol=1e-12)
np.testing.assert_allclose(slopes["tanh"], 1 - t**2, atol=1e-12)
np.testing.assert_array_equal(slopes["ReLU"], u > 0)
np.testing.assert_allclose(slopes["leaky ReLU"], np.where(u > 0, 1, LEAK))
np.testing.assert_allclose(slopes["ELU"], np.where(u > 0, 1, np.exp(u)))
np.testing.assert_allclose(slopes["SiLU"], s * (1 + u * (1 - s)), atol=1e-12)
np.testing.assert_allclose(slopes["GELU"], below + u * normal, atol=1e-6)

# %%
# How steep a curve is at its steepest, and what is left of the slope far from zero.

results.record("activations.sigmoid_steepest", float(slopes["sigmoid"].max()))
results.record("activations.sigmoid_depth", float(slopes["sigmoid"].max() ** DEPTH))
five = int(np.argmin(np.abs(u - 5)))
results.record("activations.sigmoid_far", float(slopes["sigmoid"][five]))
results.record("activations.tanh_far", float(slopes["tanh"][five]))
three, six = (int(np.argmin(np.abs(u + distance))) for distance in (3, 6))
for name, key in (("ELU", "elu"), ("SiLU", "silu"), ("GELU", "gelu")):
    results.record(f"activations.{key}_at_3", float(slopes[name][three]))
    results.record(f"activations.{key}_at_6", float(slopes[name][six]))
    assert abs(slopes[name][six]) < abs(slopes[name][three])
results.record("activations.silu_lowest", float(values["SiLU"].min()))
results.record("activations.gelu_lowest", float(values["GELU"].min()))

# %%
# The two that flatten on both sides (panels a and c), ReLU and its relatives (panels b and d).

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 2, figsize=(6.4, 5.4), sharex=True)
styles = ("-.", "--", "-", ":", (0, (6, 2)), (0, (3, 1, 1, 1)), (0, (1, 1)))
columns = (list(curves)[:2], list(curves)[2:])
for (above, lower), names in zip(axes.T, columns, strict=True):
    for name in names:
        number = list(curves).index(name)
        style = {"linestyle": styles[number], "color": f"C{number}"}
        above.plot(u, values[name], label=name, **style)
        lower.plot(u, slopes[name], **style)
    above.set(title="output", ylim=(-1.3, 2.6))
    lower.set(title="slope", ylim=(-0.18, 1.2), xlabel="input")
    above.legend(loc="upper left", handlelength=2.6)
    for ax in (above, lower):
        ax.grid(True)
        ax.axvline(0, color="0.4", linewidth=0.8)
        ax.axhline(0, color="0.4", linewidth=0.8)
axes[1, 0].annotate("at most ¼", (0, 0.25), (1.7, 0.55), arrowprops={"arrowstyle": "->"})
plotting.describe(
    fig,
    "Four charts over inputs from −6 to 6. The sigmoid rises from 0 to 1 and tanh from −1 to 1; "
    f"their slopes are humps of {slopes['sigmoid'].max():g} and {slopes['tanh'].max():g}. ReLU and "
    "four relatives run close to zero on the left, leaky ReLU and ELU below it, and rise straight "
    f"on the right; SiLU dips to {values['SiLU'].min():.2f} first. Their slopes end near 1.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The sigmoid's slope never exceeds a quarter: after ten layers of it, at best a millionth of a
# gradient is left. On the right of zero ReLU's slope is exactly 1. On the far left only leaky ReLU
# keeps a slope; those of ELU, SiLU and GELU die out, GELU's fastest.
