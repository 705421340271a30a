"""
A large batch wants a larger rate
=================================

More devices mean a larger batch, if each keeps the part that it had. A batch eight times as
large gives one step where there were eight. With the old learning rate it comes an eighth as far.
With a rate that is eight times as large it comes about as far, as long as the gradient does not
change much on the way. At the start it does, and a rate that rises slowly can help.

.. math:: \\eta \\, \\nabla L_{kB} \\, k \\approx \\eta \\sum_{j=1}^{k} \\nabla L_B^{(j)}

Part of :doc:`/distributed`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import data, plotting, results, studies

# %%
# Four runs over the same pictures, as the study recorded them.

units = studies.load("data_parallel").select(measured="rate")
runs = {unit.parameters["rate"]: unit.result for unit in units}
recipes = {unit.parameters["rate"]: unit.parameters["recipe"] for unit in units}
small, large = (recipes[name]["batch_size"] for name in ("small", "large"))
factor = large // small
names = {
    "small": f"batch {small}",
    "large": f"batch {large:,}, the same rate",
    "large, scaled": f"batch {large:,}, rate × {factor}",
    "large, scaled, warmup": f"batch {large:,}, rate × {factor}, warm-up",
}
epochs = len(runs["small"]["seconds"])
print({name: len(run["losses"]) for name, run in runs.items()})
np.testing.assert_allclose(
    [recipes[name]["learning_rate"] for name in names],
    recipes["small"]["learning_rate"] * np.array([1, 1, factor, factor]),
)

# %%
# What each has reached on the test pictures.

accuracy = {name: run["test_accuracy"][-1] for name, run in runs.items()}
for key, name in zip(("small", "large", "scaled", "warmup"), names, strict=True):
    results.record(f"rate_scaling.{key}", accuracy[name])
error = np.sqrt(accuracy["small"] * (1 - accuracy["small"]) / len(data.mnist()[1][1]))
results.record("rate_scaling.standard_error", error)
np.testing.assert_array_less(accuracy["large"], accuracy["small"] - 5 * error)
np.testing.assert_allclose(accuracy["large, scaled"], accuracy["small"], atol=error)
np.testing.assert_allclose(accuracy["large, scaled, warmup"], accuracy["small"], atol=2 * error)
np.testing.assert_equal({recipe["schedule"] for recipe in recipes.values()}, {"cosine"})
results.record("rate_scaling.factor", factor)
results.record("rate_scaling.steps_small", len(runs["small"]["losses"]))
results.record("rate_scaling.steps_large", len(runs["large"]["losses"]))

# %%
# Against the epochs, so that equal places mean equal numbers of pictures. The losses of small
# batches scatter more; the mean of as many as make a large batch is drawn.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 3.8))
for number, (name, label) in enumerate(names.items()):
    values = np.array(runs[name]["losses"])
    together = factor if name == "small" else 1
    means = values[: len(values) // together * together].reshape(-1, together).mean(axis=1)
    seen = epochs * (np.arange(len(means)) + 1) / (len(values) / together)
    style = {"color": "0.6", "linewidth": 5} if name == "small" else {"color": f"C{number - 1}"}
    ax.semilogy(seen, means, label=f"{label}: {accuracy[name]:.1%}", **style)
ax.set_xlabel("epoch")
ax.set_ylabel("loss")
ax.set_xlim(0, epochs)
ax.legend(loc="upper right", title="test accuracy at the end")
plotting.describe(
    fig,
    f"The loss over {epochs} epochs on a logarithmic axis for batches of {small} and of {large} "
    f"pictures. The large batch at the rate of the small one stays far above it and ends at a test "
    f"accuracy of {accuracy['large']:.1%}; at {factor} times the rate it ends at "
    f"{accuracy['large, scaled']:.1%}, with warm-up at {accuracy['large, scaled, warmup']:.1%}; "
    f"the small batch at {accuracy['small']:.1%}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The number of replicas by itself changes nothing. The size of the whole batch does: a recipe is
# tuned for a batch, and has to be thought over when the batch grows.
