"""
A thousand garments by heart
============================

A residual network trained on a thousand garments for forty epochs learns each of them. From then on
its training loss says nothing about others. Pictures that are shifted and mirrored at random are
never the same twice, which leaves less to learn by heart,

.. math:: \\text{gap} = L_{\\text{held-out}} - L_{\\text{training}}

Part of :doc:`/beyond_digits`.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy import stats

from convbook import plotting, results, studies

LABELS = {False: "as they are", True: "shifted and mirrored"}

# %%
# A study has trained both with the same three seeds. A row of these arrays is a seed.

study = studies.load("few_garments")
runs = {augmented: [unit.result for unit in study.select(augmented=augmented)]
        for augmented in LABELS}  # fmt: skip
curves = {
    augmented: {key: np.array([run[key] for run in each]) for key in each[0] if key != "parameters"}
    for augmented, each in runs.items()
}
epochs = np.arange(1, curves[False]["loss"].shape[1] + 1)
plain, augmented = curves[False], curves[True]
best = int(plain["test_loss"].mean(axis=0).argmin())
print(f"{len(epochs)} epochs; without augmentation the held-out loss is lowest at {best + 1}")

# %%
# What is compared: the last epoch's accuracy, seed by seed. Student's interval of the differences
# is SciPy's of a paired test.

last = [100 * curves[each]["test_accuracy"][:, -1] for each in LABELS]
gain = last[1] - last[0]
reach = stats.t.ppf(0.975, len(gain) - 1) * gain.std(ddof=1) / np.sqrt(len(gain))
paired = stats.ttest_rel(last[1], last[0]).confidence_interval(0.95)
np.testing.assert_allclose([gain.mean() - reach, gain.mean() + reach], paired)
results.record("few_garments.epochs", len(epochs))
results.record("few_garments.seeds", len(gain))
results.record("few_garments.pictures", study.units[0].parameters["pictures"])
results.record("few_garments.judges", study.units[0].parameters["judges"])
results.record("few_garments.best_epoch", best + 1)
results.record("few_garments.best_loss", plain["test_loss"].mean(axis=0)[best])
results.record("few_garments.last_loss", plain["test_loss"][:, -1].mean())
results.record("few_garments.training_loss", plain["loss"][:, -1].mean())
results.record("few_garments.training_accuracy", 100 * plain["accuracy"][:, -1].mean())
results.record("few_garments.augmented_training", 100 * augmented["accuracy"][:, -1].mean())
results.record("few_garments.plain", last[0].mean())
results.record("few_garments.augmented", last[1].mean())
results.record("few_garments.gain", gain.mean())
results.record("few_garments.reach", reach)

# %%
# Losses on the left, held-out accuracy on the right; a thin line is a seed.

plt.style.use(plotting.STYLE)
fig, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.4), layout="constrained")
for number, (each, label) in enumerate(LABELS.items()):
    colour = f"C{number}"
    for seed in range(len(gain)):
        left.semilogy(epochs, curves[each]["loss"][seed], ":", color=colour, linewidth=1)
        left.semilogy(epochs, curves[each]["test_loss"][seed], color=colour, linewidth=1)
        right.plot(epochs, 100 * curves[each]["test_accuracy"][seed], color=colour, linewidth=1,
                   label=label if seed == 0 else None)  # fmt: skip
left.set(title="Loss: dotted training, solid held-out", xlabel="epoch")
right.set(title="Held-out accuracy, %", xlabel="epoch", ylim=(60, 90))
right.legend(loc="lower right")
for ax in (left, right):
    ax.grid(axis="y")
    ax.minorticks_off()
plotting.describe(
    fig,
    f"Panel a: losses over {len(epochs)} epochs on a logarithmic axis. Without augmentation the "
    f"training loss ends at {plain['loss'][:, -1].mean():.2g} and the held-out loss rises from "
    f"{plain['test_loss'].mean(axis=0)[best]:.2f} to {plain['test_loss'][:, -1].mean():.2f}. Panel "
    f"b: held-out accuracy ends at {last[0].mean():.1f} % without and {last[1].mean():.1f} % with "
    "augmentation.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The accuracy does not suffer where the loss rises: the network gets no more garments wrong, it is
# surer of its mistakes.
