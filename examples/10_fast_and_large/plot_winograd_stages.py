"""
What Winograd saves, stage by stage
===================================

F(2 x 2, 3 x 3) takes 16 products for a tile of four outputs where the definition takes 36. Here
both ways multiply matrices with the same library, for a layer of 64 channels. The sums before and
after the products are the price, and they move numbers more than they compute.

.. math:: \\frac{2^2 \\cdot 3^2}{(2 + 3 - 1)^2} = \\frac{36}{16} = 2.25

Part of :doc:`/10_fast_and_large`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import arithmetic, plotting, results, studies
from convbook.reference import winograd

SIZE, CHANNELS = 56, 64  # outputs along each side; maps before and after

# %%
# Multiply-accumulates of the two matrix products, and the ratio from the shapes of the transforms.

stages = dict(studies.load("conv_speed").results["stages"])
macs = stages.pop("macs")
np.testing.assert_equal(macs["im2col"], arithmetic.conv_macs(SIZE, 3, CHANNELS, CHANNELS))
products = winograd.INPUT_TRANSFORM.shape[0] ** 2
outputs = winograd.TILE**2
np.testing.assert_allclose(macs["im2col"] / macs["winograd"], 9 * outputs / products)
results.record("winograd_stages.counted", macs["im2col"] / macs["winograd"])

# %%
# What the clock says of the products alone, and of the whole.

milliseconds = {name: 1000 * taken["least"] for name, taken in stages.items()}
total = {
    way: sum(taken for name, taken in milliseconds.items() if name.startswith(way))
    for way in ("im2col", "winograd", "tensorflow")
}
products_only = milliseconds["im2col: product"] / milliseconds["winograd: products"]
results.record("winograd_stages.products", products_only)
results.record("winograd_stages.whole", total["im2col"] / total["winograd"])
results.record("winograd_stages.tensorflow", total["im2col"] / total["tensorflow"])
sums = milliseconds["winograd: pixel sums"] + milliseconds["winograd: outputs"]
results.record("winograd_stages.sums", sums / total["winograd"])
for way, stage in (("im2col", "im2col: product"), ("winograd", "winograd: products")):
    pace = macs[way] / milliseconds[stage] / 1e6
    results.record(f"winograd_stages.pace_{way}", pace, unit="GMAC/s")

# %%
# One bar a way, from the first stage to the last. The kernel's sums are made once, and not timed.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 2.9))
rows = {"im2col": 0, "winograd": 1, "tensorflow": 2}
tints = {"patches": "#c9d8e8", "product": plotting.BLUE, "pixel sums": "#f6d2b3",
         "products": plotting.ORANGE, "outputs": "#e8b48a", "": "0.6"}  # fmt: skip
ends = dict.fromkeys(rows, 0.0)
for name, taken in milliseconds.items():
    way, _, stage = name.partition(": ")
    ax.barh(rows[way], taken, left=ends[way], color=tints[stage], edgecolor="white")
    if stage and taken > 0.11 * max(total.values()):
        ax.text(ends[way] + taken / 2, rows[way], stage, ha="center", va="center",
                color="white" if stage.startswith("product") else "0.15")  # fmt: skip
    ends[way] += taken
for way, row in rows.items():
    ax.text(ends[way], row, f" {ends[way]:.2g} ms", va="center")
ax.set_yticks(list(rows.values()), ["im2col", "Winograd", "TensorFlow"])
ax.invert_yaxis()
ax.set_xlim(0, 1.18 * max(ends.values()))
ax.set_xlabel("milliseconds")
plotting.describe(
    fig,
    "Bars of milliseconds by stage. im2col: "
    f"{milliseconds['im2col: patches']:.2f} for the patches and "
    f"{milliseconds['im2col: product']:.2f} for the product. Winograd: "
    f"{milliseconds['winograd: pixel sums']:.2f}, {milliseconds['winograd: products']:.2f} and "
    f"{milliseconds['winograd: outputs']:.2f} for pixel sums, products and outputs. TensorFlow: "
    f"{total['tensorflow']:.2f} in all.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The products gain what counting says, as far as sixteen small ones keep the pace of a large one.
# The sums take part of it back. Libraries keep a few tiles in the cache from the first to the last.
