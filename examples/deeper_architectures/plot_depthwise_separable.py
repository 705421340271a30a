r"""
A convolution in two steps
==========================

MobileNet's block splits a convolution of k x k from C maps to N in two: a depthwise one, with one
kernel a map, and a 1x1 one that mixes maps. Together they are one dense convolution, of which all
the kernels that read a map are multiples of one. That costs a fraction:

.. math:: \frac{k^2 C + C N}{k^2 C N} = \frac{1}{N} + \frac{1}{k^2}

Part of :doc:`/deeper_architectures`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import arithmetic, models, plotting, results
from convbook.models import tables
from convbook.models.imagenet import mobilenet

TAPS, MAPS, OUT = 3, 3, 5  # of the small example: taps, maps before and after
SEED = 1704

# %%
# A small block: three maps, a kernel for each, and a table of weights from three maps to five.

rng = np.random.default_rng(SEED)
x = rng.normal(size=(1, 12, 12, MAPS)).astype(np.float32)
depthwise = rng.normal(size=(TAPS, TAPS, MAPS, 1)).astype(np.float32)
pointwise = rng.normal(size=(1, 1, MAPS, OUT)).astype(np.float32)
print(x.shape, depthwise.shape, pointwise.shape)

# %%
# TensorFlow in two steps, and in one with the product of the weights for a kernel.

steps = tf.nn.conv2d(
    tf.nn.depthwise_conv2d(x, depthwise, (1, 1, 1, 1), "SAME"), pointwise, 1, "SAME"
)
dense = depthwise * pointwise  # (k, k, C, 1) times (1, 1, C, N) is (k, k, C, N)
np.testing.assert_allclose(steps, tf.nn.conv2d(x, dense, 1, "SAME"), atol=1e-4)
print(depthwise.size + pointwise.size, "weights for", dense.size)

# %%
# The blocks of MobileNet, from its layer table, beside what dense 3x3 convolutions would cost.

with keras.StatelessScope(initialize_variables=False):
    rows = {row.name: row for row in tables.layer_table(models.build("mobilenet"))}
ratios, separable, full = [], 0, 0
for number, (_, maps) in enumerate(mobilenet.BLOCKS, start=1):
    size, before = rows[f"depthwise{number}"].output_shape[1:]
    split = rows[f"depthwise{number}"].macs + rows[f"pointwise{number}"].macs
    whole = arithmetic.conv_macs((size, size), (3, 3), before, maps)
    assert split == arithmetic.depthwise_separable_macs((size, size), (3, 3), before, maps)
    ratios.append((maps, split / whole))
    separable, full = separable + split, full + whole
np.testing.assert_allclose([r for _, r in ratios], [1 / n + 1 / 9 for n, _ in ratios])
rest = rows["conv"].macs + rows["logits"].macs
results.record("depthwise_separable.macs", separable + rest)
results.record("depthwise_separable.macs_dense", full + rest)
results.record("depthwise_separable.times", (full + rest) / (separable + rest))
pointwise_macs = sum(row.macs for name, row in rows.items() if name.startswith("pointwise"))
results.record("depthwise_separable.pointwise_share", pointwise_macs / (separable + rest))

# %%
# The table of products: a row has one kernel, in as many strengths as there are columns.

plt.style.use(plotting.STYLE)
fig = plt.figure(figsize=(6.4, 3.4))
left, right = fig.subfigures(1, 2, width_ratios=(1.35, 1))
axes = left.subplots(MAPS + 1, OUT + 1)
limit = plotting.symmetric_limit(dense, depthwise, pointwise)
axes[0, 0].set_axis_off()
for m in range(MAPS):
    plotting.show_signed(axes[m + 1, 0], depthwise[..., m, 0], limit)
    for n in range(OUT):
        drawn = plotting.show_signed(axes[m + 1, n + 1], dense[..., m, n], limit)
for n in range(OUT):
    plotting.show_signed(axes[0, n + 1], pointwise[0, 0, :, n, None], limit)
for ax in axes.flat[1:]:
    plotting.outline(ax, 0, 0, *ax.images[0].get_array().shape, "0.4", 1)
axes[0, 3].set_title("pointwise: a column for each new map", size=9)
axes[1, 0].set_title("depthwise", size=9, loc="left")
plotting.colour_bar(left, drawn, axes, "weight", horizontal=True)
ax = right.subplots()
new = np.geomspace(8, 1024, 100)
for taps, tint in ((3, plotting.BLUE), (5, plotting.ORANGE), (7, plotting.GREEN)):
    ax.loglog(new, 1 / new + 1 / taps**2, color=tint)
    ax.text(1400, 1 / 1024 + 1 / taps**2, f"{taps}x{taps}", va="center")
ax.plot(*zip(*ratios, strict=True), "o", color=plotting.BLUE, clip_on=False)
ax.set_xticks([8, 64, 512], ["8", "64", "512"])
ax.set_yticks([0.02, 0.05, 0.1, 0.2], ["1/50", "1/20", "1/10", "1/5"])
ax.minorticks_off()
ax.set(xlabel="output maps O", title="cost of the two steps", xlim=(8, 1024))
plotting.describe(
    fig,
    f"Panel a: {MAPS} depthwise kernels, {OUT} columns of pointwise weights and the {MAPS * OUT} "
    "kernels of the dense convolution that they make: in each row the same pattern, stronger, "
    "weaker or with its sign turned. Panel b: the cost against the number of maps; MobileNet's 13 "
    f"blocks lie on the curve for 3x3, from 1/{1 / max(r for _, r in ratios):.1f} to "
    f"1/{1 / min(r for _, r in ratios):.1f}.",
    panels=[axes[0, 0], ax],
)
plt.show()

# %%
# What to notice
# --------------
#
# With many maps the ratio is that of the taps, one to nine. Then the 1x1 convolutions have nearly
# all of the cost that is left. What is given up: a new map can no longer look for a shape of its
# own in each map, only for its own mixture of the shapes that are there.
