"""
A worker is killed, and the run goes on
=======================================

In the middle of the second epoch one of two workers is killed. The other cannot finish the step
without it, so the whole training ends. The same command, given again, starts from the state after
the last complete epoch: weights, the optimizer's variables, the place in the order of the pictures.
What was lost is computed again, and comes out the same.

.. math:: \\theta_{t+1} = F(\\theta_t, b_t)

Part of :doc:`/distributed`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import plotting, results, studies

# %%
# The losses of a run that nothing happened to, and of one that was killed and started again.

study = studies.load("data_parallel")
whole = study.result(measured="replicas", network="smooth", workers=2)
killed = study.result(measured="killed worker")
losses, resumed = np.array(whole["losses"]), np.array(killed["losses"])
an_epoch = len(losses) // len(whole["seconds"])
last, first = killed["last_step"], killed["found"] * an_epoch
print(f"reported up to step {last}; resumed after step {first}, epoch {killed['found']}")
print(killed["message"])

# %%
# They are equal in every digit, the steps that were done twice included.

np.testing.assert_array_equal(resumed, losses)
assert first < last < 2 * an_epoch
results.record("killed_worker.last_step", last)
results.record("killed_worker.resumed_after", first)
results.record("killed_worker.lost", last - first)

# %%
# One line a start of the command; the second begins where the first left a checkpoint.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 3.6))
steps = np.arange(1, len(losses) + 1)
ax.plot(steps, losses, color="0.85", linewidth=6, label="nothing happened")
ax.plot(steps[:last], losses[:last], color="C1", linewidth=2, label="first start")
ax.plot(steps[first:], resumed[first:], color="C0", linewidth=0.9, label="second start")
top = 1.08 * losses.max()
for epoch in range(1, len(whole["seconds"]) + 1):
    ax.axvline(epoch * an_epoch, color="0.5", linewidth=0.8, linestyle=":")
    ax.text(
        epoch * an_epoch, top, f"checkpoint {epoch}", ha="right", va="top", fontsize=9,
        rotation=90, color="0.35",
    )  # fmt: skip
ax.plot(last, losses[last - 1], "X", color="C3", markersize=11)
ax.annotate(
    "killed", (last, losses[last - 1]), (last + 6, 0.4 * top),
    arrowprops={"arrowstyle": "-", "color": "C3"},
)  # fmt: skip
height = 0.62 * top
ax.annotate("", (first, height), (last, height), arrowprops={"arrowstyle": "->"})
ax.text((first + last) / 2, height * 1.03, "done twice", ha="center", va="bottom", fontsize=9)
ax.set_xlim(0, steps[-1] + 4)
ax.set_ylim(0, top)
ax.set_xlabel("step")
ax.set_ylabel("loss of the batch")
ax.legend(loc="center right")
plotting.describe(
    fig,
    f"The loss over {len(losses)} steps with a checkpoint every {an_epoch}. A first start ends "
    f"where a worker is killed, about step {last}. A second start begins after step {first}, goes "
    "over the same values again, and lies on the wide grey curve of a run that was not killed.",
)
plt.show()

# %%
# What to notice
# --------------
#
# A kill costs the steps since the last checkpoint, and the time of a start. It does not cost the
# result: batches, shifts and seeds are functions of the step, and nothing of them lives in memory
# alone.
