r"""
Rounding a kernel
=================

A kernel in :math:`b` bits has :math:`2^b - 1` values to choose from, whole multiples of a step
:math:`s`. Rounding moves a weight by at most half a step. If the error is as likely anywhere in
between, its root mean square is the standard deviation of a uniform distribution, and each further
bit halves it:

.. math:: s = \frac{\max |w|}{2^{b-1} - 1}, \qquad \sqrt{\overline{(w - s q)^2}} \approx
   \frac{s}{\sqrt{12}}

Part of :doc:`/small`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import plotting, reference, results, training

SHOWN = 3  # bits of panel a
BITS = np.arange(2, 9)

# %%
# The second convolution of the strided network: 3x3x16 weights for each of 32 maps.

kernel = training.load("strided_convnet").model.get_layer("conv2").get_weights()[0]
print(kernel.shape, np.ptp(kernel))

# %%
# Rounded by the formula, with a step for each output channel; and by TensorFlow's operation for
# training, which rounds and stays in floats.

limit = np.abs(kernel).max(axis=(0, 1, 2))
errors, expected = {True: [], False: []}, []
for bits in BITS:
    for per_channel, of_kind in errors.items():
        step = reference.symmetric_scale(kernel, bits, per_channel=per_channel)
        back = reference.dequantize(reference.quantize(kernel, step, bits=bits), step)
        of_kind.append(np.sqrt(np.mean((back - kernel) ** 2)) / kernel.std())
        if per_channel:
            fake = tf.quantization.fake_quant_with_min_max_vars_per_channel(
                kernel, -limit, limit, num_bits=int(bits), narrow_range=True
            )
            np.testing.assert_allclose(back, fake, atol=1e-6)
            expected.append(np.sqrt(np.mean(step**2) / 12) / kernel.std())
gain = errors[True][-2] / errors[True][-1]
np.testing.assert_allclose(errors[True][2:], expected[2:], rtol=0.1)
np.testing.assert_allclose(gain, 2, rtol=0.1)
results.record("rounding_steps.error_8", errors[True][-1], tolerance=0.002)
results.record("rounding_steps.error_8_kernel", errors[False][-1], tolerance=0.003)
results.record("rounding_steps.error_3", errors[True][1], tolerance=0.08)
assert np.all(np.array(errors[False]) > errors[True])

# %%
# One channel: its weights, and where three bits put them.

channel = int(np.argmax(limit))
weights = np.sort(kernel[..., channel], axis=None)
step = reference.symmetric_scale(weights[:, np.newaxis], SHOWN)
whole = reference.quantize(weights[:, np.newaxis], step, bits=SHOWN)[:, 0]
places, counts = np.unique(whole, return_counts=True)
print(dict(zip(places.tolist(), counts.tolist(), strict=True)))

# %%
# A staircase, and the error by bits.

plt.style.use(plotting.STYLE)
fig, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.3))
left.plot(weights, weights, color="0.6", linewidth=1.2, label="as it was")
left.plot(weights, whole * step, ".", color=plotting.ORANGE, markersize=5, label="rounded")
left.set_yticks(step * np.arange(-3, 4), [f"{q:+d} s" if q else "0" for q in range(-3, 4)])
left.grid(axis="y")
left.set(title=f"A channel in {SHOWN} bits", xlabel="weight", ylabel="rounded to")
left.legend(loc="upper left")
right.semilogy(BITS, errors[False], "s--", color=plotting.BLUE, label="a step for the kernel")
right.semilogy(BITS, errors[True], "o-", color=plotting.ORANGE, label="a step for each channel")
right.semilogy(BITS, expected, color="0.6", linewidth=1.2, label="s / √12")
right.set(title="Error / deviation of the weights", xlabel="bits")
right.legend()
plotting.describe(
    fig,
    f"Panel a: the {weights.size} weights of a channel against what {SHOWN} bits make of them, a "
    f"staircase of {len(places)} steps about the diagonal; {counts.max()} weights become "
    f"{places[counts.argmax()]}. Panel b: the error of rounding on a logarithmic axis, a straight "
    f"line from {errors[True][0]:.2f} of the weights' standard deviation with 2 bits to "
    f"{errors[True][-1]:.4f} with 8, and {errors[False][-1]:.4f} with one step for the kernel.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Eight bits are fine enough to change each weight by less than a hundredth of what weights differ
# by. With two bits there are three values, and the formula, which takes steps to be small, fails.
