r"""
Zero mean and unit variance
===========================

Normalizing subtracts a picture's mean and divides by its standard deviation. The histogram keeps
its shape, and its axis gets new labels: the mean is at zero, and one unit is one standard
deviation. What lies below the mean is now negative:

.. math:: z = \frac{x - \mu}{\sigma}

Part of :doc:`/images`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, results

BINS = 64

# %%
# Chelsea's face in grey by the mean of the channels: the input of the Bern tutorials.

image = data.to_grey(data.chelsea()[data.GREY_CROP], data.MEAN)
print(image.shape, image.dtype, image.min(), image.max())

# %%
# TensorFlow normalizes each image of a batch by itself. It wants a channel axis.

normalized = tf.image.per_image_standardization(image[:, :, np.newaxis])[:, :, 0]
print(np.mean(normalized), np.std(normalized))

# %%
# The formula in NumPy.

np.testing.assert_allclose(normalized, data.normalize(image), atol=1e-5)
results.record("normalization.mean", float(image.mean(dtype=np.float64)))
results.record("normalization.deviation", float(image.std(dtype=np.float64)))
results.record("normalization.lowest", float(np.min(normalized)), tolerance=1e-5)
results.record("normalization.highest", float(np.max(normalized)), tolerance=1e-5)
results.record("normalization.negative_share", float(np.mean(normalized < 0)))

# %%
# What was a picture is now a signed map, and is drawn as one.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 2, figsize=(6.4, 4.9), width_ratios=(1, 1.5))
before = plotting.show_image(axes[0, 0], image, "x, before", limits=(0, 255))
after = plotting.show_signed(
    axes[1, 0], normalized, plotting.symmetric_limit(normalized), "z, after"
)
plotting.colour_bar(fig, before, axes[0, 0], "grey level")
plotting.colour_bar(fig, after, axes[1, 0], "standard deviations")
for ax, values in zip(axes[:, 1], (image, normalized), strict=True):
    centre, spread = np.mean(values), np.std(values)
    ax.hist(np.ravel(values), BINS, color="0.5")
    ax.axvline(centre, color="black", linewidth=1.2)
    ax.axvspan(centre - spread, centre + spread, color="0.9", zorder=0)
    ax.set_ylabel("pixels")
    ax.set_title(f"mean {abs(centre):.1f}, standard deviation {spread:.1f}")
axes[0, 1].set_xlabel("grey level, 0 to 255")
axes[1, 1].set_xlabel("standard deviations from the mean")
plotting.describe(
    fig,
    f"Chelsea's face before normalizing (panel a) and after it (panel c), each with its histogram "
    f"(b, d). Both histograms have the same shape; before, the mean is {image.mean():.1f} and the "
    f"standard deviation {image.std():.1f}; after, 0 and 1, with values from "
    f"{np.min(normalized):.1f} to {np.max(normalized):.1f}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The bars of panels b and d are the same bars. The long tail at the left is the pupils and the rims
# of the eyes, the darkest blue of panel c. The pale chin is red: above the mean.
