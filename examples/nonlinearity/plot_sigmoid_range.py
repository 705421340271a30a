r"""
The sigmoid on a picture
========================

A picture lies in 0 to 1. There the sigmoid is nearly a straight line of slope one quarter, so it
does not select or bend anything: it squeezes the picture into 0.5 to 0.73. Its nonlinearity needs
values on both sides of zero. Bytes are no remedy: on them the sigmoid is flat.

.. math:: \sigma(0) = \tfrac{1}{2}, \qquad \sigma(1) = \frac{1}{1 + e^{-1}}

Part of :doc:`/nonlinearity`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, results

FLAT = 1e-3  # a slope below this passes less than a thousandth of the gradient

# %%
# The picture, and a few of its values before and after.

picture = data.chelsea_grey()
print(picture.shape)
print(picture[0, :5].round(3))
print(tf.sigmoid(picture)[0, :5].numpy().round(3))

# %%
# The exponential form gives the same values, and the two ends are those of the formula.

squeezed = tf.sigmoid(picture).numpy()
np.testing.assert_allclose(squeezed, 1 / (1 + np.exp(-picture)), rtol=1e-6)
low, high = tf.sigmoid([0.0, 1.0]).numpy()
assert low <= squeezed.min() <= squeezed.max() <= high
results.record("sigmoid_range.high", float(high))
contrast = float(squeezed.std() / picture.std())
assert contrast < 0.25
results.record("sigmoid_range.contrast", contrast)

# %%
# How far a straight line is from the sigmoid, over the whole range of a picture.

ramp = np.linspace(0, 1, 101)
bend = np.abs(tf.sigmoid(ramp) - (low + (high - low) * ramp)).max()
results.record("sigmoid_range.bend", float(bend))

# %%
# The slope decides what comes back in training. The same picture in three scales:

scales = {
    "0 to 1": picture,
    "normalized": data.normalize(picture),
    "bytes": 255 * picture,
}
slopes = {}
for name, scaled in scales.items():
    x = tf.constant(scaled)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.sigmoid(x)
    slopes[name] = tape.gradient(y, x).numpy()
results.record("sigmoid_range.flat_bytes", float((slopes["bytes"] < FLAT).mean()))
assert np.argmin(slopes["normalized"]) == np.argmin(picture)
results.record("sigmoid_range.lowest_normalized", float(slopes["normalized"].min()))

# %%
# What the values become (panel a), and how much of a gradient comes back through them (panel b).

plt.style.use(plotting.STYLE)
fig, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.4))
bins = np.linspace(0, 1, 51)
left.hist(picture.ravel(), bins, alpha=0.8, label="before")
left.hist(squeezed.ravel(), bins, alpha=0.8, label="after")
left.set(title="a picture before and after", xlabel="value", ylabel="pixels")
left.legend(loc="upper left")
right.boxplot(
    [slope.ravel() for slope in slopes.values()],
    whis=(0, 100),  # the whiskers reach the smallest and the largest value
    widths=0.6,
    tick_labels=list(slopes),
    medianprops={"color": "black", "linewidth": 2.5},
)
right.set(title="slope at each pixel", ylabel="slope of the sigmoid", ylim=(-0.01, 0.27))
plotting.describe(
    fig,
    "Panel a: a histogram of a grey cat, spread over 0 to 1, and of its sigmoid, all between "
    f"{low:.2f} and {high:.2f}. Panel b: the sigmoid's slope at the pixels, "
    f"{slopes['0 to 1'].min():.2f} to {slopes['0 to 1'].max():.2f} for the picture, wider for the "
    "normalized one, and zero for nearly all of the bytes.",
)
plt.show()

# %%
# What to notice
# --------------
#
# After the sigmoid less than a quarter of the contrast is left, and the shape of the histogram has
# hardly changed: this was a scaling, not a nonlinearity. On bytes nearly every pixel has a slope
# close to zero, and passes next to nothing to the layers before.
