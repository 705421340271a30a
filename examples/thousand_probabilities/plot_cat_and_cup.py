r"""
Where it sees the cat, and where the cup
========================================

One picture with two things in it. Grad-CAM weighs the last feature maps :math:`A_k` by the gradient
of the class's logit, and shows where in the picture its evidence is:

.. math:: L_{ij} = \max\Bigl(0, \sum_k \alpha_k A_{ijk}\Bigr), \qquad
   \alpha_k = \frac{1}{h w} \sum_{ij} \frac{\partial z_c}{\partial A_{ijk}}

Asked for two classes, the same maps give two answers.

Part of :doc:`/thousand_probabilities`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import data, interpretability, plotting, pretrained, results

CAT, CUP = 285, 967  # Egyptian cat, espresso

# %%
# Chelsea on the left half, the cup on the right.

cat, cup = data.chelsea()[:, 110:310], data.coffee()[20:320, 140:340]
both = np.concatenate([cat, cup], axis=1)[:, 50:350]
network = pretrained.load("efficientnet_lite0")
x = network.preprocess(both)
p = network.predict(both)[0]
for index in (CAT, CUP):
    results.record(f"cat_and_cup.p{index}", p[index], tolerance=0.05)
print(both.shape, p[CAT], p[CUP])

# %%
# Two maps from one call: the same picture twice, each with its class.

twice = np.concatenate([x, x])
last = network.layers["last"]
cams = interpretability.grad_cam(network.model, twice, last, [CAT, CUP])
print(cams.shape)

# %%
# Behind the last maps come only a mean and one dense layer. So the gradient is known: the weight of
# the dense layer, divided by the number of positions.

maps = interpretability.feature_maps(network.model, x, [last])[last][0]
kernel = network.model.get_layer("logits").get_weights()[0]
by_hand = np.maximum(0, maps @ kernel[:, CAT] / maps[..., 0].size)
np.testing.assert_allclose(cams[0].max(), by_hand.max(), rtol=0.15)
middle = cams.shape[2] // 2
left = cams[:, :, :middle].sum(axis=(1, 2)) / cams.sum(axis=(1, 2))
results.record("cat_and_cup.cat_left", left[0], tolerance=0.05)
results.record("cat_and_cup.cup_right", 1 - left[1], tolerance=0.05)
assert left[0] > 0.5 > left[1]

# %%
# The picture, and the two maps over it on one scale.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, 3, figsize=(6.4, 2.7))
seen = network.restore(x)[0]
plotting.show_image(axes[0], seen, "what it sees")
for ax, index, cam in zip(axes[1:], (CAT, CUP), cams, strict=True):
    plotting.show_image(ax, seen, pretrained.classes()[index].name)
    drawn = ax.imshow(cam, cmap="magma", alpha=0.65, vmin=0, vmax=cams.max())
bar = plotting.colour_bar(fig, drawn, axes, "part of the logit", horizontal=True)
plotting.describe(
    fig,
    "Panel a: a cat on the left and a cup of coffee on the right in one picture. Panels b and c: "
    f"heat maps over it. The map of {pretrained.classes()[CAT].name} has {left[0]:.0%} of its sum "
    f"in the left half, the map of {pretrained.classes()[CUP].name} {1 - left[1]:.0%} in the right "
    "half.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The two probabilities have to share 1, the maps do not. Each is about its own class and knows
# nothing of the other.
