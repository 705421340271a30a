r"""
Dropout in training and in evaluation
=====================================

In training, dropout sets a share of a layer's outputs to zero, others at every step, and multiplies
the rest by a factor that keeps the mean. In evaluation it changes nothing. Left on by mistake, it
makes a trained network noisy: the same picture gets other logits each time, and some pictures
another answer.

.. math:: \tilde h_i = \frac{m_i}{1 - r} \, h_i, \quad m_i \in \{0, 1\}, \quad
   \mathrm{E} \, m_i = 1 - r

Part of :doc:`/training`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, layers, plotting, results, training

MASKS = 2000  # for one picture
TRIALS = 5  # evaluations of the whole test set with dropout left on
NETWORKS = {"lenet": "LeNet of 2016", "mnist_convnet": "CS 20"}

# %%
# Dropout comes before the last layer in both networks, so that all before it need be computed once.
# The last layer by hand gives the network's own logits.

_, (x_test, y_test) = data.mnist()
wrong_off, wrong_on, parts = {}, {}, {}
for name in NETWORKS:
    model = training.load(name).model
    body = keras.Model(model.input, model.get_layer("fc1").output)
    features = tf.cast(training.predict(body, x_test), tf.float32)
    weights, bias = model.get_layer("logits").get_weights()
    rate = model.get_layer("dropout").rate
    logits = layers.fully_connected(features, weights, bias)
    np.testing.assert_allclose(logits[:500], training.predict(model, x_test[:500]), atol=0.01)
    wrong_off[name] = int((logits.numpy().argmax(axis=1) != y_test).sum())
    counts = []
    for trial in range(TRIALS):
        dropped = layers.dropout(features, rate, training=True, seed=(0, trial))
        noisy = layers.fully_connected(dropped, weights, bias).numpy()
        counts.append(int((noisy.argmax(axis=1) != y_test).sum()))
    wrong_on[name] = counts
    results.record(f"dropout_modes.{name}_rate", rate)
    results.record(f"dropout_modes.{name}_off", wrong_off[name] / 1e4, tolerance=0.004)
    results.record(f"dropout_modes.{name}_on", np.mean(counts) / 1e4, tolerance=0.005)
    parts[name] = features, weights, bias, rate, logits
    print(name, wrong_off[name], counts)

# %%
# One logit of one picture under many masks. It is a weighted sum of what is dropped, so that its
# mean is the value in evaluation, to within the error of a mean of so many.

features, weights, bias, rate, logits = parts["lenet"]
copies = tf.repeat(features[:1], MASKS, axis=0)
dropped = layers.dropout(copies, rate, training=True, seed=(1, 0))
samples = layers.fully_connected(dropped, weights, bias).numpy()[:, y_test[0]]
evaluated = float(logits[0, y_test[0]])
deviation = samples.std()
assert abs(samples.mean() - evaluated) < 5 * deviation / np.sqrt(MASKS)
results.record("dropout_modes.logit", evaluated, tolerance=1.5)
results.record("dropout_modes.logit_mean", samples.mean(), tolerance=1.5)
results.record("dropout_modes.logit_deviation", deviation, tolerance=0.4)

# %%
# The distribution on the left, wrong answers on the right.

plt.style.use(plotting.STYLE)
fig, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.4))
left.hist(samples, bins=40, color="C0")
left.axvline(evaluated, color="C1", label="evaluation")
left.set_title(f"LeNet's logit of a {y_test[0]}")
left.set_xlabel("logit")
left.set_ylabel(f"of {MASKS} masks")
left.set_ylim(top=1.25 * left.get_ylim()[1])
left.legend(loc="upper left")
places = np.arange(len(NETWORKS))
off, on = list(wrong_off.values()), [np.mean(counts) for counts in wrong_on.values()]
for shift, values, label, colour in ((-0.2, off, "off", "C1"), (0.2, on, "left on", "C0")):
    bars = right.bar(places + shift, values, 0.38, color=colour, label=label)
    right.bar_label(bars, [f"{value:.0f}" for value in values])
right.set_xticks(places, NETWORKS.values())
right.set_title("Wrong of 10,000 test pictures")
right.set_ylim(top=1.2 * max(on))
right.legend(title="dropout", loc="upper right")
plotting.describe(
    fig,
    f"Left, a histogram of one logit under {MASKS} dropout masks: mean {samples.mean():.1f}, "
    f"deviation {deviation:.1f}, about the value {evaluated:.1f} of evaluation. Right, wrong "
    f"answers with dropout off and left on: {off[0]} and {on[0]:.0f} for LeNet, {off[1]} and "
    f"{on[1]:.0f} for the network of CS 20.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The mean of a logit is kept, but not the mean of what comes after it: softmax and the loss bend.
# Nothing warns of dropout that is left on. The accuracy is only a little too low, and another one
# each time.
