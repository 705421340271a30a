r"""
Checking a gradient by finite differences
=========================================

Nudge the kernel by a small step :math:`h` along a direction :math:`v`, and see how far the loss
moves. A large step errs because the loss is curved. A small one errs because the two losses share
nearly all their digits:

.. math:: \frac{L(w + h v) - L(w - h v)}{2 h} = \langle \nabla L, v \rangle + O(h^2) + O(u / h)

Here :math:`u` is the rounding of one number.

Part of :doc:`/algorithms`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, reference, results

STEPS = 10.0 ** np.arange(-12, 0.1, 0.5)

# %%
# Chelsea's eye, two kernels of 3x3 taps, a direction, and a random weight for each output.

rng = np.random.default_rng(3)
x = data.chelsea_grey()[None, 50:82, 50:82, None]
w, direction = rng.standard_normal((2, 3, 3, 1, 2))
weights = rng.standard_normal((1, 30, 30, 2))
print(x.shape, w.shape)


# %%
# The loss bends its convolution, so that it is neither linear nor quadratic in the kernel.


def loss_and_outputs(kernel, dtype):
    """Return the loss, computed in one precision, and the feature maps behind it."""
    maps = tf.nn.conv2d(tf.cast(x, dtype), tf.cast(kernel, dtype), strides=1, padding="VALID")
    return tf.reduce_mean(tf.cast(weights, dtype) * tf.tanh(maps)), maps


# %%
# The gradient, from the tape and from the formula: a convolution of the picture with what arrives
# at the output.

variable = tf.Variable(w)
with tf.GradientTape() as tape:
    loss, maps = loss_and_outputs(variable, "float64")
gradient = tape.gradient(loss, variable)
arriving = weights * (1 - np.tanh(maps) ** 2) / weights.size
by_book = reference.conv2d_kernel_gradient(x.astype(np.float64), arriving, 3)
np.testing.assert_allclose(gradient, by_book, rtol=1e-10)
slope = float(np.sum(by_book * direction))

# %%
# Finite differences on one side and on both, in two precisions.

errors = {}
for dtype in ("float64", "float32"):
    here = float(loss_and_outputs(w, dtype)[0])
    for kind in ("one-sided", "central"):
        errors[kind, dtype] = []
        for step in STEPS:
            ahead = float(loss_and_outputs(w + step * direction, dtype)[0])
            behind = float(loss_and_outputs(w - step * direction, dtype)[0])
            one_sided, central = (ahead - here) / step, (ahead - behind) / (2 * step)
            estimate = one_sided if kind == "one-sided" else central
            errors[kind, dtype].append(abs(estimate / slope - 1))
for (kind, dtype), error in errors.items():
    name = f"{kind.replace('-', '_')}_{dtype}"
    results.record(f"finite_differences.step_{name}", STEPS[np.argmin(error)])
    # Of a rounding error no more than its size means anything.
    results.record(f"finite_differences.error_{name}", float(f"{min(error):.1g}"))

# %%
# The adjoint is checked without any step: :math:`\langle A x, y \rangle = \langle x, A' y \rangle`,
# here for a stride of 2 and SAME, in float32, with inner products in float64.

kernel, y = w.astype(np.float32), rng.standard_normal((1, 16, 16, 2), dtype=np.float32)
forward = tf.nn.conv2d(x, kernel, strides=2, padding="SAME")
backward = tf.nn.conv2d_transpose(y, kernel, x.shape, strides=2, padding="SAME")
left = np.sum(forward * y, dtype=np.float64)
right = np.sum(x * backward, dtype=np.float64)
lengths = float(np.linalg.norm(forward) * np.linalg.norm(y))
results.record("finite_differences.adjoint", abs(left - right) / lengths)

# %%
# Both axes are logarithmic: a straight line is a power of the step.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 3.8))
colours = {"float64": plotting.BLUE, "float32": plotting.ORANGE}
for (kind, dtype), error in errors.items():
    style = "o-" if kind == "central" else "o:"
    ax.loglog(STEPS, error, style, color=colours[dtype], label=f"{kind}, {dtype}", markersize=4)
ax.set(xlabel="step h", ylabel="relative error of the slope", ylim=(1e-12, 1e4))
ax.legend(loc="upper right")
plotting.describe(
    fig,
    "Four curves of error against step, each falling to the left and then rising with noise. "
    + "; ".join(
        f"{kind} in {dtype} is best at {STEPS[np.argmin(error)]:.0e}, with {min(error):.0e}"
        for (kind, dtype), error in errors.items()
    )
    + ".",
)
plt.show()

# %%
# What to notice
# --------------
#
# In float32 no step gives more than a few digits. Check gradients in float64, with central
# differences and a step in the middle of the valley; a wrong formula shows as an error that no step
# makes small.
