r"""
The spectrum of a picture
=========================

The two-dimensional Fourier transform writes a picture as a sum of waves. The constant stands in the
middle, coarse waves around it, fine ones towards the border. A convolution multiplies each wave by
the kernel's own spectrum at its place:

.. math:: \mathcal{F}(w * x) = \mathcal{F}(w) \, \mathcal{F}(x)

Part of :doc:`/gaussian`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, plotting, results

SIGMA = 1.5  # pixels
GABOR = {"sigma": 2.5, "wavelength": 7, "angle": 30}
COARSE = 0.1  # cycles per pixel

# %%
# The face without its mean. Its spectrum has a row and a column for each of its own.

face = data.chelsea_grey() - data.chelsea_grey().mean()
side = len(face)
spectrum = tf.signal.fft2d(tf.cast(face, tf.complex64)).numpy()
print(spectrum.shape, spectrum.dtype)

# %%
# A blur that wraps around at the border, by ``tf.nn.conv2d`` and in the spectrum.

kernel = kernels.gaussian(SIGMA)
radius = len(kernel) // 2
wrapped = np.pad(face, radius, mode="wrap")[None, :, :, None]
blurred = tf.nn.conv2d(wrapped, kernels.to_hwio(kernel), strides=1, padding="VALID")[0, :, :, 0]


def response(kernel: np.ndarray) -> np.ndarray:
    """Return a kernel's spectrum on the frequencies of the face, its centre at the origin."""
    whole = np.zeros((side, side))
    whole[: len(kernel), : len(kernel)] = kernel
    return np.fft.fft2(np.roll(whole, -(len(kernel) // 2), axis=(0, 1)))


np.testing.assert_allclose(np.fft.fft2(blurred), response(kernel) * spectrum, atol=0.02)

# %%
# The mean amplitude on circles of one frequency, and the coarse share of the variance.

along = np.fft.fftfreq(side)
frequency = np.hypot(along, along[:, None])
circles = np.digitize(frequency, edges := np.linspace(0.01, 0.5, 50))
centres = (edges[:-1] + edges[1:]) / 2
amplitudes = {
    name: [np.abs(values)[circles == number].mean() for number in range(1, len(edges))]
    for name, values in {"face": spectrum, "blurred": response(kernel) * spectrum}.items()
}
power = np.abs(spectrum) ** 2
share = power[frequency < COARSE].sum() / power.sum()
np.testing.assert_array_less(100, amplitudes["face"][0] / amplitudes["face"][-1])
results.record("picture_spectrum.coarse", float(share), tolerance=1e-4)

# %%
# Logarithms of amplitudes, the constant in the middle.

plt.style.use(plotting.STYLE)
layout = [["face", "spectrum", "curves"], ["blurred", "product", "gabor"]]
fig, axes = plt.subplot_mosaic(layout, figsize=(6.4, 4.6))
plotting.show_image(axes["face"], data.chelsea_grey(), "Face")
plotting.show_image(axes["blurred"], blurred + data.chelsea_grey().mean(), f"Blurred, σ = {SIGMA}")
shown = {
    "spectrum": ("Its spectrum", spectrum),
    "product": ("Its spectrum", response(kernel) * spectrum),
}
for name, (title, values) in shown.items():
    logarithm = np.log10(np.abs(np.fft.fftshift(values)) + 1e-6)
    drawn = plotting.show_image(axes[name], logarithm, title, limits=(-1, 4))
plotting.colour_bar(fig, drawn, [axes["spectrum"], axes["product"]], "log₁₀ amplitude",
                    horizontal=True)  # fmt: skip
gabor = np.abs(np.fft.fftshift(response(kernels.gabor(**GABOR))))
plotting.show_image(axes["gabor"], gabor, "A Gabor kernel's", limits=(0, gabor.max()))
for name, style in (("face", "-"), ("blurred", "--")):
    axes["curves"].plot(centres, amplitudes[name], style, label=name)
axes["curves"].set(title="Mean amplitude", xlabel="cycles per pixel", xscale="log", yscale="log")
axes["curves"].set_xticks((0.02, 0.1, 0.5), labels=("0.02", "0.1", "0.5"))
axes["curves"].minorticks_off()
axes["curves"].legend()
plotting.describe(
    fig,
    "Chelsea's face (panel a) and its spectrum (b), brightest in the middle; the same blurred (d), "
    "whose spectrum (e) is dark but for the middle; curves of the amplitude (c), falling with the "
    "frequency; and the spectrum of a Gabor kernel (f), two spots opposite each other. "
    f"{share:.0%} of the variance lies below {COARSE} cycles per pixel.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The spectrum falls so steeply that it takes logarithms to see it. Straight lines and edges of the
# picture stand in it as rays (panel b), across their own direction.
