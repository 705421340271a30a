r"""
A network that is too sure, and one number that repairs it
==========================================================

Trained until it knows nearly all of its pictures, a network is surer of new ones than it should be.
A temperature above one, fitted on pictures that were held out of the training, makes it as cautious
as its mistakes demand. The test pictures judge the repair.

.. math:: p_c = \frac{e^{z_c / T}}{\sum_j e^{z_j / T}}

Part of :doc:`/inception`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, results, training
from convbook.training.batches import split

FITTED = 5000  # pictures that a temperature is fitted on
TEMPERATURES = np.geomspace(0.5, 5, 121)
DRAWS = 1000  # of the bootstrap

# %%
# The pictures that were held out, and those of the test.

trained = training.load("mini_inception_garments")
(known, held_out), (_, test) = split(trained.recipe, data.fashion_mnist()), data.fashion_mnist()
first = {"held out": held_out, "trained with": known}
sets = {name: (x[:FITTED], y[:FITTED]) for name, (x, y) in first.items()} | {"test": test}
logits = {name: training.predict(trained.model, x).astype(float) for name, (x, _) in sets.items()}
labels = {name: y.astype(int) for name, (_, y) in sets.items()}
share = {name: float((z.argmax(axis=1) == labels[name]).mean()) for name, z in logits.items()}
print({name: (len(labels[name]), round(value, 4)) for name, value in share.items()})

# %%
# The cross-entropy of each set over the temperature; the least one of the held-out pictures counts.

curves = {
    name: np.array([
        tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels[name], z / T))
        for T in TEMPERATURES
    ])
    for name, z in logits.items()
}  # fmt: skip
best = {name: float(TEMPERATURES[curve.argmin()]) for name, curve in curves.items()}
temperature = best["held out"]

# %%
# The expected calibration error of the test pictures, as trained and with the temperature, and how
# far it would vary with other test pictures: a bootstrap.

z, truth = logits["test"], labels["test"]
names = {"as trained": 1, f"T = {temperature:.2f}": temperature}
both = {name: tf.nn.softmax(z / T).numpy() for name, T in names.items()}
found = {name: training.reliability(p, truth) for name, p in both.items()}
draws = np.random.default_rng(5).integers(0, len(truth), (DRAWS, len(truth)))
spread = {
    name: np.quantile([training.reliability(p[i], truth[i])[3] for i in draws], (0.025, 0.975))
    for name, p in both.items()
}
(before, after), intervals = (value[3] for value in found.values()), list(spread.values())
np.testing.assert_array_equal(*(p.argmax(axis=1) for p in both.values()))
assert intervals[1][1] < intervals[0][0]  # the repair is no chance
assert temperature > 1
results.record("garment_calibration.temperature", temperature, tolerance=0.4)
results.record("garment_calibration.before", 100 * before, unit="%", tolerance=1.2)
results.record("garment_calibration.after", 100 * after, unit="%", tolerance=0.7)
results.record("garment_calibration.known", 100 * share["trained with"], unit="%", tolerance=1.5)
losses = [np.interp(t, TEMPERATURES, curves["test"]) for t in (1, temperature)]
results.record("garment_calibration.loss_before", losses[0], tolerance=0.06)
results.record("garment_calibration.loss_after", losses[1], tolerance=0.04)

# %%
# The diagram (panel a), and the loss against the temperature (panel b).

plt.style.use(plotting.STYLE)
fig, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.7))
left.plot([0, 1], [0, 1], color="0.6", linewidth=1, linestyle="--")
for (name, (confidence, shares, count, error)), colour in zip(
    found.items(), (plotting.BLUE, plotting.ORANGE), strict=True
):
    enough = count >= 10
    bars = np.sqrt(shares * (1 - shares) / np.maximum(count, 1))
    left.errorbar(confidence[enough], shares[enough], bars[enough], fmt="o", color=colour,
                  capsize=2, label=f"{name}: {error:.1%}", alpha=0.9)  # fmt: skip
left.set(xlim=(0, 1.03), ylim=(0, 1.03), xlabel="probability of the answer", ylabel="share right",
         title="Reliability and its error", aspect="equal")  # fmt: skip
left.legend(loc="upper left", handletextpad=0.2)
for (name, values), colour in zip(
    curves.items(), (plotting.GREEN, plotting.PURPLE, "0.2"), strict=True
):
    right.semilogx(TEMPERATURES, values, color=colour, label=name)
    right.plot(best[name], values.min(), "o", color=colour)
right.axvline(1, color="0.6", linewidth=1, linestyle="--")
right.set(xlabel="temperature T", ylabel="cross-entropy", title="Where the loss is least")
right.set_xticks((0.5, 1, 2, 5), ("0.5", "1", "2", "5"))
right.minorticks_off()
right.legend()
plotting.describe(
    fig,
    "Panel a: points of the share of right answers against the probability of the answer, below "
    f"the diagonal as trained, with a calibration error of {before:.1%} (95 % interval "
    f"{intervals[0][0]:.1%} to {intervals[0][1]:.1%}), and near it at T = {temperature:.2f}, with "
    f"{after:.1%} ({intervals[1][0]:.1%} to {intervals[1][1]:.1%}). Panel b: the loss is least at "
    f"T = {best['held out']:.2f} for the pictures held out, {best['test']:.2f} for those of the "
    f"test and {best['trained with']:.2f} for those trained with.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The curve of the pictures held out and that of the test have their lowest points close together;
# that of the training pictures has it elsewhere. What is fitted on pictures that the network knows
# makes it bolder still.
