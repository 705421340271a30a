r"""
Separable kernels: a column, then a row
=======================================

A kernel that is the product of a column and a row can be applied as two kernels of one dimension,
one after the other. The result is the same and costs :math:`2 k` multiplications per pixel, not
:math:`k^2`. Singular values tell whether it can be done: all but the first are zero.

.. math:: w = \sum_{i=1}^{r} \sigma_i \, a_i b_i^T

Part of :doc:`/kernels`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, plotting, reference, results

TAPS = 15
MARGIN = TAPS // 2  # pixels that VALID takes from each side
NAMES = ("binomial_blur", "sobel_x", "sharpen", "outline", "emboss")

# %%
# The kernel, its column and its row.

picture = data.chelsea_grey()[30:126, 20:136]
kernel = kernels.binomial(TAPS)
column, row = kernels.separate(kernel)
print(kernel.shape, column.shape, row.shape)

# %%
# Once with the square, and once with the column and then the row.

x = picture[None, :, :, None]
square = tf.nn.conv2d(x, kernel[:, :, None, None], strides=1, padding="VALID")[0, :, :, 0]
halfway = tf.nn.conv2d(x, column[:, :, None, None], strides=1, padding="VALID")
twice = tf.nn.conv2d(halfway, row[:, :, None, None], strides=1, padding="VALID")[0, :, :, 0]
print(square.shape, halfway.shape, twice.shape)

# %%
# Equal up to rounding.

np.testing.assert_allclose(twice, square, atol=1e-6)
np.testing.assert_allclose(square, reference.correlate2d(picture, kernel), atol=1e-6)
results.record("separable_kernels.error", float(np.abs(twice - square).max()), tolerance=1e-6)
results.record("separable_kernels.square", kernel.size)
results.record("separable_kernels.separate", column.size + row.size)

# %%
# Singular values, relative to the first. Each that is not zero stands for a column and a row.

singular = np.stack([np.linalg.svd(kernels.get(n), compute_uv=False) for n in NAMES])
relative = singular / singular[:, :1]
ranks = (relative > 1e-6).sum(axis=1)
np.testing.assert_array_equal(ranks, [kernels.rank(kernels.get(name)) for name in NAMES])

# %%
# The two steps, the singular values, and the cost.

plt.style.use(plotting.STYLE)
layout = [["a", "a", "b", "b", "c", "c"], ["d", "d", "d", "e", "e", "e"]]
fig, axes = plt.subplot_mosaic(layout, figsize=(6.4, 4.6), height_ratios=(1, 1.1))
inside = slice(MARGIN, -MARGIN)
plotting.show_image(axes["a"], picture[inside, inside], "Picture", limits=(0, 0.8))
plotting.show_image(axes["b"], halfway[0, :, inside, 0], "After the column", limits=(0, 0.8))
plotting.show_image(axes["c"], twice, "After the row", limits=(0, 0.8))
plotting.show_numbers(axes["d"], np.abs(relative), "Singular values", limits=(-2, 1), spec=".2f")
for place, (name, rank) in enumerate(zip(NAMES, ranks, strict=True)):
    axes["d"].text(-0.6, place, name, ha="right", va="center", fontsize=9)
    axes["d"].text(2.6, place, f"rank {rank}", va="center", fontsize=9)
sizes = np.arange(1, 32, 2)
axes["e"].plot(sizes, sizes**2, color=plotting.ORANGE, label="square, $k^2$")
axes["e"].plot(sizes, 2 * sizes, color=plotting.BLUE, label="column and row, $2k$")
axes["e"].set(xlabel="size $k$ in taps", ylabel="multiplications per pixel", yscale="log")
axes["e"].legend()
listed = ", ".join(f"{name} has rank {rank}" for name, rank in zip(NAMES, ranks, strict=True))
plotting.describe(
    fig,
    f"A cat's eye (panel a), the same blurred along its columns by {TAPS} taps (b), and then along "
    f"its rows (c). Panel d, a table of singular values: {listed}. Panel e, the cost: at "
    f"{sizes[-1]} taps {sizes[-1] ** 2} multiplications against {2 * sizes[-1]}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# After the column (panel b) the horizontal lines are gone and the vertical ones stand. The curves
# of panel e start close together: at three taps, six multiplications replace nine.
