r"""
Any inner tensor, by its name
=============================

Every tensor of a functional model belongs to a layer, and every layer has a name. A second model
from the same input to that layer's output computes it, with the same weights and without the rest:

.. math:: f = g \circ h, \qquad h(x) = \text{the output of the layer}

What was ``graph.get_tensor_by_name("inception/...:0")`` in TensorFlow 1 is
``model.get_layer(name).output`` today.

Part of :doc:`/thousand_probabilities`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np

from convbook import data, interpretability, plotting, pretrained, results

LAYERS = ("stem", "block2b_expand", "block4c_depthwise", "head")
SHOWN = 16  # maps of each layer

# %%
# The picture.

network = pretrained.load("efficientnet_lite0")
model = network.model
x = network.preprocess(data.chelsea()[data.COLOUR_CROP])

# %%
# One model with four outputs.

inner = keras.Model(model.input, [model.get_layer(name).output for name in LAYERS])
tensors = dict(zip(LAYERS, (np.asarray(t) for t in inner(x, training=False)), strict=True))
for name, tensor in tensors.items():
    print(f"{name:18} {tensor.shape}")

# %%
# The book's function takes the names. ReLU6 ends at 6.

found = interpretability.feature_maps(model, x, LAYERS)
for name in LAYERS:
    np.testing.assert_allclose(tensors[name], found[name], atol=1e-3)
    assert tensors[name].min() >= 0
    assert tensors[name].max() <= 6
silent = float((tensors["head"] == 0).mean())
results.record("pretrained_maps.silent", silent, tolerance=0.02)

# %%
# Maps of the third layer that answer to the eyes: two windows of 6 x 5 positions about them, less
# than a third of all, hold nearly all of such a map.

third = tensors[LAYERS[2]][0]
shown = third[..., third.std(axis=(0, 1)).argsort()[-SHOWN:]]
eyes = shown[3:9, 1:6].sum(axis=(0, 1)) + shown[3:9, 8:13].sum(axis=(0, 1))
assert np.sum(eyes > 0.95 * shown.sum(axis=(0, 1))) >= 2

# %%
# The maps of each layer that vary most over the picture, on one scale.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 2, figsize=(6.4, 5.5))
for ax, (name, tensor) in zip(axes.flat, tensors.items(), strict=True):
    varied = tensor[0].std(axis=(0, 1)).argsort()[::-1][:SHOWN]
    maps = np.moveaxis(tensor[0][..., varied], -1, 0)
    gap = max(1, len(maps[0]) // 28)
    laid = plotting.mosaic(maps, 4, gap=gap)
    height, width, channels = tensor.shape[1:]
    title = f"{name}: {height} x {width} x {channels}"
    drawn = plotting.show_image(ax, laid, title, limits=(0, 6))
    for number in range(SHOWN):  # white maps would run into the page
        row, column = divmod(number, 4)
        plotting.outline(ax, row * (height + gap), column * (width + gap), height, width, "0.6",
                         0.6)  # fmt: skip
plotting.colour_bar(fig, drawn, axes, "output of ReLU6", horizontal=True)
plotting.describe(
    fig,
    f"The {SHOWN} most varied feature maps of four layers for a cat's face, on one scale from 0 to "
    f"6. "
    + "; ".join(
        f"panel {letter}, {name}: {tensor.shape[1]} x {tensor.shape[2]} positions"
        for letter, (name, tensor) in zip("abcd", tensors.items(), strict=True)
    )
    + f". In the last layer {silent:.0%} of all numbers are 0.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The first maps are pictures, the last ones are 49 numbers each. In between, in panel c, some
# have two bright spots: the eyes. The network trades places for kinds.
