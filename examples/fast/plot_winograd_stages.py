"""
What Winograd saves, stage by stage
===================================

F(2 x 2, 3 x 3) takes 16 products for a tile of four outputs where the definition takes 36. Here
both ways multiply matrices with the same library, for a layer of 64 channels. The sums before and
after the products are the price, and they move numbers more than they compute.

.. math:: \\frac{2^2 \\cdot 3^2}{(2 + 3 - 1)^2} = \\frac{36}{16} = 2.25

Part of :doc:`/fast`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import arithmetic, plotting, results, studies, timing
from convbook.reference import winograd

SIZE, CHANNELS = 56, 64  # outputs along each side; maps before and after

# %%
# Multiply-accumulates of the two matrix products, and the ratio from the shapes of the transforms.

stages = dict(studies.load("conv_speed").result(measured="stages"))
macs = stages.pop("macs")
np.testing.assert_equal(macs["im2col"], arithmetic.conv_macs(SIZE, 3, CHANNELS, CHANNELS))
products = winograd.INPUT_TRANSFORM.shape[0] ** 2
outputs = winograd.TILE**2
np.testing.assert_allclose(macs["im2col"] / macs["winograd"], 9 * outputs / products)
results.record("winograd_stages.counted", macs["im2col"] / macs["winograd"])

# %%
# What the clock says of the products alone, and of the whole.

milliseconds = {
    way: {stage: 1000 * taken["least"] for stage, taken in of_way.items()}
    for way, of_way in stages.items()
}
im2col, winograd_way = milliseconds["im2col"], milliseconds["winograd"]
total = {way: sum(of_way.values()) for way, of_way in milliseconds.items()}
results.record("winograd_stages.products", im2col["product"] / winograd_way["products"])
results.record("winograd_stages.whole", total["im2col"] / total["winograd"])
results.record("winograd_stages.tensorflow", total["im2col"] / total["tensorflow"])
sums = winograd_way["pixel sums"] + winograd_way["outputs"]
results.record("winograd_stages.sums", sums / total["winograd"])
for way, stage in (("im2col", "product"), ("winograd", "products")):
    pace = macs[way] / milliseconds[way][stage] / 1e6
    results.record(f"winograd_stages.pace_{way}", pace, unit="GMAC/s")

# %%
# One bar a way, from the first stage to the last, of the shortest readings; the whisker adds up
# what medians and half of the spreads are above that. The kernel's sums are not timed.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 2.9))
tints = {"patches": "#c9d8e8", "product": plotting.BLUE, "pixel sums": "#f6d2b3",
         "products": plotting.ORANGE, "outputs": "#e8b48a", "whole": "0.6"}  # fmt: skip
for row, (way, of_way) in enumerate(milliseconds.items()):
    end = 0.0
    for stage, taken in of_way.items():
        ax.barh(row, taken, left=end, color=tints[stage], edgecolor="white")
        if stage != "whole":
            narrow = taken < 0.11 * max(total.values())
            ax.text(end + taken / 2, row, stage, ha="center", va="center",
                    size=9 if narrow else 10, rotation=90 if narrow else 0,
                    color="white" if stage.startswith("product") else "0.15")  # fmt: skip
        end += taken
    most = 1000 * sum(timing.reach(taken)[1] for taken in stages[way].values())
    ax.hlines(row, end, most, color="0.2", linewidth=1.5)
    ax.text(most, row, f" {total[way]:.2g} ms", va="center")
ax.set_yticks(range(len(milliseconds)), ["im2col", "Winograd", "TensorFlow"])
ax.invert_yaxis()
ax.set_xlim(0, 1.18 * max(total.values()))
ax.set_xlabel("milliseconds")
plotting.describe(
    fig,
    "Bars of milliseconds by stage. im2col: "
    f"{im2col['patches']:.2f} for the patches and {im2col['product']:.2f} for the product. "
    f"Winograd: {winograd_way['pixel sums']:.2f}, {winograd_way['products']:.2f} and "
    f"{winograd_way['outputs']:.2f} for pixel sums, products and outputs. TensorFlow: "
    f"{total['tensorflow']:.2f} in all.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The products gain what counting says, as far as sixteen small ones keep the pace of a large one.
# The sums take part of it back. Libraries keep a few tiles in the cache from the first to the last.
