r"""
SAME padding is not always symmetric
====================================

With ``padding="SAME"`` TensorFlow pads as many zeros as the output size
:math:`\lceil n / s \rceil` needs, and no more. When that number is odd, the extra zero goes to the
end: below and on the right. An input of 224 pixels under a kernel of 7 taps and a stride of 2 is
padded by 2 before and 3 after:

.. math:: p = \max\left(\left(\lceil n / s \rceil - 1\right) s + k - n,\; 0\right)

Part of :doc:`/sizes`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import arithmetic, plotting, reference, results

TAPS = 7
STRIDE = 2  # pixels
SIDE = 3  # zeros on either side, when it is done by hand and symmetrically

# %%
# Eight pixels stand for 224: both are even, so the zeros are the same. The kernel adds seven
# pixels.

signal = np.arange(1, 9, dtype=np.float32).reshape(1, 8, 1)
ones = np.ones((TAPS, 1, 1), dtype=np.float32)
print(signal.shape, ones.shape)

# %%
# TensorFlow chooses the padding itself, or takes what ``tf.pad`` has added.

same = tf.nn.conv1d(signal, ones, stride=STRIDE, padding="SAME")[0, :, 0].numpy()
symmetric = tf.pad(signal, [[0, 0], [SIDE, SIDE], [0, 0]])
other = tf.nn.conv1d(symmetric, ones, stride=STRIDE, padding="VALID")[0, :, 0].numpy()
print(same, other)

# %%
# The rule above gives TensorFlow's zeros. The other padding gives as many outputs, and other ones.

pads = arithmetic.same_padding(signal.shape[1], TAPS, STRIDE)
assert pads == arithmetic.same_padding(224, TAPS, STRIDE)
np.testing.assert_allclose(same, reference.conv1d(signal, ones, STRIDE, pads)[0, :, 0])
np.testing.assert_allclose(other, reference.conv1d(signal, ones, STRIDE, SIDE)[0, :, 0])
assert len(same) == len(other)
assert not np.isin(same, other).any()
results.record("same_padding.imagenet", arithmetic.same_padding(224, TAPS, STRIDE), unit="px")

# %%
# Each row of a panel is one position of the kernel, with its sum on the right. Zeros are tinted.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 1, figsize=(6.4, 4.1))
padded = np.pad(signal[0, :, 0], SIDE)
for ax, (before, after), output, name in (
    (axes[0], pads, same, "SAME"),
    (axes[1], (SIDE, SIDE), other, "By hand"),
):
    rows = np.tile(padded, (len(output), 1))
    plotting.show_numbers(ax, rows, f"{name}: {before} zeros before, {after} after")
    unused = np.arange(rows.size) % len(padded) < SIDE - before
    plotting.shade(ax, (rows == 0) & ~unused.reshape(rows.shape))
    for text in np.array(ax.texts)[unused]:
        text.set_text("")
    for row, total in enumerate(output):
        plotting.outline(ax, row, SIDE - before + row * STRIDE, 1, TAPS, plotting.BLUE)
        ax.text(len(padded), row, f"= {total:g}", va="center")
plotting.describe(
    fig,
    f"Eight numbers under {len(same)} positions of a kernel of {TAPS} taps. Panel a: SAME adds "
    f"{pads[0]} zeros before and {pads[1]} after, and the sums are "
    f"{', '.join(f'{v:g}' for v in same)}. Panel b: with {SIDE} zeros on both sides the windows "
    f"lie one pixel further left: {', '.join(f'{v:g}' for v in other)}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Both give four outputs, from different windows. A network whose weights were trained with one
# padding sees a picture shifted by a pixel when it is run with the other.
