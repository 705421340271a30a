r"""
From 35 to 17 pixels, in parallel
=================================

A network that halves its maps wants more of them. Pooling first throws most numbers away before
anything has read them; convolving first costs the most. Inception v3 does both side by side: a
convolution with stride 2 and a pooling see the same maps, and their outputs are concatenated. The
three ways are compared with plain kernels of 3 by 3; in Inception v3 the convolving branch is two.

.. math:: 35^2 \cdot 288 \;\to\; 17^2 \cdot (480 + 288) = 17^2 \cdot 768

Part of :doc:`/inception`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np

from convbook import arithmetic, plotting, results
from convbook.models import tables

SIZE, MAPS, WANTED = 35, 288, 768  # pixels and maps before Inception v3's module mixed3, maps after
MEGA = 1e6

# %%
# Three ways, and the third as Inception v3 has it, with two convolving branches of 384 and 96 maps.
# The pooling of 3x3 pixels has stride 2 and no padding in each.

x = keras.Input((SIZE, SIZE, MAPS))
pooled = keras.layers.MaxPooling2D(3, 2, name="pool")(x)
conv = keras.layers.Conv2D(WANTED, 3, padding="same", use_bias=False, name="conv")
pool_first = keras.Model(x, conv(pooled))
wide = keras.layers.Conv2D(WANTED, 3, padding="same", use_bias=False, name="conv")(x)
conv_first = keras.Model(x, keras.layers.MaxPooling2D(3, 2, name="pool")(wide))
strided = keras.layers.Conv2D(WANTED - MAPS, 3, 2, use_bias=False, name="conv")(x)
parallel = keras.Model(x, keras.layers.Concatenate(name="concat")([strided, pooled]))
three = keras.layers.Conv2D(384, 3, 2, use_bias=False, name="3x3")(x)
twice = keras.layers.Conv2D(64, 1, use_bias=False, name="twice1")(x)
twice = keras.layers.Conv2D(96, 3, padding="same", use_bias=False, name="twice2")(twice)
twice = keras.layers.Conv2D(96, 3, 2, use_bias=False, name="twice3")(twice)
inception_v3 = keras.Model(x, keras.layers.Concatenate(name="concat")([three, twice, pooled]))
ways = {"pool, then convolve": pool_first, "convolve, then pool": conv_first,
        "both side by side": parallel, "as in v3": inception_v3}  # fmt: skip
for name, model in ways.items():
    print(name, model.output.shape)

# %%
# The cost, from the models' tables and by arithmetic.

costs = {name: sum(row.macs for row in tables.layer_table(model)) for name, model in ways.items()}
half = arithmetic.output_size(SIZE, 3, stride=2)
by_hand = [
    arithmetic.conv_macs(half, 3, MAPS, WANTED),
    arithmetic.conv_macs(SIZE, 3, MAPS, WANTED),
    arithmetic.conv_macs(half, 3, MAPS, WANTED - MAPS),
    arithmetic.conv_macs(half, 3, MAPS, 384) + arithmetic.conv_macs(SIZE, 1, MAPS, 64)
    + arithmetic.conv_macs(SIZE, 3, 64, 96) + arithmetic.conv_macs(half, 3, 96, 96),
]  # fmt: skip
np.testing.assert_array_equal(list(costs.values()), by_hand)
assert {model.output.shape for model in ways.values()} == {(None, half, half, WANTED)}

# %%
# How many numbers per picture are passed on from step to step.

before, after = SIZE**2 * MAPS, half**2 * WANTED
steps = {
    "pool, then convolve": [before, half**2 * MAPS, after],
    "convolve, then pool": [before, SIZE**2 * WANTED, after],
    "both side by side": [before, after],
}
for key, name in zip(("pool_first", "conv_first", "parallel", "v3"), ways, strict=True):
    results.record(f"grid_reduction.{key}", costs[name] / MEGA)
results.record("grid_reduction.bottleneck", steps["pool, then convolve"][1])
results.record("grid_reduction.before", before)
results.record("grid_reduction.after", after)

# %%
# The length of a bar is the number of values between two steps.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(
    3, 1, figsize=(6.4, 4.4), sharex=True, height_ratios=[len(v) for v in steps.values()]
)
for ax, (name, values) in zip(axes, steps.items(), strict=True):
    ax.set_title(f"{name}: {costs[name] / MEGA:,.0f} million MACs")
    for height, count in enumerate(values):
        narrow = count < after
        ax.barh(height, count, left=-count / 2, color=plotting.ORANGE if narrow else plotting.BLUE)
        ax.text(0, height, f"{count:,}", color="white", ha="center", va="center")
    ax.set(ylim=(len(values) - 0.5, -0.5), xticks=(), yticks=())
    ax.spines[:].set_visible(False)
plotting.describe(
    fig,
    "Three panels of bars, whose lengths are the numbers per picture between steps. "
    + " ".join(
        f"{name}: {', '.join(f'{v:,}' for v in values)}, at {costs[name] / MEGA:,.0f} million MACs."
        for name, values in steps.items()
    ),
)
plt.show()

# %%
# What to notice
# --------------
#
# The orange bar is the bottleneck: after it there are more maps again, but nothing in them that was
# not among the numbers of the bar. Side by side costs less than either, because it makes 480 maps
# where the others make 768: the other 288 are the pooling's.
