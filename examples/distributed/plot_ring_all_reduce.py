r"""
A ring adds up the gradients
============================

Every worker holds a gradient, and every worker needs the sum. In a ring, each cuts its own into as
many chunks as there are workers, and sends one chunk to its neighbour in every step. The first
:math:`R - 1` steps add on the way; after them each worker has one chunk of the sum. The other
:math:`R - 1` steps hand these round. Each worker has then sent

.. math:: 2 \, (R - 1) \, \frac{S}{R} \quad \text{bytes for a gradient of } S \text{ bytes}.

Part of :doc:`/distributed`.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FuncAnimation

from convbook import plotting, results

WORKERS = 4
INTERVAL = 900  # milliseconds a step

# %%
# A gradient of four chunks for each worker. Worker :math:`r` has the digit :math:`r + 1` in the
# decimal place of its own, so that a sum shows whose gradients are in it.

held = np.tile(10 ** np.arange(WORKERS)[::-1] * np.arange(1, WORKERS + 1), (WORKERS, 1)).T
print(held)
total = held.sum(axis=0)

# %%
# The steps. In step :math:`t` of the first phase worker :math:`r` sends chunk :math:`r - t` on, and
# its neighbour adds it; in the second it sends chunk :math:`r + 1 - t`, and the neighbour keeps it.

states, moves = [held.copy()], [()]
for step in range(2 * (WORKERS - 1)):
    adding = step < WORKERS - 1
    turn = step if adding else step - WORKERS
    sent = [(rank, (rank - turn) % WORKERS) for rank in range(WORKERS)]
    new = states[-1].copy()
    for rank, chunk in sent:
        to = (rank + 1) % WORKERS
        new[to, chunk] = states[-1][rank, chunk] + (states[-1][to, chunk] if adding else 0)
    states.append(new)
    moves.append(tuple(((rank + 1) % WORKERS, chunk) for rank, chunk in sent))
np.testing.assert_array_equal(states[-1], np.tile(total, (WORKERS, 1)))
share = 2 * (WORKERS - 1) / WORKERS
assert sum(map(len, moves)) / WORKERS / WORKERS == share
results.record("ring_all_reduce.steps", len(moves) - 1)
results.record("ring_all_reduce.share", share)

# %%
# One row per worker, one column per chunk. What has arrived in a step is outlined; a finished sum
# is coloured.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(5.2, 3.9))
ax.set_xlim(-0.5, WORKERS - 0.5)
ax.set_ylim(WORKERS - 0.5, -0.5)
ax.set_xticks(range(WORKERS), [f"chunk {chunk}" for chunk in range(WORKERS)])
ax.set_yticks(range(WORKERS), [f"worker {rank}" for rank in range(WORKERS)])
ax.tick_params(length=0)
ax.spines[:].set_visible(False)


def draw(frame):
    for artist in [*ax.texts, *ax.patches]:
        artist.remove()
    for (rank, chunk), value in np.ndenumerate(states[frame]):
        arrived, done = (rank, chunk) in moves[frame], value == total[chunk]
        colour = "C2" if done else "C0"
        box = plt.Rectangle(
            (chunk - 0.44, rank - 0.4), 0.88, 0.8, facecolor=colour,
            alpha=0.75 if done else 0.12 + 0.1 * np.count_nonzero([int(d) for d in str(value)]),
        )  # fmt: skip
        ax.add_patch(box)
        if arrived:
            edge = plt.Rectangle((chunk - 0.44, rank - 0.4), 0.88, 0.8, fill=False, lw=2.2)
            ax.add_patch(edge)
        ax.text(chunk, rank, f"{value:0{WORKERS}d}", ha="center", va="center", fontsize=13)
    phase = "add" if frame < WORKERS else "hand round"
    title = f"step {frame} of {len(moves) - 1}: {phase}" if frame else "each has its own gradient"
    ax.set_title(title if frame < len(moves) - 1 else f"after {frame} steps: all have the sum")


animation = FuncAnimation(fig, draw, frames=len(states), interval=INTERVAL)
fig.canvas.draw()  # An animation starts when its figure is first drawn, even if no window opens.
draw(len(states) - 1)
plotting.describe(
    fig,
    f"An animation of {len(states)} frames. {WORKERS} workers hold {WORKERS} chunks each. In the "
    f"first {WORKERS - 1} steps each worker passes a chunk on to the next, which adds it to its "
    f"own; in the other {WORKERS - 1} the finished sums are handed round. At the end every cell "
    f"shows {total[0]:0{WORKERS}d}, which is the sum over all workers.",
)
plt.show()

# %%
# What to notice
# --------------
#
# In every step every worker sends one chunk and receives one, so all links are busy at once. No
# worker is the one through which everything has to pass.
