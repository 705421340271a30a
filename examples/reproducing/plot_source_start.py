"""
Why the lecture started low
===========================

CS 20's network reached 0.9131 after its first epoch. Two things of its code are repeated here, one
at a time. It draws the weights with standard deviation 1, and Adam, whose steps are about as long
as the learning rate, cannot move them far in an epoch. And it applies dropout in evaluation as
well: a flag says that training is over, and no line of the code reads the flag.

.. math:: \\text{farthest in an epoch} \\approx \\eta \\cdot \\text{steps} = 0.001 \\cdot 468 < 1

Part of :doc:`/reproducing`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, models, plotting, results, training

STARTS = {"source_start": "deviation 1", "mnist_convnet": "Glorot"}
LAYERS = ("conv1", "conv2", "fc1", "logits")
MASKS = 10  # evaluations with dropout left on
LECTURE = 0.9131  # accuracy that the lecture reports after its first epoch

# %%
# Both trainings see the same batches and differ in the initial weights alone. The second went on
# for another epoch, and its weights are a little farther from their start for that.

trained = {name: training.load(name) for name in STARTS}
steps = len(trained["source_start"].losses)
losses = {name: network.losses[:steps] for name, network in trained.items()}
for name, values in losses.items():
    results.record(f"source_start.{name}_first", values[0], tolerance=0.1 * values[0])
    results.record(f"source_start.{name}_last", values[-50:].mean(), tolerance=values[-50:].mean())

# %%
# How far have the weights come, in parts of those of a new network with the same seed?

moved, starts = {}, {}
for name, network in trained.items():
    recipe = network.recipe
    starts[name] = models.build(recipe.network, **recipe.options, seed=recipe.seed)
    both = starts[name], network.model
    pairs = [[m.get_layer(layer).kernel.numpy() for m in both] for layer in LAYERS]
    moved[name] = [float(np.sqrt(np.mean((b - a) ** 2) / np.mean(a**2))) for a, b in pairs]
    results.record(f"source_start.{name}_moved", moved[name][2], tolerance=0.3 * moved[name][2])
assert max(moved["source_start"]) < 0.1 < min(moved["mnist_convnet"])

# %%
# Errors with dropout off, and with dropout left on. Its noise is the standard deviation of a logit
# over the masks. All before the dropout is computed once.

_, (x_test, y_test) = data.mnist()
wrong, features = {}, {}
for name, network in trained.items():
    body = keras.Model(network.model.input, network.model.get_layer("fc1").output)
    features[name] = tf.constant(training.predict(body, x_test))
    dropout, last = (network.model.get_layer(layer) for layer in ("dropout", "logits"))
    off = last(features[name]).numpy()
    on = np.stack([last(dropout(features[name], training=True)) for _ in range(MASKS)])
    shares = [np.mean(z.argmax(axis=1) != y_test) for z in (off, *on)]
    np.testing.assert_allclose(1 - shares[0], network.accuracy, atol=0.001)
    wrong[name] = shares[0], np.mean(shares[1:])
    scale = float(np.std(off))
    noise = float(np.sqrt(on.var(axis=0, ddof=1).mean()) / scale)
    results.record(f"source_start.{name}_off", 1 - wrong[name][0], tolerance=0.01)
    results.record(f"source_start.{name}_on", 1 - wrong[name][1], tolerance=0.015)
    results.record(f"source_start.{name}_logits", scale, tolerance=0.5 * scale)
    results.record(f"source_start.{name}_noise", noise, tolerance=0.2 * noise)

# %%
# What has learned, the features, which are the dense layer's outputs, or the last layer? Each is
# tried with the beginning of the other.

new, learned = starts["source_start"], features["source_start"].numpy()
begun = training.predict(keras.Model(new.input, new.get_layer("fc1").output), x_test)
change = float(np.linalg.norm(learned - begun) / np.linalg.norm(begun))
results.record("source_start.features_moved", change, tolerance=0.1)
last = trained["source_start"].model.get_layer("logits")
pairs = {"features": new.get_layer("logits")(learned), "last_layer": last(begun)}
for (what, z), expected in zip(pairs.items(), (trained["source_start"].accuracy, 0.1), strict=True):
    share = float(np.mean(z.numpy().argmax(axis=1) == y_test))
    np.testing.assert_allclose(share, expected, atol=0.03)
    results.record(f"source_start.{what}_alone", share, tolerance=0.05)

# %%
# Loss, way and errors.

plt.style.use(plotting.STYLE)
fig = plt.figure(figsize=(6.4, 5))
upper, lower = fig.subfigures(2, 1, height_ratios=(1.3, 1))
left, right = upper.subplots(1, 2)
below = lower.subplots()
for number, (name, label) in enumerate(STARTS.items()):
    left.loglog(np.arange(1, steps + 1), losses[name], label=label, linewidth=1)
    places = np.arange(len(LAYERS)) + 0.4 * number - 0.2
    right.bar(places, 100 * np.array(moved[name]), 0.38)
left.set(title="Loss of each step", xlabel="step of the first epoch")
left.legend(loc="lower left")
right.set_title("Change of the weights, %")
right.set_xticks(range(len(LAYERS)), LAYERS)
rows = {"the lecture": 1 - LECTURE}
for name, label in STARTS.items():
    rows |= {f"{label}, dropout {mode}": share
             for mode, share in zip(("off", "on"), wrong[name], strict=True)}  # fmt: skip
colours = ["0.4", "C0", "C0", "C1", "C1"]
bars = below.barh(list(rows), 100 * np.array(list(rows.values())), color=colours)
below.bar_label(bars, [f"{100 * share:.1f}" for share in rows.values()], padding=3)
below.invert_yaxis()
below.set_title("Wrong test answers, %")
plotting.describe(
    fig,
    "Panel a: the loss of each step on logarithmic axes: it begins at "
    f"{losses['source_start'][0]:,.0f} from weights of standard deviation 1 and at "
    f"{losses['mnist_convnet'][0]:.1f} from Glorot's. Panel b: the change of the weights, "
    f"{moved['source_start'][2]:.0%} in fc1 from the former, {moved['mnist_convnet'][2]:.0%} from "
    "the latter. Panel c: wrong test answers, "
    + ", ".join(f"{label} {share:.1%}" for label, share in rows.items()) + ".",
)  # fmt: skip
plt.show()

# %%
# What to notice
# --------------
#
# From standard deviation 1 the kernels stay nearly what they were, and the dense layer's outputs do
# not: with the last layer as it began they give nearly as many right answers. So it is the features
# that learn. Dropout left on adds its noise to the answers on top of that.
