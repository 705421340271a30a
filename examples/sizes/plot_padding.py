r"""
What to assume beyond the border
================================

A window that hangs over the border needs values that the picture does not have. VALID has no such
windows and loses a margin. SAME assumes zeros, which are black. ``tf.pad`` offers two mirrors: one
repeats the pixel at the border, the other does not. A blur of 21 x 21 taps shows the difference:

.. math:: y_{i, j} = \frac{1}{21^2} \sum_{u, v} x_{i + u, j + v}

Part of :doc:`/sizes`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, plotting, reference, results

TAPS = 21
MARGIN = TAPS // 2  # pixels
MODES = {"CONSTANT": "Zeros, as SAME", "REFLECT": "REFLECT", "SYMMETRIC": "SYMMETRIC"}

# %%
# A picture of nine digits shows what each mode writes into a margin of two pixels.

digits = np.arange(1, 10).reshape(3, 3)
padded = {mode: tf.pad(digits, [[2, 2], [2, 2]], mode).numpy() for mode in MODES}
print(padded["REFLECT"], padded["REFLECT"].shape)

# %%
# The photograph is an eye, cut out of a larger one. So the truth beyond the border is known here.

wide = data.chelsea_grey()[30:178, 10:158]
eye = wide[MARGIN:-MARGIN, MARGIN:-MARGIN]
w = kernels.to_hwio(kernels.box(TAPS))
truth = tf.nn.conv2d(wide[None, :, :, None], w, strides=1, padding="VALID")[0, :, :, 0].numpy()
print(eye.shape, truth.shape)

# %%
# Padded first, then convolved with VALID. With zeros it is what SAME gives; with a mirror, what
# NumPy's padding gives.

x = eye[None, :, :, None]
margins = [[0, 0], [MARGIN, MARGIN], [MARGIN, MARGIN], [0, 0]]
blurred = {"VALID": tf.nn.conv2d(x, w, strides=1, padding="VALID")[0, :, :, 0].numpy()}
for mode in MODES:
    output = tf.nn.conv2d(tf.pad(x, margins, mode), w, strides=1, padding="VALID")
    blurred[mode] = output[0, :, :, 0].numpy()
same = tf.nn.conv2d(x, w, strides=1, padding="SAME")[0, :, :, 0]
np.testing.assert_allclose(blurred["CONSTANT"], same, atol=1e-5)
by_hand = reference.conv2d_fft(np.pad(eye, MARGIN, mode="reflect")[None, :, :, None], w)
np.testing.assert_allclose(blurred["REFLECT"], by_hand[0, :, :, 0], atol=1e-5)

# %%
# How far each is from the truth, on average over the margin, in shades of 255; and how much of the
# kernel's weight meets the picture in a corner.

errors = {mode: blurred[mode] - truth for mode in MODES}
border = np.ones(eye.shape, bool)
border[MARGIN:-MARGIN, MARGIN:-MARGIN] = False
for mode, error in errors.items():
    np.testing.assert_allclose(error[~border], 0, atol=1e-5)  # Padding changes nothing inside.
    mean = 255 * np.abs(error[border]).mean()
    results.record(f"padding.error_{mode.lower()}", float(mean), tolerance=0.01)
corner = tf.nn.conv2d(tf.ones_like(x), w, strides=1, padding="SAME")[0, 0, 0, 0]
results.record("padding.corner_weight", float(corner), tolerance=1e-4)

# %%
# A column for each assumption: what it writes, the blur, and its error.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(3, 4, figsize=(6.4, 4.7))
edges = np.arange(8) - 2.5
plotting.show_numbers(axes[0, 0], digits, "VALID")
axes[0, 0].set(xticks=edges, yticks=edges, xlim=edges[[0, -1]], ylim=edges[[-1, 0]])
grey = plotting.show_image(axes[1, 0], blurred["VALID"], limits=(0, 0.7))
axes[1, 0].set(xlim=(-MARGIN, len(eye) - MARGIN), ylim=(len(eye) - MARGIN, -MARGIN))
axes[2, 0].set_axis_off()
axes[2, 0].text(0.5, 0.5, "no output\nin the margin", ha="center", va="center")
limit = plotting.symmetric_limit(*errors.values())
beyond = np.ones((7, 7), bool)
beyond[2:5, 2:5] = False
for (mode, title), (top, middle, bottom) in zip(MODES.items(), axes.T[1:], strict=True):
    plotting.show_numbers(top, padded[mode], title)
    plotting.shade(top, beyond)
    plotting.show_image(middle, blurred[mode], limits=(0, 0.7))
    signed = plotting.show_signed(bottom, errors[mode], limit)
plotting.colour_bar(fig, grey, axes[1], "luma")
plotting.colour_bar(fig, signed, axes[2], "error")
plotting.describe(
    fig,
    "Four columns: VALID, zeros, and two mirrors. Panel a: nine digits with the margin that each "
    "writes around them. Panel b: a cat's eye blurred over 21 pixels, with a dark frame where "
    "zeros were added. Panel c: the error against the larger photograph, down to "
    f"{errors['CONSTANT'].min():.2f} with zeros and within "
    f"{plotting.symmetric_limit(errors['REFLECT'], errors['SYMMETRIC']):.2f} with the mirrors.",
    panels=axes[:, 0],
)
plt.show()

# %%
# What to notice
# --------------
#
# Zero is a value like any other, and for a photograph a bad guess. A mirror guesses better (panel
# c), yet no padding knows what lies beyond the border. Only VALID says nothing that it does not
# know.
