r"""
Six kernels and one eye
=======================

The operation is the same six times, and so is the picture. What comes out depends on the weights
alone:

.. math:: y_{i, j} = \sum_{u} \sum_{v} x_{i + u, j + v} \, w_{u, v}

Part of :doc:`/kernels`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, plotting, reference, results

EYE = np.s_[22:112, 24:114]  # rows and columns of the output
SHARE = 0.99  # of the values of a signed map that its scale holds

# %%
# Two of the kernels leave a picture that looks like one. The maps of the others are signed.

pictures = {
    "Blur": kernels.box(7),
    "Sharpen": kernels.get("sharpen"),
    "Emboss": kernels.get("emboss"),
}
maps = {
    "Sobel": kernels.get("sobel_x"),
    "Laplacian": kernels.laplacian_of_gaussian(1.5),
    "Gabor": kernels.gabor(sigma=3, wavelength=8, angle=45),
}
print({name: kernel.shape for name, kernel in (pictures | maps).items()})

# %%
# TensorFlow applies each; the same sums come from NumPy.

face = data.chelsea_grey()
answers = {}
for name, kernel in (pictures | maps).items():
    x, w = face[None, :, :, None], kernels.to_hwio(kernel)
    answers[name] = tf.nn.conv2d(x, w, strides=1, padding="SAME")[0, :, :, 0].numpy()
    same = reference.correlate2d(face, kernel, padding="same")
    np.testing.assert_allclose(answers[name], same, atol=1e-4)
results.record("six_kernels.largest", max(kernel.size for kernel in maps.values()))

# %%
# Pictures on one grey scale above, maps below, each on a signed scale of its own.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 3, figsize=(6.4, 4.7))
for ax, name in zip(axes[0], pictures, strict=True):
    plotting.show_image(ax, answers[name][EYE], name, limits=(0, 0.8))
for ax, name in zip(axes[1], maps, strict=True):
    limit = np.quantile(np.abs(answers[name][EYE]), SHARE)
    plotting.show_signed(ax, answers[name][EYE], limit, name)
plotting.describe(
    fig,
    f"What {len(answers)} kernels make of a cat's eye: a blurred, a sharpened and an embossed "
    "picture, and three maps of red and blue, in which Sobel marks slopes to the right, a "
    "Laplacian rims and spots, and a Gabor kernel stripes along one diagonal.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The rim of the eye is one dark line. Sobel sees its two sides, the Laplacian the line itself, and
# the Gabor kernel only the parts that run its way.
