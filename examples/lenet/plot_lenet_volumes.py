r"""
LeNet as a row of volumes
=========================

The usual drawing of a convolutional network: a square for each feature map, as large as it is in
pixels, and a bar for each layer without places. Panel a is the short LeNet of 2016, panel b
LeNet-5, whose paper counts what each layer trains and how many connections it has, biases included.

.. math:: \text{connections of C1} = 28 \cdot 28 \cdot 6 \cdot (5 \cdot 5 + 1)

Part of :doc:`/lenet`.
"""

import math

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

from convbook import models, plotting, results
from convbook.models import tables

STAGES = {
    "lenet": ("image", "conv1", "pool1", "conv2", "pool2", "fc1", "logits"),
    "lenet5": ("rescale", "C1", "S2", "C3", "S4", "C5", "F6", "logits"),
}
TITLES = {"lenet": "LeNet of 2016", "lenet5": "LeNet-5 of 1998"}
WINDOWS = {"conv": 5, "pool": 2, "C": 5, "S": 2}  # pixels along each side
NAMES = {"image": "input", "rescale": "input", "logits": "output"}
PAPER = {  # trained parameters and connections, from section II.B of the paper
    "C1": (156, 122_304),
    "S2": (12, 5_880),
    "C3": (1_516, 151_600),
    "S4": (32, 2_000),
    "C5": (48_120, 48_120),
    "F6": (10_164, 10_164),
}
PAPER_TOTALS = 60_000, 340_908
STEP = 1.3  # pixels from one map of a stack to the next
GAP = 12  # pixels between stacks
BAR = 45  # height of a bar for 1,024 numbers; others by the square root of their number

# %%
# What leaves each layer, read from the Keras models.

rows = {name: {r.name: r for r in tables.layer_table(models.build(name))} for name in STAGES}
shapes = {
    name: ", ".join("×".join(map(str, rows[name][stage].output_shape)) for stage in stages)
    for name, stages in STAGES.items()
}
print(shapes)

# %%
# A connection is a product with an input, or a bias. Subsampling multiplies the sum of four pixels
# once, and the paper counts all four. Layer by layer these are its numbers. Its total has the
# connections of the output layer as well, whose weights are drawn by hand and not trained.

found = {}
for name in PAPER:
    row = rows["lenet5"][name]
    products = row.macs * (4 if name.startswith("S") else 1)
    found[name] = row.parameters, products + math.prod(row.output_shape)
assert found == PAPER
trained, connections = np.sum(list(found.values()), axis=0)
connections += rows["lenet5"]["logits"].macs
np.testing.assert_array_equal((trained, connections), PAPER_TOTALS)
results.record("lenet_volumes.trained", trained)
results.record("lenet_volumes.connections", connections)
results.record("lenet_volumes.shared", connections / trained)
total = sum(row.parameters for row in rows["lenet"].values())
results.record("lenet_volumes.fc1_share", rows["lenet"]["fc1"].parameters / total)

# %%
# Stacks and bars from left to right. An orange window is what one value of the next layer sees.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 1, figsize=(6.4, 4.5))
for ax, (network, stages) in zip(axes, STAGES.items(), strict=True):
    left, window = 0.0, None
    for name, following in zip(stages, (*stages[1:], ""), strict=True):
        *sides, count = rows[network][name].output_shape
        stack = math.prod(sides) > 1
        side = sides[0] if stack else BAR * (count / 1024) ** 0.5
        width, maps = (side, count) if stack else (4, 1)
        tint = plotting.PALE_BLUE if rows[network][name].parameters else "white"
        for number in range(maps):
            x, y = left + STEP * number, -side / 2 + STEP * ((maps - 1) / 2 - number)
            ax.add_patch(Rectangle((x, y), width, side, facecolor=tint, edgecolor="0.35", lw=0.7))
        if window:  # lines from its corners to a value of the front map
            for corner in (window[1], window[1] + window[2]):
                ax.plot((window[0] + window[2], x + 0.6 * width), (corner, y + 0.6 * side),
                        color="0.35", linewidth=0.7)  # fmt: skip
        window = None
        if taps := WINDOWS.get(following.rstrip("12345")):
            window = x + min(0.6 * width, width - taps), y + min(0.3 * side, side - taps), taps
            ax.add_patch(Rectangle(window[:2], taps, taps, fill=False, edgecolor=plotting.ORANGE))
        text = f"{NAMES.get(name, name)}\n{count:,}" + (f" of {side}²" if stack else "")
        middle = (left + x + width) / 2
        ax.text(middle, -27, text, size=9, ha="center", va="top")
        left = max(x + width, middle + 6) + GAP
    ax.set(xlim=(-3, left - GAP + 4), ylim=(-38, 24), aspect="equal")
    ax.set_title(TITLES[network], loc="left")
    ax.axis("off")
plotting.describe(
    fig,
    "Two rows of stacked squares that become smaller and more numerous from left to right, then "
    f"bars. Panel a, LeNet of 2016: {shapes['lenet']}. Panel b, LeNet-5: {shapes['lenet5']}. "
    "Orange windows of 5 by 5 and 2 by 2 pixels are joined to one value of the next stack.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Tinted layers have something to learn. C5 of LeNet-5 is a convolution by name: its window covers
# the whole map, so that one place is left.
