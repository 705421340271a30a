r"""
Sure and unsure, on one axis
============================

How many classes is a network torn between? The entropy of its probabilities, as an exponent, counts
them: :math:`n` equal probabilities give :math:`n`.

.. math:: N = \exp \Bigl( - \sum_j p_j \ln p_j \Bigr)

For five photographs it goes from hardly more than one to dozens, and the sorted curves show why.

Part of :doc:`/thousand_probabilities`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, pretrained, results

# %%
# Five pictures.

pictures = {
    "camera": data.camera(),
    "coffee": data.coffee(),
    "Chelsea": data.chelsea()[data.COLOUR_CROP],
    "rocket": data.rocket(),
    "astronaut": data.astronaut(),
}
network = pretrained.load("efficientnet_lite0")
logits = network.logits(list(pictures.values()))
p = pretrained.probabilities(logits)
print(p.shape)

# %%
# The exponent of the entropy. TensorFlow takes the entropy from the logits: it is the cross-entropy
# of a distribution with itself, and needs no logarithm of a number close to 0.

counts = np.exp(tf.nn.softmax_cross_entropy_with_logits(p, logits).numpy())
with np.errstate(divide="ignore", invalid="ignore"):
    by_hand = np.exp(-np.nansum(p.astype(float) * np.log(p.astype(float)), axis=1))
np.testing.assert_allclose(counts, by_hand, rtol=1e-3)
for name, count in zip(pictures, counts, strict=True):
    results.record(f"sure_and_unsure.{name.lower()}", count, tolerance=0.05 * count)

# %%
# Both axes are logarithmic: the first ten classes get as much room as the last nine hundred.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 3.8))
ranks = np.arange(1, p.shape[1] + 1)
for name, values, count in zip(pictures, p, counts, strict=True):
    ax.loglog(ranks, np.sort(values)[::-1], label=f"{name}, {count:.1f} classes")
ax.axhline(1 / p.shape[1], color="0.5", linewidth=1, linestyle=":")
ax.annotate("all classes equal", (1.1, 1 / p.shape[1]), (0, -3), textcoords="offset points",
            va="top", fontsize=9, color="0.4")  # fmt: skip
ax.set_xlabel("class, by rank")
ax.set_ylabel("probability")
ax.set_ylim(1e-7, 2)
ax.legend(loc="lower left", title="picture, effective number")
plotting.describe(
    fig,
    "Five curves of 1,000 sorted probabilities on logarithmic axes. The effective numbers of "
    "classes are "
    + ", ".join(f"{n} {c:.1f}" for n, c in zip(pictures, counts, strict=True))
    + ": the steeper the curve begins, the smaller.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The astronaut's first class has less than a quarter of what the cup's has, and dozens share the
# rest. The network does say that it is unsure, if one looks at more than its first answer.
