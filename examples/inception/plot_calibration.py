r"""
Are the probabilities right?
============================

Of the digits that a network is 80 % sure of, 80 % should be right. A reliability diagram compares
the two. One number, the temperature, is fitted on digits that the network was not trained with; it
divides all logits and so changes no answer.

.. math:: p_c = \frac{e^{z_c / T}}{\sum_j e^{z_j / T}}

Part of :doc:`/inception`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, results, training

TEMPERATURES = np.geomspace(0.4, 2.5, 61)

# %%
# Three sets: the even and the odd places of the test set, and as many training digits.

network = training.load("mini_inception").model
(seen, seen_labels), (digits, labels) = data.mnist()
seen_labels, labels = seen_labels.astype(int), labels.astype(int)
logits = training.predict(network, digits).astype(np.float64)
known = training.predict(network, seen[:5000]).astype(np.float64)
sets = {"even": (logits[::2], labels[::2]), "odd": (logits[1::2], labels[1::2]),
        "seen": (known, seen_labels[:5000])}  # fmt: skip
print({name: values.shape for name, (values, _) in sets.items()})

# %%
# The temperature with the smallest cross-entropy on each set.

fitted, curves = {}, {}
for name, (z, y) in sets.items():
    curves[name] = np.array([
        tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, z / T))
        for T in TEMPERATURES
    ])  # fmt: skip
    fitted[name] = float(TEMPERATURES[curves[name].argmin()])
    results.record(f"calibration.temperature_{name}", fitted[name], tolerance=0.35)

# %%
# Each half of the test set is judged at the temperature fitted on the other. The expected
# calibration error is the mean distance between probability and share of right answers, weighted by
# the number of digits in each bin.

halves = np.where(np.arange(len(labels)) % 2 == 0, fitted["odd"], fitted["even"])
scaled = logits / halves[:, None]
np.testing.assert_array_equal(scaled.argmax(axis=1), logits.argmax(axis=1))
before = training.reliability(tf.nn.softmax(logits).numpy(), labels)
after = training.reliability(tf.nn.softmax(scaled).numpy(), labels)
np.testing.assert_allclose(before[2].sum(), len(labels))
accuracy = float((logits.argmax(axis=1) == labels).mean())
results.record("calibration.error_before", 100 * before[3], unit="%", tolerance=0.4)
results.record("calibration.error_after", 100 * after[3], unit="%", tolerance=0.3)
bold = training.reliability(tf.nn.softmax(logits / fitted["seen"]).numpy(), labels)
results.record("calibration.error_seen", 100 * bold[3], unit="%", tolerance=0.3)
results.record("calibration.accuracy", 100 * accuracy, unit="%", tolerance=0.3)
results.record("calibration.last_bin", 100 * before[2][-1] / len(labels), unit="%", tolerance=1.5)
results.record("calibration.other_bins", before[2][:-1].sum(), tolerance=100)

# %%
# The diagram (panel a), and the loss against the temperature (panel b).

plt.style.use(plotting.STYLE)
fig, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.7))
left.plot([0, 1], [0, 1], color="0.6", linewidth=1, linestyle="--")
for (confidence, share, count, error), colour, name in (
    (before, plotting.BLUE, "as trained"), (after, plotting.ORANGE, "with T")
):  # fmt: skip
    enough = count >= 10
    spread = np.sqrt(share * (1 - share) / np.maximum(count, 1))
    left.errorbar(confidence[enough], share[enough], spread[enough], fmt="o", color=colour,
                  capsize=2, label=f"{name}: {error:.2%}", alpha=0.9)  # fmt: skip
left.set(xlim=(0, 1.03), ylim=(0, 1.03), xlabel="probability of the answer", ylabel="share right",
         title="Reliability and its error", aspect="equal")  # fmt: skip
left.legend(loc="lower right", handletextpad=0.2)
for (name, values), colour, label in zip(
    curves.items(), ("0.2", plotting.GREEN, plotting.PURPLE),
    ("test, even places", "test, odd places", "trained with"), strict=True,
):  # fmt: skip
    right.semilogx(TEMPERATURES, values, color=colour, label=label)
    right.plot(fitted[name], values.min(), "o", color=colour)
right.axvline(1, ymax=0.7, color="0.6", linewidth=1, linestyle="--")
right.set(xlabel="temperature T", ylabel="cross-entropy", title="Where the loss is least")
right.set_xticks((0.5, 1, 2), ("0.5", "1", "2"))
right.minorticks_off()
right.legend()
plotting.describe(
    fig,
    "Panel a: points of the share of right answers against the probability of the answer, near "
    f"the diagonal, with bars of one standard error. {before[2][-1]:,} of {len(labels):,} digits "
    f"are in the last bin. The calibration error is {before[3]:.2%} as trained and {after[3]:.2%} "
    "at the other half's temperature. Panel b: curves of the loss are least at T = "
    f"{fitted['even']:.2f} and {fitted['odd']:.2f} for the test halves and {fitted['seen']:.2f} "
    "for training digits.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Outside the last bin there are few digits, and their bars are long. The temperature that fits
# training digits is not that of new ones. Fit it on digits that the network was not trained with.
