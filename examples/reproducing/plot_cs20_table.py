"""
A table of 2018, trained again
==============================

CS 20's lecture note gives its network's test accuracy after 1, 2, 3, 5, 10 and 25 epochs. Here are
its numbers beside the same network trained twice by this book: from Glorot's initial weights, as
Keras draws them, and from the lecture's own, of standard deviation 1. Error rates, which are what
is left to improve, are drawn on a logarithmic axis.

.. math:: \\text{error rate} = 1 - \\text{accuracy}

Part of :doc:`/reproducing`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import plotting, results, studies, training

LECTURE = {1: 0.9131, 2: 0.9363, 3: 0.9478, 5: 0.9573, 10: 0.9710, 25: 0.9818}
LABELS = {"glorot": "from Glorot's weights", "source": "from the lecture's weights"}

# %%
# Twenty-five epochs are too long for every build: they are a study. Its results at the lecture's
# epochs:

study = studies.load("cs20")
runs = {unit.parameters["initializer"]: unit.result for unit in study.units}
accuracy = {name: np.array(run["test_accuracy"]) for name, run in runs.items()}
for name, values in accuracy.items():
    print(name, {epoch: round(values[epoch - 1], 4) for epoch in LECTURE})
    for epoch in LECTURE:
        results.record(f"cs20_table.{name}_{epoch}", values[epoch - 1])
    results.record(f"cs20_table.{name}_seconds", np.median(runs[name]["seconds"]), unit="s")
results.record("cs20_table.machine", study.passport.machine)
results.record("cs20_table.precision", runs["glorot"]["precision"])
passed = {name: int(np.argmax(values > LECTURE[25])) + 1 for name, values in accuracy.items()}
assert all(values.max() > LECTURE[25] for values in accuracy.values())
for name, epoch in passed.items():
    results.record(f"cs20_table.{name}_passed", epoch)

# %%
# This build has trained the same network for two epochs, on whatever machine it ran. The recipe is
# that of the study, and so the first epochs agree, as nearly as two machines do.

here = training.load("mnist_convnet")
again = [epoch.test_accuracy for epoch in here.history]
np.testing.assert_allclose(again, accuracy["glorot"][: len(again)], atol=0.006)
results.record("cs20_table.here_1", again[0], tolerance=0.005)
results.record("cs20_table.here_precision", here.recipe.precision)

# %%
# Three curves.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 4))
epochs = np.array(list(LECTURE))
ax.loglog(epochs, 100 * (1 - np.array(list(LECTURE.values()))), "s--", color="0.35", label="CS 20")
for name, colour in (("source", "C0"), ("glorot", "C1")):
    every = np.arange(1, len(accuracy[name]) + 1)
    ax.plot(every, 100 * (1 - accuracy[name]), "-", color=colour, linewidth=1.2)
    ax.plot(epochs, 100 * (1 - accuracy[name][epochs - 1]), "o", color=colour, label=LABELS[name])
ax.axhline(100 * (1 - LECTURE[25]), color="0.35", linewidth=1, linestyle=":")
ax.set_xticks(epochs, epochs)
ax.set_yticks([0.5, 1, 2, 5, 10], ["0.5", "1", "2", "5", "10"])
ax.minorticks_off()
ax.set_xlabel("epochs")
ax.set_ylabel("wrong test answers, %")
ax.grid(axis="y")
ax.legend(loc="lower left")
plotting.describe(
    fig,
    "Three curves of the error rate against the epoch, both axes logarithmic. The lecture's falls "
    f"from {1 - LECTURE[1]:.1%} to {1 - LECTURE[25]:.1%} in 25 epochs. This book's fall from "
    f"{1 - accuracy['source'][0]:.1%} to {1 - accuracy['source'][-1]:.1%} with the lecture's "
    f"weights, and from {1 - accuracy['glorot'][0]:.1%} to {1 - accuracy['glorot'][-1]:.1%} with "
    "Glorot's.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The dotted line is where the lecture ended after 25 epochs. From Glorot's weights the same layers,
# the same optimizer and the same rate begin below it.
