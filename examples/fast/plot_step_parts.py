"""
Where the time of a training step goes
======================================

A step reads a batch, goes forwards, goes backwards, and moves the weights. By counting, the
backward pass costs twice the forward pass: each layer needs the gradient of its weights and that of
its input, and each of the two is as much work as the layer itself. The optimizer's work is in
proportion to the weights, not to the pictures.

.. math:: t = t_{\\mathrm{input}} + t_{\\mathrm{forward}} + t_{\\mathrm{backward}} +
   t_{\\mathrm{update}}

Part of :doc:`/fast`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import models, plotting, results, studies, timing
from convbook.models.tables import layer_table

NAMES = {"mnist_convnet": "CS 20's network", "depthwise": "depthwise blocks"}
PARTS = ("input", "forward", "backward", "update")
BATCH = 128  # pictures

# %%
# The study timed a step cut short after each of its parts; differences are the parts.

study = studies.load("execution")
parts = {}
for name in NAMES:
    timed = study.result(measured="step", network=name)
    least = {part: 1000 * taken["least"] for part, taken in timed.items()}
    forward, backward = least["forward"], max(least["backward"] - least["forward"], 0.0)
    update = max(least["whole"] - least["backward"], 0.0)
    parts[name] = dict(zip(PARTS, (least["input"], forward, backward, update), strict=True))
    total = sum(parts[name].values())
    for part, taken in parts[name].items():
        results.record(f"step_parts.{name}_{part}", taken / total)
    results.record(f"step_parts.{name}_ratio", backward / forward)
    np.testing.assert_allclose(backward / forward, 2, atol=0.4)
    # The convnet's update takes longer than its readings spread; that of the other does not.
    spread = max(taken["spread"] for taken in timed.values())
    results.record(f"step_parts.{name}_spread", spread)
    lost = parts[name]["update"] < spread * least["whole"]
    np.testing.assert_equal(lost, name == "depthwise")

# %%
# The layers of CS 20's network one by one, with their multiply-accumulates. In a whole step the
# first layer does twice those of its forward pass, and the others three times.

table = {row.name: row for row in layer_table(models.build("mnist_convnet"))}
timed = study.result(measured="layers")
layers = {name: 1000 * taken["both"]["least"] for name, taken in timed.items()}
np.testing.assert_equal(set(layers) <= set(table), True)
macs = {name: BATCH * table[name].macs * (2 if name == "conv1" else 3) for name in layers}
rate = {name: macs[name] / layers[name] / 1e6 for name in layers if macs[name]}
results.record("step_parts.conv1", rate["conv1"], unit="GMAC/s")
results.record("step_parts.conv2", rate["conv2"], unit="GMAC/s")

# %%
# By that count the second convolution, on 14 x 14 pixels with 5 x 5 taps, is above the roof of the
# machine. But at the border one or two taps on a side are multiplied with zeros of the padding.

side, k = 14, 5
inside = ((side * k - 2 * (1 + 2)) / (side * k)) ** 2
ones = np.pad(np.ones((side, side)), k // 2)
windows = np.lib.stride_tricks.sliding_window_view(ones, (k, k))
np.testing.assert_allclose(windows.mean(), inside)
np.testing.assert_allclose(inside, 5 / 6, atol=0.01)
roof = studies.load("roofline").result(dtype="float32")["rate"] / 2e9  # GMAC/s
np.testing.assert_array_less([inside * rate["conv2"], roof], [roof, rate["conv2"]])
results.record("step_parts.conv2_inside", inside * rate["conv2"], unit="GMAC/s")
results.record("step_parts.fc1", rate["fc1"], unit="GMAC/s")
idle = sum(taken for name, taken in layers.items() if not macs[name]) / sum(layers.values())
results.record("step_parts.without_macs", idle)

# %%
# The parts, as shares (panel a); the layers (panel b), each with its shortest reading and a whisker
# to the median and half of the spread.

plt.style.use(plotting.STYLE)
fig, (top, bottom) = plt.subplots(2, 1, figsize=(6.4, 4.8), height_ratios=(1, 1.7))
for row, of_name in enumerate(parts.values()):
    left, total = 0.0, sum(of_name.values())
    for number, (part, taken) in enumerate(of_name.items()):
        top.barh(row, taken / total, left=left, color=f"C{number}", edgecolor="white",
                 label=part if row == 0 else None)  # fmt: skip
        if taken / total > 0.07:
            top.text(left + taken / total / 2, row, f"{taken:.{0 if taken > 9 else 1}f} ms",
                     ha="center", va="center", color="white", size=9)  # fmt: skip
        left += taken / total
top.set_yticks(range(len(NAMES)), list(NAMES.values()))
top.set(xlim=(0, 1), xlabel="share of a training step")
top.invert_yaxis()
top.legend(loc="lower center", bbox_to_anchor=(0.4, 1), ncols=4, handlelength=1)
shown = [name for name in layers if layers[name] > 0.01 * sum(layers.values())]
bottom.barh(shown, [layers[name] for name in shown], color=[
    "0.5" if macs[name] else "0.8" for name in shown
])  # fmt: skip
for row, name in enumerate(shown):
    low, high = (1000 * end for end in timing.reach(timed[name]["both"]))
    bottom.hlines(row, low, high, color="black", linewidth=1.5)
    text = f" {rate[name]:.0f} GMAC/s" if macs[name] else " no products"
    bottom.text(high, row, text, va="center", size=9)
bottom.invert_yaxis()
bottom.set_xlim(0, 1.25 * max(layers.values()))
bottom.set_xlabel("milliseconds, forwards and backwards, for 128 pictures")
plotting.describe(
    fig,
    "Panel a: shares of a training step: for CS 20's network "
    + ", ".join(f"{part} {taken:.1f} ms" for part, taken in parts["mnist_convnet"].items())
    + ". Panel b: bars of its layers, the longest "
    f"{max(layers, key=layers.get)} with {max(layers.values()):.1f} ms.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The layer with the most products takes the most time, and not by as much as it has more of them.
# Adam goes over every weight, whatever the batch: in a smaller batch its share is larger. The parts
# of panel a are differences of two times each, and less certain than either.
