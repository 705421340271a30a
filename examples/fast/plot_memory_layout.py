"""
Channels last, channels first
=============================

A tensor of four axes lies in memory as one row of numbers. In NHWC the channels of a pixel are
neighbours; in NCHW the pixels of a channel are. The same convolution can be asked for in either,
and libraries rearrange blocks of it as their loops like them best.

.. math:: a_{\\mathrm{NHWC}} = (h W + w) \\, C + c, \\qquad a_{\\mathrm{NCHW}} = (c H + h) \\, W + w

Part of :doc:`/fast`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import plotting, results, studies, timing

HEIGHT, WIDTH, CHANNELS = 2, 4, 3  # of the small example

# %%
# Addresses, by the formulae and by NumPy.

h, w, c = np.indices((HEIGHT, WIDTH, CHANNELS))
last = (h * WIDTH + w) * CHANNELS + c
first = (c * HEIGHT + h) * WIDTH + w
np.testing.assert_array_equal(last.ravel(), np.arange(last.size))
np.testing.assert_array_equal(first.transpose(2, 0, 1).ravel(), np.arange(first.size))
print(last[:, :, 0], first[:, :, 0])

# %%
# What the study recorded: 3 x 3 convolutions in both layouts, and the conversions. A device
# may refuse NCHW, and then the study has its message.

layers = studies.load("execution").select(measured="layout")
timed = [layer.result for layer in layers]
refused = [layer["NCHW"]["refused"] for layer in timed if "refused" in layer["NCHW"]]
nothing = (np.nan, np.nan, np.nan)
ranges = {
    way: np.array([
        timing.ratio(layer[way], layer["NHWC"]) if "least" in layer[way] else nothing
        for layer in timed
    ]).T
    for way in ("NCHW", "transpositions")
}  # fmt: skip
ratios = {way: of_way[0] for way, of_way in ranges.items()}
results.record("memory_layout.nchw", "refused by this device" if refused else
               [round(float(r), 2) for r in ratios["NCHW"]])  # fmt: skip
results.record("memory_layout.transpositions_thin", ratios["transpositions"][0])
results.record("memory_layout.transpositions_thick", ratios["transpositions"][-1])
_, low, high = ranges["NCHW"]
results.record("memory_layout.nchw_thick", f"{low[-1]:.2f} to {high[-1]:.2f}")
if not refused:  # slower the thinner the layer; with the most channels nobody can tell
    np.testing.assert_array_less([*high[2:3], 1, low[-1]], [*low[:1], low[2], 1])
    np.testing.assert_array_equal(np.argsort(ratios["NCHW"]), [3, 2, 1, 0])

# %%
# The row of numbers in each layout: colour is the channel, the number is the pixel. In panel c
# times, with the range that the readings leave.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplot_mosaic("A;B;T", figsize=(6.4, 4.2), height_ratios=(0.42, 0.42, 2))
colours = np.array([plotting.ORANGE, "#3a9a6b", plotting.BLUE])
for name, address, title in (("A", last, "NHWC"), ("B", first, "NCHW")):
    ax = axes[name]
    order = np.argsort(address.ravel())
    channel, pixel = c.ravel()[order], (h * WIDTH + w).ravel()[order]
    ax.bar(range(len(order)), 1, width=0.94, color=colours[channel], alpha=0.55)
    for place, number in enumerate(pixel):
        ax.text(place, 0.5, str(number), ha="center", va="center", size=9)
    ax.set(xlim=(-0.6, len(order) - 0.4), ylim=(0, 1))
    ax.set_ylabel(title, rotation=0, ha="right", va="center")
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
ax = axes["T"]
at = np.arange(len(layers))
for shift, (way, colour) in zip(
    (-0.2, 0.2), (("NCHW", "0.5"), ("transpositions", "0.8")), strict=True
):
    label = "NCHW" if way == "NCHW" else "transposing there and back"
    ax.bar(at + shift, np.nan_to_num(ratios[way]), 0.38, color=colour, label=label)
    ax.vlines(at + shift, *ranges[way][1:], color="black", linewidth=1.5)
ax.axhline(1, color="0.2", linewidth=1, linestyle=":")
shapes = ["{image}×{image}×{channels}".format(**layer.parameters) for layer in layers]
ax.set_xticks(at, shapes)
ax.set(ylabel="time / time in NHWC", xlabel="picture" + (": NCHW refused" if refused else ""))
ax.margins(y=0.3)
ax.legend(loc="upper right", ncols=2)
plotting.describe(
    fig,
    f"{last.size} numbers of {HEIGHT * WIDTH} pixels and {CHANNELS} channels as they lie in "
    "memory: pixel by pixel in NHWC (panel a), channel by channel in NCHW (panel b). Panel c: "
    "times relative to NHWC. NCHW "
    + (f"takes {min(ratios['NCHW']):.2f} to {max(ratios['NCHW']):.2f}" if not refused else
       f"is refused with {refused[0]!r}")
    + f", transposing there and back up to {max(ratios['transpositions']):.2f}.",
)  # fmt: skip
plt.show()

# %%
# What to notice
# --------------
#
# A transposition moves every number and computes nothing. Beside a layer with many channels it is
# cheap, beside one with few it is not. Whoever changes layouts between layers pays each time.
