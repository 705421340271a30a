r"""
What a kernel does, without the subsampling
===========================================

A stride of 3 keeps every third row and column of what the convolution at stride 1 gives, and
nothing else: eight of nine values are never looked at. So a picture at stride 3 is changed twice,
by the kernel and by the gaps. At stride 1 only the kernel is left:

.. math:: y_{s=3}[i, j] = y_{s=1}[3 i + 1, 3 j + 1]

Part of :doc:`/pooling`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, layers, plotting, results

STRIDE = 3  # pixels
POOL = 3  # pixels
EYE = np.s_[27:90, 0:144]  # rows and columns that the figure shows, a multiple of the stride

# %%
# A crop of Chelsea, sharpened, without a sigmoid, which would make the pictures pale.

picture = data.to_grey(data.to_float(data.chelsea()[data.SMALL_CROP]))
sharpen = kernels.get("sharpen")
print(picture.shape)

# %%
# With strides of 3, and with every stride 1. The pooling window keeps its size.

coarse = layers.convolve(picture, sharpen, pool_size=POOL, activation=tf.identity)
full = layers.convolve(
    picture, sharpen, stride=1, pool_size=POOL, pool_stride=1, activation=tf.identity
)
print(coarse.max_pooled.shape, full.max_pooled.shape)

# %%
# The one convolution is the other, subsampled. SAME pads this picture by no more than one row at
# the end, so the first window stands on row 1 and column 1.

np.testing.assert_allclose(coarse.convolved, full.convolved[:, 1::STRIDE, 1::STRIDE], atol=1e-6)
results.record("pipeline_full_resolution.pooled", tuple(full.max_pooled.shape))
kept = coarse.max_pooled.shape.num_elements() / picture.size
results.record("pipeline_full_resolution.kept", kept)

# %%
# The coarse pictures are enlarged, so that all panels show the same part of the cat.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(4, 2, figsize=(6.4, 5.5))
names = ("input", "sharpened", "average-pooled", "max-pooled")
coarse_panels = (picture[1::STRIDE, 1::STRIDE], *(np.squeeze(coarse[i]) for i in (1, 3, 4)))
full_panels = (picture, *(np.squeeze(full[i]) for i in (1, 3, 4)))
for row, name, small, large in zip(axes, names, coarse_panels, full_panels, strict=True):
    factor = round(picture.shape[1] / small.shape[1])
    enlarged = np.kron(small, np.ones((factor, factor)))
    plotting.show_image(row[0], enlarged[EYE], f"{name}, {small.shape[0]} × {small.shape[1]}")
    shown = plotting.show_image(row[1], large[EYE], f"{name}, {large.shape[0]} × {large.shape[1]}")
plotting.colour_bar(fig, shown, axes, "value; outside 0 to 1: black or white")
plotting.describe(
    fig,
    "A cat's eye four times, as it was and after three stages. Panels a, c, e and g: with strides "
    f"of {STRIDE}, blocks, {coarse.max_pooled.shape[1]} by {coarse.max_pooled.shape[2]} for the "
    "whole picture in the end. Panels b, d, f and h: with strides of 1, every hair, sharpened, "
    "then smoothed by the average and thickened by the maximum.",
    panels=axes.flat,
)
plt.show()

# %%
# What to notice
# --------------
#
# At stride 1 each stage shows what it does. Sharpening makes single hairs stand out. The average
# takes them back. The maximum widens every bright hair to three pixels and swallows the dark ones.
# At stride 3 the blocks hide what each stage does.
