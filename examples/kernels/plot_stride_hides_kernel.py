r"""
A stride that hides the kernel
==============================

Shown at a stride of 3, a kernel's effect is mixed with that of leaving out eight of nine values.
The identity at stride 3 has no effect but the second, and it changes the picture more than a blur
at stride 1 does. Both are measured by the root of the mean squared change:

.. math:: \text{change} = \sqrt{\frac{1}{H W} \sum_{i, j} \left(y_{i, j} - x_{i, j}\right)^2}

Part of :doc:`/kernels`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, plotting, reference, results

STRIDE = 3  # pixels
WHISKERS = np.s_[143:241, 0:98]  # rows and columns; two more than a multiple of the stride

# %%
# A part of the picture with fine lines. Its border of one pixel is for the kernels alone.

picture = data.chelsea_grey()[WHISKERS]
print(picture.shape)

# %%
# One bank of three kernels, at stride 1 and at stride 3.

names = {"Identity": "identity", "Blur": "binomial_blur", "Sharpen": "sharpen"}
bank = np.stack([kernels.get(name) for name in names.values()], axis=-1)[:, :, None, :]
x = picture[None, :, :, None]
full = tf.nn.conv2d(x, bank, strides=1, padding="VALID")[0].numpy()
coarse = tf.nn.conv2d(x, bank, strides=STRIDE, padding="VALID")[0].numpy()
print(full.shape, coarse.shape)
np.testing.assert_allclose(coarse, full[::STRIDE, ::STRIDE], atol=1e-6)
np.testing.assert_allclose(
    full[:, :, 1], reference.correlate2d(picture, kernels.get("binomial_blur")), atol=1e-6
)

# %%
# Every coarse value stands for a block of 3 by 3 pixels, as it does when both pictures are shown at
# one size.

blocks = coarse.repeat(STRIDE, axis=0).repeat(STRIDE, axis=1)
identity = full[:, :, 0]
change = {"kernel": full[:, :, 1] - identity, "stride": blocks[:, :, 0] - identity}
size = {cause: np.sqrt(np.mean(difference**2)) for cause, difference in change.items()}
np.testing.assert_array_less(size["kernel"], size["stride"])
for cause, value in size.items():
    results.record(f"stride_hides_kernel.{cause}", value)
results.record("stride_hides_kernel.left_out", 1 - coarse[:, :, 0].size / identity.size)

# %%
# Rows differ by the stride, columns by the kernel.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 3, figsize=(6.4, 4.5))
for channel, (name, (above, below)) in enumerate(zip(names, axes.T, strict=True)):
    plotting.show_image(above, blocks[:, :, channel], f"{name}, stride {STRIDE}")
    plotting.show_image(below, full[:, :, channel], f"{name}, stride 1")
plotting.describe(
    fig,
    f"A cat's whiskers under identity, blur and sharpen. At stride {STRIDE} (panels a to c) all "
    f"three are mosaics of {coarse.shape[0]} by {coarse.shape[1]} blocks with broken whiskers. At "
    "stride 1 (panels d to f) the whiskers are whole, then soft, then crisp.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Compare panels d to f: at stride 1 the three differ by their kernels. At stride 3 (panels a to c)
# they share the steps and the gaps in the whiskers, and the identity looks as if it were a kernel
# too.
