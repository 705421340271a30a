r"""
Local response normalization
============================

AlexNet divides each number by a power of the energy of its neighbours: the same pixel, two maps to
either side. Maps compete, and where contrast is high, all of them are held down. The constants of
the paper are made for pixels from 0 to 255. On pixels from 0 to 1 the sum is nothing beside the 2.

.. math:: b_i = a_i \Big/ \Big( 2 + 10^{-4} \sum_{j=i-2}^{i+2} a_j^2 \Big)^{0.75}

Part of :doc:`/architectures`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, plotting, results

ANGLES = np.arange(0, 180, 15)  # degrees, one map each
SIGMA, WAVELENGTH = 2.0, 6.0  # pixels
RADIUS, BIAS, ALPHA, BETA = 2, 2.0, 1e-4, 0.75  # as in the paper
GAIN = 10  # a kernel's answer to its own wave of amplitude 1; trained layers amplify, too
SHOWN = 6  # the map that is drawn: stripes that lie
CROP = np.s_[20:140, 60:240]

# %%
# Twelve Gabor kernels, one per angle, stand for a trained first layer, whose kernels are much like
# them. Here neighbouring maps are neighbouring angles, the first beside the second.

cat = data.to_grey(data.to_float(data.chelsea()))[CROP]
bank = np.stack([kernels.gabor(SIGMA, WAVELENGTH, angle) for angle in ANGLES], axis=-1)
bank = tf.constant(GAIN * bank[:, :, None, :])
print(cat.shape, bank.shape)

# %%
# Convolution, ReLU and normalization, for pixels from 0 to 255 and for the same from 0 to 1.

before, after = {}, {}
for white in (255, 1):
    picture = tf.constant(white * (cat - cat.mean())[None, :, :, None])
    maps = tf.nn.relu(tf.nn.conv2d(picture, bank, 1, "VALID"))
    after[white] = tf.nn.local_response_normalization(maps, RADIUS, BIAS, ALPHA, BETA)[0].numpy()
    before[white] = maps[0].numpy()
print(before[255].shape, before[255].max(), after[255].max())

# %%
# The formula, read aloud in NumPy. On pixels from 0 to 1 it divides by the same number everywhere.

divisors = {}
for white, maps in before.items():
    energy = np.stack(
        [
            (maps[..., max(0, i - RADIUS) : i + RADIUS + 1] ** 2).sum(axis=-1)
            for i in range(len(ANGLES))
        ],
        axis=-1,
    )
    divisors[white] = (BIAS + ALPHA * energy) ** BETA
    np.testing.assert_allclose(after[white], maps / divisors[white], rtol=1e-4, atol=1e-6)
np.testing.assert_allclose(divisors[1], BIAS**BETA, rtol=1e-3)
smallest, largest = divisors[255].min(), divisors[255].max()
results.record("local_response.smallest", float(smallest))
results.record("local_response.largest", float(largest))
results.record("local_response.unit_pixels", float(divisors[1].max()))

# %%
# One map before and after on scales of their own, what divides it, and every number of every map.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 2, figsize=(6.4, 4.6), height_ratios=(4, 5))
raw, normalized = before[255][..., SHOWN], after[255][..., SHOWN]
drawn = plotting.show_image(axes[0, 0], raw, "before", limits=(0, raw.max()))
plotting.colour_bar(fig, drawn, axes[0, 0], "$a_i$")
drawn = plotting.show_image(axes[0, 1], normalized, "after", limits=(0, normalized.max()))
plotting.colour_bar(fig, drawn, axes[0, 1], "$b_i$")
drawn = plotting.show_image(
    axes[1, 0], divisors[255][..., SHOWN], "divided by", limits=(smallest, largest)
)
plotting.colour_bar(fig, drawn, axes[1, 0], "$a_i / b_i$")
ax = axes[1, 1]
ax.plot(before[255].ravel()[::7], after[255].ravel()[::7], ".", color=plotting.BLUE, markersize=2,
        alpha=0.3, rasterized=True)  # fmt: skip
line = np.array([0, before[255].max()])
ax.plot(line, line / BIAS**BETA, color=plotting.ORANGE)
alone = np.linspace(0, line[1], 200)
ax.plot(alone, alone / (BIAS + ALPHA * alone**2) ** BETA, color="black")
ax.text(145, 66, "divided by 1.68,\nas for pixels 0 to 1", color=plotting.ink(plotting.ORANGE),
        size=9)  # fmt: skip
ax.set(
    xlabel="before, $a_i$",
    ylabel="after, $b_i$",
    title="all numbers; curve: a map alone",
    ylim=(0, 80),
)
plotting.describe(
    fig,
    f"Panels a and b: a map of stripes at {ANGLES[SHOWN]} degrees in a picture of a cat, before "
    f"and after local response normalization. Panel c: what divides it, from {smallest:.2f} to "
    f"{largest:.1f}. Panel d: all numbers after against before bend down; a map alone is largest "
    "at 200, and smaller again beyond. With pixels from 0 to 1 it is a straight line.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The faint stripes of the cheek come up beside the strong ones of the eye. A map alone peaks at
# :math:`\sqrt{2 / (10^{-4} / 2)} = 200` and falls again, as its own energy divides it.
