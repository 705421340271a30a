r"""
One operation, six ways to compute it
=====================================

Loops over the definition, a product with a patch matrix (im2col), a product with a Toeplitz matrix,
a product of spectra (FFT), Winograd's tiles, and TensorFlow: all compute the same numbers. They
differ in the order of their additions, hence in their rounding, which grows with the number of
products in a sum. It is measured against loops in float64, relative to the largest output:

.. math:: \varepsilon = \max |y - y_{64}| \; / \; \max |y_{64}|

Part of :doc:`/algorithms`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, reference, results, studies

SIZE = 32  # pixels along each side
KERNEL = 3  # taps
OUTPUTS = 4  # channels
CHANNELS, SMALL = (1, 4, 16, 64, 256), 10  # of the inputs for which the error is drawn, and pixels
ROUNDING = 2.0**-24  # relative, of a single operation in float32
LABELS = ("loops", "im2col", "Toeplitz", "FFT", "Winograd", "TensorFlow")

# %%
# A piece of Chelsea's eye in colour, and four random kernels.

x = data.to_float(data.chelsea()[100 : 100 + SIZE, 160 : 160 + SIZE])[None]
rng = np.random.default_rng(6)
w = rng.standard_normal((KERNEL, KERNEL, 3, OUTPUTS), dtype=np.float32)
print(x.shape, w.shape)

# %%
# The six ways, all in float32.

ways = {
    "loops": reference.conv2d_loops,
    "im2col": reference.conv2d_im2col,
    "toeplitz": reference.conv2d_toeplitz,
    "fft": reference.conv2d_fft,
    "winograd": reference.conv2d_winograd,
    "tensorflow": lambda x, w: tf.nn.conv2d(x, w, strides=1, padding="VALID").numpy(),
}
exact = reference.conv2d_loops(x.astype(np.float64), w.astype(np.float64))
errors = {}
for name, compute in ways.items():
    y = compute(x, w)
    np.testing.assert_allclose(y, exact, atol=2e-6 * np.abs(exact).max())
    errors[name] = np.abs(y - exact).max() / np.abs(exact).max()
    results.record(f"six_ways.error_{name}", errors[name] / ROUNDING)

# %%
# Multiplications. A Fourier transform of :math:`n` real numbers is counted as :math:`n \log_2 n`,
# a complex product as four.

side, channels, pairs, n = SIZE - KERNEL + 1, 3, 3 * OUTPUTS, SIZE**2
direct = side**2 * KERNEL**2 * pairs
transforms = (channels + pairs + OUTPUTS) * n * int(np.log2(n))
multiplications = {
    "loops": direct,
    "im2col": direct,
    "toeplitz": (side**2 * OUTPUTS) * (n * channels),
    "fft": transforms + 4 * pairs * SIZE * (SIZE // 2 + 1),
    "winograd": (side // 2) ** 2 * 16 * pairs,
}
assert multiplications["fft"] > direct
for name, count in multiplications.items():
    results.record(f"six_ways.multiplications_{name}", count)

# %%
# A study has timed this very layer.

timed = studies.load("variant_times").result(measured="six ways")
assert timed["shapes"] == [list(x.shape), list(w.shape)]
for name in ways:
    results.record(f"six_ways.milliseconds_{name}", 1000 * timed[name]["least"])
ranked = sorted(ways, key=lambda name: timed[name]["least"])
assert (ranked[0], ranked[-1]) == ("tensorflow", "loops")
results.record("six_ways.least_error", min(errors.values()) / ROUNDING)
results.record("six_ways.largest_error", max(errors.values()) / ROUNDING)

# %%
# The error again, for more and more channels: sums of up to thousands of products.

growth = {name: [] for name in ways}
for count in CHANNELS:
    deep = rng.standard_normal((1, SMALL, SMALL, count), dtype=np.float32)
    taps = rng.standard_normal((KERNEL, KERNEL, count, OUTPUTS), dtype=np.float32)
    true = reference.conv2d_loops(deep.astype(np.float64), taps.astype(np.float64))
    for name, compute in ways.items():
        error = np.abs(compute(deep, taps) - true).max() / np.abs(true).max() / ROUNDING
        growth[name].append(error)
for end, at in (("begin", 0), ("end", -1)):
    results.record(f"six_ways.loops_{end}", growth["loops"][at])
results.record("six_ways.im2col_end", growth["im2col"][-1])
results.record("six_ways.products", KERNEL**2 * CHANNELS[-1])
assert growth["loops"][-1] > 2 * growth["im2col"][-1]

# %%
# Dots on two logarithmic axes; the grey line is the rounding of a single operation.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 4.2))
products = KERNEL**2 * np.array(CHANNELS)
ax.axhline(1, color="0.6", linewidth=1)
for row, (label, error) in enumerate(zip(LABELS, growth.values(), strict=True)):
    ax.plot(products, error, f"{'osD^vx'[row]}-", color=f"C{(0, 1, 2, 3, 4, 6)[row]}", label=label)
ax.set(xscale="log", yscale="log", ylim=(0.5, 30), xlabel="products in each output",
       ylabel="error (roundings of $2^{-24}$)")  # fmt: skip
ax.set_xticks(products, products)
ax.set_yticks([0.5, 1, 2, 5, 10, 20], ["0.5", "1", "2", "5", "10", "20"])
ax.minorticks_off()
ax.legend(loc="upper left", ncols=2)
plotting.describe(
    fig,
    f"Six lines of the rounding error against the number of products in each output, from "
    f"{products[0]} to {products[-1]}. The loops end at {growth['loops'][-1]:.0f} roundings, "
    f"im2col at {growth['im2col'][-1]:.0f}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The loops add one product after the other to one sum, and the longer it is the more it rounds.
# The matrix product of im2col adds the same products in parts, and keeps a smaller error.
