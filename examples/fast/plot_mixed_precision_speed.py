"""
float32 and bfloat16: time and error
====================================

A processor that multiplies numbers of half the size may do twice as many at once, and moves half
the bytes. A whole network gains less than that, because its other parts do not change, and one that
mostly moves numbers may lose. The price is a fraction of seven bits in place of 23.

.. math:: u_{32} = 2^{-24}, \\quad u_{\\mathrm{bf16}} = 2^{-8}

Part of :doc:`/fast`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import plotting, results, studies, timing

NAMES = {"mnist_convnet": "CS 20's network", "depthwise": "depthwise blocks"}
PARTS = {"forward": "forwards", "step": "training"}
DTYPES = ("float32", "bfloat16")
DEPTHS = (4, 16, 64, 256, 1024, 4096)  # products in a sum

# %%
# What the studies recorded: a product of matrices, in two of them, and two networks.

products = {
    "product": {dtype: studies.load("roofline").result(dtype=dtype) for dtype in DTYPES},
    "product_again": studies.load("devices").result(measured="product", device="CPU"),
}
pairs = {key: [of_dtype[dtype] for dtype in DTYPES] for key, of_dtype in products.items()}
for name in NAMES:
    pair = studies.load("execution").result(measured="precision", network=name)
    for part in PARTS:
        pairs[f"{name}_{part}"] = [pair[f][part] for f in ("float32", "mixed_bfloat16")]
    results.record(f"mixed_precision_speed.{name}_error", pair["error"])
gains = {key: timing.ratio(*pair) for key, pair in pairs.items()}
for key, (gain, low, high) in gains.items():
    results.record(f"mixed_precision_speed.{key}", gain)
    results.record(f"mixed_precision_speed.{key}_range", f"{low:.2f} to {high:.2f}")

# %%
# What the chapter says of them: what mostly multiplies gains 1.6 to 1.9 times, the depthwise
# network loses forwards, and in training no difference is left.

multiplying = [gain for key, (gain, *_) in gains.items() if not key.startswith("depthwise")]
np.testing.assert_allclose(multiplying, 1.75, atol=0.2)
np.testing.assert_array_less(gains["depthwise_forward"][2], 0.8)
np.testing.assert_array_less([gains["depthwise_step"][1], 1], [1, gains["depthwise_step"][2]])

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
# Gains (panel a), 1 for none, with the range that the readings leave. Errors (panel b).

plt.style.use(plotting.STYLE)
fig, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.7))
labels = ["product of matrices", "the same,\nanother study"]
labels += [f"{label},\n{word}" for label in NAMES.values() for word in PARTS.values()]
for row, (gain, low, high) in enumerate(gains.values()):
    left.hlines(row, low, high, color="0.3", linewidth=5, alpha=0.35)
    left.plot(gain, row, "o", color="0.3")
    x, side = (high + 0.06, "left") if gain > 1 else (low - 0.06, "right")
    left.text(x, row, f"{gain:.2f}", va="center", ha=side, size=9)
left.axvline(1, color="0.3", linewidth=1, linestyle=":")
left.set(title="Gain of bfloat16", xlabel="t in float32 / t in bfloat16",
         xlim=(0.3, 1.2 * max(high for _, _, high in gains.values())))  # fmt: skip
left.set_yticks(range(len(gains)), labels, fontsize=9)
left.invert_yaxis()
for name, of_kind in errors.items():
    right.plot(DEPTHS, of_kind, "o-", label=name)
right.axhline(2.0**-8, color="0.3", linewidth=1, linestyle=":")
right.set(xscale="log", yscale="log", title="Error of a sum", xlabel="products", ylim=(3e-4, 3))
right.legend(loc="upper left", fontsize=9, handlelength=1)
plotting.describe(
    fig,
    "Panel a: dots with ranges for what bfloat16 gains: "
    + ", ".join(
        f"{label} {gain:.2f}".replace("\n", " ")
        for label, (gain, *_) in zip(labels, gains.values(), strict=True)
    )
    + ". Panel b: relative errors of sums of up to "
    f"{DEPTHS[-1]} products: {errors['bfloat16, summed in float32'][-1]:.1e} if the sum is kept in "
    f"float32, {errors['bfloat16 throughout'][-1]:.1e} if it is kept in bfloat16.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Two studies timed the same product of matrices, and their ranges do not even meet: readings of one
# minute do not say what the next hour brings.
#
# The dotted line in panel b is half a unit in the last place of bfloat16. Rounded inputs stay
# below it however long the sum. A sum in bfloat16 stops growing, and loses nearly all of itself.
