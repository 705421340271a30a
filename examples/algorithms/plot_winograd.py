r"""
Winograd: two outputs from four multiplications
===============================================

Two neighbouring outputs of a kernel with three taps take six multiplications by the definition.
Winograd's F(2, 3) adds first, multiplies four times, and adds again. The sums of the kernel are
computed once and serve the whole picture:

.. math:: y = A^T \left[ (G \, g) \odot (B^T d) \right]

Part of :doc:`/algorithms`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import plotting
from convbook.reference.winograd import INPUT_TRANSFORM, KERNEL_TRANSFORM, OUTPUT_TRANSFORM

# %%
# Four pixels, three taps.

pixels = np.array([4, 1, 3, 2], np.float64)
kernel = np.array([1, 2, 3], np.float64)
print(pixels.shape, kernel.shape)

# %%
# TensorFlow's answer.

direct = tf.nn.conv1d(pixels[None, :, None], kernel[:, None, None], stride=1, padding="VALID")

# %%
# Winograd's: sums, four products, sums.

pixel_sums = INPUT_TRANSFORM @ pixels
kernel_sums = KERNEL_TRANSFORM @ kernel
products = pixel_sums * kernel_sums
outputs = OUTPUT_TRANSFORM @ products
np.testing.assert_array_equal(outputs, direct[0, :, 0])

# %%
# A blue line adds, a dashed orange one subtracts. The lines are drawn from the three matrices.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 3.7))
rows = np.arange(4.0)
columns = [
    (0.0, rows, pixels, [f"$d_{i}$" for i in range(4)], "0.93"),
    (1.6, rows, pixel_sums, ["$d_0-d_2$", "$d_1+d_2$", "$d_2-d_1$", "$d_1-d_3$"], "0.93"),
    (2.6, rows, kernel_sums, ["$g_0$", "$(g_0+g_1+g_2)/2$", "$(g_0-g_1+g_2)/2$", "$g_2$"],
     "#fbe3d3"),
    (3.6, rows, products, [f"$m_{i + 1}$" for i in range(4)], "0.93"),
    (5.2, np.array([1.0, 2.0]), outputs, ["$y_0$", "$y_1$"], "#cfeee2"),
]  # fmt: skip
for left, heights, values, names, colour in columns:
    for height, value, name in zip(heights, values, names, strict=True):
        text = f"{value:g}".replace("-", "\N{MINUS SIGN}")
        frame = {"boxstyle": "round,pad=0.35", "facecolor": colour, "edgecolor": "0.5"}
        ax.text(left, height, text, size=13, ha="center", va="center", zorder=3, bbox=frame)
        ax.text(left, height - 0.36, name, size=9.5, ha="center", va="center", color="0.25")
for matrix, start, end in (
    (INPUT_TRANSFORM, columns[0], columns[1]),
    (OUTPUT_TRANSFORM, columns[3], columns[4]),
):
    for target, source in np.argwhere(matrix):
        adds = matrix[target, source] > 0
        ax.plot((start[0] + 0.22, end[0] - 0.22), (start[1][source], end[1][target]),
                color=plotting.BLUE if adds else plotting.ORANGE,
                linestyle="-" if adds else "--", linewidth=1.5)  # fmt: skip
for row in rows:
    ax.text(2.1, row, "\N{MULTIPLICATION SIGN}", size=13, ha="center", va="center")
    ax.text(3.1, row, "=", size=13, ha="center", va="center")
for left, title in ((0, "pixels"), (1.6, "sums"), (2.6, "kernel"), (3.6, "products"),
                    (5.2, "outputs")):  # fmt: skip
    ax.text(left, -0.85, title, size=10, ha="center", va="center", weight="bold")
ax.set(xlim=(-0.35, 5.5), ylim=(3.35, -1.05))
ax.set_axis_off()
plotting.describe(
    fig,
    "From left to right: four pixels, "
    + ", ".join(f"{value:g}" for value in pixels)
    + "; four sums of them, each times a sum of kernel values; the four products, "
    + ", ".join(f"{value:g}" for value in products)
    + f"; and the outputs {outputs[0]:g} and {outputs[1]:g}, joined to the products by lines.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Multiplications stand in one column only. To its left and to its right there are additions and
# subtractions, whose number does not grow with the number of channels as that of the products does.
