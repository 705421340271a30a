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

from convbook import arithmetic, plotting, results, studies

GIGA = 1e9

# %%
# What the machine reaches: a product of two large matrices, a copy of a large array, and a copy of
# an array that stays in the caches.

study = studies.load("roofline")
peaks, copies = (
    {unit.parameters[key]: unit.result["rate"] / GIGA for unit in study.select(measured=measured)}
    for measured, key in (("peak", "dtype"), ("copy", "mebibytes"))
)
memory, cache = copies[max(copies)], max(copies.values())
ridge = peaks["float32"] / memory
for name, rate in peaks.items():
    results.record(f"roofline.{name}", rate, unit="GFLOP/s")
results.record("roofline.memory", memory, unit="GB/s")
results.record("roofline.cache", cache, unit="GB/s")
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
    results.record(f"roofline.{key}_share", layer["rate"] / GIGA / roof)

# %%
# Both axes are logarithmic, so that a bandwidth is a line of slope 1.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 4.8))
intensities = np.logspace(-1.3, 3.2, 200)
ax.plot(intensities, np.minimum(peaks["float32"], memory * intensities), color="0.2", linewidth=2,
        label=f"memory, {memory:.0f} GB/s")  # fmt: skip
ax.plot(intensities, np.minimum(peaks["float32"], cache * intensities), "--", color="0.55",
        label=f"caches, {cache:.0f} GB/s")  # fmt: skip
ax.plot(intensities, np.minimum(peaks["bfloat16"], memory * intensities), ":", color="0.55")
for name, rate in peaks.items():
    ax.text(1500, rate * 1.06, f"{name} {rate:.0f}", ha="right", va="bottom", color="0.3", size=9)
for number, (name, layer) in enumerate(layers.items()):
    label = name.replace("x", "×") if name != "max pooling" else name
    ax.plot(layer["intensity"], layer["rate"] / GIGA, "osD^vP*Xph"[number], color=f"C{number % 6}",
            markersize=9, markeredgecolor="white", label=label, zorder=3)  # fmt: skip
ax.set(xscale="log", yscale="log", xlabel="intensity, operations a byte", ylabel="GFLOP/s",
       ylim=(None, 2.2 * max(peaks.values())))  # fmt: skip
fig.legend(loc="outside lower center", ncols=3, handlelength=1)
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
# The layers on the left wait for memory. A point above the slanted line is no mistake: its numbers
# were still in a cache. There the way up is to move fewer bytes, not to compute less.
