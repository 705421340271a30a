r"""
One comparison, drawn unfairly and fairly
=========================================

The outline of a picture at stride 1 beside its relief at stride 2, each in greys from its own
smallest value to its own largest, without a colour bar. Kernel, stride and scale differ, and only
the first is meant. Even zero has two greys, since autoscaling draws it at

.. math:: \text{grey of zero} = \frac{0 - \min y}{\max y - \min y}

Part of :doc:`/kernels`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, plotting, reference, results

STRIDES = {"outline": 1, "emboss": 2}  # pixels
EYE = (38, 26, 76, 96)  # top, left, height and width in pixels of the picture

# %%
# The picture and the two kernels.

picture = data.chelsea_grey()
x = picture[None, :, :, None]
print(x.shape, kernels.get("outline"), kernels.get("emboss"), sep="\n")

# %%
# Both at their own stride, and both at stride 1.

unfair, fair = {}, {}
for name, stride in STRIDES.items():
    w = kernels.get(name)[:, :, None, None]
    unfair[name] = tf.nn.conv2d(x, w, strides=stride, padding="VALID")[0, :, :, 0].numpy()
    fair[name] = tf.nn.conv2d(x, w, strides=1, padding="VALID")[0, :, :, 0].numpy()
    by_hand = reference.correlate2d(picture, kernels.get(name))
    np.testing.assert_allclose(unfair[name], by_hand[::stride, ::stride], atol=1e-5)
    results.record(f"fair_comparison.shape_{name}", unfair[name].shape)

# %%
# The grey that autoscaling gives to zero: 0 is black, 1 is white.

greys = {}
for name, output in unfair.items():
    greys[name] = -output.min() / (output.max() - output.min())
    results.record(f"fair_comparison.zero_{name}", greys[name])

# %%
# Each with its own stride and scale; then one stride, one scale, a colour bar.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 2, figsize=(6.4, 5.5))
top, left, height, width = EYE
eye = np.s_[top : top + height, left : left + width]
limit = np.quantile(np.abs(np.stack([output[eye] for output in fair.values()])), 0.99)
for (name, stride), (above, below) in zip(STRIDES.items(), axes.T, strict=True):
    rows = slice(top // stride, (top + height) // stride)
    columns = slice(left // stride, (left + width) // stride)
    own = (unfair[name].min(), unfair[name].max())
    title = f"{name.capitalize()}, stride {stride}, own scale"
    plotting.show_image(above, unfair[name][rows, columns], title, limits=own)
    title = f"{name.capitalize()}, stride 1"
    drawn = plotting.show_image(below, fair[name][eye], title, limits=(-limit, limit))
plotting.colour_bar(fig, drawn, axes[1], "output", horizontal=True)
plotting.describe(
    fig,
    "A cat's eye outlined at stride 1 (panel a) and embossed at stride 2 (b), each in its own "
    f"greys: the value zero is drawn {greys['outline']:.0%} white in a and {greys['emboss']:.0%} "
    "white in b, which has half the rows and columns. Panels c and d: both at stride 1 on one "
    "signed scale with a colour bar: the outline is thin and has both signs, the relief is mostly "
    "positive.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Panels a and b seem to be two grey reliefs of one kind, one of them coarse. Panel c is an outline,
# zero wherever the picture is smooth, and d a relief, the picture with its slopes added.
