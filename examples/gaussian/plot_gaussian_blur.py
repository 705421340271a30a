r"""
Two Gaussian blurs are one
==========================

A Gaussian kernel divided by the sum of its taps leaves the mean of a picture as it is. Blurred
twice, a picture is the same as blurred once with a wider Gaussian, whose variance is the sum of
both variances. With 3 and 4 pixels the wider one has 5:

.. math:: g_{\sigma_1} * g_{\sigma_2} = g_\sigma, \qquad \sigma = \sqrt{\sigma_1^2 + \sigma_2^2}

Part of :doc:`/gaussian`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, plotting, reference, results

SIGMAS = (3, 4, 5)  # pixels: 9 + 16 = 25

# %%
# The three Gaussians. Each adds up to one, however many taps it has.

blurs = {sigma: kernels.gaussian(sigma) for sigma in SIGMAS}
for sigma, blur in blurs.items():
    print(sigma, blur.shape, blur.max().round(4), blur.sum().round(6))
    results.record(f"gaussian_blur.taps_{sigma}", len(blur))

# %%
# TensorFlow's SAME would darken the rim with zeros. The picture is mirrored at its edges instead.

face = data.chelsea_grey()
outputs = {}
for name, start, sigma in ((3, None, 3), (4, None, 4), (5, None, 5), ("3, then 4", 3, 4)):
    image = face if start is None else outputs[start]
    radius = len(blurs[sigma]) // 2
    mirrored = tf.pad(image, [[radius, radius], [radius, radius]], "SYMMETRIC")
    x = mirrored[None, :, :, None]
    output = tf.nn.conv2d(x, kernels.to_hwio(blurs[sigma]), strides=1, padding="VALID")
    outputs[name] = output[0, :, :, 0].numpy()

# %%
# The mean stays. A symmetric kernel on a mirrored picture moves light about and loses none.

drift = max(abs(output.mean() - face.mean()) for output in outputs.values())
assert drift < 1e-5
results.record("gaussian_blur.mean", float(face.mean()), tolerance=1e-5)

# %%
# One blur does the work of two, and the kernels say so already. The small rest comes from cutting
# the tails at four sigma and from taking samples.

twice = reference.convolve2d(blurs[3], blurs[4], "full")
rim = (len(twice) - len(blurs[5])) // 2
kernel_error = np.abs(twice - np.pad(blurs[5], rim)).max() / twice.max()
error = np.abs(outputs["3, then 4"] - outputs[5]).max()
assert kernel_error < 2e-3
np.testing.assert_allclose(outputs["3, then 4"], outputs[5], atol=1e-3)
results.record("gaussian_blur.kernel_error", float(kernel_error), tolerance=1e-5)
results.record("gaussian_blur.error", float(error), tolerance=1e-5)

# %%
# Kernels, all in a frame of the same width, and what they make of the picture.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 4, figsize=(6.4, 3.2))
for column, (name, output) in enumerate(outputs.items()):
    kernel = blurs.get(name, twice)
    framed = np.pad(kernel, (len(twice) - len(kernel)) // 2)
    title = f"σ = {name} px" if name in blurs else f"{name} px"
    shown = plotting.show_image(axes[0, column], framed, title, limits=(0, float(blurs[3].max())))
    plotting.show_image(axes[1, column], output)
plotting.colour_bar(fig, shown, axes[0], "weight")
plotting.describe(
    fig,
    f"Panel a: three Gaussians of {', '.join(map(str, SIGMAS))} pixels, and the convolution of the "
    f"first two. Panel b: Chelsea's face blurred by each. The last two columns look alike: the "
    f"pictures differ by at most {error:.0e}.",
    panels=axes[:, 0],
)
plt.show()

# %%
# What to notice
# --------------
#
# A wider kernel has lower weights, for their sum is the same. Blurring again and again adds
# variances, so sixteen blurs of one pixel make a blur of four.
