r"""
Sharpening adds what a blur takes away
======================================

The sharpening kernel is the identity minus the Laplacian. A linear operation may be taken apart:
sharpening a picture is adding its detail to it. At an edge the sum overshoots on both sides, and
leaves the range of the picture:

.. math:: \begin{pmatrix} 0 & -1 & 0 \\ -1 & 5 & -1 \\ 0 & -1 & 0 \end{pmatrix} =
          \begin{pmatrix} 0 & 0 & 0 \\ 0 & 1 & 0 \\ 0 & 0 & 0 \end{pmatrix} +
          \begin{pmatrix} 0 & -1 & 0 \\ -1 & 4 & -1 \\ 0 & -1 & 0 \end{pmatrix}

Part of :doc:`/kernels`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, plotting, reference, results

EYE = np.s_[40:104, 32:112]  # rows and columns of the picture
ROW = 18  # of the eye, for the profile: through the light in the pupil

# %%
# The picture and the three kernels.

picture = data.chelsea_grey()
parts = {
    "Identity": kernels.get("identity"),
    "Detail": kernels.get("sharpen") - kernels.get("identity"),
    "Sharpen": kernels.get("sharpen"),
}
np.testing.assert_array_equal(parts["Detail"], -kernels.get("laplacian"))
print(parts["Sharpen"])

# %%
# One convolution with three kernels: they are stacked along the last axis, the output channels.

bank = np.stack(list(parts.values()), axis=-1)[:, :, None, :]
output = tf.nn.conv2d(picture[None, :, :, None], bank, strides=1, padding="SAME")[0].numpy()
same, detail, sharpened = np.moveaxis(output, -1, 0)
print(bank.shape, output.shape)

# %%
# The picture plus its detail is the sharpened picture.

np.testing.assert_allclose(same + detail, sharpened, atol=1e-6)
by_hand = reference.correlate2d(picture, parts["Sharpen"], "same")
np.testing.assert_allclose(sharpened, by_hand, atol=1e-6)

# %%
# The border looks at zeros, so the range is that of the pixels inside.

inside = sharpened[1:-1, 1:-1]
results.record("sharpen.range_before", [picture.min(), picture.max()])
results.record("sharpen.range_after", [inside.min(), inside.max()])
results.record("sharpen.outside", ((inside < 0) | (inside > 1)).mean())

# %%
# Kernels, results, and one row of both pictures.

plt.style.use(plotting.STYLE)
layout = [["a", "b", "c"], ["d", "e", "f"], ["g"] * 3]
fig, axes = plt.subplot_mosaic(layout, figsize=(6.4, 5.5), height_ratios=(5, 6, 6))
for key, (name, kernel) in zip("abc", parts.items(), strict=True):
    plotting.show_numbers(axes[key], kernel, name, limit=8)
limit = np.quantile(np.abs(detail[EYE]), 0.99)
plotting.show_image(axes["d"], same[EYE])
drawn = plotting.show_signed(axes["e"], detail[EYE], limit)
plotting.show_image(axes["f"], sharpened[EYE])
plotting.colour_bar(fig, drawn, axes["e"], "detail", horizontal=True)
for key in "df":
    axes[key].axhline(ROW, color=plotting.ORANGE, linewidth=1.2)
axes["g"].plot(sharpened[EYE][ROW], color=plotting.ORANGE, linewidth=1.2, label="sharpened")
axes["g"].plot(same[EYE][ROW], color="black", label="picture")
axes["g"].axhspan(0, 1, color="0.93", zorder=0)
axes["g"].set(xlabel="column of the orange line", ylabel="value", xlim=(0, 79))
axes["g"].legend(loc="upper right")
plotting.describe(
    fig,
    "Panel a: identity plus detail kernel is the sharpening kernel. Panel b: a cat's eye, its "
    f"detail on a signed scale to {limit:.2f}, and the sharpened eye. Panel c, a row through the "
    f"pupil: the sharpened values reach from {sharpened[EYE][ROW].min():.2f} to "
    f"{sharpened[EYE][ROW].max():.2f}, the picture's from {same[EYE][ROW].min():.2f} to "
    f"{same[EYE][ROW].max():.2f}.",
    panels=[axes[key] for key in "adg"],
)
plt.show()

# %%
# What to notice
# --------------
#
# Where the line of the picture bends in panel c, the orange one runs past it, down before a rise
# and up after it. The eye takes the steeper flank for sharpness. Values outside the grey band are
# lost as soon as the picture is stored in bytes.
