r"""
Five kinds of module in Inception v3
====================================

Inception v3 has eleven modules of five kinds. The kernels follow the size of the maps: 5x5 and 3x3
on 35 by 35, 1x7 and 7x1 in a row on 17 by 17, 1x3 and 3x1 side by side on 8 by 8. Two kinds halve
height and width, and pool beside the convolutions with stride 2.

.. math:: 7 \cdot 7 = 49 \quad \text{weights become} \quad 1 \cdot 7 + 7 \cdot 1 = 14

Part of :doc:`/inception`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np

from convbook import models, plotting, results
from convbook.models import tables

KINDS = {"mixed0": "mixed0, 1, 2", "mixed3": "mixed3", "mixed4": "mixed4 to 7",
         "mixed8": "mixed8", "mixed9": "mixed9, 10"}  # fmt: skip
STRIDED = plotting.PALE_ORANGE  # a box that halves height and width
FACTORIZED = plotting.PALE_BLUE  # one whose kernel is a pixel high or wide, longer the other way

# %%
# The network, for its graph alone. A convolution, its normalization and its ReLU are three layers;
# the last has the name of the three.

with keras.StatelessScope(initialize_variables=False):
    model = models.build("inception_v3")
rows = {row.name: row for row in tables.layer_table(model)}
_, edges = tables.graph(model)
unit_of = {name: name.removesuffix("_conv").removesuffix("_norm") for name in rows}
links = {(unit_of[a], unit_of[b]): None for a, b in edges if unit_of[a] != unit_of[b]}
print(len(rows), "layers in", len(set(unit_of.values())), "units")

# %%
# A module is what has its name. Its branches together have as many maps as their concatenation.

graphs = {}
for module in KINDS:
    inside = [n for n in dict.fromkeys(unit_of.values()) if f"{n}_".startswith(f"{module}_")]
    before = {a for a, b in links if b in inside and a not in inside}
    ends = [a for a, b in links if b == module]
    maps = [rows[name].output_shape[-1] for name in (*ends, module)]
    np.testing.assert_array_equal(sum(maps[:-1]), maps[-1])
    graphs[module] = before.pop(), inside, ends
results.record("inception_v3_kinds.branches", [len(ends) for _, _, ends in graphs.values()])
results.record("inception_v3_kinds.units", sum(name.endswith("_conv") for name in rows))

# %%
# In a box the window; pooling, of 3x3 pixels, is a mean or a maximum. Tinted: the factors of a
# larger kernel, and what has stride 2. The sizes are those of the first module of each kind.

plt.style.use(plotting.STYLE)
fig, panels = plt.subplot_mosaic(
    [[*["mixed0"] * 2, *["mixed3"] * 2, *["mixed4"] * 2], [*["mixed8"] * 3, *["mixed9"] * 3]],
    figsize=(6.4, 5.8),
    height_ratios=(7, 6),
)
for module, (source, inside, _) in graphs.items():
    texts, tints = {}, {}
    for name in (source, *inside):
        kind, *window = rows.get(f"{name}_conv", rows[name]).kind.split()
        texts[name] = {"AveragePooling2D": "mean", "MaxPooling2D": "max"}.get(kind, "joined")
        if kind == "Conv2D":
            texts[name] = window[0].replace("x", "×")
            tints[name] = FACTORIZED if len(set(window[0].split("x"))) > 1 else "white"
        if "/" in window and name in inside:
            tints[name] = STRIDED
        if name in (source, module):
            texts[name] = " × ".join(map(str, rows[name].output_shape))
    kept = [(a, b) for a, b in links if a in texts and b in texts]
    boxes = plotting.show_graph(panels[module], texts, kept)
    for name, tint in tints.items():
        boxes[name].set_backgroundcolor(tint)
    panels[module].set_title(KINDS[module])
plotting.describe(
    fig,
    "Five graphs of modules, each from one box of maps through branches to one box. "
    + " ".join(
        f"{KINDS[module]}: {len(ends)} branches to "
        + " by ".join(map(str, rows[module].output_shape))
        + "."
        for module, (_, _, ends) in graphs.items()
    )
    + " In mixed4 the factors of 7 by 7 follow one another; in mixed9 the factors of 3 by 3 lie "
    "side by side.",
)
plt.show()

# %%
# What to notice
# --------------
#
# A 1x1 convolution stands before every larger kernel at stride 1, as in GoogLeNet. What GoogLeNet
# did with one 5x5 kernel, the second branch of three in a row does with two of 3x3.
