r"""
A convolutional layer in three steps, in grey
=============================================

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
PANELS = ("ab", "cd", "ef", "gh")  # a row each; sharpen, then blur

# %%
# A crop of Chelsea, 134 rows by 240 columns.

picture = data.to_grey(data.to_float(data.chelsea()[data.SMALL_CROP]))
x = picture[np.newaxis, :, :, np.newaxis]
sharpen, blur = kernels.get("sharpen"), kernels.get("binomial_blur")
print(x.shape)

# %%
# Four calls are the whole layer.

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
# How far apart the two kernels are after each kind of pooling, as a root mean square, and how
# bright the last row is, under which SAME has put zeros.

apart = {
    name: float(np.sqrt(np.mean((getattr(sharpened, name) - getattr(blurred, name)) ** 2)))
    for name in ("average_pooled", "max_pooled")
}
assert apart["max_pooled"] > 3 * apart["average_pooled"]
for name, difference in apart.items():
    results.record(f"pipeline_grey.apart_{name}", difference)
results.record("pipeline_grey.last_row", float(np.mean(convolved[0, -1])))
results.record("pipeline_grey.other_rows", float(np.mean(convolved[0, :-1])))

# %%
# One scale for all panels. A panel that chose its own would hide how much the sigmoid squeezes.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplot_mosaic(
    [["input", "input", "sharpen", "blur"], *([*(2 * left + 2 * right)] for left, right in PANELS)],
    figsize=(5.6, 7.6),
    height_ratios=(1.05, 1, 1, 1, 1),
)
shown = plotting.show_image(axes["input"], picture, "input, 134 × 240")
plotting.show_numbers(axes["sharpen"], sharpen, "sharpen")
plotting.show_numbers(axes["blur"], 16 * blur, "blur, in 16ths")
names = ("convolved", "sigmoid", "average-pooled", "max-pooled")
for kernel, column, stages in (("sharpen", 0, sharpened), ("blur", 1, blurred)):
    for pair, name, stage in zip(PANELS, names, stages[1:], strict=True):
        height, width = stage.shape[1:3]
        title = f"{kernel}, {name}, {height} × {width}"
        plotting.show_image(axes[pair[column]], stage[0, :, :, 0], title)
plotting.colour_bar(
    fig, shown, list(axes.values()), "value; outside 0 to 1: black or white", horizontal=True
)
plotting.describe(
    fig,
    f"A grey picture of a cat's eyes, {x.shape[1]} by {x.shape[2]} pixels, and two kernels. Panels "
    "a to h: for each kernel, four smaller pictures, convolved and after the sigmoid, "
    f"{convolved.shape[1]} by {convolved.shape[2]}, average-pooled and max-pooled, "
    f"{largest.shape[1]} by {largest.shape[2]}; after the sigmoid all is a pale grey.",
    panels=[axes[name] for name in "".join(PANELS)],
)
plt.show()

# %%
# What to notice
# --------------
#
# At this stride sharpening looks like speckle: single hairs are gone before the kernel's effect can
# be seen. The average takes most of the difference between the two kernels away; the maximum keeps
# the bright speckles. The bright last row is no cat: there SAME has put zeros under the kernel, and
# sharpening sees an edge.
