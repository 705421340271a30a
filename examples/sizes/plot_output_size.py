r"""
The staircase of output sizes
=============================

An output grows with its input in steps. With a stride of :math:`s` it takes :math:`s` more pixels
to win one more output, because a window must fit whole. VALID and SAME follow two staircases:

.. math:: \left\lfloor \frac{n - k}{s} \right\rfloor + 1
          \qquad \left\lceil \frac{n}{s} \right\rceil

Part of :doc:`/sizes`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import arithmetic, plotting, results

TAPS = 3
STRIDES = (1, 2, 3)  # pixels
SIZES = np.arange(TAPS, 17)  # pixels

# %%
# The sizes that TensorFlow gives, asked for one at a time.

kernel = tf.ones((TAPS, 1, 1))
measured = {
    (padding, stride): np.array(
        [tf.nn.conv1d(tf.ones((1, n, 1)), kernel, stride, padding).shape[1] for n in SIZES]
    )
    for padding in ("VALID", "SAME")
    for stride in STRIDES
}
print(measured["VALID", 2])

# %%
# The two formulas give the same.

for (padding, stride), found in measured.items():
    expected = [arithmetic.output_size(n, TAPS, stride, padding=padding) for n in SIZES]
    np.testing.assert_array_equal(found, expected)

# %%
# What the formula of many lecture notes, :math:`(n - k + 2p) / s + 1`, gives for the first layer of
# a well-known network, without a floor: 224 pixels, 7 taps, a stride of 2, and padding 2 or 3.

for p in (2, 3):
    results.record(f"output_size.without_floor_{p}", (224 - 7 + 2 * p) / 2 + 1)
results.record("output_size.same_224", arithmetic.output_size(224, 7, 2, padding="same"))

# %%
# Dots are sizes that exist. Thin lines are the formula without its floor, with :math:`p = 0` for
# VALID and :math:`p = 1` for SAME.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, 2, figsize=(6.4, 3.7), sharey=True)
colours = (plotting.BLUE, plotting.ORANGE, plotting.GREEN)
for ax, (padding, p) in zip(axes, (("VALID", 0), ("SAME", 1)), strict=True):
    for stride, colour in zip(STRIDES, colours, strict=True):
        found = measured[padding, stride]
        ax.plot(SIZES, (SIZES - TAPS + 2 * p) / stride + 1, color=colour, linewidth=0.8, alpha=0.6)
        ax.plot(SIZES, found, "o", color=colour, markersize=4.5)
        ax.step(SIZES, found, where="post", color=colour, linewidth=1.8)
        ink = plotting.ink(colour)
        ax.text(SIZES[-1] + 0.4, found[-1], f"s = {stride}", color=ink, va="center")
    ax.set(title=f"{padding}, {TAPS} taps", xlabel="input size (px)", ylabel="output size (px)")
    ax.set(xticks=range(3, 17, 2), yticks=range(0, 17, 2), xlim=(2.5, 18.7), ylim=(0, 16.9))
    ax.label_outer()
    ax.grid()
for stride, place in ((1, (3.5, 7.5)), (2, (9.5, 0.6))):
    point = 7, measured["VALID", stride][list(SIZES).index(7)]
    axes[0].annotate(f"7 → {point[1]}", point, place, arrowprops={"arrowstyle": "-", "shrinkB": 3})
plotting.describe(
    fig,
    f"Output size against input size from {SIZES[0]} to {SIZES[-1]} pixels for a kernel of {TAPS} "
    "taps: staircases with steps as wide as the stride. At 16 pixels, strides 1, 2 and 3 give "
    f"{', '.join(str(measured['VALID', s][-1]) for s in STRIDES)} with VALID (panel a) and "
    f"{', '.join(str(measured['SAME', s][-1]) for s in STRIDES)} with SAME (panel b).",
)
plt.show()

# %%
# What to notice
# --------------
#
# The thin line meets the staircase only where the stride divides evenly. Between those points it
# promises a fraction of a pixel, and no library can return one.
