r"""
224 or 227
==========

The paper of AlexNet says that its pictures have 224 pixels a side, and that its first convolution,
of 11 taps and stride 4, gives maps of 55 pixels a side. Both can't be: 224 pixels hold 54.25 steps.
With 227 pixels the windows end at the last pixel.

.. math:: \left\lfloor \frac{224 - 11}{4} \right\rfloor + 1 = \lfloor 54.25 \rfloor = 54,
   \qquad \frac{227 - 11}{4} + 1 = 55

Part of :doc:`/architectures`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import arithmetic, plotting, results

TAPS, STRIDE = 11, 4  # pixels, of the first convolution
POOL, POOL_STRIDE = 3, 2  # pixels
MAPS = 256  # that enter the first dense layer
SHOWN = 26  # pixels at the right end

# %%
# Four ways to read the paper: picture, and zeros before and after it. The third is TensorFlow's
# SAME; the last is what torchvision's copy of the network does.

readings = {
    "227, VALID": (227, (0, 0)),
    "224, VALID": (224, (0, 0)),
    "224, SAME": (224, arithmetic.same_padding(224, TAPS, STRIDE)),
    "224, 2 zeros": (224, (2, 2)),
}
print(readings)

# %%
# TensorFlow convolves a line of pixels of each size. The three poolings follow, without padding.

kernel = tf.ones((TAPS, 1, 1))
sides = {}
for name, (size, pads) in readings.items():
    line = tf.pad(tf.ones((1, size, 1)), [[0, 0], pads, [0, 0]])
    steps = [tf.nn.conv1d(line, kernel, STRIDE, "VALID")]
    for _ in range(3):
        steps.append(tf.nn.max_pool1d(steps[-1], POOL, POOL_STRIDE, "VALID"))
    sides[name] = [step.shape[1] for step in steps]
print(sides)

# %%
# The formula with the floor gives the same, and says how many pixels no window reads.

unread = {}
for name, (size, pads) in readings.items():
    expected = [arithmetic.output_size(size, TAPS, STRIDE, padding=pads)]
    for _ in range(3):
        expected.append(arithmetic.output_size(expected[-1], POOL, POOL_STRIDE))
    np.testing.assert_array_equal(sides[name], expected)
    unread[name] = size + sum(pads) - ((expected[0] - 1) * STRIDE + TAPS)
results.record("alexnet_sizes.features_227", MAPS * sides["227, VALID"][-1] ** 2)
results.record("alexnet_sizes.features_224", MAPS * sides["224, VALID"][-1] ** 2)
results.record("alexnet_sizes.sides_227", sides["227, VALID"])
results.record("alexnet_sizes.sides_224", sides["224, VALID"])
results.record("alexnet_sizes.same", readings["224, SAME"][1], unit="px")

# %%
# The right end of the picture in each reading: its pixels, the zeros after it, the last windows.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(4, 1, figsize=(6.4, 5.3), sharex=True)
for ax, (name, (size, pads)) in zip(axes, readings.items(), strict=True):
    count = sides[name][0]
    for place in range(size - SHOWN, size + pads[1]):
        zero = place >= size
        read = place < (count - 1) * STRIDE + TAPS - pads[0]
        tint = plotting.ORANGE if not read else "white" if zero else "0.75"
        ax.add_patch(plt.Rectangle((place - size, 0), 1, 1, facecolor=tint, edgecolor="0.45",
                                   linewidth=0.7))  # fmt: skip
        if zero:
            ax.text(place - size + 0.5, 0.5, "0", ha="center", va="center", size=9, color="0.3")
    for row, number in enumerate(range(count - 3, count), start=1):
        left = number * STRIDE - pads[0] - size
        ax.barh(row + 0.25, TAPS, left=left, height=0.55, align="edge", color=plotting.BLUE)
        ax.text(left + TAPS / 2, row + 0.5, f"window {number + 1}", ha="center", va="center",
                size=9, color="white")  # fmt: skip
    ax.axvline(0, color="0.2", linewidth=1, zorder=0)  # behind the names of the windows
    chain = " → ".join(map(str, sides[name]))
    left_over = f"{unread[name]} unread" if unread[name] else "none unread"
    ax.set_title(f"{name}: {chain}, so {sides[name][-1] ** 2 * MAPS:,} features, {left_over}",
                 loc="left")  # fmt: skip
    ax.set(xlim=(-SHOWN, 6), ylim=(-0.1, 4))
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
axes[-1].set_xticks([-24, -16, -8, 0, 4], ["24", "16", "8", "end of the picture", ""])
axes[-1].set_xlabel("pixels before the end")
plotting.describe(
    fig,
    "The right end of AlexNet's picture in four readings, with the last three windows of 11 "
    f"pixels. Panel a: with 227 pixels {sides['227, VALID'][0]} windows end at the border. Panel "
    f"b: with 224 and no zeros {sides['224, VALID'][0]} windows leave one pixel unread, and the "
    f"network ends with {sides['224, VALID'][-1]} pixels a side. Panels c and d: SAME gives "
    f"{sides['224, SAME'][0]} windows, two zeros on either side {sides['224, 2 zeros'][0]}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Without zeros, 224 pixels end in five a side and 6,400 features, and the weights of fc6 expect
# 9,216. Zeros repair that, but each repair lays its windows elsewhere: those of SAME begin three
# pixels before the picture, those of 227 at its corner.
