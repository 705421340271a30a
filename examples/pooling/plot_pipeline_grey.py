r"""
A pipeline of 2016, in grey
===========================

Convolve a grey picture, pass the result through the sigmoid, pool that twice: by the average and by
the maximum. A stride of 3 in the convolution and another of 3 in the pooling leave one value where
the picture had 81. Each step rounds up, because the padding is SAME:

.. math:: H_\mathrm{out} = \lceil H / s \rceil

Part of :doc:`/pooling`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, layers, plotting, reference, results

STRIDE = 3  # pixels, of the convolution
POOL = 3  # pixels, size and stride of the pooling window

# %%
# The picture has the size of the one in the post: 134 rows, 240 columns. The post had a kitten,
# this book has Chelsea.

picture = data.to_grey(data.to_float(data.chelsea()[data.SMALL_CROP]))
x = picture[np.newaxis, :, :, np.newaxis]
sharpen, blur = kernels.get("sharpen"), kernels.get("binomial_blur")
print(x.shape)

# %%
# Four calls are the whole pipeline.

convolved = tf.nn.conv2d(x, kernels.to_hwio(sharpen), strides=STRIDE, padding="SAME")
activated = tf.sigmoid(convolved)
average = tf.nn.avg_pool2d(activated, POOL, POOL, "SAME")
largest = tf.nn.max_pool2d(activated, POOL, POOL, "SAME")
for stage in (convolved, activated, average, largest):
    print(stage.shape)

# %%
# NumPy agrees, and so does the function that the book keeps for these four lines.

by_hand = 1 / (1 + np.exp(-reference.conv2d(x, kernels.to_hwio(sharpen), STRIDE, "same")))
np.testing.assert_allclose(average, reference.average_pool(by_hand, POOL, padding="same"), 1e-5)
np.testing.assert_allclose(largest, reference.max_pool(by_hand, POOL, padding="same"), 1e-5)
sharpened = layers.convolve(picture, sharpen, stride=STRIDE, pool_size=POOL)
blurred = layers.convolve(picture, blur, stride=STRIDE, pool_size=POOL)
np.testing.assert_array_equal(sharpened.max_pooled, largest)
results.record("pipeline_grey.input", tuple(x.shape))
results.record("pipeline_grey.convolved", tuple(convolved.shape))
results.record("pipeline_grey.pooled", tuple(largest.shape))
results.record("pipeline_grey.lowest", float(tf.reduce_min(convolved)))
results.record("pipeline_grey.highest", float(tf.reduce_max(convolved)))

# %%
# One scale for all panels. A panel that chose its own would hide how much the sigmoid squeezes.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplot_mosaic(
    [["input", "input", "sharpen", "blur"], [*"abcd"], [*"efgh"]],
    figsize=(6.4, 4.3),
    height_ratios=(1.6, 1, 1),
)
shown = plotting.show_image(axes["input"], picture, "Input, 134 × 240")
plotting.show_numbers(axes["sharpen"], sharpen, "Sharpen")
plotting.show_numbers(axes["blur"], 16 * blur, "Blur, in 16ths")
names = ("Convolved", "Sigmoid", "Average pool", "Max pool")
for row, stages in (("abcd", sharpened), ("efgh", blurred)):
    for panel, name, stage in zip(row, names, stages[1:], strict=True):
        height, width = stage.shape[1:3]
        plotting.show_image(axes[panel], stage[0, :, :, 0], f"{name}\n{height} × {width}")
axes["a"].annotate("Sharpen", (-0.12, 0.5), xycoords="axes fraction", rotation=90, va="center")
axes["e"].annotate("Blur", (-0.12, 0.5), xycoords="axes fraction", rotation=90, va="center")
plotting.colour_bar(fig, shown, list(axes.values()), "value; outside 0 to 1: black or white")
plotting.describe(
    fig,
    f"A grey picture of a cat's eyes, {x.shape[1]} by {x.shape[2]} pixels, and two kernels. Below, "
    f"for each kernel, four smaller pictures: convolved and after the sigmoid, "
    f"{convolved.shape[1]} by {convolved.shape[2]}, average-pooled and max-pooled, "
    f"{largest.shape[1]} by {largest.shape[2]}; after the sigmoid all is a pale grey.",
)
plt.show()

# %%
# What to notice
# --------------
#
# At this stride sharpening looks like speckle: single hairs are gone before the kernel's effect can
# be seen. Once pooled, the two rows are hard to tell apart, and what the sigmoid leaves is nearly
# flat. The post scaled each panel by its own minimum and maximum, so its readers saw none of this.
