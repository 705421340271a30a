r"""
Which maps C3 of LeNet-5 sees
=============================

Each of the 16 maps of LeNet-5's third layer is computed from some of the six maps before it: from
three neighbours, from four, from two pairs, and the last one from all. Maps with different inputs
cannot become the same.

.. math:: \text{parameters} = 60 \cdot 5 \cdot 5 + 16 = 1516

Part of :doc:`/lenet`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import arithmetic, models, plotting, results

TAPS = 5  # along each side of a kernel
SEED = 5

# %%
# Maps of S2, 14 x 14 pixels and six channels, of random numbers.

model = models.build("lenet5")
c3 = model.get_layer("C3")
maps = tf.constant(np.random.default_rng(SEED).normal(size=(1, 14, 14, 6)), tf.float32)
print(maps.shape, "->", c3(maps).shape)

# %%
# What depends on what, found by experiment: change one map of S2, and see which maps of C3 change.

sees = np.zeros((6, 16), dtype=bool)
before = c3(maps)
for channel in range(6):
    changed = maps + tf.one_hot(channel, 6)
    sees[channel] = np.abs(c3(changed) - before).max(axis=(0, 1, 2)) > 0
print(sees.sum(), "of", sees.size)

# %%
# The model's own table says the same, and the parameters are those of the paper.

np.testing.assert_array_equal(
    sees, [[channel in seen for seen in c3.connections] for channel in range(6)]
)
full = arithmetic.conv_parameters(TAPS, 6, 16)
assert c3.count_params() == sees.sum() * TAPS**2 + 16
results.record("connection_table.connected", int(sees.sum()))
results.record("connection_table.parameters", c3.count_params())
results.record("connection_table.full", full)

# %%
# A cell is tinted where the map of the column sees the map of the row.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 3.4))
plotting.show_numbers(ax, sees.astype(int), size=0.1)
for text in ax.texts:
    text.set_text("")
groups = {"3 neighbours": 6, "4 neighbours": 6, "2 + 2": 3, "all": 1}
tints = (plotting.BLUE, plotting.ORANGE, plotting.GREEN, plotting.PURPLE)
first = 0
for (name, count), tint in zip(groups.items(), tints, strict=True):
    columns = np.arange(16)
    inside = (columns >= first) & (columns < first + count)
    plotting.shade(ax, sees & inside, tint, 0.75)
    ax.text(first + (count - 1) / 2, -0.8, name, ha="center", color="0.15")
    first += count
ax.tick_params(labelbottom=False, labelleft=False)
for column, number in enumerate(sees.sum(axis=0)):
    ax.text(column, 5.95, column, ha="center", va="center", size=9)
    ax.text(column, 6.7, number, ha="center", va="center", size=9, weight="bold")
for row in range(6):
    ax.text(-0.8, row, row, ha="right", va="center", size=9)
ax.text(-0.8, 6.7, "sees", ha="right", va="center", size=9, weight="bold")
ax.set_ylabel("map of S2", labelpad=28)
ax.set_xlabel("map of C3", labelpad=46)
plotting.describe(
    fig,
    f"A table of 6 rows, the maps of S2, and 16 columns, the maps of C3, with {sees.sum()} of "
    f"{sees.size} cells tinted. Columns 0 to 5 have three neighbouring cells, counted in a circle, "
    "6 to 11 four neighbouring ones, 12 to 14 two pairs, and column 15 all six.",
)
plt.show()

# %%
# What to notice
# --------------
#
# No two columns are equal. Each row has ten cells, so that each map of S2 is used equally often.
# Today one would connect all maps with all and leave it to the random start to tell them apart.
