"""
Where the FFT overtakes: counted, and measured
==============================================

Equal numbers of multiplications do not take equal times. Counting says from which kernel on the FFT
has less to do than the definition. The clock says later, because a matrix product keeps every unit
of the processor busy and an FFT does not. Between the two lies the ratio of their paces.

.. math:: \\frac{t_{\\mathrm{direct}}}{t_{\\mathrm{FFT}}} =
   \\frac{\\mathrm{count}_{\\mathrm{direct}}}{\\mathrm{count}_{\\mathrm{FFT}}} \\cdot
   \\frac{\\mathrm{pace}_{\\mathrm{FFT}}}{\\mathrm{pace}_{\\mathrm{direct}}}

Part of :doc:`/fast`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import arithmetic, plotting, results, studies, timing

IMAGE, CHANNELS = 64, 16  # outputs along each side; maps before and after

# %%
# Multiplications. A transform of n real numbers is counted as n log2 n of them and a complex
# product as four. There is one transform for every channel, every map and every kernel.

varied = studies.load("conv_speed").select(measured="kernels")
layers = {unit.parameters["kernel"]: unit.result for unit in varied}
sizes = np.array(list(layers))
direct = np.array([arithmetic.conv_macs(IMAGE, k, CHANNELS, CHANNELS) for k in sizes])
np.testing.assert_array_equal(direct, [layer["macs"] for layer in layers.values()])
n = (IMAGE + sizes - 1.0) ** 2  # pixels of the picture
transforms = CHANNELS + CHANNELS + CHANNELS**2
spectra = transforms * n * np.log2(n) + 4 * CHANNELS**2 * n / 2
kept = (CHANNELS + CHANNELS) * n * np.log2(
    n
) + 4 * CHANNELS**2 * n / 2  # kernels transformed before

# %%
# The ratios, counted and measured.

fft = np.array([layer["fft"]["least"] for layer in layers.values()])
ratios = {
    "counted": direct / spectra,
    "counted, kernels transformed before": direct / kept,
    **{
        f"measured against {name}": np.array([layer[way]["least"] for layer in layers.values()])
        / fft
        for way, name in (("im2col", "im2col"), ("tensorflow", "TensorFlow"))
    },
}

# %%
# The ratio of the paces, the median from 5 to 15 taps, and what counting says if it were the same
# for every kernel.

middle = (sizes >= 5) & (sizes <= 15)
counted, *_, im2col, tensorflow = ratios.values()
pace = np.median((counted / im2col)[middle])
results.record("crossovers.pace", float(pace))
results.record("crossovers.tensorflow_pace", float(np.median((counted / tensorflow)[middle])))

# %%
# Where each ratio passes 1 for the last time: interpolated between sizes, on logarithmic scales.

keys = ("counted", "kept", "im2col", "tensorflow", "predicted")
crossings = {}
for key, ratio in zip(keys, (*ratios.values(), counted / pace), strict=True):
    last = int(np.flatnonzero(ratio < 1)[-1])
    if last + 1 < len(sizes):
        around = slice(last, last + 2)
        found = float(np.exp(np.interp(0, np.log(ratio[around]), np.log(sizes[around]))))
        crossings[key] = found
        results.record(f"crossovers.{key}", f"about {found:.0f} taps")
    else:
        results.record(f"crossovers.{key}", f"more than {sizes[-1]} taps")

# %%
# Above the line the FFT has less to do, or is faster. Whiskers are the ranges that readings leave.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 4.2))
ax.axhline(1, color="0.4", linewidth=1)
styles = (("--", "0.45"), (":", "0.45"), ("o-", "C1"), ("o-", "C4"))
for way, colour in (("im2col", "C1"), ("tensorflow", "C4")):
    ends = np.transpose([timing.ratio(layer[way], layer["fft"])[1:] for layer in layers.values()])
    ax.vlines(sizes, *ends, color=colour, linewidth=4, alpha=0.35)
for key, (name, ratio), (style, colour) in zip(keys, ratios.items(), styles, strict=False):
    ax.plot(sizes, ratio, style, color=colour, markersize=4, label=name)
    if key in crossings:
        ax.plot(crossings[key], 1, "s", color=colour, markersize=8, zorder=3)
ax.set(xscale="log", yscale="log", xlabel="kernel size k", ylabel="direct / FFT")
ax.set_xticks([1, 2, 3, 5, 7, 11, 15, 21, 27], ["1", "2", "3", "5", "7", "11", "15", "21", "27"])
ax.minorticks_off()
fig.legend(loc="outside lower center", ncols=2)
plotting.describe(
    fig,
    "Four ratios of the definition to the FFT against the size of the kernel, on logarithmic axes; "
    "squares mark where they pass 1: "
    + ", ".join(
        f"{name} at {crossings[key]:.1f} taps"
        for key, name in zip(keys, ratios, strict=False)
        if key in crossings
    )
    + ".",
)
plt.show()

# %%
# What to notice
# --------------
#
# All lines rise alike, for all have the same numerator. A slower pace moves a line down, and its
# crossing to the right by the square root of that: the definition grows with the square of k.
