r"""
Where to cut a network in two
=============================

A network can be cut at any tensor through which everything flows. The front part makes features,
the back part answers, and together they are the whole:

.. math:: f(x) = g\bigl(h(x)\bigr)

What has to pass from one to the other, and how many weights each part holds, depends on the place.

Part of :doc:`/thousand_probabilities`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np

from convbook import data, plotting, pretrained, results

CUTS = ("stem", "block1a_project", "block2b_add", "block3b_add", "block4c_add", "block5c_add",
        "block6d_add", "block7a_project", "head", "global_pool")  # fmt: skip

# %%
# The front part and the back part at one place.

network = pretrained.load("efficientnet_lite0")
model = network.model
tensor = model.get_layer(network.layers["middle"]).output
front, back = keras.Model(model.input, tensor), keras.Model(tensor, model.output)
print(front.output.shape, back.input.shape)

# %%
# Together they are the whole, in output and in weights.

x = network.preprocess(data.chelsea())
whole = np.asarray(model(x, training=False))
np.testing.assert_allclose(back(front(x, training=False), training=False), whole, atol=1e-4)
assert front.count_params() + back.count_params() == model.count_params()

# %%
# Every place between two stages: the numbers that pass, and the weights up to there.

numbers, weights = [int(np.prod(x.shape))], [0]
for name in CUTS:
    output = model.get_layer(name).output
    numbers.append(int(np.prod(output.shape[1:])))
    weights.append(keras.Model(model.input, output).count_params())
share = [count / model.count_params() for count in weights]
largest = int(np.argmax(numbers))
results.record("where_to_cut.image", numbers[0])
results.record("where_to_cut.features", numbers[-1])
results.record("where_to_cut.five_stages", share[CUTS.index("block5c_add") + 1])

# %%
# The narrow places are those after a projection: few maps, and all information in them.

plt.style.use(plotting.STYLE)
fig, (left, right) = plt.subplots(1, 2, figsize=(6.4, 4.0), sharey=True)
labels = ["image", *CUTS]
left.barh(labels, [n / 1000 for n in numbers])
left.set(title="numbers that pass, thousands")
right.barh(labels, [100 * s for s in share], color=plotting.ORANGE)
right.set(title="weights before the cut, %", xlim=(0, 100))
left.set_ylim(len(labels) - 0.5, -0.5)
for ax in (left, right):
    ax.tick_params(axis="y", length=0)
plotting.describe(
    fig,
    f"Bars for {len(labels)} places in the network. Panel a: the numbers that pass fall from "
    f"{numbers[largest]:,} after {labels[largest]} to {numbers[-1]:,} at the end. Panel b: the "
    f"share of all weights before the place rises from 0 to {share[-1]:.0%}, slowly at first.",
)
plt.show()

# %%
# What to notice
# --------------
#
# At the front there are many numbers and few weights, at the back few numbers and many weights. To
# store features for many pictures, cut late; to keep places in the picture, cut earlier.
