r"""
What a depthwise separable convolution saves
============================================

Filtering each channel alone and then mixing the channels with a 1x1 convolution takes this share
of the multiply-accumulates (MACs) of the full convolution, whatever the size of the picture and the
number of input channels:

.. math::

    \frac{k^2 C_\mathrm{in} + C_\mathrm{in} C_\mathrm{out}}{k^2 C_\mathrm{in} C_\mathrm{out}}
    = \frac{1}{C_\mathrm{out}} + \frac{1}{k^2}

Part of :doc:`/variants`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import arithmetic, plotting, results, studies

SIZE, CHANNELS, KERNEL = 14, 512, 3  # the layer that MobileNet repeats five times

# %%
# The separable convolution of that layer, with kernels of random numbers.

rng = np.random.default_rng(2)
x = rng.standard_normal((1, SIZE, SIZE, CHANNELS), dtype=np.float32)
depthwise = rng.standard_normal((KERNEL, KERNEL, CHANNELS, 1), dtype=np.float32)
pointwise = rng.standard_normal((1, 1, CHANNELS, CHANNELS), dtype=np.float32)
print(x.shape, depthwise.shape, pointwise.shape)

# %%
# The full convolution can do what the separable one does: its kernel is then the product of the
# two.

kernel = depthwise * pointwise
print(kernel.shape)
separable = tf.nn.separable_conv2d(x, depthwise, pointwise, (1, 1, 1, 1), "SAME")
full = tf.nn.conv2d(x, kernel, strides=1, padding="SAME")
np.testing.assert_allclose(separable, full, atol=0.01 * np.abs(full).max())

# %%
# A ninth of the MACs need not be a ninth of the time. A study has timed both. Other programs make a
# call longer and never shorter, so the shortest readings are compared.

macs = arithmetic.conv_macs(SIZE, KERNEL, CHANNELS, CHANNELS)
separable_macs = arithmetic.depthwise_separable_macs(SIZE, KERNEL, CHANNELS, CHANNELS)
timed = studies.load("variant_times").result(measured="separable")
assert timed["shapes"] == [list(a.shape) for a in (x, depthwise, pointwise, kernel)]
results.record("channel_cost.macs", [macs, separable_macs], unit="MAC")
results.record("channel_cost.macs_saved", macs / separable_macs)
results.record("channel_cost.time_ratio", timed["full"]["least"] / timed["separable"]["least"])

# %%
# One curve a kernel size, computed from the counts of MACs, and its limit for many channels.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 3.6))
counts = 2 ** np.arange(11)
for taps, colour in zip((3, 5, 7), (plotting.BLUE, plotting.ORANGE, plotting.GREEN), strict=True):
    share = [
        arithmetic.depthwise_separable_macs(SIZE, taps, CHANNELS, outputs)
        / arithmetic.conv_macs(SIZE, taps, CHANNELS, outputs)
        for outputs in counts
    ]
    np.testing.assert_allclose(share, 1 / counts + 1 / taps**2)
    ax.plot(counts, share, "o-", color=colour, markersize=4)
    ax.axhline(1 / taps**2, color=colour, linewidth=0.9, linestyle=":")
    ax.text(1150, share[-1], f"k = {taps}", color=plotting.ink(colour), va="center")
ax.axhline(1, color="0.6", linewidth=0.9)
ax.plot(CHANNELS, separable_macs / macs, "o", color="black", markersize=9, fillstyle="none")
ax.annotate(f"MobileNet's layer:\n1/{macs / separable_macs:.1f} of the MACs",
            (CHANNELS, separable_macs / macs), (110, 0.36),
            arrowprops={"arrowstyle": "-", "color": "0.4", "shrinkB": 5})  # fmt: skip
ax.set_xscale("log", base=2)
ax.set_yscale("log")
ax.set(xlabel="output channels", ylabel="MACs, separable / full", xlim=(0.9, 1060))
ax.set_xticks(counts[::2], counts[::2])
ax.set_yticks([0.02, 0.05, 0.1, 0.2, 0.5, 1, 2], ["0.02", "0.05", "0.1", "0.2", "0.5", "1", "2"])
ax.minorticks_off()
plotting.describe(
    fig,
    "Three falling curves against the number of output channels from 1 to 1024, for kernels of 3, "
    "5 and 7 taps. Each flattens at one over the square of its taps; at "
    f"{CHANNELS} channels and 3 taps it stands at {separable_macs / macs:.3f}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# With one output channel the separable convolution costs more, not less. With many, the kernel's
# size sets the limit, and more channels save nothing further.
