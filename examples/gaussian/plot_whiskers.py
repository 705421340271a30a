r"""
Amplifying the whiskers
=======================

Chelsea's left whiskers are bright lines about two pixels wide. A Gabor kernel of that width, long
in their direction, answers to them and hardly to the fur. Added to the identity it makes a kernel
that amplifies whiskers, in one convolution:

.. math:: w = \delta + a \, h_\theta

Part of :doc:`/gaussian`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, plotting, reference, results

WAVELENGTH, SIGMA, ASPECT = 5, 1.3, 0.25  # pixels, pixels, width to length
ANGLE = 117  # degrees, direction of the wave; the whiskers run across it, at 27
TAPS = 31
AMPLIFY = 4
LOW = np.s_[150:256, 0:110]  # rows and columns with the whiskers
FUR = np.s_[110:160, 10:100]  # rows and columns with fur only
WHISKER = ((229, 0), (203, 65))  # row and column of two points on one whisker, read off the picture

# %%
# The kernel, and the one that leaves the picture and adds the whiskers to it.

face = data.chelsea_grey()
gabor = kernels.gabor(SIGMA, WAVELENGTH, ANGLE, aspect=ASPECT, size=TAPS)
radius = len(gabor) // 2
amplifier = AMPLIFY * gabor
amplifier[radius, radius] += 1
print(gabor.shape, amplifier.sum().round(4))

# %%
# TensorFlow applies both at once.

padded = tf.pad(face, [[radius, radius], [radius, radius]], "REFLECT")[None, :, :, None]
stack = np.stack([gabor, amplifier], axis=-1)[:, :, None, :]
maps = tf.nn.conv2d(padded, stack, strides=1, padding="VALID")[0].numpy()
response, amplified = maps[..., 0], maps[..., 1]
np.testing.assert_allclose(amplified, face + AMPLIFY * response, atol=1e-5)
inner = np.s_[radius:-radius, radius:-radius]
np.testing.assert_allclose(response[inner], reference.correlate2d(face, gabor), atol=1e-5)

# %%
# Contrast of one whisker: its brightest pixel within two of the line, less the median of the pixels
# around, compared with the standard deviation of the fur.

columns = np.arange(WHISKER[0][1] + 2, WHISKER[1][1])
line = np.interp(columns, [p[1] for p in WHISKER], [p[0] for p in WHISKER])
nearby = line.round().astype(int)[:, None] + np.arange(-6, 7)


def contrast(image: np.ndarray) -> float:
    across = image[nearby, columns[:, None]]
    peak = across[:, 4:9].max(axis=1) - np.median(across, axis=1)
    return float(peak.mean() / image[FUR].std())


before, after = contrast(face), contrast(response)
results.record("whiskers.contrast_before", before, tolerance=1e-4)
results.record("whiskers.contrast_response", after, tolerance=1e-3)
results.record("whiskers.gain", after / before, tolerance=1e-3)
assert after > before

# %%
# The whole face, and the whiskers alone. Pixels amplified beyond 0 or 1 are drawn black or white.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 3, figsize=(6.4, 4.1), height_ratios=(1, 106 / 110))
limit = 0.15
for row, crop in enumerate((np.s_[:, :], LOW)):
    plotting.show_image(axes[row, 0], face[crop])
    shown = plotting.show_signed(axes[row, 1], response[crop], limit)
    plotting.show_image(axes[row, 2], amplified[crop])
for ax, title in zip(axes[0], ("Picture", "Answer", f"Picture + {AMPLIFY} × answer"), strict=True):
    ax.set_title(title)
inset = axes[0, 1].inset_axes((0.64, 0, 0.36, 0.36))
inset.imshow(gabor, cmap=plotting.SIGNED_COLOURS, vmin=-gabor.max(), vmax=gabor.max())
inset.set(xticks=[], yticks=[])
for spine in inset.spines.values():
    spine.set(visible=True, color="0.3", linewidth=0.8)
plotting.outline(axes[0, 0], LOW[0].start, 0, 106, 110)
plotting.colour_bar(fig, shown, axes, "answer")
plotting.describe(
    fig,
    f"Chelsea's face (panel a), the answer of a Gabor kernel at {ANGLE} degrees (b), and the face "
    f"with four times the answer added (c); panels d to f enlarge the whiskers. In the answer they "
    f"are bright red lines. The contrast of one of them to the fur rises from {before:.1f} to "
    f"{after:.1f}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The whiskers on the right run the other way, and this kernel does not see them. Where the fur lies
# in the direction of the whiskers it is amplified as well: a kernel knows nothing but width and
# angle.
