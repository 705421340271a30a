r"""
What a kernel lets pass
=======================

A convolution turns a sinusoid into a sinusoid of the same frequency, with another amplitude. The
frequency response says which: 1 passes, 0 is removed, below 0 comes out upside down. It is the
Fourier transform of the kernel. For a symmetric kernel of odd length it is real:

.. math:: W(f) = \sum_u w_u \cos(2 \pi f u)

Part of :doc:`/gaussian`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import kernels, plotting, results

SIGMA = 1.0  # pixels
FREQUENCIES = np.linspace(0, 0.5, 101)  # cycles a pixel; 0.5 is the finest, every other pixel
LENGTH = 200  # pixels

# %%
# Three blurs of five taps and about the same width, and two kernels that remove the mean. Each is
# applied along the row only: its column sums, or its middle row.

gaussian = kernels.gaussian(SIGMA)
rows = {
    "box": kernels.box(5).sum(axis=0),
    "binomial": kernels.binomial(5).sum(axis=0),
    "Gaussian": gaussian.sum(axis=0),
    "derivative": kernels.flip(kernels.gaussian_derivative(SIGMA)).sum(axis=0),
    "−LoG": -kernels.laplacian_of_gaussian(SIGMA).sum(axis=0),
}
print({name: len(row) for name, row in rows.items()})

# %%
# TensorFlow filters a cosine of each frequency. The derivative is odd: it turns a cosine into a
# negative sine, and that amplitude is read off.

place = np.arange(LENGTH)
waves = np.cos(2 * np.pi * FREQUENCIES[:, None] * place)
quarter = np.sin(2 * np.pi * FREQUENCIES[:, None] * place)
measured = {}
for name, row in rows.items():
    output = tf.nn.conv1d(waves[:, :, None], row.astype(float)[:, None, None], 1, "VALID")
    seen = -quarter if name == "derivative" else waves
    seen = seen[:, len(row) // 2 : LENGTH - len(row) // 2]
    power = np.maximum((seen**2).sum(axis=1), 1e-9)
    measured[name] = (output.numpy()[:, :, 0] * seen).sum(axis=1) / power

# %%
# The formula predicts each amplitude.

for name, row in rows.items():
    u = np.arange(len(row)) - len(row) // 2
    wave = np.sin if name == "derivative" else np.cos
    predicted = wave(2 * np.pi * FREQUENCIES[:, None] * u) @ row
    np.testing.assert_allclose(measured[name][1:-1], predicted[1:-1], atol=1e-5)
worst = float(measured["box"].min())
results.record("frequency_responses.box_lowest", worst, tolerance=1e-3)
results.record("frequency_responses.box_zero", 1 / len(rows["box"]), unit="cycles per px")
derivative_peak = FREQUENCIES[measured["derivative"].argmax()]
log_peak = FREQUENCIES[measured["−LoG"].argmax()]
results.record("frequency_responses.derivative_peak", float(derivative_peak), unit="cycles per px")
results.record("frequency_responses.log_peak", float(log_peak), unit="cycles per px")

# %%
# A panel for the blurs, and one for the kernels with a sum of zero, beside what they stand for.

plt.style.use(plotting.STYLE)
fig, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.1))
for name, style in (("box", "-"), ("binomial", "-"), ("Gaussian", "--")):
    left.plot(FREQUENCIES, measured[name], style, label=name)
omega = 2 * np.pi * FREQUENCIES
for number, (name, power) in enumerate((("derivative", 1), ("−LoG", 2)), start=3):
    right.plot(FREQUENCIES[:-1], measured[name][:-1], color=f"C{number}", label=name)
    right.plot(FREQUENCIES, omega**power, ":", color=f"C{number}", linewidth=1.2)
for ax, title in ((left, "Blurs: low pass"), (right, "Derivatives: band pass")):
    ax.axhline(0, color="0.7", linewidth=0.8)
    ax.set(title=title, xlabel="frequency (cycles per px)", xlim=(0, 0.5))
    ax.legend()
left.set(ylabel="amplitude", ylim=(-0.3, 1.05))
right.set_ylim(-0.3, 1.05)
plotting.describe(
    fig,
    f"Amplitude against frequency. Panel a: box, binomial and Gaussian start at 1; the box falls "
    f"through zero at 0.2 cycles a pixel to {worst:.2f}, the others fall smoothly to zero. Panel "
    f"b: the derivative and the Laplacian start at zero, follow a straight line and a parabola, "
    f"and have their peaks at {derivative_peak:.2f} and {log_peak:.2f} cycles a pixel.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Where the box is below zero, stripes come out with black and white exchanged. The dotted curves of
# panel b are the exact derivatives: the kernels follow them for low frequencies and give up on high
# ones, which is where noise lives.
