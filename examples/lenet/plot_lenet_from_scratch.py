r"""
LeNet by hand and by Keras
==========================

Eight variables and a few operations of TensorFlow are the whole network. Put the same weights into
the Keras model, and both return the same logits. NumPy, with twice the digits and no code in common
with TensorFlow, differs by the rounding of float32.

.. math:: a = \tanh(w \star x + b), \qquad y = W h + c

Part of :doc:`/lenet`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, layers, models, plotting, reference, results

SEED = 5
DIGIT = 1  # number of the picture in the test set
SHAPES = {
    "conv1": (5, 5, 1, 4),
    "conv2": (5, 5, 4, 6),
    "fc1": (7 * 7 * 6, 1024),
    "logits": (1024, 10),
}

# %%
# A digit, and for each of four layers a kernel and a bias.

_, (images, labels) = data.mnist()
x = data.to_float(images[DIGIT : DIGIT + 1])[..., np.newaxis]
rng = np.random.default_rng(SEED)
weights = {}
for name, shape in SHAPES.items():
    deviation = np.prod(shape[:-1]) ** -0.5
    kernel = tf.Variable(rng.normal(0, deviation, shape), dtype=tf.float32, name=f"{name}/kernel")
    bias = tf.Variable(rng.normal(0, 0.1, shape[-1]), dtype=tf.float32, name=f"{name}/bias")
    weights[name] = kernel, bias
print(x.shape, {name: tuple(kernel.shape) for name, (kernel, _) in weights.items()})

# %%
# The network by hand.

by_hand = {}
h = tf.constant(x)
for conv, pool in (("conv1", "pool1"), ("conv2", "pool2")):
    kernel, bias = weights[conv]
    h = by_hand[conv] = tf.tanh(tf.nn.conv2d(h, kernel, 1, "SAME") + bias)
    h = by_hand[pool] = tf.nn.max_pool2d(h, 2, 2, "SAME")
h = tf.reshape(h, (-1, 7 * 7 * 6))
h = tf.tanh(layers.fully_connected(h, *weights["fc1"]))
by_hand["logits"] = layers.fully_connected(h, *weights["logits"])

# %%
# The same weights in the Keras model, and all of its stages at once.

model = models.build("lenet")
for name, (kernel, bias) in weights.items():
    model.get_layer(name).set_weights([kernel.numpy(), bias.numpy()])
inner = keras.Model(model.input, {name: model.get_layer(name).output for name in by_hand})
by_keras = inner(x, training=False)
for name, stage in by_hand.items():
    np.testing.assert_allclose(by_keras[name], stage, rtol=1e-5, atol=1e-5)
difference = float(np.abs(by_keras["logits"] - by_hand["logits"]).max())
results.record("lenet_from_scratch.difference", difference, tolerance=1e-5)

# %%
# The whole network once more in NumPy, in double precision.

by_numpy = {}
h = x.astype(np.float64)
for conv, pool in (("conv1", "pool1"), ("conv2", "pool2")):
    kernel, bias = (variable.numpy().astype(np.float64) for variable in weights[conv])
    h = by_numpy[conv] = np.tanh(reference.conv2d(h, kernel, padding="same") + bias)
    h = by_numpy[pool] = reference.max_pool(h, 2)
h = np.tanh(h.reshape(1, -1) @ weights["fc1"][0].numpy() + weights["fc1"][1].numpy())
by_numpy["logits"] = h @ weights["logits"][0].numpy() + weights["logits"][1].numpy()
rounding = {name: np.asarray(by_hand[name]) - stage for name, stage in by_numpy.items()}
for name, stage in by_numpy.items():
    np.testing.assert_allclose(by_hand[name], stage, atol=1e-5)
results.record("lenet_from_scratch.rounding", np.abs(rounding["logits"]).max(), tolerance=1e-5)

# %%
# One map of each stage by hand, what it has lost by rounding, and the ten logits.

plt.style.use(plotting.STYLE)
fig = plt.figure(figsize=(6.4, 5.0))
grid = fig.add_gridspec(3, 4, height_ratios=(1, 1, 0.8))
stages = [name for name in by_hand if name != "logits"]
first = []  # panel of each row
for row, (found, label) in enumerate(((by_hand, "feature map"), (rounding, "minus NumPy's"))):
    limit = plotting.symmetric_limit(*(found[name] for name in stages))
    panels = [fig.add_subplot(grid[row, column]) for column in range(len(stages))]
    for ax, name in zip(panels, stages, strict=True):
        drawn = plotting.show_signed(ax, np.asarray(found[name])[0, :, :, 0], limit, name)
    plotting.colour_bar(fig, drawn, panels, label)
    first.append(panels[0])
below = fig.add_subplot(grid[2, :])
below.bar(range(10), by_hand["logits"][0], color=plotting.BLUE, label="by hand")
below.plot(range(10), by_keras["logits"][0], "o", color=plotting.ORANGE, label="Keras")
below.axhline(0, color="0.4", linewidth=0.8)
below.set(xticks=range(10), xlabel="class", ylabel="logit")
below.legend(ncols=2, loc="lower right", bbox_to_anchor=(1, 1))
plotting.describe(
    fig,
    f"Panel a: four feature maps of a handwritten {labels[DIGIT]}, from the first convolution to "
    "the second pooling. Panel b: their differences from NumPy's, speckles without a pattern of at "
    f"most {max(np.abs(rounding[name]).max() for name in stages):.0e}. Panel c: ten bars, the "
    "logits by hand, and on the end of each bar a dot, the logit by Keras.",
    panels=[*first, below],
)
plt.show()

# %%
# What to notice
# --------------
#
# Nothing is hidden in a Keras layer but its variables. The logits of random weights mean nothing
# yet. What matters is that the networks agree to the rounding of their numbers.
