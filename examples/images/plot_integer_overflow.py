r"""
Arithmetic on bytes wraps around
================================

A ``uint8`` has no 256. Adding 100 to a pixel of 200 gives 44, and the brightest parts of a picture
turn dark. Neither NumPy nor TensorFlow warns. Convert to float first, compute, and clip last:

.. math:: a \oplus b = (a + b) \bmod 256

Part of :doc:`/images`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, results

BRIGHTER = 100  # grey levels

# %%
# Chelsea's red channel, in bytes.

image = data.chelsea()[:, :, 0]
print(image.shape, image.dtype, image.max())

# %%
# The sum of two ``uint8`` tensors is a ``uint8`` tensor, whatever it takes.

wrapped = tf.add(image, tf.constant(BRIGHTER, tf.uint8))
print(wrapped.dtype, tf.reduce_max(wrapped).numpy())

# %%
# In floats there is room for the sum; what exceeds white is clipped at the end.

exact = tf.cast(image, tf.float32) + BRIGHTER
clipped = tf.clip_by_value(exact, 0, 255)
print(exact.dtype, tf.reduce_max(exact).numpy())

# %%
# The wrapped sum is the exact one modulo 256, and it is wrong wherever that exceeds 255.

np.testing.assert_array_equal(wrapped, exact.numpy() % 256)
too_bright = float(np.mean(exact > 255))
results.record("integer_overflow.wrapped_share", too_bright)

# %%
# The same sum, in bytes and in floats.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, 3, figsize=(6.4, 1.75))
plotting.show_image(axes[0], image, "red channel", limits=(0, 255))
plotting.show_image(axes[1], wrapped, f"+ {BRIGHTER}, in uint8", limits=(0, 255))
plotting.show_image(axes[2], clipped, f"+ {BRIGHTER}, in float32", limits=(0, 255))
plotting.outline(axes[2], 0, 0, *image.shape, "0.6", 0.8)  # white on a white page
plotting.describe(
    fig,
    f"Panel a: Chelsea's red channel. Panel b: {BRIGHTER} added in bytes; {too_bright:.0%} of the "
    "pixels wrap around and her pale fur turns nearly black. Panel c: the same added in floats and "
    "clipped; the pale fur is white.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Dark parts are the same in both sums: they had room. Where the picture was pale it is dark in
# panel b, with a hard edge where the value passes 255.
