r"""
A convolution in whole numbers
==============================

A layer of LiteRT in int8 takes whole numbers, adds their products up in 32 bits, and brings the
sums back to 8. No float occurs: the multiplier, too, is a whole number and a power of two. What the
formula gives in NumPy is what the interpreter gives, to the last bit.

.. math:: y = z_y + \operatorname{round}\Bigl(\frac{s_x s_{w,o}}{s_y}
   \bigl(b_o + \sum (x - z_x) \, w\bigr)\Bigr)

Part of :doc:`/small`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import data, plotting, quantization, reference, results

INDEX = 0  # of the test digit
COMPARED = 20  # digits

# %%
# The strided network as a file, and a digit through it in LiteRT's own kernels.

content = quantization.export("strided_convnet")
built_in = quantization.load(content, "built-in")
(_, _), (digits, _) = data.mnist()
digits = data.to_float(digits[:200])[..., np.newaxis].astype(np.float32)
layers = [op for op in built_in.operations(digits[INDEX]) if op.name == "CONV_2D"]
x, w, bias = layers[0].inputs
y = layers[0].output
print(len(content), x.values.dtype, x.scale, x.zero_point, y.scale, y.zero_point)

# %%
# The sums in int32, by the book's convolution, and what they become.

kernel = w.values.transpose(1, 2, 3, 0)  # OHWI to HWIO
sums = reference.conv2d(x.values.astype(np.int32) - x.zero_point, kernel.astype(np.int32))
sums += bias.values
multiplier = x.scale.astype(float) * w.scale / y.scale.astype(float)
np.testing.assert_array_equal(reference.requantize(sums, multiplier, y.zero_point), y.values)
print(sums.min(), sums.max(), multiplier.min(), multiplier.max())

# %%
# All convolutions of the network, for many digits: every output is the interpreter's.

outputs = 0
for digit in digits[:COMPARED]:
    layers = [op for op in built_in.operations(digit) if op.name == "CONV_2D"]
    for layer, stride in zip(layers, (1, 2, 2), strict=True):
        a, b, c = layer.inputs
        found = reference.conv2d_int8(
            a.values, b.values.transpose(1, 2, 3, 0), c.values,
            zero_points=(a.zero_point, layer.output.zero_point), stride=stride,
            multiplier=a.scale.astype(float) * b.scale / layer.output.scale.astype(float),
        )  # fmt: skip
        np.testing.assert_array_equal(found, layer.output.values)
        outputs += found.size
results.record("integer_convolution.outputs", outputs)
results.record("integer_convolution.digits", COMPARED)

# %%
# XNNPACK, which computes on most phones, multiplies the sums with a float instead. Some values come
# out one step apart, and so do some logits.

fast = quantization.load(content).predict(digits)
slow = built_in.predict(digits)
step = built_in.operations(digits[INDEX])[-1].output.scale.item()
apart = np.rint(np.abs(fast - slow) / step)
results.record("integer_convolution.logits_apart", (apart > 0).mean(), tolerance=0.05)
results.record("integer_convolution.logits", apart.size)
np.testing.assert_array_equal(fast.argmax(axis=1), slow.argmax(axis=1))
np.testing.assert_array_less(apart, 3)

# %%
# One map of the first layer, from the picture to its output. The channel with the largest sum.

channel = int(sums.max(axis=(0, 1, 2)).argmax())
results.record("integer_convolution.multiplier", multiplier[channel], tolerance=0.0005)
results.record("integer_convolution.largest_sum", sums[..., channel].max(), tolerance=20_000)
results.record("integer_convolution.largest_output", y.values[..., channel].max(), tolerance=90)

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, 4, figsize=(6.8, 2.5))
part = sums[0, :, :, channel]
drawn = [
    axes[0].imshow(x.values[0, :, :, 0], cmap="gray", vmin=-128, vmax=127),
    plotting.show_signed(axes[1], kernel[:, :, 0, channel], 127),
    plotting.show_signed(axes[2], part, np.abs(part).max()),
    axes[3].imshow(y.values[0, :, :, channel], cmap="gray", vmin=-128, vmax=127),
]
titles = ("Input, int8", "Kernel, int8", "Sums, int32", "Output, int8")
for (i, j), weight in np.ndenumerate(kernel[:, :, 0, channel]):
    colour = "white" if abs(weight) > 80 else "black"
    axes[1].text(j, i, weight, ha="center", va="center", size=9, color=colour)
for ax, shown, title in zip(axes, drawn, titles, strict=True):
    ax.set_xticks([])
    ax.set_yticks([])
    ax.set_title(title)
    bar = plotting.colour_bar(fig, shown, ax, "", horizontal=True)
    low, high = shown.get_clim()
    bar.set_ticks([low, high], labels=[f"{low:,.0f}", f"{high:,.0f}"])
plotting.describe(
    fig,
    f"Four panels. a: a digit, paper {x.values.min()} and ink up to {x.values.max()}. b: a 3x3 "
    f"kernel of whole numbers from {kernel[..., channel].min()} to {kernel[..., channel].max()}. "
    f"c: sums from {part.min():,} to {part.max():,}. d: the output, from "
    f"{y.values[..., channel].min()}, which is 0, to {y.values[..., channel].max()}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The output has no negative numbers to show: its zero point is -128, and what lies below is cut off
# there. The cut is the ReLU, and costs nothing.
