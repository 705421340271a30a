r"""
Covered, square by square and from the edge inwards
===================================================

A grey square hides a part of the picture. How far the logit of the first class falls says what that
part was worth:

.. math:: D_{uv} = z_c(x) - z_c(x \text{ with the square at } (u, v) \text{ covered})

No single square is worth much here. So cover more and more: from the edges inwards, so that the
face stays, and from the middle outwards, so that the face goes first.

Part of :doc:`/thousand_probabilities`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import data, interpretability, plotting, pretrained, results

CATS = (285, 282, 281, 287)
SIZE, STRIDE = 64, 32  # pixels
SHARES = np.linspace(0, 1, 11)  # of the pixels that are covered

# %%
# Every position of the square.

network = pretrained.load("efficientnet_lite0")
x = network.preprocess(data.chelsea()[data.COLOUR_CROP])
falls = interpretability.occlusion(network.model, x[0], CATS[0], size=SIZE, stride=STRIDE)
print(x.shape, falls.shape)

# %%
# One of the positions by hand: zeros are grey, the middle of the range.

u, v = np.unravel_index(falls.argmax(), falls.shape)
covered = x.copy()
covered[0, STRIDE * u : STRIDE * u + SIZE, STRIDE * v : STRIDE * v + SIZE] = 0
both = np.concatenate([x, covered])
logits = np.asarray(network.model(both, training=False))
np.testing.assert_allclose(logits[0, CATS[0]] - logits[1, CATS[0]], falls[u, v], atol=1e-3)

# %%
# A growing cover. The distance of a pixel from the middle decides when it is covered.

distance = np.hypot(*(np.indices(x.shape[1:3]) - (x.shape[1] - 1) / 2))
rank = distance.ravel().argsort(kind="stable").argsort().reshape(distance.shape) / distance.size
fronts = {
    "from the edges": [x[0] * (rank < 1 - s)[..., np.newaxis] for s in SHARES],
    "from the middle": [x[0] * (rank >= s)[..., np.newaxis] for s in SHARES],
}
curves = {}
for name, pictures in fronts.items():
    p = pretrained.probabilities(network.model(np.stack(pictures), training=False))
    curves[name] = p[:, CATS].sum(axis=1)
np.testing.assert_allclose(curves["from the edges"][0], curves["from the middle"][0], atol=1e-4)
half, most = len(SHARES) // 2, 8
results.record("cat_occlusion.edges", curves["from the edges"][half], tolerance=0.05)
results.record("cat_occlusion.middle", curves["from the middle"][half], tolerance=0.05)
results.record("cat_occlusion.most_edges", curves["from the edges"][most], tolerance=0.05)
results.record("cat_occlusion.most_middle", curves["from the middle"][most], tolerance=0.1)
results.record("cat_occlusion.largest", np.abs(falls).max(), tolerance=0.2)

# %%
# The map on the picture, and the probability of the four cats together.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplot_mosaic(
    [["map", "curves"], ["edges", "middle"]], figsize=(6.4, 5.0), height_ratios=(1.3, 1)
)
plotting.show_image(axes["map"], network.restore(x)[0])
limit = plotting.symmetric_limit(falls)
drawn = plotting.show_signed(axes["map"], falls, limit, "fall of the logit")
drawn.set(alpha=0.6)
low = (SIZE - STRIDE) / 2 - 0.5
drawn.set_extent((low, low + STRIDE * falls.shape[1], low + STRIDE * falls.shape[0], low))
axes["map"].set(xlim=(-0.5, 223.5), ylim=(223.5, -0.5))
plotting.colour_bar(fig, drawn, axes["map"], "logit")
for name, values in curves.items():
    axes["curves"].plot(SHARES, values, "o-", markersize=3, label=name)
axes["curves"].set(xlabel="share covered", ylabel="probability of a cat", ylim=(0, 1.02))
axes["curves"].legend()
for key, name in zip(("edges", "middle"), fronts, strict=True):
    plotting.show_image(axes[key], network.restore(fronts[name][half]), f"half, {name}")
plotting.describe(
    fig,
    "Panel a: a cat's face under a map of how far the logit of "
    f"{pretrained.classes()[CATS[0]].name} falls when a square of {SIZE} pixels is covered, "
    f"{falls.min():.1f} to {falls.max():.1f}. Panel b: the probability of four cats against the "
    f"share covered: at one half it is {curves['from the edges'][half]:.2f} from the edges (panel "
    f"c) and {curves['from the middle'][half]:.2f} from the middle (panel d).",
)
plt.show()

# %%
# What to notice
# --------------
#
# The face alone is enough, and so is the fur around it alone. Where the evidence comes twice,
# taking one half of it away changes little, and no single square seems to matter.
