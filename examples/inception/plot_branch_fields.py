r"""
How far each branch can see
===========================

The branches of a module look at the same maps through windows of different sizes. Counted in pixels
of the picture, the window of a branch is the one of the module's input, widened by its own kernels
times the stride so far. The gradient of a unit shows the same square from inside.

.. math:: r = r_\text{in} + (k - 1) \prod_{m < l} s_m

Part of :doc:`/inception`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import models, plotting, results
from convbook.models import tables

MODULES = {"inception1": 15, "inception2": 16}  # middle of what its middle unit sees, in pixels
BRANCHES = {"1x1": "1 × 1", "3x3": "3 × 3", "5x5": "5 × 5", "pool_proj": "pool, 1 × 1"}
PICTURES = 100  # of noise: a maximum lets one pixel of several through
SIZE = 28  # pixels
SEED = 9

# %%
# The network as it starts, and pictures of noise.

model = models.build("mini_inception")
rows = {row.name: row for row in tables.layer_table(model)}
noise = tf.constant(np.random.default_rng(SEED).random((PICTURES, SIZE, SIZE, 1)), tf.float32)
print(noise.shape)

# %%
# The pixels with a gradient, for the unit in the middle of each branch's maps.

names = [f"{module}_{branch}" for module in MODULES for branch in BRANCHES]
inner = keras.Model(model.input, [model.get_layer(name).output for name in names])
with tf.GradientTape(persistent=True) as tape:
    tape.watch(noise)
    units = [
        tf.reduce_sum(maps[:, maps.shape[1] // 2, maps.shape[2] // 2]) for maps in inner(noise)
    ]
seen = {
    name: np.abs(tape.gradient(unit, noise)[..., 0]).mean(axis=0)
    for name, unit in zip(names, units, strict=True)
}

# %%
# The squares of a module have one middle. What of a square would leave the picture meets padding.

for name, gradient in seen.items():
    side, middle = rows[name].receptive_field[0], MODULES[name.split("_")[0]]
    inside = max(0, middle - side // 2), min(SIZE, middle + side // 2) - 1
    for axis in (0, 1):
        reached = np.flatnonzero(gradient.any(axis=axis))
        np.testing.assert_array_equal((reached[0], reached[-1]), inside)
sides = {name: rows[name].receptive_field[0] for name in names}
for module in MODULES:
    of_module = [sides[f"{module}_{branch}"] for branch in BRANCHES]
    results.record(f"branch_fields.{module}", of_module, unit="px")

# %%
# A column per branch, a panel per module: how strongly each pixel acts, and the formula's square.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 4, figsize=(6.4, 4.1))
for ax, (name, gradient) in zip(axes.ravel(), seen.items(), strict=True):
    module, branch = name.split("_", maxsplit=1)
    title = f"{BRANCHES[branch]}: {sides[name]} px"
    drawn = plotting.show_image(ax, gradient / gradient.max(), title)
    start = max(0, MODULES[module] - sides[name] // 2)
    shown = min(SIZE, MODULES[module] + sides[name] // 2) - start
    plotting.outline(ax, start, start, shown, shown)
for ax, module in zip(axes[:, 0], MODULES, strict=True):
    ax.text(-0.08, 0.5, module, transform=ax.transAxes, rotation=90, ha="right", va="center")
plotting.colour_bar(fig, drawn, axes, "gradient, as a share of its largest", horizontal=True)
plotting.describe(
    fig,
    "Eight maps of 28 by 28 pixels, two modules (panels a and b) by four branches: the gradient of "
    "one unit, bright within a square frame and black outside of it. Sides of the frames, in "
    "pixels: "
    + "; ".join(
        f"{module} " + ", ".join(str(sides[f"{module}_{branch}"]) for branch in BRANCHES)
        for module in MODULES
    )
    + ". The last but one of the second module is cut by the picture's border.",
    panels=axes[:, 0],
)
plt.show()

# %%
# What to notice
# --------------
#
# Side by side in one module stand windows of different sizes, and the layers after it can choose.
# The second module's 1x1 branch already sees more than any branch of the first: after a
# concatenation every branch sees what the widest one saw.
