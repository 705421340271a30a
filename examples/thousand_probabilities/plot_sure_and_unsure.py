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

from convbook import answers, plotting, pretrained, results
from convbook.models import published

# %%
# Five pictures, asked of every network at hand, or recorded.

names = list(answers.pictures())
logits = answers.logits()
p = {network: pretrained.probabilities(z) for network, z in logits.items()}
print({network: values.shape for network, values in p.items()})

# %%
# The exponent of the entropy. TensorFlow takes the entropy from the logits: it is the cross-entropy
# of a distribution with itself, and needs no logarithm of a number close to 0.

counts = {}
for network, values in p.items():
    entropy = tf.nn.softmax_cross_entropy_with_logits(values, logits[network])
    counts[network] = np.exp(entropy.numpy())
    exact = values.astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        by_hand = np.exp(-np.nansum(exact * np.log(exact), axis=1))
    np.testing.assert_allclose(counts[network], by_hand, rtol=1e-3)
for name, count in zip(names, counts["efficientnet_lite0"], strict=True):
    results.record(f"sure_and_unsure.{name}", count, tolerance=0.05 * count)

# %%
# Both axes are logarithmic: the first ten classes get as much room as the last nine hundred.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, len(p), figsize=(6.4, 3.8), sharey=True, squeeze=False)
said = []
for ax, (network, values) in zip(axes.flat, p.items(), strict=True):
    ranks = np.arange(1, values.shape[1] + 1)
    order = counts["efficientnet_lite0"].argsort()
    for number in order:
        label = (
            f"{names[number].replace('chelsea', 'Chelsea')}, {counts[network][number]:.1f} classes"
        )
        ax.loglog(ranks, np.sort(values[number])[::-1], label=label)
    ax.axhline(1 / len(ranks), color="0.5", linewidth=1, linestyle=":")
    ax.annotate("all classes equal", (1.1, 1 / len(ranks)), (0, -3), textcoords="offset points",
                va="top", fontsize=9, color="0.4")  # fmt: skip
    ax.set(xlabel="class, by rank", ylim=(1e-7, 2), title=published.load(network).title)
    ax.legend(loc="lower left", title="picture, effective number")
    said.append(f"{published.load(network).title}: "
                + ", ".join(f"{names[n]} {counts[network][n]:.1f}" for n in order))  # fmt: skip
axes[0, 0].set_ylabel("probability")
plotting.describe(
    fig,
    "Five curves of 1,000 sorted probabilities on logarithmic axes for each network. The effective "
    f"numbers of classes are, for {'; '.join(said)}: the steeper the curve begins, the smaller.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The astronaut's first class has less than a quarter of what the cup's has, and dozens share the
# rest. The network does say that it is unsure, if one looks at more than its first answer.
