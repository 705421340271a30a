r"""
One step for all channels, or one for each
==========================================

Normalization makes the channels of a kernel unequal: merged into the kernel, it multiplies each by
:math:`\gamma / \sqrt{\sigma^2 + \varepsilon}`. If all share a step, the largest weight of all sets
it, and a channel of small weights is left with few of the 255 values. With a step :math:`s_o` of
its own each channel uses them all.

.. math:: s = \frac{\max_{abco} |w_{abco}|}{127}, \qquad s_o = \frac{\max_{abc} |w_{abco}|}{127}

Part of :doc:`/small`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np

from convbook import plotting, pretrained, reference, results

# %%
# Each convolution of EfficientNet-Lite0 with the normalization after it merged into it. A depthwise
# kernel has its channels on the last but one axis.

model = pretrained.load("efficientnet_lite0").model
merged = {}
for layer, after in zip(model.layers, model.layers[1:], strict=False):
    if isinstance(after, keras.layers.BatchNormalization):
        gamma, _, _, variance = after.get_weights()
        kernel = layer.get_weights()[0]
        if isinstance(layer, keras.layers.DepthwiseConv2D):
            kernel = kernel[..., 0]
        factor = gamma / np.sqrt(variance + after.epsilon)
        merged[layer.name] = (kernel * factor).reshape(-1, kernel.shape[-1])
depthwise = [layer.name for layer in model.layers
             if isinstance(layer, keras.layers.DepthwiseConv2D)]  # fmt: skip
print(len(merged), len(depthwise))

# %%
# How unequal the channels are: the largest weight of all over the largest of a channel, for the
# channel in the middle.

spread = {name: np.abs(w).max() / np.median(np.abs(w).max(axis=0)) for name, w in merged.items()}
worst = max(spread, key=spread.get)
used = {}
for name, w in merged.items():
    step = reference.symmetric_scale(w, per_channel=False)
    whole = reference.quantize(w, step)
    used[name] = np.abs(whole).max(axis=0).astype(int)
    np.testing.assert_allclose(used[name], np.abs(w).max(axis=0) / step, atol=0.51)
few = np.mean(used[worst] <= 7)
results.record("channel_scales.worst_spread", spread[worst], tolerance=0.5)
results.record("channel_scales.channels", len(used[worst]))
results.record("channel_scales.few", few, tolerance=0.02)
of_kind = [np.median([value for name, value in spread.items() if (name in depthwise) == kind])
           for kind in (True, False)]  # fmt: skip
results.record("channel_scales.depthwise_spread", of_kind[0], tolerance=0.2)
results.record("channel_scales.other_spread", of_kind[1], tolerance=0.2)
assert of_kind[0] > 1.5 * of_kind[1]
assert worst == "stem_conv"
print(worst, spread[worst], few)

# %%
# The error of rounding each layer, relative to its weights, both ways.

errors = {}
for name, w in merged.items():
    for per_channel in (True, False):
        step = reference.symmetric_scale(w, per_channel=per_channel)
        back = reference.dequantize(reference.quantize(w, step), step)
        off = np.sqrt(np.mean((back - w) ** 2, axis=0)) / w.std(axis=0).clip(1e-9)
        errors[name, per_channel] = np.median(off)
ratio = np.array([errors[name, False] / errors[name, True] for name in merged])
results.record("channel_scales.largest_ratio", ratio.max(), tolerance=0.5)
assert ratio.min() > 1.2

# %%
# The most unequal layer, and the error of all.

plt.style.use(plotting.STYLE)
fig, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.4))
largest = np.sort(np.abs(merged[worst]).max(axis=0))
left.semilogy(largest, ".", color=plotting.ORANGE, markersize=3)
left.axhline(largest[-1] / 127, color="0.3", linewidth=1, linestyle="--")
left.text(31, 0.6 * largest[-1] / 127, "step, if all share it", size=9, ha="right", va="top")
left.set(title="Largest weight of each channel", xlabel=f"channel of {worst}, sorted")
for per_channel, style, label in ((False, "s", "a step for the kernel"),
                                  (True, "o", "a step for each channel")):  # fmt: skip
    values = [100 * errors[name, per_channel] for name in merged]
    right.semilogy(values, style, markersize=4, label=label,
                   color=plotting.ORANGE if per_channel else plotting.BLUE)  # fmt: skip
right.set(title="Error of a channel, %", xlabel="convolution, from the picture on")
fig.legend(*right.get_legend_handles_labels(), loc="outside lower right", ncols=2)
plotting.describe(
    fig,
    f"Panel a: the largest weights of the {len(largest)} channels of {worst} on a logarithmic "
    f"axis, from {largest[0]:.3g} to {largest[-1]:.3g}. A shared step would be "
    f"{largest[-1] / 127:.2g}. Panel b: the median error of a channel in each of "
    f"{len(merged)} convolutions. With a step for each channel it is about "
    f"{100 * np.median([errors[n, True] for n in merged]):.1f} %; shared, up to "
    f"{ratio.max():.0f} times as much.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Half of the channels of the first convolution hardly count, and a shared step leaves them fifteen
# values at most. Of the others the depthwise convolutions are the most unequal: each channel has a
# kernel of its own of nine or 25 weights, and nothing keeps these kernels at one size.
