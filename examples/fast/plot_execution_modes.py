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

from convbook import plotting, results, studies, timing

NAMES = {"mnist_convnet": "CS 20's network", "depthwise": "depthwise blocks"}
MODES = ("eager", "function", "XLA")
PARTS = {"forward": "forward pass", "step": "training step"}

# %%
# What the study recorded for batches of 128 digits, in milliseconds: the first call, and of later
# ones the shortest reading, with a whisker to the median and half of the spread above it.

study = studies.load("execution")
timed = {name: study.result(measured="modes", network=name) for name in NAMES}
works = [(name, part) for name in NAMES for part in PARTS]
first, later, upper = (
    {
        (name, part): np.array([1000 * number(timed[name][mode][part]) for mode in MODES])
        for name, part in works
    }
    for number in (lambda t: t["first"], lambda t: t["least"], lambda t: timing.reach(t)[1])
)
np.testing.assert_array_less([t.min() for t in later.values()], [t.max() for t in first.values()])

# %%
# Ratios to the traced function, and the number of calls after which tracing has paid.

ratios = {"eager": [], "XLA": []}
for name, part in works:
    eager, traced, compiled = (timed[name][mode][part] for mode in MODES)
    for mode, taken in (("eager", eager), ("XLA", compiled)):
        ratio, low, high = timing.ratio(taken, traced)
        ratios[mode].append(low)
        key = f"{name}_{part}_{mode.lower()}"
        results.record(f"execution_modes.{key}", ratio)
        results.record(f"execution_modes.{key}_range", f"{low:.2f} to {high:.2f}")
    if part == "step":
        results.record(f"execution_modes.{name}_step_first_xla", compiled["first"], unit="s")
eager, traced, _ = later["mnist_convnet", "step"]
calls = (first["mnist_convnet", "step"][1] - eager) / (eager - traced)
results.record("execution_modes.paid_after", calls)
elsewhere = study.result(measured="precision", network="mnist_convnet")["float32"]["forward"]
results.record("execution_modes.traced", later["mnist_convnet", "forward"][1], unit="ms")
results.record("execution_modes.traced_elsewhere", 1000 * elsewhere["least"], unit="ms")
np.testing.assert_array_less(
    1.25 * elsewhere["least"], timed["mnist_convnet"]["function"]["forward"]["least"]
)

# %%
# What the chapter says: traced is fastest everywhere, eager loses most with the network of many
# short operations, and so does XLA.

np.testing.assert_array_less(1.3, list(ratios.values()))
np.testing.assert_array_less(np.max(ratios["eager"][:2]), ratios["eager"][2:])
np.testing.assert_array_less(3 * np.max(ratios["XLA"][:2]), ratios["XLA"][2:])

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
        ax.vlines(at, later[name, part], upper[name, part], color=colour, linewidth=5, alpha=0.35)
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
    "Milliseconds of a forward pass (panel a) and a training step (panel b) in three modes, for "
    "two networks, on a logarithmic axis. A training step of CS 20's network takes "
    f"{step[0]:.0f} eager, {step[1]:.0f} traced and {step[2]:.0f} compiled by XLA; its "
    f"first compiled call takes {first['mnist_convnet', 'step'][2]:,.0f}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# XLA makes one loop of many pointwise operations, and gives convolutions to code of its own. Here
# the second costs more than the first saves, most of all where the convolutions are depthwise.
