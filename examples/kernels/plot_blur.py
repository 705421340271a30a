r"""
Two blurs of equal weight
=========================

The box and the binomial kernel both sum to one, so both keep the mean of a picture. They differ in
what they do to a wave of frequency :math:`f`, in cycles per pixel. The binomial damps more and more
up to the finest stripes, which it removes. The box removes a coarser wave and reverses the finest:

.. math:: H_\text{box}(f) = \frac{1 + 2 \cos 2 \pi f}{3}, \qquad
          H_\text{binomial}(f) = \frac{1 + \cos 2 \pi f}{2}

Part of :doc:`/kernels`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, plotting, reference, results

WHISKERS = np.s_[160:224, 0:64]  # rows and columns of the picture

# %%
# The picture, and two kernels of nine taps.

picture = data.chelsea_grey()
blurs = {"Box": kernels.box(3), "Binomial": kernels.binomial(3)}
print(picture.shape, 16 * blurs["Binomial"], sep="\n")

# %%
# A wrapped border has no edge at which weight could be lost.

wrapped = np.pad(picture, 1, mode="wrap")
outputs = {}
for name, kernel in blurs.items():
    w = kernel[:, :, None, None]
    output = tf.nn.conv2d(wrapped[None, :, :, None], w, strides=1, padding="VALID")
    outputs[name] = output[0, :, :, 0].numpy()
    by_hand = reference.correlate2d(wrapped, kernel)
    np.testing.assert_allclose(outputs[name], by_hand, atol=1e-6)

# %%
# The mean survives. Zeros around the picture darken its border, and ones that nobody has divided by
# nine make it nine times as bright.

for output in outputs.values():
    np.testing.assert_allclose(output.mean(), picture.mean(), rtol=1e-6)
zeros = reference.correlate2d(picture, blurs["Box"], "same")
ones = reference.correlate2d(wrapped, np.ones((3, 3), np.float32))
results.record("blur.mean_before", picture.mean())
results.record("blur.mean_after", outputs["Binomial"].mean())
results.record("blur.mean_zeros", zeros.mean())
results.record("blur.mean_ones", ones.mean())

# %%
# The formula of the response is the Fourier transform of the kernel's row sums.

frequency = np.linspace(0, 0.5, 101)  # cycles per pixel
wave = np.exp(-2j * np.pi * np.outer(frequency, (-1, 0, 1)))
responses = {name: (wave @ kernel.sum(axis=0)).real for name, kernel in blurs.items()}
np.testing.assert_allclose(responses["Box"], (1 + 2 * np.cos(2 * np.pi * frequency)) / 3, atol=1e-6)
np.testing.assert_allclose(
    responses["Binomial"], (1 + np.cos(2 * np.pi * frequency)) / 2, atol=1e-6
)
np.testing.assert_array_less(responses["Box"][frequency > 0.34], 0)
np.testing.assert_array_less(-1e-9, responses["Binomial"])
np.testing.assert_array_less(1, ones.mean())
results.record("blur.finest_box", responses["Box"][-1])
results.record("blur.finest_binomial", abs(responses["Binomial"][-1]))

# %%
# Each result with its kernel below it.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 3, figsize=(6.4, 4.5))
plotting.show_image(axes[0, 0], picture[WHISKERS], "Picture", limits=(0.2, 0.8))
colours = (plotting.ORANGE, plotting.BLUE)
for name, colour, (above, below) in zip(blurs, colours, axes.T[1:], strict=True):
    plotting.show_image(above, outputs[name][WHISKERS], name, limits=(0.2, 0.8))
    plotting.show_numbers(below, blurs[name], limits=(0, 0.3), spec=".4f")
    axes[1, 0].plot(frequency, responses[name], color=colour, label=name)
axes[1, 0].axhline(0, color="0.6", linewidth=0.8)
axes[1, 0].set(xlabel="cycles per pixel", ylabel="response", xticks=(0, 0.25, 0.5), box_aspect=1)
axes[1, 0].legend()
plotting.describe(
    fig,
    "A cat's whiskers (panel a), the same after a box blur (b) and after a binomial blur (c) of 3 "
    "by 3 taps, and both kernels as numbers (e, f). Panel d: the responses to waves fall from 1; "
    f"at the finest stripes the box gives {responses['Box'][-1]:.2f} and the binomial "
    f"{abs(responses['Binomial'][-1]):g}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Behind the zero of the orange curve in panel d the box has a negative response: it exchanges the
# light and the dark stripes. The blue curve never crosses zero. Equal sums say nothing about it.
