r"""
Two ways to grey
================

A colour picture becomes grey by a weighted sum of its channels. Equal weights give the mean. The
weights of luma follow the eye, which sees green as brighter than red and red as brighter than
blue. The two differ where a colour is strong in green or in blue:

.. math:: y = 0.2989\, r + 0.5870\, g + 0.1140\, b

Part of :doc:`/images`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, results

# %%
# Chelsea's face in colour, 0 to 255.

image = data.chelsea()[data.GREY_CROP].astype(np.float32)
print(image.shape, image[100, 100])

# %%
# TensorFlow converts with the weights of luma; the mean is a mean over the last axis.

luma = tf.image.rgb_to_grayscale(image)[:, :, 0]
mean = tf.reduce_mean(image, axis=-1)
print(luma.shape, luma[100, 100].numpy(), mean[100, 100].numpy())

# %%
# Written out in NumPy.

np.testing.assert_allclose(luma, data.to_grey(image, data.LUMA), rtol=1e-5)
np.testing.assert_allclose(mean, data.to_grey(image, data.MEAN), rtol=1e-5)
difference = np.subtract(luma, mean)
results.record("grey.lowest", float(difference.min()))
results.record("grey.highest", float(difference.max()))
results.record("grey.brighter", float(np.mean(difference > 0)))
results.record("grey.white", 255 * sum(data.LUMA))

# %%
# The difference is signed, so it gets a scale of its own, symmetric about zero.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, 3, figsize=(6.4, 3.1))
plotting.show_image(axes[0], mean, "mean", limits=(0, 255))
plotting.show_image(axes[1], luma, "luma", limits=(0, 255))
limit = plotting.symmetric_limit(difference)
drawn = plotting.show_signed(axes[2], difference, limit, "luma \N{MINUS SIGN} mean")
plotting.colour_bar(fig, drawn, axes, "grey levels of 255", horizontal=True)
plotting.describe(
    fig,
    f"Chelsea's face in grey, in panel a by the mean of the channels, in b by luma. Panel c: their "
    f"difference, from {difference.min():.1f} to {difference.max():.1f} grey levels: luma is "
    "brighter almost everywhere, most of all in the yellow-green irises and the orange fur between "
    "the eyes.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The two greys look alike, and the difference (panel c) shows where they are not. It is close to a
# quarter of green minus blue: large in the irises and the orange fur, near zero on the white chin.
# Only a few bluish pixels are darker in luma, and the brightest of them are the lights in the eyes.
