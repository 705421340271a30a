r"""
Dividing by 256 is not dividing by 255
======================================

The levels of a ``uint8`` picture run from 0 to 255, so 255 takes them to the range from 0 to 1.
Dividing by 256 leaves white short of 1, and every level is off in proportion to itself. TensorFlow
scales back by 255: the picture returns darker than it went.

.. math:: \frac{v}{255} - \frac{v}{256} = \frac{v}{255 \cdot 256}

Part of :doc:`/images`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, results

TIMES = 60  # round trips

# %%
# All the levels that a pixel can have.

levels = np.arange(256, dtype=np.uint8)
print(levels.shape, levels[:3], levels[-3:])

# %%
# TensorFlow's conversion divides by 255.

right = tf.image.convert_image_dtype(levels, tf.float32)
wrong = levels / np.float32(256)
print(right[-1].numpy(), wrong[-1])

# %%
# The error is the one of the formula, largest for white: one part in 256.

np.testing.assert_allclose(right, data.to_float(levels), rtol=1e-6)
error = wrong - right.numpy()
np.testing.assert_allclose(error, -(levels / (255 * 256)), atol=1e-7)
results.record("dividing_by_255.white", float(wrong[-1]))
results.record("dividing_by_255.error", float(-error[-1]))

# %%
# There and back again: TensorFlow multiplies, and cuts the fraction off. Each way costs a level.

picture = np.round(255 * data.chelsea_grey()).astype(np.uint8)
saved = {0: picture}
for times in range(1, TIMES + 1):
    saved[times] = tf.image.convert_image_dtype(saved[times - 1] / 256, tf.uint8).numpy()
kept = tf.image.convert_image_dtype(right, tf.uint8)
np.testing.assert_array_equal(kept, levels)
lost = levels - tf.image.convert_image_dtype(wrong, tf.uint8).numpy()
results.record("dividing_by_255.levels_changed", int(np.count_nonzero(lost)))
results.record("dividing_by_255.mean_before", float(picture.mean()))
results.record("dividing_by_255.mean_after", float(saved[TIMES].mean()))

# %%
# The error of every level, and what it does to a picture that is often opened and saved.

plt.style.use(plotting.STYLE)
shown = (0, TIMES // 2, TIMES)
fig, axes = plt.subplot_mosaic([["error"] * 3, shown], figsize=(6.4, 4.4), height_ratios=(1, 1.25))
ax = axes["error"]
ax.axhline(0, color=plotting.BLUE)
ax.plot(levels, error, color=plotting.ORANGE)
ax.text(250, 0.0001, "v / 255: white is 1", color=plotting.BLUE, ha="right", va="bottom")
colour = plotting.ink(plotting.ORANGE)
ax.text(205, error[-1], f"v / 256: white is {wrong[-1]:.5f}", color=colour, ha="right")
ax.set_xlabel("level v of a pixel, 0 to 255")
ax.set_ylabel("error of the float")
ax.set_ylim(-0.0043, 0.0009)
for times in shown:
    title = f"saved {times} times" if times else "a picture"
    plotting.show_image(axes[times], saved[times], title, limits=(0, 255))
plotting.describe(
    fig,
    f"Panel a, over the 256 levels: dividing by 256 instead of 255 is off by an amount that rises "
    f"in a straight line to {-error[-1]:.4f} at white. Panels b to d: Chelsea's face as it is and "
    f"after {shown[1]} and {TIMES} rounds of dividing by 256 and converting back: it turns dark.",
)
plt.show()

# %%
# What to notice
# --------------
#
# One part in 256 is too little to see, and enough to spoil an exact comparison. Every round trip
# takes one level from all pixels but the black ones, and that adds up.
