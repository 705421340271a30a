r"""
Occlusion: cover a square and look again
========================================

No gradient, no theory: cover a square of the picture and see how far the logit falls. It is the
most direct of these methods, and its answer depends on what one covers with. Paper, black in these
pictures, takes ink away. A square of ink makes a picture that the network has never seen:

.. math:: D_{uv} = z_c(x) - z_c(x \text{ with the square at } (u, v) \text{ filled})

Part of :doc:`/explaining`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import data, interpretability, plotting, results, training

CLASSES = (4, 8)
WAYS = ((3, 0.0), (7, 0.0), (7, 1.0))  # side in pixels, fill from 0 (paper) to 1 (ink)

# %%
# The first test digits of two classes.

(_, _), (digits, labels) = data.mnist()
chosen = [int(np.argmax(labels == c)) for c in CLASSES]
x = data.to_float(digits[chosen])[..., np.newaxis].astype(np.float32)
network = training.load("small_convnet").model
print(x.shape, chosen)

# %%
# Every position of the square is one more picture for the network.

falls = {
    (c, size, fill): interpretability.occlusion(network, image, c, size=size, fill=fill)
    for c, image in zip(CLASSES, x, strict=True)
    for size, fill in WAYS
}
for key, fall in falls.items():
    print(key, fall.shape, fall.max().round(2))

# %%
# One entry by hand: the square of 7 whose corner is at (10, 8).

covered = x[:1].copy()
covered[0, 10:17, 8:15] = 0
before, after = network(np.concatenate([x[:1], covered]), training=False).numpy()[:, CLASSES[0]]
np.testing.assert_allclose(falls[CLASSES[0], 7, 0.0][10, 8], before - after, atol=1e-3)
for size in (3, 7):
    worst = max(falls[c, size, 0.0].max() for c in CLASSES)
    results.record(f"occlusion.paper_{size}", worst, tolerance=8)

# %%
# Where the square of ink hurts the first digit most: the middle of the square.

places = np.add(np.unravel_index(falls[CLASSES[0], 7, 1.0].argmax(), (22, 22)), 3)
assert x[0, places[0], places[1], 0] == 0  # on empty paper
print(places)

# %%
# Each map lies where the middle of the square was; the digit's outline goes over it.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 4, figsize=(6.4, 3.6))
limit = plotting.symmetric_limit(*(fall.ravel() for fall in falls.values()))
for row, (c, image) in enumerate(zip(CLASSES, x, strict=True)):
    plotting.show_image(axes[row, 0], image[..., 0], f"class {c}")
    for ax, (size, fill) in zip(axes[row, 1:], WAYS, strict=True):
        margin = (size - 1) // 2
        whole = np.pad(falls[c, size, fill], margin)
        title = f"{size} × {size}, {'ink' if fill else 'paper'}" if row == 0 else ""
        drawn = plotting.show_signed(ax, whole, limit, title)
        ax.contour(image[..., 0], [0.5], colors="black", linewidths=0.8)
plotting.colour_bar(fig, drawn, axes, "fall of the logit", horizontal=True)
plotting.describe(
    fig,
    f"Panel a: test digits {CLASSES[0]} and {CLASSES[1]}. How far their logits fall when a square "
    "is covered: 3 x 3 with paper (panel b), 7 x 7 with paper (c), 7 x 7 with ink (d), on one "
    f"scale to {limit:.0f}. With paper the falls lie along the strokes, and the larger square "
    f"causes larger ones. With ink they lie in other places: the largest for the {CLASSES[0]} is "
    f"around row {places[0]} and column {places[1]}.",
    panels=axes[0],
)
plt.show()

# %%
# What to notice
# --------------
#
# A small square finds little: the rest of the stroke says the same. A large one cannot say which
# of its pixels mattered. And panel d is an answer to another question than panel c.
