r"""
What reaches the early layers
=============================

GoogLeNet was trained with two more classifiers, on modules 4a and 4d, so that the layers before
them should get a gradient that had not come all the way from the end. How much each head sends to
each module can be measured. Before the first step of training nothing has vanished on the way, and
the nearest head sends the largest gradient.

.. math:: L = L_\text{main} + 0.3\, (L_1 + L_2)

Part of :doc:`/inception`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, models, plotting, results

WEIGHT = 0.3  # of each auxiliary loss, in the paper
SIZE = 224  # pixels
CLASSES = {"chelsea": 285, "coffee": 967}  # Egyptian cat, espresso
SEED = 1
LAYERS = ["conv1", "conv2", *[f"inception{name}_3x3" for name in
          ("3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b")]]  # fmt: skip

# %%
# Two pictures, about their mean, and the network with its three outputs, untrained.

pictures = [picture.astype(np.float32) for picture in (data.chelsea(), data.coffee())]
images = tf.stack([tf.image.resize(picture, (SIZE, SIZE)) for picture in pictures])
images -= tf.reduce_mean(images, axis=(1, 2), keepdims=True)
network = models.build("googlenet", auxiliary_heads=True, seed=SEED)
print(images.shape, [output.shape for output in network.outputs])

# %%
# One forward pass, three losses, and the gradient of each with respect to the same kernels.

kernels = [network.get_layer(name).kernel.value for name in LAYERS]
with tf.GradientTape(persistent=True) as tape:
    outputs = network(images, training=False)
    losses = [
        tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(list(CLASSES.values()), z))
        for z in outputs
    ]
    whole = losses[0] + WEIGHT * (losses[1] + losses[2])
print([f"{float(loss):.2f}" for loss in losses], f"log 1000 = {np.log(1000):.2f}")
heads = ("main", "4a", "4d")
gradients = {
    head: tape.gradient(loss, kernels, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    for head, loss in zip(heads, losses, strict=True)
}

# %%
# The gradient of the sum is the sum of the gradients, and a head sends nothing to the layers after
# it.

together = tape.gradient(whole, kernels)
for number in range(len(LAYERS)):
    main, first, second = (gradients[head][number] for head in heads)
    scale = float(tf.reduce_max(tf.abs(together[number])))
    np.testing.assert_allclose(main + WEIGHT * (first + second), together[number],
                               atol=1e-4 * scale)  # fmt: skip
norms = {head: np.array([float(tf.norm(g)) for g in parts]) for head, parts in gradients.items()}
norms = {head: values * (1 if head == "main" else WEIGHT) for head, values in norms.items()}
assert (norms["4a"][LAYERS.index("inception4b_3x3") :] == 0).all()
assert (norms["4d"][LAYERS.index("inception4e_3x3") :] == 0).all()
at = LAYERS.index("inception3a_3x3")
results.record("auxiliary_gradients.first", norms["4a"][at] / norms["main"][at], tolerance=0.3)
results.record("auxiliary_gradients.lost", norms["main"][0] / norms["main"][-1], tolerance=0.1)
results.record("auxiliary_gradients.second", norms["4d"][at] / norms["main"][at], tolerance=0.3)

# %%
# The length of the gradient in each layer, by the head that it comes from.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 3.6))
labels = {"main": "main head", "4a": "head on 4a, × 0.3", "4d": "head on 4d, × 0.3"}
colours = {"main": plotting.BLUE, "4a": plotting.ORANGE, "4d": plotting.GREEN}
for head, values in norms.items():
    reached = values > 0
    places = np.arange(len(LAYERS))[reached]
    ax.plot(places, values[reached], "o-", label=labels[head], color=colours[head])
ax.set_xticks(range(len(LAYERS)), [n.removeprefix("inception").removesuffix("_3x3")
                                  for n in LAYERS])  # fmt: skip
ax.set(
    xlabel="layer; of a module, its 3 × 3 kernels", ylabel="length of the gradient", ylim=(0, None)
)
ax.grid(axis="y")
ax.legend()
plotting.describe(
    fig,
    f"Curves of the length of the gradient in {len(LAYERS)} layers. At "
    f"module 3a the main head sends {norms['main'][at]:.1f}, the head on 4a {norms['4a'][at]:.1f} "
    f"and that on 4d {norms['4d'][at]:.1f}. The curves of the two end at the modules that the "
    "heads sit on.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The main head's gradient is about as long in the first layer as in the last: a good start keeps
# the scale. What the head on 4a adds to the early kernels is a second and larger gradient, of a
# worse classifier.
