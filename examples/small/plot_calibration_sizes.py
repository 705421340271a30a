r"""
How many pictures calibrate
===========================

The range of a weight is known. That of a feature map is not: the converter looks at some pictures,
and takes from the smallest value to the largest. With few pictures the range is too short, and what
lies beyond it is cut off. The error of the logits, relative to their standard deviation,

.. math:: \sqrt{\,\overline{(\hat z - z)^2}} \, / \, \sigma_z

falls with the number of pictures as long as new ones bring larger values.

Part of :doc:`/small`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import plotting, results, studies

# %%
# The study has converted one network with sets of each size, drawn several times from the training
# pictures, and has compared each file with the network in floats on all test pictures.

units = studies.load("calibration_sizes").units
counts = [unit.parameters["count"] for unit in units]
error = {n: np.array([draw["error"] for draw in u.result])
         for n, u in zip(counts, units, strict=True)}  # fmt: skip
changed = {n: np.array([draw["changed"] for draw in u.result])
           for n, u in zip(counts, units, strict=True)}  # fmt: skip
np.testing.assert_equal({len(draws) for draws in error.values()}, {units[0].parameters["draws"]})
few, many = counts[0], counts[-1]
np.testing.assert_array_less(np.median(error[many]), np.median(error[few]))
assert max(error[30].max(), error[many].max()) < min(error[few].min(), np.median(error[10]))
results.record("calibration_sizes.draws", len(error[few]))
for name, n in (("few", few), ("ten", 10), ("many", many)):
    results.record(f"calibration_sizes.{name}_error", np.median(error[n]))
    if n != few:
        results.record(f"calibration_sizes.{name}_worst", changed[n].max())
print({n: (np.median(error[n]).round(4), changed[n].tolist()) for n in counts})

# %%
# Every draw is a point.

plt.style.use(plotting.STYLE)
fig, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.3))
for ax, values, title in ((left, error, "Error of the logits / deviation"),
                          (right, changed, "Answers changed, of 10,000")):  # fmt: skip
    for n in counts:
        ax.plot(np.full(len(values[n]), n), values[n], "o", color=plotting.BLUE, markersize=4,
                alpha=0.6)  # fmt: skip
    ax.plot(counts, [np.median(values[n]) for n in counts], color=plotting.ORANGE, label="median")
    ax.set_xscale("log")
    ax.set_xticks(counts, counts)
    ax.minorticks_off()
    ax.set_ylim(bottom=0)
    ax.set(title=title, xlabel="calibration pictures")
left.legend()
plotting.describe(
    fig,
    f"Against the number of calibration pictures, from {few} to {many}: panel a, the error of the "
    f"logits, whose median falls from {np.median(error[few]):.3f} to {np.median(error[many]):.3f} "
    f"of their standard deviation; panel b, the changed answers, from "
    f"{np.median(changed[few]):.0f} to {np.median(changed[many]):.0f}. The draws of few "
    "pictures scatter the most.",
)
plt.show()

# %%
# What to notice
# --------------
#
# From thirty pictures on all draws are alike. With ten or fewer the result is a matter of luck: it
# takes a stroke that drives a map far to know how far it goes.
