r"""
A branch at a time
==================

What does a trained network lose without one of its branches? Set the branch's maps to zero after
the ReLU, change nothing else, and count. The other question has another answer: what can a branch
do alone?

.. math:: y = [\, y_{1 \times 1},\; 0,\; y_{5 \times 5},\; y_\text{pool} \,]

Part of :doc:`/inception`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np

from convbook import data, plotting, results, training

EVERY = 10  # one of so many test digits
BRANCHES = {"1 × 1": "1x1", "3 × 3": "3x3", "5 × 5": "5x5", "pool": "pool_proj"}
MODULES = {"inception1": "relu2", "inception2": "relu3"}  # with the ReLU after each

# %%
# The network cut in two: up to a ReLU, and from there on.

network = training.load("mini_inception").model
(_, _), (digits, labels) = data.mnist()
digits, labels = digits[::EVERY], labels[::EVERY]
inner = [network.get_layer(relu).output for relu in MODULES.values()]
front = keras.Model(network.input, inner)
maps = dict(zip(MODULES, front(data.to_float(digits)[..., None]), strict=True))
print({name: values.shape for name, values in maps.items()})

# %%
# With nothing silenced the two parts give what the whole gives.

parts = zip(MODULES, inner, strict=True)
rests = {name: keras.Model(tensor, network.output) for name, tensor in parts}
logits = training.predict(network, digits)
for name, rest in rests.items():
    np.testing.assert_allclose(rest(maps[name]), logits, atol=1e-3)
whole = 100 * float((logits.argmax(axis=1) == labels).mean())
results.record("silenced_branches.whole", whole, unit="%", tolerance=0.5)

# %%
# Each branch silenced, and each alone.

accuracy = {}
for module, rest in rests.items():
    sizes = [
        network.get_layer(f"{module}_{branch}").output.shape[-1] for branch in BRANCHES.values()
    ]
    owner = np.repeat(list(BRANCHES), sizes)
    for branch in BRANCHES:
        for what, kept in (("silenced", owner != branch), ("alone", owner == branch)):
            answers = rest(maps[module] * kept).numpy().argmax(axis=1)
            accuracy[module, branch, what] = 100 * float((answers == labels).mean())
            print(module, branch, what, f"{accuracy[module, branch, what]:.1f} %")
for module in MODULES:
    for what in ("silenced", "alone"):
        values = [accuracy[module, branch, what] for branch in BRANCHES]
        for name, value in (("least", min(values)), ("most", max(values))):
            results.record(f"silenced_branches.{module}_{what}_{name}", value, unit="%",
                           tolerance=25)  # fmt: skip

# %%
# A pair of bars for each branch.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, 2, figsize=(6.4, 3.5), sharey=True)
for ax, module in zip(axes, MODULES, strict=True):
    for shift, what, colour in ((-0.2, "silenced", plotting.BLUE), (0.2, "alone", plotting.ORANGE)):
        values = [accuracy[module, branch, what] for branch in BRANCHES]
        bars = ax.bar(np.arange(4) + shift, values, 0.38, color=colour, label=what)
        ax.bar_label(bars, [f"{value:.0f}" for value in values], size=9, padding=1)
    ax.axhline(10, color="0.4", linewidth=1, linestyle="--")
    ax.set_xticks(range(4), BRANCHES)
    ax.set(title=module, ylim=(0, 108))
axes[0].set_ylabel("right answers, %")
fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
plotting.describe(
    fig,
    f"Bars of accuracy for four branches of two modules; the whole network has {whole:.1f} %. "
    + " ".join(
        f"Panel {letter}, {module}: "
        + ", ".join(
            f"{b} {what} {accuracy[module, b, what]:.0f} %"
            for b in BRANCHES
            for what in ("silenced", "alone")
        )
        + "."
        for letter, module in zip("ab", MODULES, strict=True)
    ),
)
plt.show()

# %%
# What to notice
# --------------
#
# The dashed line is guessing. Some branches are hardly missed and some badly, and none can do the
# work alone: what comes after was trained with all four and expects to hear from them all.
