"""
bfloat16, the upper half of float32
===================================

bfloat16 keeps the sign, the exponent and the first seven bits of the fraction of a float32: the
same range, and two to three decimal digits. A convolution bears that well. A weight does not, if
small steps are to be added to it: half a unit in the last place and less are rounded away.

.. math:: x = (-1)^s \\; 2^{e - 127} \\left(1 + \\frac{f}{2^m}\\right), \\quad
   m = 23 \\text{ or } 7

Part of :doc:`/reproducing`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from matplotlib.patches import Rectangle

from convbook import plotting, reference, results

NUMBER = 0.15625 + 0.001  # a number that seven bits of fraction cannot hold
STEPS, STEP = 1000, 0.001  # of an optimizer such as Adam
SIDE, CHANNELS, TAPS, MAPS = 14, 32, 5, 64  # the second convolution of CS 20's network

# %%
# The bits of one number in both formats. The 16 bits of bfloat16 are the first 16 of float32, after
# rounding.

bfloat16 = tf.bfloat16.as_numpy_dtype
bits = {
    "float32": f"{np.float32(NUMBER).view(np.uint32):032b}",
    "bfloat16": f"{bfloat16(NUMBER).view(np.uint16):016b}",
}
print(bits, float(bfloat16(NUMBER)))
assert bits["float32"][:9] == bits["bfloat16"][:9]  # sign and exponent
for name, fraction in (("float32", 23), ("bfloat16", 7)):
    exponent = int(bits[name][1:9], 2) - 127
    value = 2.0**exponent * (1 + int(bits[name][9:], 2) / 2**fraction)
    np.testing.assert_allclose(value, NUMBER, rtol=2.0 ** -(fraction + 1))

# %%
# One convolution in both, against the same in float64 by this book's own function. Errors are root
# mean squares, in units of the standard deviation of the result.

rng = np.random.default_rng(0)
x = rng.standard_normal((1, SIDE, SIDE, CHANNELS))
kernel = rng.standard_normal((TAPS, TAPS, CHANNELS, MAPS)) / np.sqrt(TAPS**2 * CHANNELS)
exact = reference.conv2d(x, kernel, padding="same")
errors = {}
for dtype in (tf.float32, tf.bfloat16):
    y = tf.nn.conv2d(tf.cast(x, dtype), tf.cast(kernel, dtype), 1, "SAME")
    errors[dtype.name] = tf.cast(y, tf.float64).numpy() - exact
    relative = errors[dtype.name].std() / exact.std()
    np.testing.assert_array_less(relative, 0.01)
    results.record(f"bfloat16.error_{dtype.name}", relative, tolerance=0.2 * relative)

# %%
# A weight that grows by the same small step again and again, kept in either format.

weights = {}
for name, kind in (("float32", np.float32), ("bfloat16", bfloat16)):
    weight = [kind(0)]
    for _ in range(STEPS):
        weight.append(kind(weight[-1] + kind(STEP)))
    weights[name] = np.array(weight, dtype=float)
stuck = int(np.argmax(weights["bfloat16"] == weights["bfloat16"][-1]))
assert weights["bfloat16"][stuck] + STEP < bfloat16(weights["bfloat16"][stuck] + 2 * STEP)
results.record("bfloat16.stuck_at", weights["bfloat16"][-1])
results.record("bfloat16.stuck_after", stuck, unit="steps")
results.record("bfloat16.sum_float32", weights["float32"][-1])

# %%
# The bits, the errors, and the weight.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplot_mosaic("BB;EW", figsize=(6.4, 4.6), height_ratios=(0.75, 1))
top = axes["B"]
colours = ["0.75"] + [plotting.GREEN] * 8 + [plotting.PURPLE] * 23
for row, (name, word) in enumerate(bits.items()):
    for column, (bit, colour) in enumerate(zip(word, colours, strict=False)):
        top.add_patch(Rectangle((column, row), 0.94, 0.62, color=colour, alpha=0.35))
        top.text(column + 0.47, row + 0.31, bit, ha="center", va="center", family="monospace")
    held = float(bfloat16(NUMBER)) if name == "bfloat16" else float(np.float32(NUMBER))
    top.text(32, 0.98 + 0.33 * row, f"{name}: {held:.9f}", ha="right", va="center")
for left, width, name in ((0, 1, "sign"), (1, 8, "exponent"), (9, 23, "fraction")):
    top.text(left + width / 2, -0.07, name, ha="center" if width > 1 else "left", va="bottom")
top.set_xlim(0, 32)
top.set_ylim(1.7, -0.4)
top.set_axis_off()
top.set_title(f"The bits of {NUMBER:g}")
left, right = axes["E"], axes["W"]
edges = np.logspace(-9, -1, 49)
for name, error in errors.items():
    left.hist(np.abs(error).ravel() / exact.std(), edges, label=name, alpha=0.8)
    right.plot(weights[name], label=name)
left.set_xscale("log")
left.set_title("Errors of a convolution")
left.set_xlabel("relative error")
left.set_ylabel("outputs")
left.set_ylim(top=1.35 * left.get_ylim()[1])
left.legend(loc="upper left", ncols=2, handlelength=1)
right.set_title(f"{STEPS} steps of {STEP}")
right.set_xlabel("step")
right.set_ylabel("weight")
plotting.describe(
    fig,
    f"Panel a: the bits of {NUMBER:.5f}: 32 in float32, of which bfloat16 has the first 16, "
    "rounded. Panel b: histograms of the relative errors of a convolution, about "
    f"{errors['float32'].std() / exact.std():.0e} in float32 and "
    f"{errors['bfloat16'].std() / exact.std():.0e} in bfloat16. Panel c: a weight that grows to "
    f"{weights['float32'][-1]:.2f} in float32 and stops at {weights['bfloat16'][-1]:.2f} in "
    "bfloat16.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The convolution adds up in float32 and rounds once at the end, so that its error is that of its
# inputs and output. The weight stops where the step is less than half the distance to the next
# number: mixed precision computes in bfloat16 and keeps its weights in float32.
