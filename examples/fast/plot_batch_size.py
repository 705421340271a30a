"""
Pictures a second against the batch
===================================

A batch shares what a call costs once: the way from Python to the operations, and the weights, which
are read from memory for all of its pictures at once. So pictures a second rise with the batch,
until the processor has enough to do. What one waits for an answer rises, too.

.. math:: \\frac{n}{t(n)} \\approx \\frac{n}{t_0 + n \\, t_1}

Part of :doc:`/fast`.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import LogLocator

from convbook import plotting, results, studies, timing

NAMES = {"mnist_convnet": "CS 20's network", "depthwise": "depthwise blocks"}

# %%
# What the study recorded, forwards, in a traced function.

study = studies.load("execution")
batches = {name: study.result(measured="batches", network=name) for name in NAMES}
milliseconds = {
    name: {batch["pictures"]: 1000 * batch["least"] for batch in of_name}
    for name, of_name in batches.items()
}
rates = {name: {n: 1000 * n / t for n, t in taken.items()} for name, taken in milliseconds.items()}

# %%
# A line through the times of all batches, for the smallest relative errors. Where it begins is what
# a call costs; its slope is what a picture adds.

fits = {}
for name, taken in milliseconds.items():
    n, t = np.array(list(taken)), np.array(list(taken.values()))
    fits[name] = np.linalg.lstsq(np.stack([1 / t, n / t], axis=1), np.ones(len(n)))[0]
    np.testing.assert_array_less(0, fits[name][1])
    results.record(f"batch_size.{name}_1", rates[name][1])
    results.record(f"batch_size.{name}_most", max(rates[name].values()))
    results.record(f"batch_size.{name}_best", max(rates[name], key=rates[name].get))
    results.record(f"batch_size.{name}_gain", max(rates[name].values()) / rates[name][1])
    results.record(f"batch_size.{name}_call", float(fits[name][0]), unit="ms")
    results.record(f"batch_size.{name}_picture", 1000 * float(fits[name][1]), unit="µs")
    spreads = [100 * batch["spread"] for batch in batches[name]]
    results.record(
        f"batch_size.{name}_spread", f"{min(spreads):.0f} to {max(spreads):.0f}", unit="%"
    )
    # Nearly all of the convnet's readings are disturbed, and none of the other network's.
    np.testing.assert_array_less(*((15, spreads) if name == "mnist_convnet" else (spreads, 10)))

# %%
# Panel a has what a server wants, panel b what one who waits wants. Dots are the shortest readings;
# a whisker reaches to the median and half of the spread on top.

plt.style.use(plotting.STYLE)
fig, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.6))
many = np.geomspace(1, 256, 100)
for (name, label), colour in zip(NAMES.items(), ("C0", "C1"), strict=True):
    line = fits[name][0] + fits[name][1] * many
    left.plot(many, 1000 * many / line, "--", color=colour, linewidth=1)
    left.plot(rates[name].keys(), rates[name].values(), "o", color=colour, label=label)
    right.plot(many, line, "--", color=colour, linewidth=1)
    right.plot(milliseconds[name].keys(), milliseconds[name].values(), "o", color=colour)
    for n, ends in ((batch["pictures"], timing.reach(batch)) for batch in batches[name]):
        left.vlines(n, n / ends[1], n / ends[0], color=colour, linewidth=4, alpha=0.35)
        right.vlines(n, 1000 * ends[0], 1000 * ends[1], color=colour, linewidth=4, alpha=0.35)
for ax, title in ((left, "Pictures a second"), (right, "Milliseconds a call")):
    ax.set(xscale="log", yscale="log", title=title, xlabel="pictures in the batch")
    ax.set_xticks([1, 4, 16, 64, 256], ["1", "4", "16", "64", "256"])
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.yaxis.set_major_formatter("{x:,g}")
    ax.minorticks_off()
    ax.grid(axis="y")
fig.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=2)
plotting.describe(
    fig,
    "Pictures a second (panel a) and milliseconds a call (panel b) against the batch, on "
    "logarithmic axes, for two networks. "
    + " ".join(
        f"From one picture to the best batch: {NAMES[name]} from {rate[1]:,.0f} to "
        f"{max(rate.values()):,.0f} a second."
        for name, rate in rates.items()
    ),
)
plt.show()

# %%
# What to notice
# --------------
#
# The dashed lines are the formula with two numbers per network, fitted to the shortest readings.
# The long whiskers of CS 20's network say that something else was running while it was timed.
