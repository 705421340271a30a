r"""
A picture goes in as numbers of another range
=============================================

A pretrained network takes what it was trained on: a square of a fixed size, and pixels shifted and
scaled by fixed numbers. For EfficientNet-Lite0 a pixel :math:`x` from 0 to 255 becomes

.. math:: u = \frac{x - 127}{128}, \qquad x = 128 \, u + 127

and the square has 224 pixels a side. To look at what the network sees, undo it. Fed otherwise, the
network raises no error. It gives other probabilities.

Part of :doc:`/thousand_probabilities`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import data, plotting, pretrained, results

CAT = 285  # Egyptian cat
CENTRE, SCALE = 127, 128  # of the preprocessing

# %%
# The square of Chelsea that the tutorial of 2022 cuts out, 299 pixels a side.

picture = data.chelsea()
square = picture[data.COLOUR_CROP]
print(picture.shape, square.shape, square[0, 0])

# %%
# Preprocessed, and back again.

network = pretrained.load("efficientnet_lite0")
x = network.preprocess(square)
seen = network.restore(x)[0]
print(x.shape, x[0, 0, 0], seen[0, 0])

# %%
# The inverse by hand gives the same picture.

np.testing.assert_allclose(seen, CENTRE + SCALE * x[0], atol=0.51)
assert np.abs(x).max() <= 1

# %%
# The same pixels in ranges that other networks take, and with red and blue exchanged.

pixels = SCALE * x + CENTRE
fed = {
    "as it takes them": x,
    "BGR, not RGB": x[..., ::-1],
    "0 to 1": pixels / 255,
    "0 to 255": pixels,
}
found = {
    name: pretrained.probabilities(network.model(wrong, training=False))[0]
    for name, wrong in fed.items()
}
probabilities = [values[CAT] for values in found.values()]
winners = [pretrained.classes()[values.argmax()].name for values in found.values()]
results.record("cat_preprocessed.right", probabilities[0], tolerance=0.01)
results.record("cat_preprocessed.bgr", probabilities[1], tolerance=0.01)
results.record("cat_preprocessed.unit", probabilities[2], tolerance=0.01)
results.record("cat_preprocessed.winner", winners[3])

# %%
# The photograph with its crop (panel a), what the network sees (b), and the four answers (c).

plt.style.use(plotting.STYLE)
fig, axes = plt.subplot_mosaic(
    [["whole", "seen"], ["bars", "bars"]], figsize=(6.4, 5.0), height_ratios=(1.6, 1)
)
rows, columns = data.COLOUR_CROP
plotting.show_image(axes["whole"], picture, f"{picture.shape[0]} x {picture.shape[1]} pixels")
plotting.outline(
    axes["whole"], rows.start or 0, columns.start, rows.stop, columns.stop - columns.start
)
plotting.show_image(axes["seen"], seen, f"seen: {seen.shape[0]} x {seen.shape[1]} pixels, restored")
ax = axes["bars"]
bars = ax.barh(list(fed), probabilities, color=[plotting.BLUE, *[plotting.ORANGE] * 3])
for bar, value, winner in zip(bars, probabilities, winners, strict=True):
    place = (value + 0.01, bar.get_y() + bar.get_height() / 2)
    ax.annotate(f"{value:.2f}, first: {winner}", place, va="center", fontsize=9)
ax.invert_yaxis()
ax.set_xlim(0, 0.75)
ax.set_xlabel(f"probability of {pretrained.classes()[CAT].name}")
plotting.describe(
    fig,
    f"Panel a: a photograph of a cat with a square frame. Panel b: the square at {seen.shape[0]} "
    "pixels a side. Panel c, bars: preprocessed rightly the network gives "
    f"{pretrained.classes()[CAT].name} {probabilities[0]:.2f}; with red and blue exchanged "
    f"{probabilities[1]:.2f}, with pixels of 0 to 1 {probabilities[2]:.2f}, and with 0 to 255 it "
    f"says {winners[3]}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Nothing warns. With red and blue exchanged the network is even surer of this cat, which says
# nothing about how it would do on others. Fed with 0 to 255 it sees nothing. All shapes are right.
