r"""
At which size of the maps the work is done
==========================================

The share of each network's multiply-accumulates in convolutions whose output has a certain side.
Half the side is a quarter of the places. A network that doubles its maps whenever it halves their
side does the same work at every size.

.. math:: \left(\tfrac{1}{2}\right)^2 \cdot 2 C \cdot 2 O = C O

Part of :doc:`/deeper_architectures`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import arithmetic, plotting, results, studies
from convbook.models import published

BINS = {"above 112": 1000, "57 to 112": 112, "29 to 56": 56, "15 to 28": 28, "8 to 14": 14,
        "up to 7": 7}  # fmt: skip  # largest side of a column, in pixels

# %%
# Dense layers are left out: their outputs have no side.

tables = {unit.parameters["network"]: unit.result for unit in studies.load("layer_tables").units}
names = [name for name in published.names() if name != "lenet5"]
edges = np.array(list(BINS.values()))
work = np.zeros((len(names), len(BINS)))
for number, name in enumerate(names):
    for row in tables[name]["rows"]:
        if len(row["output_shape"]) == 3:
            column = np.flatnonzero(edges >= row["output_shape"][0])[-1]
            work[number, column] += row["macs"]
shares = 100 * work / work.sum(axis=1, keepdims=True)
print(shares.round(1))

# %%
# VGG's inner convolutions by arithmetic: equal work at every side but the last, where the number of
# maps stays at 512.

inner = [arithmetic.conv_macs(s, 3, c, c) for s, c in ((224, 64), (112, 128), (56, 256), (28, 512))]
np.testing.assert_array_equal(inner, inner[0])
rows = {row["name"]: row["macs"] for row in tables["vgg16"]["rows"]}
np.testing.assert_array_equal([rows[f"conv{n}_2"] for n in (1, 2, 3, 4)], inner)
results.record("work_by_resolution.vgg16_inner", inner[0] / 1e6)
results.record("work_by_resolution.vgg16_large", shares[names.index("vgg16"), :2].sum())
lite0 = shares[names.index("efficientnet_lite0")]
results.record("work_by_resolution.lite0_small", lite0[-2:].sum())

# %%
# Per cent of the work of a row; the more ink, the more work.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 4.8))
ink = np.zeros((*shares.shape, 4))  # black, as opaque as the share is large
ink[..., 3] = shares / 100
ax.imshow(ink, aspect="auto")
for (row, column), share in np.ndenumerate(shares):
    ax.text(column, row, f"{share:.0f}", ha="center", va="center")
ax.set_xticks(range(len(BINS)), BINS)
ax.set_yticks(range(len(names)), [published.load(name).title for name in names])
ax.tick_params(length=0)
ax.spines[:].set_visible(False)
ax.set_xlabel("side of the maps, pixels")
ax.set_title("share of the work, %")
plotting.describe(
    fig,
    f"A table of {len(names)} networks by six sizes of maps, with more ink where more is computed. "
    "VGG-16 "
    f"does {shares[names.index('vgg16'), :2].sum():.0f} % of its work on maps above 56 pixels; "
    f"EfficientNet-Lite0 does {lite0[-2:].sum():.0f} % on maps of at most 14.",
)
plt.show()

# %%
# What to notice
# --------------
#
# AlexNet and network in network leave the large sizes with one stride of 4. VGG-16 works at every
# size, and pays most of all. The later networks come to 56 pixels within two or three layers, and
# compute where the maps are small and many.
