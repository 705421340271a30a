r"""
Batch normalization, and whose statistics it uses
=================================================

In training, batch normalization subtracts from each feature map the mean that it has over the
batch, divides by the standard deviation, and lets the network choose another scale and offset. In
evaluation it uses running means of these statistics, so that a picture's answer does not depend on
its company.

.. math:: y = \gamma \, \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + b

Part of :doc:`/training`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np

from convbook import data, plotting, results, training

SIZES = (8, 32, 128)  # pictures in a batch
BATCHES = 40  # of each size

# %%
# What a trained network hands to its second normalization, for test pictures in random order.
# Statistics are those of a feature map, over all pictures of the batch and all places.

_, (x_test, y_test) = data.mnist()
model = training.load("small_convnet").model
norm = model.get_layer("norm2")
chosen = np.random.default_rng(0).permutation(len(x_test))[: SIZES[-1] * BATCHES]
maps = training.predict(keras.Model(model.input, norm.input), x_test[chosen])
batch = maps[: SIZES[-1]]
mean, variance = batch.mean(axis=(0, 1, 2)), batch.var(axis=(0, 1, 2))
print(batch.shape, mean.shape)

# %%
# Both modes by the formula, and by Keras. A call in training mode also moves the running
# statistics a little: keep them, and put them back.

running = norm.get_weights()
gamma, beta, moving_mean, moving_variance = running
by_batch = norm(batch, training=True).numpy()
norm.set_weights(running)
by_running = norm(batch, training=False).numpy()
for output, center, spread in (
    (by_batch, mean, variance),
    (by_running, moving_mean, moving_variance),
):
    formula = gamma * (batch - center) / np.sqrt(spread + norm.epsilon) + beta
    np.testing.assert_allclose(output, formula, atol=0.01)

# %%
# What happens if the whole network is evaluated with the statistics of the batch? In a batch of
# mixed digits, little. In a batch of one class, the statistics hide what the class is.

weights = model.get_weights()
right = {"running": 0, "mixed": 0, "one class": 0}
for order, key in ((np.arange(10000), "mixed"), (np.argsort(y_test, kind="stable"), "one class")):
    for rows in np.split(order, 50):
        pictures = x_test[rows, ..., np.newaxis] / np.float32(255)
        answers = model(pictures, training=True).numpy().argmax(axis=1)
        right[key] += int((answers == y_test[rows]).sum())
        model.set_weights(weights)
right["running"] = int((training.predict(model, x_test).argmax(axis=1) == y_test).sum())
for key, tolerance in (("running", 0.003), ("mixed", 0.01), ("one class", 0.15)):
    name = key.replace(" ", "_")
    results.record(f"batch_normalization.{name}", right[key] / 1e4, tolerance=tolerance)

# %%
# The range of each feature map before and after, and the means of one map over batches.

plt.style.use(plotting.STYLE)
fig = plt.figure(figsize=(6.4, 3.8))
grid = fig.add_gridspec(2, 2, width_ratios=(1.6, 1))
before = fig.add_subplot(grid[0, 0])
after = fig.add_subplot(grid[1, 0], sharex=before)
means = fig.add_subplot(grid[:, 1])
order = np.argsort(mean)
for ax, values, title in (
    (before, batch, "Before: 96 % of the values, and the median"),
    (after, by_batch, "After"),
):
    low, middle, high = np.percentile(values.reshape(-1, len(order)), (2, 50, 98), axis=0)
    ax.vlines(np.arange(len(order)), low[order], high[order], color="C0", linewidth=4)
    ax.plot(middle[order], "o", color="C1", markersize=4)
    ax.axhline(0, color="0.4", linewidth=0.8)
    ax.set_title(title)
after.set_xlabel("feature map, in the order of its mean")
widest = int(variance.argmax())
for place, size in enumerate(SIZES):
    groups = maps[: size * BATCHES, ..., widest].reshape(BATCHES, -1).mean(axis=1)
    means.plot(np.full(BATCHES, place) + np.linspace(-0.25, 0.25, BATCHES), groups, ".",
               color="0.5")  # fmt: skip
    scatter = float(groups.std())
    results.record(f"batch_normalization.scatter_{size}", scatter, tolerance=0.5 * scatter)
means.axhline(moving_mean[widest], color="0.2", linestyle="--", label="running")
means.set_xticks(range(len(SIZES)), SIZES)
means.set_title("Means of one map")
means.set_xlabel("pictures in the batch")
means.legend(loc="upper right")
plotting.describe(
    fig,
    f"Panels a and b: the range of values of {len(order)} feature maps before and after "
    "normalization; different ranges and medians become similar ones. Panel c: the mean of one map "
    f"over {BATCHES} batches each of {', '.join(map(str, SIZES))} pictures: it scatters about the "
    "running mean, and less the larger the batch.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The ranges after normalization differ by what the network has learned: its scale and its offset. A
# batch of eight has a mean of its own, which acts as noise in training and has no place in
# evaluation.
