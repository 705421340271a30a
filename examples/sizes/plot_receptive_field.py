r"""
The receptive field, predicted and measured
===========================================

One output of a stack of layers depends on a square of the input, its receptive field. The square
grows by :math:`(k_l - 1) \, d_l` pixels per layer, times all the strides before it. The gradient of
the output with respect to the input is nonzero exactly there, and far from even:

.. math:: r = 1 + \sum_l (k_l - 1) \, d_l \prod_{i < l} s_i

Part of :doc:`/sizes`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import arithmetic, kernels, plotting, reference, results

SIZE = 41  # pixels
TAPS = 3
DEPTHS = (1, 2, 5, 15)  # layers

# %%
# The input does not matter: a stack of convolutions is linear, so its gradient is the same
# everywhere. Averaging kernels have no sign to confuse the picture.

picture = tf.zeros((1, SIZE, SIZE, 1))
blur = kernels.to_hwio(kernels.box(TAPS))
print(picture.shape, blur.shape)

# %%
# TensorFlow's gradient of the output in the middle, for each depth.

centre = SIZE // 2
gradients = {}
for depth in DEPTHS:
    with tf.GradientTape() as tape:
        tape.watch(picture)
        output = picture
        for _ in range(depth):
            output = tf.nn.conv2d(output, blur, strides=1, padding="SAME")
        middle = output[0, centre, centre, 0]
    gradients[depth] = tape.gradient(middle, picture)[0, :, :, 0].numpy()

# %%
# The side of the square where it is not zero is the one that the formula predicts. For two layers
# the gradient is the blur convolved with itself.

for depth, gradient in gradients.items():
    side = np.count_nonzero(gradient[centre])
    assert side == arithmetic.receptive_field([(TAPS, 1)] * depth)
    results.record(f"receptive_field.depth_{depth}", side, unit="px")
twice = reference.convolve2d(kernels.box(TAPS), kernels.box(TAPS), "full")
np.testing.assert_allclose(gradients[2][centre - 2 : centre + 3, centre - 2 : centre + 3], twice,
                           atol=1e-7)  # fmt: skip

# %%
# After many layers the profile is close to a Gaussian. Each layer of uniform weights adds
# :math:`(k^2 - 1) / 12` to its variance, so its width grows with the square root of the depth.

deepest = DEPTHS[-1]
deviation = (deepest * (TAPS**2 - 1) / 12) ** 0.5
profile = gradients[deepest].sum(axis=0)
x = np.arange(SIZE) - centre
gaussian = np.exp(-(x**2) / (2 * deviation**2)) / (deviation * (2 * np.pi) ** 0.5)
np.testing.assert_allclose(profile, gaussian, atol=0.002)
np.testing.assert_allclose(((x**2) * profile).sum(), deviation**2, rtol=1e-5)
inside = profile[np.abs(x) <= 2 * deviation].sum()
results.record("receptive_field.deviation", deviation, unit="px")
results.record("receptive_field.inside", float(inside), tolerance=1e-5)
results.record("receptive_field.columns", int((np.abs(x) <= 2 * deviation).sum()))

# %%
# The gradient, as a share of its peak, in the frame that the formula gives, and its profile along
# the width.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplot_mosaic(
    [[*DEPTHS], ["profile"] * 4], figsize=(6.4, 4.4), height_ratios=(1, 1.1)
)
for depth, gradient in gradients.items():
    title = f"{depth} layer{'s' * (depth > 1)}: {np.count_nonzero(gradient[centre])} px"
    shown = plotting.show_image(axes[depth], gradient / gradient.max(), title)
    side = arithmetic.receptive_field([(TAPS, 1)] * depth)
    plotting.outline(axes[depth], centre - side // 2, centre - side // 2, side, side)
plotting.colour_bar(fig, shown, [axes[depth] for depth in DEPTHS], "share of the peak")
ax = axes["profile"]
for depth, gradient in gradients.items():
    ax.plot(x, gradient.sum(axis=0), "o-", markersize=3, linewidth=1.2, label=str(depth))
ax.plot(x, gaussian, color="black", linewidth=1, linestyle="--", label="Gaussian")
ax.set(xlabel="distance from the output (px)", ylabel="weight of a column", xlim=(-20, 20))
ax.legend(title="layers")
plotting.describe(
    fig,
    f"Panel a: the gradient of one output after {', '.join(map(str, DEPTHS))} layers of 3 by 3 "
    f"taps. It fills a square of {', '.join(str(2 * depth + 1) for depth in DEPTHS)} pixels and is "
    f"ever brighter in the middle. Panel b: after {deepest} layers its profile lies on a Gaussian "
    f"with a standard deviation of {deviation:.2f} pixels.",
    panels=(axes[DEPTHS[0]], ax),
)
plt.show()

# %%
# What to notice
# --------------
#
# The theoretical field grows in proportion to the depth, the bright part only with its square root.
# The outer pixels of a large receptive field count for almost nothing.
