r"""
Which kernels can tell convolution from cross-correlation
=========================================================

The two operations differ by half a turn of the kernel. A kernel that is its own half turn gives the
same output in both: blur, sharpen and outline are of that kind. Emboss and Sobel are not. The
difference of the two outputs is the picture under the kernel's odd part:

.. math:: x * w - x \star w = x \star \left(\tilde{w} - w\right), \qquad
          \tilde{w}_{u, v} = w_{-u, -v}

Part of :doc:`/kernels`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, plotting, reference, results

EYE = np.s_[40:112, 30:102]  # rows and columns of the output

# %%
# Five kernels of the sources, as they are written down.

picture = data.chelsea_grey()
names = ("binomial_blur", "sharpen", "outline", "emboss", "sobel_x")
bank = np.stack([kernels.get(name) for name in names], axis=-1)[:, :, None, :]
print(bank.shape)

# %%
# All five at once, one per output channel; then again with both spatial axes reversed.

x = picture[None, :, :, None]
correlated = tf.nn.conv2d(x, bank, strides=1, padding="VALID")[0].numpy()
convolved = tf.nn.conv2d(x, tf.reverse(bank, axis=[0, 1]), strides=1, padding="VALID")[0].numpy()
differences = {}
for channel, name in enumerate(names):
    by_hand = reference.convolve2d(picture, kernels.get(name))
    np.testing.assert_allclose(convolved[:, :, channel], by_hand, atol=1e-5)
    differences[name] = convolved[:, :, channel] - correlated[:, :, channel]

# %%
# Symmetric kernels differ by rounding at most, the others by more than the picture's range.

for name, difference in differences.items():
    print(f"{name:14} {np.abs(difference).max():.1e}")
largest = [np.abs(differences[name]).max() for name in names]
results.record("symmetry.symmetric", max(largest[:3]), tolerance=1e-6)
results.record("symmetry.sobel", largest[4])

# %%
# The kernels, and convolution minus cross-correlation.

plt.style.use(plotting.STYLE)
shown = {"Sharpen": "sharpen", "Outline": "outline", "Emboss": "emboss", "Sobel": "sobel_x"}
fig, axes = plt.subplots(2, 4, figsize=(6.4, 4.2))
limit = np.quantile(np.abs(differences["sobel_x"][EYE]), 0.99)
for (title, name), (above, below) in zip(shown.items(), axes.T, strict=True):
    plotting.show_numbers(above, kernels.get(name), title, limit=10)
    drawn = plotting.show_signed(below, differences[name][EYE], limit)
    plotting.outline(below, 0, 0, *differences[name][EYE].shape, colour="0.6", line_width=1)
plotting.colour_bar(fig, drawn, axes[1], "convolution minus cross-correlation", horizontal=True)
plotting.describe(
    fig,
    "Panel a: sharpen, outline, emboss and Sobel kernels. Panel b: convolution minus "
    "cross-correlation for a cat's eye. The first two differences are blank. The last two show the "
    f"eye's outline, with values up to {largest[3]:.1f} and {largest[4]:.1f} in the whole picture.",
    panels=axes[:, 0],
)
plt.show()

# %%
# What to notice
# --------------
#
# Blank (panel b) means equal. A demonstration that uses blurs, sharpening and outlines alone is
# right under either name, and proves neither.
