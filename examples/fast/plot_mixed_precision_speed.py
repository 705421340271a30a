"""
float32 and bfloat16: time and error
====================================

A processor with instructions for bfloat16 multiplies twice as many numbers at once or more, and
moves half the bytes. A whole training step gains less than that, because its other parts do not
change. The price are seven bits of fraction in the place of 23.

.. math:: u_{32} = 2^{-24}, \\quad u_{\\mathrm{bf16}} = 2^{-8}

Part of :doc:`/fast`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import plotting, results, studies

NAMES = {"mnist_convnet": "CS 20's network", "depthwise": "depthwise blocks"}
DEPTHS = (4, 16, 64, 256, 1024, 4096)  # products in a sum

# %%
# What the study recorded.

study, roofline = studies.load("execution"), studies.load("roofline")
peaks = {unit.parameters["dtype"]: unit.result for unit in roofline.select(measured="peak")}
gains = {"matrix product, 2,048²": peaks["bfloat16"]["rate"] / peaks["float32"]["rate"]}
results.record("mixed_precision_speed.product", gains["matrix product, 2,048²"])
for name, label in NAMES.items():
    pair = study.result(measured="precision", network=name)
    exact, rounded = pair["float32"], pair["mixed_bfloat16"]
    for part, word in (("forward", "forwards"), ("step", "training")):
        gain = gains[f"{label}, {word}"] = exact[part]["least"] / rounded[part]["least"]
        results.record(f"mixed_precision_speed.{name}_{part}", gain)
    results.record(f"mixed_precision_speed.{name}_error", pair["error"])

# %%
# Errors of a sum of products, computed here: inputs rounded to bfloat16 with the sum in float32, as
# the hardware does it; and a sum that is itself kept in bfloat16, as it does not.

rng = np.random.default_rng(0)
bfloat16 = tf.bfloat16.as_numpy_dtype
errors = {"bfloat16, summed in float32": [], "bfloat16 throughout": []}
for depth in DEPTHS:
    a, b = rng.uniform(0, 1, (2, 200, depth))
    sums = np.sum(a * b, axis=1)
    low_a, low_b = a.astype(bfloat16), b.astype(bfloat16)
    mixed = np.sum(low_a.astype(np.float32) * low_b.astype(np.float32), axis=1)
    throughout = np.zeros(200, bfloat16)
    for column in (low_a * low_b).T:
        throughout = throughout + column
    for of_kind, y in zip(errors.values(), (mixed.astype(bfloat16), throughout), strict=True):
        of_kind.append(np.sqrt(np.mean((y.astype(float) / sums - 1) ** 2)))
product = tf.matmul(tf.constant(low_a), tf.constant(low_b), transpose_b=True)
diagonal = tf.linalg.diag_part(product).numpy().astype(np.float32)
np.testing.assert_allclose(diagonal, mixed, rtol=2.0**-7)  # TensorFlow sums in float32
for key, of_kind in zip(("mixed", "throughout"), errors.values(), strict=True):
    results.record(f"mixed_precision_speed.{key}", of_kind[-1], tolerance=0.3 * of_kind[-1])

# %%
# Gains on the left, 1 for none. Errors on the right.

plt.style.use(plotting.STYLE)
fig, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.7))
for row, gain in enumerate(gains.values()):
    left.barh(row, gain, color=f"C{row}", alpha=0.85)
    left.text(gain, row, f" {gain:.2f}", va="center", size=9)
left.axvline(1, color="0.3", linewidth=1, linestyle=":")
left.set(title="Gain of bfloat16", xlabel="t in float32 / t in bfloat16",
         xlim=(0, 1.3 * max(gains.values())))  # fmt: skip
left.set_yticks(range(len(gains)), [name.replace(", ", ",\n") for name in gains], fontsize=9)
left.invert_yaxis()
for name, of_kind in errors.items():
    right.plot(DEPTHS, of_kind, "o-", label=name)
right.axhline(2.0**-8, color="0.3", linewidth=1, linestyle=":")
right.set(xscale="log", yscale="log", title="Error of a sum", xlabel="products", ylim=(3e-4, 3))
right.legend(loc="upper left", fontsize=9, handlelength=1)
plotting.describe(
    fig,
    "Left, bars for what bfloat16 gains: "
    + ", ".join(f"{name} {gain:.2f}" for name, gain in gains.items())
    + ". Right, relative errors of sums of up to "
    f"{DEPTHS[-1]} products: {errors['bfloat16, summed in float32'][-1]:.1e} if the sum is kept in "
    f"float32, {errors['bfloat16 throughout'][-1]:.1e} if it is kept in bfloat16.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The dotted line on the right is half a unit in the last place of bfloat16. Rounded inputs stay
# below it however long the sum. A sum in bfloat16 stops growing, and loses nearly all of itself.
