r"""
One operation, six ways to compute it
=====================================

Loops over the definition, a product with a patch matrix (im2col), a product with a Toeplitz matrix,
a product of spectra (FFT), Winograd's tiles, and TensorFlow: all compute the same numbers. They
differ in the order of their additions, hence in their rounding, and in their multiplications. The
error is measured against loops in float64, relative to the largest output:

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
ROUNDING = 2.0**-24  # relative, of a single operation in float32

# %%
# A piece of Chelsea's eye in colour, and four random kernels.

picture = data.to_float(data.chelsea()[100 : 100 + SIZE, 160 : 160 + SIZE])
x = picture[None]
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
# a complex product as four; TensorFlow's library picks its own way.

side, channels = SIZE - KERNEL + 1, 3
pairs, n = channels * OUTPUTS, SIZE**2
direct = side**2 * KERNEL**2 * pairs
transforms = (channels + pairs + OUTPUTS) * n * int(np.log2(n))
multiplications = {
    "loops": direct,
    "im2col": direct,
    "toeplitz": (side**2 * OUTPUTS) * (n * channels),
    "fft": transforms + 4 * pairs * SIZE * (SIZE // 2 + 1),
    "winograd": (side // 2) ** 2 * 16 * pairs,
}
for name, count in multiplications.items():
    results.record(f"six_ways.multiplications_{name}", count)

# %%
# Times are not drawn: they compare programs and not ideas. A study has timed this very layer.

timed = studies.load("variant_times").result(measured="six ways")
assert timed["shapes"] == [list(x.shape), list(w.shape)]
for name in ways:
    results.record(f"six_ways.milliseconds_{name}", 1000 * timed[name]["least"])

# %%
# The grey line is the rounding of a single operation.

plt.style.use(plotting.STYLE)
fig, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.0), sharey=True)
labels = ("loops", "im2col", "Toeplitz", "FFT", "Winograd", "TensorFlow")
left.axvline(ROUNDING, color="0.7", linewidth=1)
left.hlines(range(len(ways)), 1e-8, list(errors.values()), color=plotting.BLUE)
left.plot(list(errors.values()), range(len(ways)), "o", color=plotting.BLUE, markersize=8)
left.set(xscale="log", xlim=(1e-8, 1e-6), xlabel="largest error / largest output",
         title="Rounding error")  # fmt: skip
left.set_yticks(range(len(ways)), labels, fontsize=10)
left.invert_yaxis()
for row, count in enumerate(multiplications.values()):
    right.hlines(row, 1e4, count, color=plotting.ORANGE)
    right.plot(count, row, "o", color=plotting.ORANGE, markersize=8)
    right.text(count * 1.35, row, f"{count / 1000:,.0f} k", va="center")
right.text(1.2e4, len(labels) - 1, "chosen by its library", va="center", color="0.4")
right.set(xscale="log", xlim=(1e4, 1e8), xlabel="number", title="Multiplications")
plotting.describe(
    fig,
    "For each of six ways, a dot for its rounding error, all between "
    f"{min(errors.values()):.0e} and {max(errors.values()):.0e}, and a dot for its "
    f"multiplications: fewest for Winograd, {multiplications['winograd']:,}, most for Toeplitz, "
    f"{multiplications['toeplitz']:,}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# All six agree to rounding. The errors differ by a small factor and the multiplications by a
# hundred times and more. For a kernel as small as this one the FFT does more work than the loops.
