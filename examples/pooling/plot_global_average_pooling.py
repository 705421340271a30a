r"""
A feature map becomes one number
================================

Global average pooling takes the mean over a whole feature map. What is left says how much of a
feature there is, not where. The number of outputs is the number of channels, whatever the size of
the picture, so a classifier after it takes pictures of any size:

.. math:: z_c = \frac{1}{H W} \sum_{i, j} y[i, j, c]

Part of :doc:`/pooling`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, plotting, reference, results

# %%
# A layer of three channels: upright edges, level edges, and spots brighter than what is around.

names = ("sobel_x", "sobel_y", "outline")
layer = np.concatenate([kernels.to_hwio(kernels.get(name)) for name in names], axis=3)
layer /= np.abs(layer).sum(axis=(0, 1))  # the weights of each add up to one, signs apart
print(layer.shape)

# %%
# Two pictures of different sizes, in grey.

cat = data.to_grey(data.to_float(data.chelsea()))
cup = data.to_grey(data.to_float(data.coffee()))
print(cat.shape, cup.shape)

# %%
# Convolve, take the absolute value (a Sobel answer has two signs), average over all positions. The
# outputs have one shape.

pool = keras.layers.GlobalAveragePooling2D()
maps, means = [], []
for picture in (cat, cup):
    feature_maps = tf.abs(
        tf.nn.conv2d(picture[np.newaxis, :, :, np.newaxis], layer, strides=1, padding="VALID")
    )
    pooled = pool(feature_maps)
    np.testing.assert_allclose(pooled, tf.reduce_mean(feature_maps, axis=(1, 2)), rtol=1e-5)
    np.testing.assert_allclose(
        pooled, reference.global_average_pool(feature_maps.numpy()), rtol=1e-4
    )
    print(feature_maps.shape, "->", pooled.shape)
    maps.append(feature_maps[0].numpy())
    means.append(pooled[0].numpy())

# %%
# Where a feature was is gone: the cat in a mirror has the same three numbers.

mirrored = tf.nn.conv2d(cat[np.newaxis, :, ::-1, np.newaxis], layer, strides=1, padding="VALID")
np.testing.assert_allclose(pool(tf.abs(mirrored))[0], means[0], rtol=1e-4)
assert np.all(means[1] > means[0])
results.record("global_average_pooling.cat", means[0])
results.record("global_average_pooling.cup", means[1])

# %%
# The title of each feature map has the number that is left of it.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(4, 2, figsize=(5.4, 7.2))
highest = max(np.quantile(feature_map, 0.99) for feature_map in maps)
for column, picture, feature_map, mean in zip(axes.T, (cat, cup), maps, means, strict=True):
    plotting.show_image(column[0], picture, "{} × {}".format(*picture.shape))
    for channel, ax in enumerate(column[1:]):
        title = f"{names[channel]}: {mean[channel]:.4f}"
        shown = plotting.show_image(ax, feature_map[..., channel], title, limits=(0, highest))
plotting.colour_bar(fig, shown, axes, "absolute response; beyond: white", horizontal=True)
plotting.describe(
    fig,
    f"A cat of {cat.shape[0]} by {cat.shape[1]} pixels and a coffee cup of {cup.shape[0]} by "
    f"{cup.shape[1]}, each with three feature maps. The means of the maps are "
    f"{', '.join(f'{mean:.4f}' for mean in means[0])} for the cat, "
    f"{', '.join(f'{mean:.4f}' for mean in means[1])} for the cup.",
    panels=axes.flat,
)
plt.show()

# %%
# What to notice
# --------------
#
# Three numbers for each picture, though one has 1.8 times the pixels of the other. They say that
# the picture with the cup has more of each feature. They do not say that the cup is in the middle,
# or that there is a cup at all: that needs features which answer to more than edges.
