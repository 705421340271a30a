r"""
When a training should have stopped
===================================

The training loss can fall for as long as a network finds something to learn by heart. The loss on
other pictures falls first, turns, and rises: from then on the network overfits. Early stopping
keeps the weights of the turning point. The network of CS 20 over 25 epochs, from a study:

.. math:: t^{*} = \operatorname{arg\,min}_t \, L_{\text{other}}(t)

Part of :doc:`/training`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import plotting, results, studies

PATIENCE = 3  # epochs without a better loss, until a training stops

# %%
# One entry an epoch: means over the epoch's steps for training, with dropout on, and the test set's
# values at its end.

run = studies.load("cs20").result(initializer="glorot")
loss, test_loss = np.array(run["loss"]), np.array(run["test_loss"])
test_accuracy = np.array(run["test_accuracy"])
epochs = np.arange(1, len(loss) + 1)
print(len(epochs), "epochs")

# %%
# The rule that stops: the best loss so far, and how long ago that was. Within its patience it finds
# the minimum of all epochs.

best, stopped = 0, None
for epoch, value in enumerate(test_loss):
    if value < test_loss[best]:
        best = epoch
    elif epoch - best == PATIENCE:
        stopped = epoch
        break
np.testing.assert_array_equal(best, np.argmin(test_loss))
late = slice(-10, None)  # the last ten epochs
assert np.all(test_loss[late] > test_loss[best])
assert test_accuracy[late].mean() > test_accuracy[best] - 0.001
results.record("overfitting.epochs", len(epochs))
results.record("overfitting.best_epoch", best + 1)
results.record("overfitting.stopped", stopped + 1)
results.record("overfitting.best", test_loss[best])
results.record("overfitting.late", test_loss[late].mean())
results.record("overfitting.training_last", loss[-1])
results.record("overfitting.accuracy_best", test_accuracy[best])
results.record("overfitting.accuracy_late", test_accuracy[late].mean())

# %%
# Training means stand in the middle of their epochs.

plt.style.use(plotting.STYLE)
fig, (upper, lower) = plt.subplots(2, 1, figsize=(6.4, 4.6), sharex=True, height_ratios=(1.6, 1))
upper.semilogy(epochs - 0.5, loss, "s-", markersize=4, label="training, dropout on")
upper.semilogy(epochs, test_loss, "o-", markersize=4, label="test")
upper.plot(epochs[best], test_loss[best], "o", color=plotting.GREEN, markersize=10, zorder=4,
           label=f"lowest, epoch {epochs[best]}")  # fmt: skip
upper.set_yticks([0.003, 0.01, 0.03, 0.1], ["0.003", "0.01", "0.03", "0.1"])
upper.minorticks_off()
upper.set_ylabel("loss")
upper.legend(loc="upper right")
lower.plot(epochs, 100 * test_accuracy, "o-", color=plotting.ORANGE, markersize=4)
lower.plot(epochs[best], 100 * test_accuracy[best], "o", color=plotting.GREEN, markersize=10)
lower.set(xlabel="epoch", ylabel="test accuracy, %", xticks=range(0, 26, 5))
for ax in (upper, lower):
    ax.grid(axis="y")
plotting.describe(
    fig,
    f"Panel a: two losses over {len(epochs)} epochs on a logarithmic axis. The training loss falls "
    f"from {loss[0]:.2f} to {loss[-1]:.4f}. The test loss has its lowest value, "
    f"{test_loss[best]:.4f}, at epoch {epochs[best]}, and then wavers upwards to about "
    f"{test_loss[late].mean():.3f}. Panel b: the test accuracy wavers between "
    f"{100 * test_accuracy[best:].min():.1f} % and {100 * test_accuracy[best:].max():.1f} %.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The loss rises and the accuracy does not fall: the network is wrong about as often as before, and
# surer of it each time. To stop by the test set, as this figure does, would be to tune on it.
