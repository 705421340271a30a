r"""
Thinner or smaller
==================

MobileNet's paper shrinks its network in two ways: fewer maps in every layer, by a factor
:math:`\alpha`, or smaller pictures, by a factor :math:`\rho`. Either costs about the square of the
factor. The multiply-accumulates follow from arithmetic, the accuracies are the paper's.

.. math:: \text{MACs} \approx \alpha^2 \rho^2 \cdot \text{MACs}_0

Part of :doc:`/deeper_architectures`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import arithmetic, plotting, results

MAPS = (64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024)
STRIDES = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1)
CLASSES = 1000
PAPER = {  # alpha, side of the picture: top-1 accuracy in %, MACs in millions; Tables 6 and 7
    (1.0, 224): (70.6, 569), (0.75, 224): (68.4, 325), (0.5, 224): (63.7, 149),
    (0.25, 224): (50.6, 41), (1.0, 192): (69.1, 418), (1.0, 160): (67.2, 290),
    (1.0, 128): (64.4, 186),
}  # fmt: skip

# %%
# The network by its sizes alone: one convolution, thirteen pairs, one dense layer.

counted = {}
for alpha, picture in PAPER:
    side, inputs = picture // 2, int(32 * alpha)
    total = arithmetic.conv_macs(side, 3, 3, inputs)
    for maps, stride in zip(MAPS, STRIDES, strict=True):
        side, outputs = side // stride, int(maps * alpha)
        total += arithmetic.conv_macs(side, 3, inputs, inputs, groups=inputs)
        total += arithmetic.conv_macs(side, 1, inputs, outputs)
        inputs = outputs
    counted[alpha, picture] = (total + arithmetic.dense_macs(inputs, CLASSES)) / 1e6
print({key: round(value, 1) for key, value in counted.items()})

# %%
# The paper's numbers, to the million.

np.testing.assert_allclose(
    list(counted.values()), [macs for _, macs in PAPER.values()], atol=1.0, rtol=0
)
results.record("width_and_resolution.full", counted[1.0, 224])
results.record("width_and_resolution.half_width", counted[0.5, 224])
results.record("width_and_resolution.small", counted[1.0, 128])
results.record("width_and_resolution.half_accuracy", PAPER[0.5, 224][0])
results.record("width_and_resolution.small_accuracy", PAPER[1.0, 128][0])

# %%
# Two curves from the same network. A smaller picture never beats a thinner network of equal cost.

thin = sorted((np.log(counted[key]), PAPER[key][0]) for key in PAPER if key[1] == 224)
small = [(np.log(counted[key]), PAPER[key][0]) for key in PAPER if key[1] < 224]
for cost, accuracy in small:
    np.testing.assert_array_less(accuracy, np.interp(cost, *zip(*thin, strict=True)))

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 3.8))
for title, keys, colour, mark, shift in (
    ("thinner: α", [key for key in PAPER if key[1] == 224], plotting.BLUE, "o", (-8, 6)),
    ("smaller: side", [key for key in PAPER if key[0] == 1.0], plotting.ORANGE, "s", (7, -13)),
):
    keys.sort(reverse=True)
    points = [(counted[key], PAPER[key][0]) for key in keys]
    ax.plot(*zip(*points, strict=True), mark + "-", color=colour, label=title)
    for key, at in zip(keys, points, strict=True):
        text = f"{key[0]:g}" if mark == "o" else str(key[1])
        ax.annotate(text, at, shift, textcoords="offset points", size=9,
                    ha="right" if mark == "o" else "left")  # fmt: skip
ax.set(xscale="log", xlim=(32, 800), ylim=(48, 74))
ax.set_xticks((50, 100, 200, 400, 800), ("50", "100", "200", "400", "800"))
ax.minorticks_off()
ax.set(xlabel="multiply-accumulates, millions (counted)", ylabel="top-1 accuracy, % (paper)")
ax.legend(loc="lower right")
plotting.describe(
    fig,
    f"Top-1 accuracy over multiply-accumulates. From {PAPER[1.0, 224][0]} % at "
    f"{counted[1.0, 224]:.0f} million two curves fall to the left: thinner networks down to "
    f"{PAPER[0.25, 224][0]} % at {counted[0.25, 224]:.0f} million, smaller pictures to "
    f"{PAPER[1.0, 128][0]} % at {counted[1.0, 128]:.0f} million, slightly below the other.",
)
plt.show()

# %%
# What to notice
# --------------
#
# At equal cost the thinner network of large pictures is a little more accurate. It saves parameters
# too, about by the square of its factor; a smaller picture saves none.
