r"""
Dropout left on in evaluation
=============================

A network that still drops half of its units when it is tested gives other logits each time. Their
mean is that of evaluation, but a noisy answer is more often wrong, and the damage grows with the
share that is left out. Given a probability of keeping where a rate is wanted, 0.75 leaves out three
quarters.

.. math:: \hat{y} = \operatorname{arg\,max}\left(W \, \frac{m}{1 - r} h + c\right), \qquad
   P(m = 0) = r

Part of :doc:`/lenet`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np

from convbook import data, layers, plotting, results, training

RATES = (0.25, 0.5, 0.75, 0.9, 0.95)
SOURCE = 0.5  # what the network was trained with, and the source evaluates with
PASSES = 3
MASKS = 2000  # for one picture

# %%
# A trained LeNet, and what its dense layer gives for all 10,000 pictures of the test set.

_, (images, labels) = data.mnist()
model = training.load("lenet").model
hidden = keras.Model(model.input, model.get_layer("fc1").output)
h = training.predict(hidden, images)
print(h.shape)

# %%
# The last layer on what dropout leaves. Each pass has masks of its own.

last = model.get_layer("logits")
answers = {}
for rate in RATES:
    answers[rate] = [
        np.argmax(
            layers.fully_connected(
                layers.dropout(h, rate, training=True, seed=(5, number)), last.kernel, last.bias
            ),
            axis=1,
        )
        for number in range(PASSES)
    ]
accuracy = {rate: [float(np.mean(a == labels)) for a in found] for rate, found in answers.items()}

# %%
# With dropout off, the same two layers are the model in evaluation.

off = layers.fully_connected(h, last.kernel, last.bias)
np.testing.assert_allclose(off[:1000], training.predict(model, images[:1000]), atol=1e-4)
right = float(np.mean(np.argmax(off, axis=1) == labels))
changed = float(np.mean(answers[SOURCE][0] != answers[SOURCE][1]))
assert right > np.mean(accuracy[SOURCE]) > np.mean(accuracy[0.95])
more = {rate: float((1 - np.mean(found)) / (1 - right)) for rate, found in accuracy.items()}
results.record("dropout_at_evaluation.off", right, tolerance=0.005)
results.record("dropout_at_evaluation.on", more[SOURCE], tolerance=0.15)
results.record("dropout_at_evaluation.three_quarters", more[0.75], tolerance=0.3)
results.record("dropout_at_evaluation.changed", changed, tolerance=0.005)

# %%
# One logit of one picture under many masks. It is a weighted sum of what is dropped, so that its
# mean is the value in evaluation, to within the error of a mean of so many.

copies = np.tile(h[:1], (MASKS, 1))
dropped = layers.dropout(copies, SOURCE, training=True, seed=(1, 0))
noisy = layers.fully_connected(dropped, last.kernel, last.bias).numpy()
samples, evaluated = noisy[:, labels[0]], float(off[0, labels[0]])
assert abs(samples.mean() - evaluated) < 5 * samples.std() / np.sqrt(MASKS)
results.record("dropout_at_evaluation.logit", evaluated, tolerance=1.5)
results.record("dropout_at_evaluation.logit_mean", samples.mean(), tolerance=1.5)
results.record("dropout_at_evaluation.logit_deviation", samples.std(), tolerance=0.4)

# %%
# The logits, and errors instead of accuracies, since these differ near one.

plt.style.use(plotting.STYLE)
fig, (left, ax) = plt.subplots(1, 2, figsize=(6.4, 3.4), width_ratios=(1, 1.4))
left.hist(samples, bins=40, color=plotting.BLUE)
left.axvline(evaluated, color=plotting.GREEN, linewidth=2.5)
left.set_title(f"Logit of a {labels[0]}, left on")
ax.set_title("Errors on the test set")
left.set(xlabel="logit", ylabel=f"of {MASKS} masks")
errors = [100 * (1 - right), *(100 * (1 - np.mean(found)) for found in accuracy.values())]
ax.plot([0, *RATES], errors, "-", color=plotting.BLUE)
ax.plot(0, errors[0], "o", color=plotting.GREEN, markersize=9, label="off, as it should be")
for rate, found in accuracy.items():
    name = f"each of {PASSES} passes" if rate == RATES[0] else None
    each = [100 * (1 - a) for a in found]
    ax.plot([rate] * PASSES, each, "o", color=plotting.BLUE, markersize=4, label=name)
for rate, text, rise in ((SOURCE, "as trained", 24), (0.75, "0.75 taken\nfor a rate", 34)):
    ax.annotate(text, (rate, 100 * (1 - np.mean(accuracy[rate]))), (-6, rise), ha="right",
                textcoords="offset points", arrowprops={"arrowstyle": "->"})  # fmt: skip
ax.set(xlabel="share left out in evaluation", ylabel="%", ylim=(0, None))
ax.grid(True)
ax.legend(loc="upper left")
plotting.describe(
    fig,
    f"Panel a: a histogram of one logit under {MASKS} masks, with mean {samples.mean():.1f} and "
    f"standard deviation {samples.std():.1f}, about the value {evaluated:.1f} of evaluation. Panel "
    f"b: errors on the test set over the share of units left out, {errors[0]:.1f} % with none, "
    f"{errors[2]:.1f} % with half, {errors[3]:.1f} % with three quarters, {errors[-1]:.1f} % with "
    "nineteen of twenty, where the curve turns up steeply.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The mean of a logit is kept, but not the mean of what comes after it: softmax and the loss bend.
# No error message, no wild numbers: the network is a little worse and never twice the same. Only a
# test that evaluates twice and compares will find it.
