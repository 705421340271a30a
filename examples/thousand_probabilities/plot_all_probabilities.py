r"""
All thousand probabilities
==========================

Sorted, and on a logarithmic axis: the probabilities of Chelsea fall by a factor of thousands within
the first ten classes, and then slowly over all the others. None is zero, since

.. math:: p_j = e^{z_j} \Big/ \sum_i e^{z_i} > 0

A slice or a count that ends at :math:`-1` leaves out the last class. All of them are 1,000.

Part of :doc:`/thousand_probabilities`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import answers, plotting, pretrained, results
from convbook.models import published

NAMED = 4

# %%
# One picture, a thousand numbers.

network = pretrained.load("efficientnet_lite0")
picture = answers.pictures()["chelsea"]
p = network.predict(picture)[0].astype(float)
print(p.shape, p[:3])

# %%
# From the largest to the smallest, in two ways. ``decode_predictions(pred, top=-1)`` of Keras, as
# the tutorial of 2022 calls it, takes ``argsort()[-top:]``, which for -1 is ``[1:]``: all but the
# smallest.

descending = np.sort(p)[::-1]
every = network.top(picture, 1000)
np.testing.assert_allclose([answer.probability for answer in every], descending, atol=1e-7)
top = -1
shown = p.argsort()[-top:][::-1]
assert len(every) == len(p) == 1000
assert len(shown) == 999
assert p.argmin() not in shown

# %%
# How many it takes for nearly everything, and how small the smallest is.

half = int(np.searchsorted(descending.cumsum(), 0.99)) + 1
results.record("all_probabilities.classes", len(every))
results.record("all_probabilities.for_99", half, tolerance=5)
results.record("all_probabilities.smallest", descending[-1], tolerance=1e-6)

# %%
# The other networks at hand, asked or recorded.

others = {
    published.load(name).title: np.sort(pretrained.probabilities(values[0]))[::-1]
    for name, values in answers.logits().items()
    if name != network.name
}
print({title: values[:3] for title, values in others.items()})

# %%
# One point per class.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 3.8))
ranks = np.arange(1, len(p) + 1)
ax.semilogy(ranks, descending, ".", markersize=3, label=published.load(network.name).title)
for title, values in others.items():
    ax.semilogy(ranks, values, ".", markersize=3, color=plotting.GREEN, label=title)
if others:
    ax.legend(loc="lower left", markerscale=3)
for rank, answer in enumerate(every[:NAMED], start=1):
    ax.annotate(f"{rank}. {answer.name} {answer.probability:.2f}", (rank, answer.probability),
                (70, 1.6 / 2.5**rank), va="center", fontsize=9,
                arrowprops={"arrowstyle": "-", "color": "0.6"})  # fmt: skip
ax.plot(ranks[-1], descending[-1], "o", color=plotting.ORANGE)
ax.annotate(f"{len(p)}. {every[-1].name}", (ranks[-1], descending[-1]), (-10, 2),
            textcoords="offset points", ha="right", va="center",
            color=plotting.ink(plotting.ORANGE))  # fmt: skip
ax.set_xlabel("class, by rank")
ax.set_ylabel("probability")
ax.grid(True)
plotting.describe(
    fig,
    f"The {len(p)} probabilities for Chelsea in descending order on a logarithmic axis. The first "
    f"is {descending[0]:.2f}, the tenth {descending[9]:.4f}, the last {descending[-1]:.1e}. The "
    f"first {NAMED} are labelled: {', '.join(answer.name for answer in every[:NAMED])}."
    + "".join(f" {title} begins with {values[0]:.2f}." for title, values in others.items()),
)
plt.show()

# %%
# What to notice
# --------------
#
# The long middle is a straight line: the sorted logits fall evenly there, and on a logarithmic axis
# a probability is its logit, up to one shift that all share.
