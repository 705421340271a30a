r"""
The Inception network learns digits
===================================

Four branches a module, and one recipe: gradient descent with momentum, a learning rate that rises
and falls, pictures shifted by up to a pixel. The recipe was chosen with pictures held out of the
training set. The network that it gave has looked at the test set for this figure alone.

.. math:: \text{wrong} = 1 - \frac{1}{N} \sum_n [\arg\max_i z_{n, i} = \text{true}]

Part of :doc:`/inception`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import data, plotting, results, training

GOAL = 0.992  # share of the test set
SMOOTH = 25  # steps in a mean

# %%
# Trained once on the machine that builds the book, loaded here.

trained = training.load("mini_inception")
recipe = trained.recipe
print(recipe.epochs, "epochs,", len(trained.losses), "steps of", recipe.batch_size, "pictures")
print(f"{trained.accuracy:.2f} of the test set are right")

# %%
# The same share, counted from the logits.

_, (x_test, y_test) = data.mnist()
right = training.predict(trained.model, x_test).argmax(axis=1) == y_test
np.testing.assert_allclose(right.mean(), trained.accuracy, atol=2e-4)
results.record("mini_inception_training.accuracy", trained.accuracy, tolerance=0.002)
results.record("mini_inception_training.first", trained.history[0].test_accuracy)
results.record("mini_inception_training.epochs", recipe.epochs)

# %%
# The loss of every step, raw and smoothed; and the share of wrong answers, epoch by epoch.

plt.style.use(plotting.STYLE)
fig, (left, right_panel) = plt.subplots(1, 2, figsize=(6.4, 3.2))
epochs = np.arange(1, len(trained.history) + 1)
per_epoch = len(trained.losses) / len(epochs)
means = np.convolve(trained.losses, np.ones(SMOOTH) / SMOOTH, "valid")
left.semilogy(np.arange(1, len(trained.losses) + 1) / per_epoch, trained.losses, color="0.8",
              linewidth=0.6, label="each step")  # fmt: skip
left.plot((np.arange(len(means)) + SMOOTH / 2) / per_epoch, means, label=f"mean of {SMOOTH}")
left.plot(epochs, [epoch.test_loss for epoch in trained.history], "o", markersize=4, label="test")
left.set(title="loss", xlabel="epoch", xticks=range(0, len(epochs) + 1, 2))
left.set_yticks([0.01, 0.03, 0.1, 0.3, 1, 3], ["0.01", "0.03", "0.1", "0.3", "1", "3"])
left.legend()

wrong = [100 * (1 - epoch.accuracy) for epoch in trained.history]
test_wrong = [100 * (1 - epoch.test_accuracy) for epoch in trained.history]
right_panel.semilogy(epochs - 0.5, wrong, "s-", markersize=4, label="training")
right_panel.plot(epochs, test_wrong, "o-", markersize=4, label="test")
right_panel.axhline(100 * (1 - GOAL), color="0.4", linestyle="--", linewidth=1)
right_panel.text(0.2, 97 * (1 - GOAL), f"{100 * GOAL:.1f} % right", va="top", color="0.3", size=9)
right_panel.set(title="wrong answers, %", xlabel="epoch", xticks=range(0, len(epochs) + 1, 2))
right_panel.set_yticks([0.5, 1, 2, 5, 10, 20], ["0.5", "1", "2", "5", "10", "20"])
right_panel.minorticks_off()
right_panel.legend()
plotting.describe(
    fig,
    f"Panel a: the loss of {len(trained.losses)} steps falls from about {trained.losses[0]:.0f} "
    f"below {trained.history[-1].loss:.2g}. Panel b: wrong answers by epoch, training and test, on "
    f"a logarithmic axis: the test set's fall from {test_wrong[0]:.1f} to {test_wrong[-1]:.1f} %, "
    f"below a dashed line at {100 * (1 - GOAL):.1f} %.",
)
plt.show()

# %%
# What to notice
# --------------
#
# A test point shows the network as it stands at one moment, and large steps move it far: the points
# come down to the curve of the training loss as the learning rate falls. A gap that opened again
# would be a network that learns its pictures by heart.
