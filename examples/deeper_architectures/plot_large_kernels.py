r"""
What a large depthwise kernel costs, and how far it reaches
===========================================================

In a block of a depthwise convolution and two of 1 by 1, the depthwise kernel does a small part of
the products even when it is large. A stack of small kernels sees as far by the formula of the
receptive field, but what counts is concentrated in its middle: with random weights it spreads
with the square root of its depth only.

.. math:: \sigma_n = \sqrt{n \, \frac{k^2 - 1}{12}}

Part of :doc:`/deeper_architectures`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import arithmetic, plotting, results

SIDE = 14  # pixels along a side of the maps of ConvNeXt's third stage
SIZES = np.arange(3, 33, 2)  # taps along a side of the kernel
MAPS = {96: "0.6", 192: "0.5", 384: plotting.BLUE, 768: "0.3"}
STACKS = {3: (1, 2, 4, 8, 16, 32, 64, 120), 7: (1, 2, 4, 8, 16), 31: (1, 2, 4)}  # depths by k
CHANNELS = 32  # maps of a random stack

# %%
# The share of the depthwise kernel in the products of a block, which do not depend on the side.

shares = {}
for maps in MAPS:
    looking = np.array([arithmetic.conv_macs(SIDE, int(k), maps, maps, groups=maps) for k in SIZES])
    mixing = 2 * arithmetic.conv_macs(SIDE, 1, maps, 4 * maps)
    shares[maps] = looking / (looking + mixing)
    np.testing.assert_allclose(shares[maps], SIZES**2 / (SIZES**2 + 8 * maps))
results.record("large_kernels.share_7", shares[384][SIZES == 7][0])
results.record("large_kernels.share_31", shares[384][SIZES == 31][0])

# %%
# How far a stack reaches: the gradient of one output of a stack of random blocks, each a depthwise
# kernel and a mixing of maps, with respect to its input. Its energy is a distribution over the
# picture, and has a standard deviation.

rng = np.random.default_rng(31)
measured = {}
for k, depths in STACKS.items():
    for depth in depths:
        reach = depth * (k - 1) // 2
        side = 2 * min(reach, 60) + 1
        start = np.zeros((1, side, side, CHANNELS), np.float32)
        start[0, side // 2, side // 2] = 1
        gradient = tf.constant(start)
        for _ in range(depth):
            kernel = rng.normal(0, 1 / k, (k, k, CHANNELS, 1)).astype(np.float32)
            mixing = np.linalg.qr(rng.normal(size=(CHANNELS, CHANNELS)))[0].astype(np.float32)
            gradient = tf.nn.depthwise_conv2d_backprop_input(
                gradient.shape, kernel, gradient @ mixing, (1, 1, 1, 1), "SAME"
            )
        energy = np.square(gradient.numpy()[0]).sum(axis=2)
        places = np.arange(side) - side // 2
        measured[k, depth] = float(np.sqrt((energy.sum(axis=0) * places**2).sum() / energy.sum()))
formula = {(k, n): np.sqrt(n * (k**2 - 1) / 12) for k, n in measured}
np.testing.assert_allclose(list(measured.values()), list(formula.values()), rtol=0.1)
equal = {k: (k**2 - 1) // 8 for k in (7, 31)}  # layers of 3 by 3 that spread as far
np.testing.assert_allclose(np.sqrt(equal[31] * 8 / 12), formula[31, 1])
results.record("large_kernels.equal_7", equal[7])
results.record("large_kernels.equal_31", equal[31])
print(measured)

# %%
# Panel a: the share of the products. Panel b: dots are measured, lines are the formula.

plt.style.use(plotting.STYLE)
fig, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.6))
for maps, colour in MAPS.items():
    left.plot(SIZES, 100 * shares[maps], color=colour)
    left.text(31.6, 100 * shares[maps][-1], f"{maps} maps", size=9, va="center", color=colour)
left.plot(7, 100 * shares[384][SIZES == 7][0], "o", color=plotting.BLUE)
left.set(title="depthwise part of the products, %", xlabel="side of the kernel", xlim=(3, 41))
left.set(xticks=(3, 7, 15, 23, 31), ylim=(0, 60))
depths = np.geomspace(1, 130, 50)
for k, colour in zip(STACKS, (plotting.BLUE, plotting.ORANGE, plotting.GREEN), strict=True):
    right.loglog(depths, np.sqrt(depths * (k**2 - 1) / 12), color=colour, linewidth=1)
    found = [measured[k, n] for n in STACKS[k]]
    right.plot(STACKS[k], found, "o", color=colour, label=f"{k} × {k}")
right.set(title="standard deviation, pixels", xlabel="depthwise layers")
right.set_xticks((1, 10, 100), ("1", "10", "100"))
right.set_yticks((1, 3, 10, 30), ("1", "3", "10", "30"))
right.minorticks_off()
right.legend(handletextpad=0.1)
plotting.describe(
    fig,
    "Panel a: the share of the depthwise kernel in a block's products rises with the side of the "
    f"kernel; at 384 maps it is {shares[384][SIZES == 7][0]:.1%} for 7 by 7 and "
    f"{shares[384][SIZES == 31][0]:.0%} for 31 by 31. Panel b: the spread of random stacks rises "
    f"with the root of the depth; one kernel of 31 by 31 spreads {measured[31, 1]:.1f} pixels, "
    f"{STACKS[3][-1]} of 3 by 3 {measured[3, STACKS[3][-1]]:.1f}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# A dot and its line are for random weights. Training can make a stack look further than chance
# does, and a large kernel less far.
