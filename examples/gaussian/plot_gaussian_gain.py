r"""
A blur that brightens
=====================

A Gaussian density is sampled at 30 points, and the product of two such rows is a blur whose taps do
not add up to one. Every layer multiplies the picture by their sum. The picture looks right where it
is drawn between its own darkest and brightest value:

.. math:: \text{mean}_n = \text{mean}_0 \, \Bigl(\sum_{u, v} w_{u, v}\Bigr)^{n}

Part of :doc:`/gaussian`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, plotting, results

TAPS = 30
REACH = 3  # sigma on either side of the centre
LAYERS = 4

# %%
# The density as it is sampled, and the same divided by its sum.

row = kernels.gaussian_profile(np.linspace(-REACH, REACH, TAPS))
raw = np.outer(row, row)
gain = float(raw.sum())
print(raw.shape, round(gain, 2))

# %%
# Four layers of each in TensorFlow.

face = data.chelsea_grey()
sequences = {}
for name, kernel in (("as it is sampled", raw), ("divided by its sum", raw / gain)):
    images = [face]
    for _ in range(LAYERS):
        x = images[-1][None, :, :, None]
        output = tf.nn.conv2d(x, kernels.to_hwio(kernel), strides=1, padding="VALID")
        images.append(output[0, :, :, 0].numpy())
    sequences[name] = images
results.record("gaussian_gain.gain", gain, tolerance=1e-6)
results.record("gaussian_gain.four_layers", gain**LAYERS, tolerance=1)

# %%
# Both pictures are the same up to a factor, the gain to the fourth power.

bright, right = (images[-1] for images in sequences.values())
np.testing.assert_allclose(bright / gain**LAYERS, right, rtol=1e-5)
results.record("gaussian_gain.brightest", float(bright.max()), tolerance=1)
results.record("gaussian_gain.float16_limit", float(np.finfo(np.float16).max))
assert bright.max() > np.finfo(np.float16).max

# %%
# Each picture has a grey scale of its own here, on purpose: this is how the gain stays unseen.

plt.style.use(plotting.STYLE)
fig, (left, middle, plot) = plt.subplots(1, 3, figsize=(6.4, 2.65), width_ratios=(1, 1, 1.25))
for ax, image, title in ((left, bright, "As sampled"), (middle, right, "Divided by sum")):
    limits = (float(image.min()), float(image.max()))
    shown = plotting.show_image(ax, image, title, limits=limits)
    bar = plotting.colour_bar(fig, shown, ax, "value of a pixel", horizontal=True)
    bar.ax.tick_params(length=0)
    bar.set_ticks(limits, labels=[f"{value:,.2g}" if value < 1 else f"{value:,.0f}"
                                  for value in limits])  # fmt: skip
for marker, (name, images) in zip("os", sequences.items(), strict=True):
    plot.semilogy(range(LAYERS + 1), [image.mean() for image in images], marker + "-", label=name)
plot.axhline(1, color="0.6", linewidth=0.8)
plot.text(LAYERS, 1.3, "white", ha="right", color="0.4", size=9)
plot.set(title="Mean of the picture", xlabel="layers", ylim=(0.1, 1e7))
plot.legend(loc="upper left")
plotting.describe(
    fig,
    f"Chelsea after {LAYERS} blurs of {TAPS} by {TAPS} taps, twice; the pictures look the same, "
    f"but one (panel a) holds values from {bright.min():,.0f} to {bright.max():,.0f}, the other "
    f"(b) from {right.min():.2f} to {right.max():.2f}. Panel c: on a logarithmic axis the mean of "
    f"the first grows by a factor of {gain:.1f} a layer; the other stays level.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The gain is nearly the square of the number of samples to a sigma: the sum of the samples is an
# integral, except for the width of a step. Half precision, which a GPU likes, cannot hold the
# result.
