r"""
Small kernels in a row against a large one
==========================================

Two convolutions of 3x3 see 5x5 pixels, three see 7x7. VGG is built on that: with C maps before and
after, n small kernels have 9 n C² weights where one large kernel of the same field has
(2n + 1)² C². And there is a ReLU after each. What they see they don't see evenly.

.. math:: \frac{9 n}{(2 n + 1)^2} = \frac{18}{25}, \; \frac{27}{49}, \; \dots

Part of :doc:`/architectures`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import arithmetic, plotting, results

MAPS = 16
SIDE = 11  # pixels of the picture
DRAWS = 40  # networks with random weights
DEPTHS = (1, 2, 3)  # convolutions of 3x3
SEED = 1409

# %%
# How much does each pixel move the number in the middle? Stacks with random weights and ReLU, and
# the gradient of that number with respect to the picture, its size averaged over many stacks.

rng = np.random.default_rng(SEED)


def sensitivity(sizes):
    """Return the mean size of the gradient at each pixel, its largest 1, for a stack of kernels."""
    total = np.zeros((SIDE, SIDE))
    for _ in range(DRAWS):
        x = image = tf.constant(rng.normal(size=(1, SIDE, SIDE, MAPS)), tf.float32)
        with tf.GradientTape() as tape:
            tape.watch(image)
            for taps in sizes:
                spread = np.sqrt(2 / (taps**2 * MAPS))
                kernel = rng.normal(0, spread, (taps, taps, MAPS, MAPS))
                x = tf.nn.relu(tf.nn.conv2d(x, tf.constant(kernel, tf.float32), 1, "SAME"))
            middle = tf.reduce_sum(x[0, SIDE // 2, SIDE // 2])
        total += np.abs(tape.gradient(middle, image)[0]).sum(axis=-1)
    return total / total.max()


small = {depth: sensitivity([3] * depth) for depth in DEPTHS}
large = {depth: sensitivity([2 * depth + 1]) for depth in DEPTHS[1:]}

# %%
# Both reach the same pixels, as the formula says.

for depth in DEPTHS:
    field = arithmetic.receptive_field([(3, 1)] * depth)
    assert field == 2 * depth + 1
    np.testing.assert_array_equal((small[depth] > 0).sum(), field**2)
    if depth in large:
        np.testing.assert_array_equal(small[depth] > 0, large[depth] > 0)
corner = SIDE // 2 - 3
results.record("small_kernels.corner", float(small[3][corner, corner]), tolerance=0.02)
results.record("small_kernels.corner_large", float(large[3][corner, corner]), tolerance=0.1)

# %%
# The weights of each, with as many maps before as after, and no biases.

fields = np.arange(3, 13, 2)
weights = {
    "one": [arithmetic.conv_parameters(int(k), MAPS, MAPS, bias=False) for k in fields],
    "small": [k // 2 * arithmetic.conv_parameters(3, MAPS, MAPS, bias=False) for k in fields],
}
ratios = np.array(weights["small"]) / weights["one"]
results.record("small_kernels.ratio_5", float(ratios[1]))
results.record("small_kernels.ratio_7", float(ratios[2]))
results.record("small_kernels.ratio_11", float(ratios[4]))

# %%
# What each pixel matters, and what the weights cost.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplot_mosaic(
    [["s2", "s3", "cost"], ["l2", "l3", "cost"]], figsize=(6.4, 3.7), width_ratios=(1, 1, 1.7)
)
for depth in DEPTHS[1:]:
    k = 2 * depth + 1
    plotting.show_image(axes[f"s{depth}"], small[depth], f"{depth} of 3x3")
    drawn = plotting.show_image(axes[f"l{depth}"], large[depth], f"1 of {k}x{k}")
    for ax in (axes[f"s{depth}"], axes[f"l{depth}"]):
        plotting.outline(ax, SIDE // 2 - depth, SIDE // 2 - depth, k, k, line_width=1.5)
plotting.colour_bar(fig, drawn, [axes[name] for name in ("l2", "l3")], "mean |gradient|, largest 1",
                    horizontal=True)  # fmt: skip
ax = axes["cost"]
ax.plot(fields, np.array(weights["one"]) / MAPS**2, "o-", color=plotting.ORANGE)
ax.plot(fields, np.array(weights["small"]) / MAPS**2, "o-", color=plotting.BLUE)
ax.text(9.2, 100, "one large\nkernel", color=plotting.ink(plotting.ORANGE), ha="right")
ax.text(11, 6, "kernels of 3x3\nand their share", color=plotting.BLUE, ha="right", size=9)
for field, ratio, high in zip(fields[1:], ratios[1:], weights["small"][1:], strict=True):
    ax.annotate(f"{ratio:.0%}", (field, high / MAPS**2), xytext=(0, -14), size=9,
                textcoords="offset points", ha="center", color=plotting.BLUE)  # fmt: skip
ax.set(xlabel="field (pixels a side)", ylabel="weights / C²", xticks=fields, ylim=(0, None))
plotting.describe(
    fig,
    "Panels a to d: how much each pixel matters to the number in the middle. Two and three "
    "convolutions of 3x3 reach as far as one of 5x5 and one of 7x7, with most of the weight near "
    "the middle. Panel e: weights against the field. Three small kernels take "
    f"{ratios[2]:.0%} of those of one 7x7, five {ratios[4]:.0%} of those of one 11x11.",
    panels=[axes[name] for name in ("s2", "s3", "l2", "l3", "cost")],
)
plt.show()

# %%
# What to notice
# --------------
#
# A corner of the 7x7 field is reached on one path only, the middle on many: the stack looks through
# a window that fades at its border. One large kernel treats all pixels alike, until it is trained.
