"""
Against the clock
=================

An epoch is no unit of effort: it takes the lecture's network minutes or seconds, and another
network less still. Here is the error rate against the seconds of training, for the lecture as it
reports them, for its network trained again, and for the small network of the shortest way. Seconds
are sums over epochs.

.. math:: t_n = \\sum_{i \\le n} \\Delta t_i

Part of :doc:`/reproducing`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import plotting, results, studies, training

LECTURE = {1: 0.9131, 2: 0.9363, 3: 0.9478, 5: 0.9573, 10: 0.9710, 25: 0.9818}
LECTURE_SECONDS = 250  # an epoch, by the lecture's account, on a machine that it does not name

# %%
# What the studies recorded. Both ran on the machine that their passports name.

cs20, small = studies.load("cs20"), studies.load("four_epochs")
runs = {
    "CS 20's network": [cs20.result(initializer="glorot")],
    "the small network": [unit.result for unit in small.units],
}
clock = {name: [np.cumsum(run["seconds"]) for run in of_name] for name, of_name in runs.items()}
print({name: np.round(times[0][:4], 1) for name, times in clock.items()})
(lecture_run,) = runs["CS 20's network"]
np.testing.assert_allclose(clock["CS 20's network"][0][-1], sum(lecture_run["seconds"]))

# %%
# When has each passed what the lecture had after 25 epochs? Evaluation is between epochs, and so
# the answer is a whole number of them.

goal = LECTURE[25]
passed = {}
for name, of_name in runs.items():
    first = [int(np.argmax(np.array(run["test_accuracy"]) > goal)) for run in of_name]
    passed[name] = np.median([t[i] for t, i in zip(clock[name], first, strict=True)])
    assert all(max(run["test_accuracy"]) > goal for run in of_name)
lecture_time = LECTURE_SECONDS * max(LECTURE)
for key, name in (("cs20", "CS 20's network"), ("small", "the small network")):
    results.record(f"against_the_clock.{key}", passed[name], unit="s")
    results.record(f"against_the_clock.{key}_ratio", lecture_time / passed[name])
results.record("against_the_clock.lecture", lecture_time / 60, unit="min")

# %%
# A recipe of one epoch that aims at nothing but this goal. The book trains it anew, beside whatever
# else the machine has to do, and so its seconds come from a study too.

quick = training.load("lecture")
assert len(quick.history) == 1
recorded = studies.load("one_epoch")
accuracy = recorded.result(seed=0)["test_accuracy"][0]
np.testing.assert_allclose(quick.accuracy, accuracy, atol=0.004)
results.record("against_the_clock.quick", quick.accuracy, tolerance=0.004)
seconds = [sum(unit.result["seconds"]) for unit in recorded.units]
results.record("against_the_clock.quick_seconds", np.median(seconds), unit="s")
results.record("against_the_clock.quick_parameters", quick.model.count_params())

# %%
# Seconds on a logarithmic axis, from the first epoch's end.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 4))
epochs = np.array(list(LECTURE))
wrong = 100 * (1 - np.array(list(LECTURE.values())))
ax.loglog(LECTURE_SECONDS * epochs, wrong, "s--", color="0.35", label="CS 20, as reported")
for number, (name, of_name) in enumerate(runs.items(), start=1):
    for run, times in zip(of_name, clock[name], strict=True):
        error = 100 * (1 - np.array(run["test_accuracy"]))
        label = name if run is of_name[0] else None
        ax.plot(times, error, "o-", color=f"C{number}", markersize=4, linewidth=1.2, label=label)
ax.axhline(100 * (1 - goal), color="0.35", linewidth=1, linestyle=":")
ax.set_xticks([5, 10, 30, 60, 300, 1800, 6000], ["5", "10", "30", "60", "300", "1,800", "6,000"])
ax.set_yticks([0.5, 1, 2, 5, 10], ["0.5", "1", "2", "5", "10"])
ax.minorticks_off()
ax.set_xlabel("seconds of training")
ax.set_ylabel("wrong test answers, %")
ax.grid(axis="y")
ax.legend(loc="upper left", bbox_to_anchor=(0.2, 1))
plotting.describe(
    fig,
    "Error rate against seconds of training, both axes logarithmic. The lecture needs "
    f"{lecture_time:,} seconds to {100 * (1 - goal):.2f} %; its network trained again passes that "
    f"after {passed[next(iter(runs))]:.0f} seconds, and the small network after "
    f"{passed['the small network']:.0f}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The hardware of the lecture is unknown, and most of the distance along the seconds may be its. The
# distance along the errors is not: initial weights, normalization and a schedule cost no time.
