r"""
Subsampling that is trained
===========================

LeNet-5 does not pool by a maximum. It adds the four pixels of a window, multiplies the sum by a
trained coefficient, adds a trained bias and squashes the result. A small coefficient makes it a
blur. A large one makes it a switch: with the right bias it asks whether any pixel of the window is
ink, or whether all are.

.. math:: y = f\left(c \sum_{2 \times 2} x + b\right), \qquad f(z) = 1.7159 \tanh(\tfrac{2}{3} z)

Part of :doc:`/lenet`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import data, plotting, reference
from convbook.models.small.lenet5 import Subsampling

DIGIT = 1  # number of the picture in the test set
SETTINGS = {  # coefficient, bias
    "blur": (0.25, 0.0),
    "any": (3.0, 9.0),
    "all": (3.0, -9.0),
}

# %%
# A digit with two values, −1 for paper and 1 for ink, stands for a feature map.

_, (images, labels) = data.mnist()
digit = np.where(images[DIGIT] > 127, 1, -1).astype(np.float32)
x = digit[np.newaxis, :, :, np.newaxis]
print(x.shape, np.unique(x))

# %%
# The layer with three pairs of numbers in place of what training would find.

found = {}
for name, (coefficient, bias) in SETTINGS.items():
    layer = Subsampling(seed=0)
    layer.build(x.shape)
    layer.set_weights([np.array([coefficient]), np.array([bias])])
    found[name] = layer(x)[0, :, :, 0].numpy()

# %%
# By NumPy. The two switches are the logical "or" and "and" of the window's pixels, up to what the
# curve lacks at its ends.

sums = 4 * reference.average_pool(x, 2)[0, :, :, 0]
for name, (coefficient, bias) in SETTINGS.items():
    by_hand = 1.7159 * np.tanh(2 / 3 * (coefficient * sums + bias))
    np.testing.assert_allclose(found[name], by_hand, atol=1e-5)
np.testing.assert_array_equal(found["any"] > 0, reference.max_pool(x, 2)[0, :, :, 0] > 0)
np.testing.assert_array_equal(found["all"] > 0, -reference.max_pool(-x, 2)[0, :, :, 0] > 0)

# %%
# The curves over the number of ink pixels in a window, the digit, and the digit through each curve.

plt.style.use(plotting.STYLE)
fig = plt.figure(figsize=(6.4, 4.9))
grid = fig.add_gridspec(2, 3, height_ratios=(1, 1.05))
above = fig.add_subplot(grid[0, :2])
ink = np.linspace(0, 4, 201)
colours = (plotting.BLUE, plotting.ORANGE, plotting.GREEN)
places = ((2.2, -0.4), (0.65, 0.6), (3.25, -0.9))  # of the curves' names
for (name, (coefficient, bias)), colour, place in zip(
    SETTINGS.items(), colours, places, strict=True
):
    curve = 1.7159 * np.tanh(2 / 3 * (coefficient * (2 * ink - 4) + bias))
    above.plot(ink, curve, color=colour)
    above.plot(ink[::50], curve[::50], "o", color=colour)
    above.text(*place, name, color=plotting.ink(colour), ha="right" if name == "all" else "left")
above.axhline(0, color="0.4", linewidth=0.8)
above.set(xticks=range(5), xlabel="ink pixels of the window", ylabel="output", ylim=(-1.95, 1.95))

limit = plotting.symmetric_limit(*found.values())
panels = [fig.add_subplot(grid[place]) for place in ((0, 2), (1, 0), (1, 1), (1, 2))]
plotting.show_signed(panels[0], digit, limit, "input, 28 × 28")
for ax, (name, maps) in zip(panels[1:], found.items(), strict=True):
    setting = "c = {:g}, b = {:g}".format(*SETTINGS[name]).replace("-", "\N{MINUS SIGN}")
    drawn = plotting.show_signed(ax, maps, limit, f"{name}, 14 × 14\n{setting}")
plotting.colour_bar(fig, drawn, panels, "value")
plotting.describe(
    fig,
    "Panel a: three curves over the number of ink pixels in a window of four, a nearly straight "
    "one, one that is high from one pixel on, and one that is high only at four. Panel b: a binary "
    f"{labels[DIGIT]}. Panels c to e: its three subsampled versions, soft, with "
    f"{np.mean(found['any'] > 0):.0%} of the pixels above zero, and with "
    f"{np.mean(found['all'] > 0):.0%}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# "Any" thickens the strokes, as max pooling does, and "all" thins them. Two numbers per map decide
# which it is. Max pooling has nothing to learn, and took over.
