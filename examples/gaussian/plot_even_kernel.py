r"""
An even kernel moves the picture
================================

A kernel with an even number of taps has no middle one. Its centre lies between two pixels, and
whatever the padding, the output is half a pixel off. TensorFlow's SAME moves it up and to the left,
by as much again in every layer:

.. math:: \Delta = \left\lfloor \frac{k - 1}{2} \right\rfloor - \frac{k - 1}{2}

Part of :doc:`/gaussian`.
"""

from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import kernels, plotting, reference, results

SIZES = (2, 3, 4, 5)  # taps
LONG = (30, 31)  # taps of a Gaussian without and with a middle
LAYERS = 4
WIDTH = 9  # pixels

# %%
# One bright pixel in the middle shows where a kernel puts things.

impulse = np.zeros((1, WIDTH, 1), dtype=np.float32)
impulse[0, WIDTH // 2] = 1
print(impulse[0, :, 0])

# %%
# Binomial blurs of two to five taps in TensorFlow, and the centroid of each output.

outputs, centroids = [], []
for size in SIZES:
    row = kernels.binomial(size).sum(axis=0)[:, None, None]
    output = tf.nn.conv1d(impulse, row, stride=1, padding="SAME").numpy()
    np.testing.assert_allclose(output, reference.conv1d(impulse, row, padding="same"))
    outputs.append(output[0, :, 0])
    centroids.append(float(np.arange(WIDTH) @ output[0, :, 0]))
shifts = np.array(centroids) - WIDTH // 2
np.testing.assert_allclose(shifts, [(size - 1) // 2 - (size - 1) / 2 for size in SIZES])
results.record("even_kernel.shift", float(shifts[0]), unit="px")

# %%
# The same in layers. The picture is wide enough that nothing falls off its rim.

drift = {}
for size in LONG:
    samples = kernels.gaussian_profile(np.linspace(-3, 3, size))
    row = (samples / samples.sum()).astype(np.float32)[:, None, None]
    x = np.eye(1, 301, 150, dtype=np.float32)[:, :, None]
    drift[size] = [0.0]
    for _ in range(LAYERS):
        x = tf.nn.conv1d(x, row, stride=1, padding="SAME").numpy()
        drift[size].append(float((np.arange(301) - 150) @ x[0, :, 0].astype(np.float64)))
np.testing.assert_allclose(drift[30], -np.arange(LAYERS + 1) / 2, atol=1e-4)
np.testing.assert_allclose(drift[31], 0, atol=1e-4)
results.record("even_kernel.four_layers", round(drift[30][-1], 3), unit="px", tolerance=1e-3)

# %%
# A row for each kernel: what it makes of the bright pixel, and where the centroid is.

plt.style.use(plotting.STYLE)
fig, (grid, plot) = plt.subplots(1, 2, figsize=(6.4, 2.6), width_ratios=(1.9, 1))
shown = plotting.show_numbers(grid, np.array(outputs), "Outputs and their centroids",
                              limits=(0, 0.6))  # fmt: skip
for text, value in zip(grid.texts, np.ravel(outputs), strict=True):
    text.set_text(str(Fraction(float(value))) if value else "")
    text.set_color("white" if value < 0.3 else "black")
grid.axvline(WIDTH // 2, color=plotting.BLUE, linewidth=1.2, linestyle=":")
for row, centroid in enumerate(centroids):
    grid.plot(centroid, row + 0.36, "^", color=plotting.ORANGE, markersize=8, clip_on=False)
for row, size in enumerate(SIZES):
    grid.text(-0.7, row, f"{size} taps", ha="right", va="center", fontsize=9)
for size, marker in zip(LONG, "os", strict=True):
    plot.plot(range(LAYERS + 1), drift[size], marker + "-", label=f"{size} taps")
plot.set(title="Shift in layers", xlabel="layers", ylabel="shift (px)", xticks=range(LAYERS + 1))
plot.legend(loc="lower left")
plotting.describe(
    fig,
    f"Panel a: a bright pixel blurred by {', '.join(map(str, SIZES))} taps. The centroids of the "
    f"outputs lie {', '.join(f'{shift:g}' for shift in shifts)} pixels from it. Panel b: a "
    f"Gaussian of {LONG[0]} taps moves the picture to {drift[30][-1]:.1f} pixels in {LAYERS} "
    f"layers, one of {LONG[1]} taps does not move it.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The odd kernels of panel a sit on the dotted line, the even ones half a pixel to the left of it.
# No padding repairs this; the other choice of the side moves the picture to the right.
