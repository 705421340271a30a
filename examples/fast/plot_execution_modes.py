"""
Eager, traced, compiled
=======================

The same forward pass and the same training step, three times: operation by operation as Python
calls them, as a graph that ``tf.function`` has traced, and as one program that XLA has compiled
from the graph. The first call pays for tracing and compiling.

.. math:: n_0 = \\frac{t_{\\mathrm{first}} - t_{\\mathrm{eager}}}{t_{\\mathrm{eager}} - t}

Part of :doc:`/fast`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import plotting, results, studies

NAMES = {"mnist_convnet": "CS 20's network", "depthwise": "depthwise blocks"}
MODES = ("eager", "function", "XLA")
PARTS = {"forward": "forward pass", "step": "training step"}

# %%
# What the study recorded for batches of 128 digits, in milliseconds: the first call, and the
# shortest reading of later ones.

study = studies.load("execution")
timed = {name: study.result(measured="modes", network=name) for name in NAMES}
first, later = (
    {
        (name, part): np.array([1000 * timed[name][mode][part][key] for mode in MODES])
        for name in NAMES
        for part in PARTS
    }
    for key in ("first", "least")
)
np.testing.assert_array_less([t.min() for t in later.values()], [t.max() for t in first.values()])

# %%
# Ratios to the traced function, and the number of calls after which tracing has paid.

for (name, part), times in later.items():
    eager, traced, compiled = times
    results.record(f"execution_modes.{name}_{part}_eager", eager / traced)
    results.record(f"execution_modes.{name}_{part}_xla", compiled / traced)
    results.record(
        f"execution_modes.{name}_{part}_first_xla", first[name, part][2] / 1000, unit="s"
    )
eager, traced, _ = later["mnist_convnet", "step"]
gain = eager - traced
calls = (first["mnist_convnet", "step"][1] - eager) / gain
paid = f"{max(calls, 1):.0f} or so" if gain > 0 else "no number of them"
results.record("execution_modes.paid_after", paid)

# %%
# A dot for later calls, a ring for the first.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, 2, figsize=(6.4, 3.9), sharey=True)
for ax, (part, title) in zip(axes, PARTS.items(), strict=True):
    for shift, (name, label), colour in zip(
        (-0.12, 0.12), NAMES.items(), ("C0", "C1"), strict=True
    ):
        at = np.arange(len(MODES)) + shift
        ax.vlines(at, later[name, part], first[name, part], color=colour, linewidth=1, alpha=0.5)
        ax.plot(at, later[name, part], "o", color=colour, markersize=8, label=label)
        ax.plot(at, first[name, part], "o", color=colour, markersize=8, fillstyle="none",
                label=f"{label}, first call")  # fmt: skip
    ax.set_xticks(range(len(MODES)), MODES)
    ax.set(yscale="log", title=title.capitalize(), xlim=(-0.5, 2.5))
    ax.grid(axis="y")
axes[0].set_ylabel("milliseconds")
fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
step = later["mnist_convnet", "step"]
plotting.describe(
    fig,
    "Milliseconds of a forward pass and a training step in three modes, for two networks, on a "
    f"logarithmic axis. A training step of CS 20's network takes {step[0]:.0f} eager, "
    f"{step[1]:.0f} traced and {step[2]:.0f} compiled by XLA; its first compiled call takes "
    f"{first['mnist_convnet', 'step'][2]:,.0f}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# XLA makes one loop of many pointwise operations, and gives convolutions to code of its own. On a
# CPU the second can cost more than the first saves.
