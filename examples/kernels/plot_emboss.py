r"""
Emboss tells convolution from cross-correlation
===============================================

The emboss kernel is the identity plus a slope along the diagonal. Its sum is one, so the picture is
still there, as a relief under a lamp. Half a turn leaves the identity and changes the sign of the
slope: under true convolution the same weights put the lamp in the opposite corner.

.. math:: \begin{pmatrix} -2 & -1 & 0 \\ -1 & 1 & 1 \\ 0 & 1 & 2 \end{pmatrix} =
          \begin{pmatrix} 0 & 0 & 0 \\ 0 & 1 & 0 \\ 0 & 0 & 0 \end{pmatrix} +
          \begin{pmatrix} -2 & -1 & 0 \\ -1 & 0 & 1 \\ 0 & 1 & 2 \end{pmatrix}

Part of :doc:`/kernels`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, plotting, reference, results

EYE = np.s_[40:112, 30:102]  # rows and columns of the output
LIMITS = (-0.4, 1.4)  # values drawn black and white

# %%
# The kernel, its half turn, and what is left of it without the identity.

emboss = kernels.get("emboss")
parts = {
    "Cross-correlation": emboss,
    "Convolution": kernels.flip(emboss),
    "Slope": emboss - kernels.get("identity"),
}
print(emboss, emboss.sum(), parts["Slope"].sum())

# %%
# Three kernels, three output channels. TensorFlow computes cross-correlation with each.

picture = data.chelsea_grey()
bank = np.stack(list(parts.values()), axis=-1)[:, :, None, :]
output = tf.nn.conv2d(picture[None, :, :, None], bank, strides=1, padding="VALID")[0].numpy()
correlated, convolved, slope = np.moveaxis(output, -1, 0)

# %%
# The second is the true convolution with the kernel. The two differ by twice the slope.

np.testing.assert_allclose(convolved, reference.convolve2d(picture, emboss), atol=1e-5)
np.testing.assert_allclose(correlated - convolved, 2 * slope, atol=1e-5)
results.record("emboss.difference", np.abs(correlated - convolved).max())
np.testing.assert_array_less(1, np.abs(correlated - convolved).max())  # from black to white

# %%
# Kernel above result. The two reliefs share one grey scale.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 3, figsize=(6.4, 4.7), height_ratios=(4, 5))
limit = np.quantile(np.abs(slope[EYE]), 0.99)
for ax, (title, kernel) in zip(axes[0], parts.items(), strict=True):
    plotting.show_numbers(ax, kernel, title, limit=4)
relief = plotting.show_image(axes[1, 0], correlated[EYE], limits=LIMITS)
plotting.show_image(axes[1, 1], convolved[EYE], limits=LIMITS)
signed = plotting.show_signed(axes[1, 2], slope[EYE], limit)
plotting.colour_bar(fig, relief, axes[1, :2], "output", horizontal=True)
plotting.colour_bar(fig, signed, axes[1, 2], "output", horizontal=True)
plotting.describe(
    fig,
    "The emboss kernel, its half turn, and the kernel without the identity (panels a to c), and "
    "what they make of a cat's eye (d to f). Under cross-correlation the relief is lit from the "
    f"top left, under convolution from the bottom right. The slope alone, on a signed scale to "
    f"{limit:.2f}, has both signs.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Height stands for brightness. Slopes that rise towards the bottom right face the top left, and in
# panel d they are bright. In panel e they are dark, and ridges become grooves.
