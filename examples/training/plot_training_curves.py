r"""
Training curves of four networks
================================

Loss and accuracy on the pictures that are learned from, and on the test set, epoch by epoch. The
training numbers of an epoch are means over its steps, with dropout on, so that they belong to
the middle of the epoch; the test numbers are measured at its end, with dropout off.

.. math:: L = -\frac{1}{N} \sum_n \ln p_{n, \mathrm{true}}, \quad
   A = \frac{1}{N} \sum_n [\arg\max_i z_{n, i} = \mathrm{true}]

Part of :doc:`/training`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import data, plotting, results, training

NETWORKS = {
    "lenet": "LeNet of 2016",
    "mnist_convnet": "CS 20",
    "strided_convnet": "Strides",
    "mlp": "Dense only",
}
SMOOTH = 50  # steps in a mean

# %%
# Each network is trained once on this machine, and loaded by whoever asks. Its history has one
# entry an epoch.

trained = {name: training.load(name) for name in NETWORKS}
pooled = training.load("strided_convnet_pool")
for name, network in trained.items():
    print(f"{name:16}", network.model.count_params(), f"{network.accuracy:.4f}")

# %%
# The history's last loss and accuracy on the test set, computed again from the logits.

_, (x_test, y_test) = data.mnist()
network = trained["strided_convnet"]
logits = training.predict(network.model, x_test).astype(np.float64)
powers = np.exp(logits - logits.max(axis=1, keepdims=True))
p_true = powers[np.arange(len(y_test)), y_test] / powers.sum(axis=1)
again = -np.log(p_true).mean(), np.mean(logits.argmax(axis=1) == y_test)
last = network.history[-1]
np.testing.assert_allclose(again, (last.test_loss, last.test_accuracy), rtol=1e-3)

for name, network in (*trained.items(), ("strided_convnet_pool", pooled)):
    tolerance = 0.02 if network is pooled else 0.004  # it is still learning fast
    results.record(f"training_curves.{name}", network.accuracy, tolerance=tolerance)
    results.record(f"training_curves.{name}_parameters", network.model.count_params())
first = trained["mnist_convnet"].history[0]
results.record("training_curves.first_training", first.accuracy, tolerance=0.004)
end = trained["mnist_convnet"].losses[: len(trained["mnist_convnet"].losses) // 2][-SMOOTH:].mean()
assert end - first.test_loss < (first.loss - first.test_loss) / 2  # most of the gap is gone
results.record("training_curves.first_test", first.test_accuracy, tolerance=0.004)

# %%
# One column per network; the homework's other head is dashed. The axis of the accuracy is
# logarithmic in what is missing to 100 %: halving the wrong answers is always the same way up.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 4, figsize=(6.4, 4.6), sharex="col", sharey="row")
for column, (name, title) in enumerate(NETWORKS.items()):
    shown = [(trained[name], "-")] + [(pooled, "--")] * (name == "strided_convnet")
    for network, style in shown:
        epochs = np.arange(1, len(network.history) + 1)
        steps = len(network.losses) / len(epochs)
        means = np.convolve(network.losses, np.ones(SMOOTH) / SMOOTH, "valid")
        middles = (np.arange(len(means)) + SMOOTH / 2) / steps
        _, accuracy, test_loss, test_accuracy, _ = np.transpose(network.history)
        axes[0, column].semilogy(middles, means, style, color="C0", linewidth=1)
        axes[0, column].plot(epochs, test_loss, "o" + style, color="C1", markersize=4)
        wrong, test_wrong = 100 * (1 - accuracy), 100 * (1 - test_accuracy)
        axes[1, column].semilogy(epochs - 0.5, wrong, "s" + style, color="C0", markersize=4)
        axes[1, column].plot(epochs, test_wrong, "o" + style, color="C1", markersize=4)
    axes[0, column].set_title(title)
    axes[1, column].set_xticks(range(len(trained[name].history) + 1))
    axes[1, column].set_xlabel("epoch")
axes[0, 0].set_yticks([0.03, 0.1, 0.3, 1, 2], ["0.03", "0.1", "0.3", "1", "2"])
axes[0, 0].minorticks_off()
axes[0, 0].set_ylabel("loss")
axes[1, 0].set_yticks([0.5, 1, 2, 5, 10, 20, 40], [99.5, 99, 98, 95, 90, 80, 60])
axes[1, 0].minorticks_off()
axes[1, 0].invert_yaxis()
axes[1, 0].set_ylabel("accuracy, %")
axes[1, 3].plot([], [], "s-", color="C0", markersize=4, label="training")
axes[1, 3].plot([], [], "o-", color="C1", markersize=4, label="test")
axes[1, 3].legend(loc="lower right")
plotting.describe(
    fig,
    "Loss (panel a) and accuracy (panel b) by epoch of four networks, training and test. All "
    "losses fall. Test accuracies at the end: "
    + ", ".join(f"{NETWORKS[name]} {100 * t.accuracy:.1f} %" for name, t in trained.items())
    + f", and {100 * pooled.accuracy:.1f} % for the network with strides and global pooling.",
    panels=axes[:, 0],
)
plt.show()

# %%
# What to notice
# --------------
#
# The test points lie above the training points of the same epoch, and do not contradict them: they
# are half an epoch later, and without dropout. A network that had begun to learn its pictures by
# heart would show a training loss that goes on falling while the test loss rises.
