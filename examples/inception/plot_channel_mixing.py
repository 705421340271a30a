r"""
A 1x1 convolution mixes channels
================================

A kernel of one by one looks at no neighbour. It multiplies the vector of channels of each pixel
with one matrix, the same for all pixels. On a colour picture it turns red, green and blue into
other colours, here into brightness and two differences.

.. math:: y_{i, j} = M^\top x_{i, j} + b

Part of :doc:`/inception`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, reference

NAMES = ("light", "red − green", "yellow − blue")
SEED = 9

# %%
# Chelsea in colour, and a matrix whose columns are the three output channels.

picture = data.to_float(data.chelsea()[data.COLOUR_CROP][:240, 20:260])
matrix = np.array(
    [[0.2989, 1.0, 0.5],
     [0.5870, -1.0, 0.5],
     [0.1140, 0.0, -1.0]], dtype=np.float32,
)  # fmt: skip
print(picture.shape, picture[0, 0], matrix.shape)

# %%
# As a convolution the matrix is a kernel of shape (1, 1, 3, 3).

kernel = matrix[None, None]
mixed = tf.nn.conv2d(picture[None], kernel, strides=1, padding="VALID")[0].numpy()
print(kernel.shape, mixed.shape)

# %%
# It is a product with a matrix at each pixel. In Keras a ``Dense`` layer on a picture does the
# same.

np.testing.assert_allclose(mixed, picture @ matrix, atol=1e-6)
np.testing.assert_allclose(mixed, reference.conv2d(picture[None], kernel)[0], atol=1e-6)

# %%
# Put the pixels into another order, mix, put them back: nothing has changed.

order = np.random.default_rng(SEED).permutation(picture.shape[0] * picture.shape[1])
shuffled = picture.reshape(-1, 3)[order].reshape(picture.shape)
of_shuffled = tf.nn.conv2d(shuffled[None], kernel, strides=1, padding="VALID")[0].numpy()
back = np.empty_like(mixed).reshape(-1, 3)
back[order] = of_shuffled.reshape(-1, 3)
np.testing.assert_array_equal(back.reshape(mixed.shape), mixed)

# %%
# Three channels become three others (panel a). The same for the shuffled picture (panel b).

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 4, figsize=(6.4, 3.7))
limit = plotting.symmetric_limit(mixed[..., 1:])
for row, image, values in ((axes[0], picture, mixed), (axes[1], shuffled, of_shuffled)):
    plotting.show_image(row[0], image)
    plotting.show_image(row[1], values[..., 0])
    for channel in (1, 2):
        drawn = plotting.show_signed(row[channel + 1], values[..., channel], limit)
for ax, name in zip(axes[0], ("picture", *NAMES), strict=True):
    ax.set_title(name)
axes[1, 0].set_title("pixels shuffled")
plotting.colour_bar(fig, drawn, axes[:, 2:], "difference", horizontal=True)
plotting.describe(
    fig,
    f"Panel a: Chelsea's face and three mixtures of its colours, brightness, red minus green from "
    f"{mixed[..., 1].min():.2f} to {mixed[..., 1].max():.2f}, and yellow minus blue from "
    f"{mixed[..., 2].min():.2f} to {mixed[..., 2].max():.2f}. The eyes are the only part that is "
    "as green as red. Panel b: the same for the picture with its pixels shuffled, noise with the "
    "same values.",
    panels=axes[:, 0],
)
plt.show()

# %%
# What to notice
# --------------
#
# The layer does not see that the second picture is noise. Whatever it computes, it computes from
# the channels of one pixel. In a network the channels are feature maps, and a 1x1 convolution asks
# which of them are there together.
