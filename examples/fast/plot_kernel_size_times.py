"""
Five algorithms against the size of the kernel
==============================================

One layer, the same pictures, the same answers: loops over the definition, a product with patches
(im2col), a product of spectra (FFT), Winograd's tiles for 3 x 3 taps, and TensorFlow. On
logarithmic axes the work of the definition is a straight line of slope 2; the FFT's hardly
depends on the kernel.

.. math:: \\mathrm{MACs} = H \\, W \\, k^2 \\, C \\, O

Part of :doc:`/fast`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import arithmetic, plotting, results, studies, timing

IMAGE, CHANNELS = 64, 16  # outputs along each side; maps before and after
NAMES = {"loops": "loops", "im2col": "im2col", "fft": "FFT", "winograd": "Winograd",
         "tensorflow": "TensorFlow"}  # fmt: skip

# %%
# What the study recorded: for every size of kernel, the shortest reading of each algorithm.

varied = studies.load("conv_speed").select(measured="kernels")
layers = {unit.parameters["kernel"]: unit.result for unit in varied}
for k, layer in layers.items():
    macs = arithmetic.conv_macs(IMAGE, k, CHANNELS, CHANNELS)
    np.testing.assert_equal(layer["macs"], macs)
seconds = {
    name: {k: layer[name]["least"] for k, layer in layers.items() if name in layer}
    for name in NAMES
}
print({name: len(taken) for name, taken in seconds.items()})

# %%
# The pace of each at its smallest and largest kernel, in multiply-accumulates of the definition a
# second. For the FFT this is no pace of anything that it does: it has other work to do.

largest = max(layers)
pace = {
    name: {k: layers[k]["macs"] / taken[k] / 1e9 for k in taken} for name, taken in seconds.items()
}
loops = max(seconds["loops"])
results.record("kernel_size_times.loops", np.mean(list(pace["loops"].values())) * 1e3)
results.record("kernel_size_times.im2col", max(pace["im2col"].values()), unit="GMAC/s")
results.record("kernel_size_times.tensorflow", max(pace["tensorflow"].values()), unit="GMAC/s")
results.record("kernel_size_times.largest", largest)
results.record("kernel_size_times.loops_to_tensorflow",
               seconds["loops"][loops] / seconds["tensorflow"][loops])  # fmt: skip
results.record("kernel_size_times.prime", seconds["fft"][4] / seconds["fft"][3])
for name in ("im2col", "fft", "tensorflow"):
    growth = seconds[name][largest] / seconds[name][3]
    results.record(f"kernel_size_times.growth_{name}", growth)
results.record("kernel_size_times.growth_macs", layers[largest]["macs"] / layers[3]["macs"])

# %%
# Loops were stopped early; the dotted line goes on at their pace. Whiskers reach from the shortest
# reading to the median and half of the spread.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 4.2))
sizes = np.array(list(layers))
at_pace = [layers[k]["macs"] * seconds["loops"][loops] / layers[loops]["macs"] for k in sizes]
ax.plot(sizes[sizes >= loops], np.array(at_pace)[sizes >= loops], ":", color="C0", linewidth=1.2)
for number, (name, taken) in enumerate(seconds.items()):
    alone = len(taken) == 1
    ends = np.transpose([timing.reach(layers[k][name]) for k in taken])
    ax.vlines(list(taken), *ends, color=f"C{number}", linewidth=4, alpha=0.35)
    ax.plot(taken.keys(), taken.values(), "D" if alone else "o-", color=f"C{number}",
            markersize=8 if alone else 4, label=NAMES[name], zorder=3 if alone else 2)  # fmt: skip
ax.set(xscale="log", yscale="log", xlabel="kernel size k", ylabel="seconds")
ax.set_xticks([1, 2, 3, 5, 7, 11, 15, 21, 27], ["1", "2", "3", "5", "7", "11", "15", "21", "27"])
ax.set_title(f"{IMAGE} × {IMAGE} outputs, {CHANNELS} channels to {CHANNELS}")
ax.minorticks_off()
ax.grid(axis="y")
fig.legend(loc="outside lower center", ncols=5, handlelength=1.2, columnspacing=1)
plotting.describe(
    fig,
    "Seconds of five algorithms against the size of the kernel, both axes logarithmic. From 3 to "
    f"{largest} taps im2col takes {seconds['im2col'][largest] / seconds['im2col'][3]:.0f} times as "
    f"long, TensorFlow {seconds['tensorflow'][largest] / seconds['tensorflow'][3]:.0f} times and "
    f"the FFT {seconds['fft'][largest] / seconds['fft'][3]:.1f} times.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The distance between lines of one slope is a difference of programs: the same products, at another
# pace. A difference of slope is one of algorithms, and wins in the end, whatever the pace.
