"""
Five algorithms against the size of the picture
===============================================

With the kernel fixed, the products of all algorithms grow with the number of pixels, those of the
FFT by a logarithm more. By counting, then, no line overtakes another for good because the picture
grows. Small pictures show something else: the time of a call that has next to nothing to do.

.. math:: t(n) \\approx t_0 + c \\, n^2

Part of :doc:`/fast`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import arithmetic, plotting, results, studies, timing

CHANNELS = 16  # maps before and after
NAMES = {"loops": "loops", "im2col": "im2col", "fft": "FFT", "winograd": "Winograd",
         "tensorflow": "TensorFlow"}  # fmt: skip

# %%
# What the study recorded, for a small and a large kernel.

layers: dict[int, dict[int, dict]] = {}
for unit in studies.load("conv_speed").select(measured="images"):
    k, size = unit.parameters["kernel"], unit.parameters["image"]
    layers.setdefault(k, {})[size] = unit.result
    macs = arithmetic.conv_macs(size, k, CHANNELS, CHANNELS)
    np.testing.assert_equal(unit.result["macs"], macs)
small, large = layers
print(small, large, list(layers[small]))

# %%
# A call's fixed cost: what the smallest picture takes beyond its share of the largest one's time.

first, last = min(layers[small]), max(layers[small])
for name in ("im2col", "fft", "tensorflow"):
    least, most = (layers[small][size][name]["least"] for size in (first, last))
    fixed = least - most * (first / last) ** 2
    results.record(f"image_size_times.share_{name}", max(fixed, 0.0) / least)
results.record("image_size_times.first", first)
results.record("image_size_times.last", last)
ratio = {}
for k, name in ((small, "small"), (large, "large")):
    fft, product = (layers[k][last][way]["least"] for way in ("fft", "im2col"))
    ratio[name] = fft / product
    results.record(f"image_size_times.fft_to_im2col_{name}", fft / product)

# %%
# A layer of this study stands in another part of it as well, the series of kernels. What it took
# there and here differs by more than either's spread; the ratio of two algorithms keeps better.

size, again = 64, {}
other = studies.load("conv_speed").result(measured="kernels", kernel=large, image=size)
for name in ("im2col", "fft"):
    again[name] = layers[large][size][name]["least"] / other[name]["least"]
    results.record(f"image_size_times.again_{name}", again[name])
np.testing.assert_array_less(1.25, list(again.values()))
np.testing.assert_array_less(again["im2col"] / again["fft"], 1.25)
results.record("image_size_times.disturbed", layers[large][last]["im2col"]["spread"])

# %%
# One panel a kernel, one scale for both. Whiskers reach to the median and half of the spread.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, 2, figsize=(6.4, 3.8), sharey=True)
for ax, (k, by_size) in zip(axes, layers.items(), strict=True):
    for number, (name, label) in enumerate(NAMES.items()):
        taken = {size: layer[name]["least"] for size, layer in by_size.items() if name in layer}
        if taken:
            ends = np.transpose([timing.reach(by_size[size][name]) for size in taken])
            ax.vlines(list(taken), *ends, color=f"C{number}", linewidth=4, alpha=0.35)
            ax.plot(taken.keys(), taken.values(), "o-", color=f"C{number}", markersize=4,
                    label=label)  # fmt: skip
    ax.set(xscale="log", yscale="log", title=f"{k} × {k} taps", xlabel="outputs along each side")
    ax.set_xticks(list(by_size), [str(size) for size in by_size])
    ax.minorticks_off()
    ax.grid(axis="y")
axes[0].set_ylabel("seconds")
fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=5,
           handlelength=1.2, columnspacing=1)  # fmt: skip
plotting.describe(
    fig,
    f"Seconds against the outputs along a side, {first} to {last}, on logarithmic axes, "
    f"for kernels of {small} (panel a) and {large} taps a side (panel b). On the largest picture "
    f"the FFT takes {ratio['small']:.1f} times as long as im2col with the small kernel and "
    f"{ratio['large']:.2f} times as long with the large one.",
)
plt.show()

# %%
# What to notice
# --------------
#
# To the left the lines are flat: what is timed there is Python, the checks of arguments and the
# start of a computation. A network of many small layers may spend its time so.
