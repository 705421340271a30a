"""
The error of four algorithms against the size of the kernel
===========================================================

A longer sum rounds more often. How the error grows depends on the order of the additions: a long
row of them is worse than a tree, and an FFT is a tree. Errors are relative to the largest output,
against the definition in float64, in units of the rounding of a single operation.

.. math:: \\varepsilon = \\frac{\\max |y - y_{64}|}{u \\, \\max |y_{64}|}, \\quad u = 2^{-24}

Part of :doc:`/fast`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import plotting, reference, results, studies

ROUNDING = 2.0**-24  # relative, of a single operation in float32
NAMES = {"im2col": "im2col", "fft": "FFT", "winograd": "Winograd", "tensorflow": "TensorFlow"}
COLOURS = {"im2col": "C1", "fft": "C2", "winograd": "C3", "tensorflow": "C4"}

# %%
# What the study recorded.

varied = studies.load("conv_speed").select(measured="kernels")
layers = {unit.parameters["kernel"]: unit.result for unit in varied}
errors = {
    name: {k: layer[name]["error"] / ROUNDING for k, layer in layers.items() if name in layer}
    for name in NAMES
}

# %%
# One of them again, here: im2col in float32 against float64, on a picture of its own.

rng = np.random.default_rng(1)
x, w = rng.standard_normal((1, 32, 32, 16)), rng.standard_normal((3, 3, 16, 16))
exact = reference.conv2d(x.astype(np.float32).astype(float), w.astype(np.float32).astype(float))
rounded = reference.conv2d_im2col(x.astype(np.float32), w.astype(np.float32))
again = np.abs(rounded - exact).max() / np.abs(exact).max() / ROUNDING
np.testing.assert_array_less([again, errors["im2col"][3]], 50)
for name in ("im2col", "fft", "tensorflow"):
    results.record(f"error_by_kernel.{name}_3", errors[name][3])
    results.record(f"error_by_kernel.{name}_most", max(errors[name].values()))
results.record("error_by_kernel.winograd_3", errors["winograd"][3])

# %%
# The grey line grows as the square root of the number of products, as errors do that are as often
# positive as negative.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 3.8))
sizes = np.array(list(layers))
ax.plot(sizes, errors["im2col"][1] * sizes, "--", color="0.6", linewidth=1, label="in step with k")
for name, of_kernel in errors.items():
    alone = len(of_kernel) == 1
    ax.plot(of_kernel.keys(), of_kernel.values(), "D" if alone else "o-", color=COLOURS[name],
            markersize=8 if alone else 4, label=NAMES[name])  # fmt: skip
ax.set(xscale="log", yscale="log", xlabel="kernel size k", ylabel="largest error / u")
ax.set_xticks([1, 2, 3, 5, 7, 11, 15, 21, 27], ["1", "2", "3", "5", "7", "11", "15", "21", "27"])
ax.set_yticks([1, 2, 5, 10, 20, 50], ["1", "2", "5", "10", "20", "50"])
ax.minorticks_off()
ax.grid(axis="y")
fig.legend(loc="outside lower center", ncols=5, handlelength=1.2, columnspacing=1)
plotting.describe(
    fig,
    "Largest error of four algorithms in units of a single rounding, against the size of the "
    f"kernel, 1 to {max(layers)} taps, on logarithmic axes. The largest is "
    f"{max(errors['im2col'].values()):.1f} for im2col, {max(errors['tensorflow'].values()):.1f} "
    f"for TensorFlow and {max(errors['fft'].values()):.1f} for the FFT.",
)
plt.show()

# %%
# What to notice
# --------------
#
# None of the errors is near the number of products, the bound for a row of additions that all go
# wrong in one direction. Libraries keep several partial sums side by side, which shortens the rows.
