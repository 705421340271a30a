"""
The roofline of the machine
===========================

A layer cannot compute faster than the processor multiplies, nor faster than memory delivers its
numbers. Its intensity, operations for each byte that it has to move, says which of the two bounds
it. The ridge, where the slanted roof meets the flat one, is the intensity from which on a layer can
keep the processor busy.

.. math:: P = \\min(P_{\\mathrm{peak}}, \\; I \\cdot B)

Part of :doc:`/fast`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import arithmetic, plotting, results, studies, timing

GIGA = 1e9
PLACES = {  # of labels that would meet a line or a neighbour: points to the right, points up, side
    "ReLU": (-7, 6, "right"),
    "max pooling": (2, -24, "left"),
    "conv 3x3": (0, 14, "center"),
    "conv 5x5": (8, -8, "left"),
    "conv 1x1": (8, -8, "left"),
}

# %%
# What the machine reaches: a product of two large matrices, a copy of a large array, and a copy of
# an array that stays in the caches.

study = studies.load("roofline")
peaks, copies = (
    {unit.parameters[key]: unit.result["rate"] / GIGA for unit in study.select(measured=measured)}
    for measured, key in (("peak", "dtype"), ("copy", "mebibytes"))
)
memory, cached = copies[max(copies)], max(copies, key=copies.get)
copied = study.result(measured="copy", mebibytes=cached)
cache, usual = copies[cached], copied["bytes"] / copied["median"] / GIGA
np.testing.assert_array_less([1.5 * memory, 1.5 * usual], [usual, cache])
ridge = peaks["float32"] / memory
for name, rate in peaks.items():
    results.record(f"roofline.{name}", rate, unit="GFLOP/s")
results.record("roofline.memory", memory, unit="GB/s")
results.record("roofline.cache", cache, unit="GB/s")
results.record("roofline.cache_usual", usual, unit="GB/s")
results.record("roofline.ridge", ridge, unit="FLOP a byte")
results.record("roofline.numbers_to_ridge", 4 * ridge)

# %%
# The layers, with one of the counts made again from its shapes.

layers = {unit.parameters["layer"]: unit.result for unit in study.select(measured="layer")}
pictures, size, maps = 16, 56, 64
moved = 4 * (2 * pictures * size**2 * maps + 9 * maps**2)
operations = 2 * pictures * arithmetic.conv_macs(size, 3, maps, maps)
np.testing.assert_allclose(layers["conv 3x3"]["intensity"], operations / moved)
for key, name in (("conv", "conv 3x3"), ("pointwise", "conv 1x1"), ("depthwise", "depthwise 3x3"),
                  ("dense_1", "dense, 1 picture"), ("relu", "ReLU")):  # fmt: skip
    layer = layers[name]
    roof = min(peaks["float32"], memory * layer["intensity"])
    results.record(f"roofline.{key}_intensity", layer["intensity"])
    results.record(f"roofline.{key}_rate", layer["rate"] / GIGA)
    low, high = (layer["operations"] / t / GIGA / roof for t in timing.reach(layer)[::-1])
    results.record(f"roofline.{key}_share", f"{low:.0%} to {high:.0%}".replace("% to", " to"))
    np.testing.assert_array_less(high, 1)  # none passes the roof of memory

# %%
# A depthwise layer has 64 times fewer products than the full convolution of its shape. Its time
# shrinks by less: it waits for memory.

full, depthwise = layers["conv 3x3"], layers["depthwise 3x3"]
np.testing.assert_equal(full["operations"], maps * depthwise["operations"])
gain, low, high = timing.ratio(full, depthwise)
np.testing.assert_array_less(high, maps / 2)
results.record("roofline.depthwise_gain", f"{low:.0f} to {high:.0f}")

# %%
# Both axes are logarithmic, so that a bandwidth is a line of slope 1. A whisker reaches from the
# best reading down to the median and half of the spread.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 4.8))
intensities = np.logspace(-1.3, 3.2, 200)
ax.fill_between(intensities, np.minimum(peaks["float32"], usual * intensities),
                np.minimum(peaks["float32"], cache * intensities), color="0.9")  # fmt: skip
ax.plot(intensities, np.minimum(peaks["float32"], memory * intensities), color="0.2", linewidth=2)
ax.plot(intensities, np.minimum(peaks["bfloat16"], memory * intensities), ":", color="0.45")
for name, rate in peaks.items():
    ax.text(1500, rate * 1.06, f"{name} {rate:.0f}", ha="right", va="bottom", color="0.3", size=9)
ax.text(1, 0.6 * memory, f"memory, {memory:.0f} GB/s", color="0.3", size=9)
ax.text(
    0.5, 0.8 * cache, f"caches,\n{usual:.0f} to {cache:.0f} GB/s", color="0.3", size=9, ha="right"
)
for name, layer in layers.items():
    slow, best = (layer["operations"] / t / GIGA for t in timing.reach(layer)[::-1])
    bound = plotting.BLUE if layer["intensity"] > ridge else plotting.ORANGE
    ax.vlines(layer["intensity"], slow, best, color=bound, linewidth=4, alpha=0.35)
    ax.plot(layer["intensity"], best, "o", color=bound, markersize=7, zorder=3)
    x, y, side = PLACES.get(name, (7, 0, "left"))
    label = name if name == "max pooling" else name.replace("x", "×")
    ax.annotate(label, (layer["intensity"], best), (x, y), textcoords="offset points",
                ha=side, va="center", size=9)  # fmt: skip
ax.set(xscale="log", yscale="log", xlabel="intensity, operations a byte", ylabel="GFLOP/s",
       ylim=(1.5, 2.2 * max(peaks.values())))  # fmt: skip
plotting.describe(
    fig,
    "Rates of ten layers against their intensity, on logarithmic axes, under a roof that rises "
    f"with {memory:.0f} gigabytes a second and is flat at {peaks['float32']:.0f} GFLOP a second "
    f"from {ridge:.0f} operations a byte on. The 3 by 3 convolution reaches "
    f"{layers['conv 3x3']['rate'] / GIGA:.0f} of them, ReLU {layers['ReLU']['rate'] / GIGA:.1f}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The layers on the left, in orange, wait for memory. There the way up is to move fewer bytes, not
# to compute less. Half of the readings at the caches' best reach no more than the lower edge of the
# grey band.
