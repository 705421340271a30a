r"""
The scale of the start, layer by layer
======================================

A layer multiplies the scale of what passes through it by the standard deviation of its weights
times the square root of the number of inputs of an output, its fan-in. Weights of standard
deviation 1, as in a well-known lecture, let the values grow with each layer, and the first loss
with them. Glorot's and He's initializers choose the standard deviation so that the scale stays
about the same.

.. math:: \mathrm{E} \, y^2 = n_{\mathrm{in}} \, \sigma_w^2 \; \mathrm{E} \, x^2

Part of :doc:`/training`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np

from convbook import data, models, plotting, results, training

PICTURES = 500
STARTS = {"deviation 1": "source", "Glorot": "glorot", "He": "glorot"}  # standard deviation 1
LAYERS = ("image", "relu1", "relu2", "fc1", "logits")

# %%
# Three copies of the network of CS 20, none of them trained. For the third, each kernel is drawn
# anew with He's standard deviation, the square root of two over the fan-in.

(images, labels), _ = data.mnist()
images, labels = images[:PICTURES], labels[:PICTURES]
scales, losses = {}, {}
for start, initializer in STARTS.items():
    model = models.build("mnist_convnet", initializer=initializer)
    if start == "He":
        for number, layer in enumerate(layer for layer in model.layers if layer.weights):
            layer.kernel.assign(keras.initializers.HeNormal(seed=number)(layer.kernel.shape))
    outputs = {name: model.get_layer(name).output for name in (*LAYERS, "flatten")}
    x = images[..., np.newaxis] / np.float32(255)
    values = keras.Model(model.input, outputs)(x, training=False)
    squares = {name: float(np.mean(np.square(value))) for name, value in values.items()}
    scales[start] = np.sqrt([squares[name] for name in LAYERS])
    losses[start] = training.evaluate(model, (images, labels))[0]
    print(start, np.round(scales[start], 2), round(losses[start], 2))

    # The formula, for a layer with many units. Its ReLU cuts off half of the mean square.
    kernel = model.get_layer("fc1").kernel.numpy()
    square = 0.5 * kernel.shape[0] * kernel.var() * squares["flatten"]
    np.testing.assert_allclose(squares["fc1"], square, rtol=0.2)

# By Glorot's rule the 25 inputs of the first layer count as little beside 25 x 32 = 800 outputs,
# and ReLU cuts off half of the mean square: the scale falls to a fifth or so.
fall = scales["Glorot"][0] / scales["Glorot"][1]
np.testing.assert_allclose(fall, np.sqrt(2 * (25 + 800) / (2 * 25)), rtol=0.25)
results.record("initial_scale.glorot_fall", fall, tolerance=0.3)
assert scales["He"].max() < 3 * scales["He"].min()

for start, loss in losses.items():
    name = start.replace(" ", "_").lower()
    results.record(f"initial_scale.{name}_loss", loss, tolerance=0.01 * loss)
    logits = scales[start][-1]
    results.record(f"initial_scale.{name}_logits", logits, tolerance=0.01 * logits)

# %%
# The scale along the network, and the loss that it leads to, both by powers of ten.

plt.style.use(plotting.STYLE)
fig, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.4), width_ratios=(1.6, 1))
for start, scale in scales.items():
    left.semilogy(LAYERS, scale, "o-", label=start.replace("deviation", "σ ="))
left.set_title("Root mean square of the outputs")
left.set_yticks([0.1, 1, 10, 100, 1000, 10000], ["0.1", "1", "10", "100", "1,000", "10,000"])
left.minorticks_off()
left.grid(axis="y")
left.legend()
for number, loss in enumerate(losses.values()):
    right.semilogy(number, loss, "o", markersize=9)
    text = f"{loss:,.0f}" if loss > 100 else f"{loss:.2f}"
    right.annotate(text, (number, loss), (0, 8), textcoords="offset points", ha="center")
right.set_xticks(range(len(STARTS)), [start.replace("deviation", "σ =") for start in STARTS])
right.set_xlim(-0.6, len(STARTS) - 0.4)
right.axhline(np.log(10), color="0.2", linewidth=1, linestyle="--")
right.set_ylim(1, 6e5)
right.set_yticks([1, 10, 100, 1000, 10000], ["1", "10", "100", "1,000", "10,000"])
right.minorticks_off()
right.set_title("Loss before training")
plotting.describe(
    fig,
    "Panel a: the scale of the outputs of each layer of an untrained network on a logarithmic "
    f"axis. From weights of standard deviation 1 it grows to {scales['deviation 1'][-1]:,.0f} at "
    f"the logits; with Glorot's start it is {scales['Glorot'][-1]:.2f} there, with He's "
    f"{scales['He'][-1]:.2f}. Panel b: the first loss, {losses['deviation 1']:,.0f}, "
    f"{losses['Glorot']:.2f} and {losses['He']:.2f}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# A guess would have a loss of ln 10, the dashed line. The network of the lecture does not begin
# ignorant but certain and wrong. He's factor of 2 makes up for a ReLU, and none follows the logits:
# their size of about 1 costs roughly half of its square.
