r"""
Probabilities of clear and of ambiguous digits
==============================================

The sources end with a plot of the probabilities that a network gives to its classes, on a
logarithmic axis. For ten classes it can be read whole. A clear digit has one point at the top and
nine far below; an ambiguous one has two or three near the top. The entropy tells which is which.

.. math:: H = -\sum_{c} p_c \log_2 p_c

Part of :doc:`/inception`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, results, training

SHOWN = 4  # digits of each kind
FLOOR = 1e-9  # the axis ends here
DOUBT = 0.5  # bits

# %%
# The logits of all test digits, and their softmax.

network = training.load("mini_inception").model
(_, _), (digits, labels) = data.mnist()
logits = training.predict(network, digits).astype(np.float64)
probabilities = tf.nn.softmax(logits).numpy()
print(logits.shape, probabilities[0].round(3))

# %%
# The same by hand: the largest logit is subtracted first, or the exponential could overflow.

raised = np.exp(logits - logits.max(axis=1, keepdims=True))
np.testing.assert_allclose(probabilities, raised / raised.sum(axis=1, keepdims=True), atol=1e-12)

# %%
# The entropy of each, from 0 bits to log2(10) = 3.3. The clear ones are of median entropy among the
# first classes, not the clearest of all; the ambiguous ones have the largest entropy.

entropy = -(probabilities * np.log2(np.maximum(probabilities, 1e-300))).sum(axis=1)
clear = []
for digit in (0, 3, 5, 7):
    of_class = np.flatnonzero(labels == digit)
    clear.append(of_class[np.argsort(entropy[of_class])[len(of_class) // 2]])
ambiguous = np.argsort(-entropy)[:SHOWN]
right = probabilities.argmax(axis=1) == labels
doubtful = entropy > DOUBT
results.record("digit_probabilities.doubtful", doubtful.sum(), tolerance=80)
results.record("digit_probabilities.right_in_doubt", 100 * right[doubtful].mean(), unit="%",
               tolerance=12)  # fmt: skip
results.record("digit_probabilities.right_without_doubt", 100 * right[~doubtful].mean(), unit="%",
               tolerance=0.3)  # fmt: skip
results.record("digit_probabilities.mistakes", (~right).sum(), tolerance=30)
results.record("digit_probabilities.mistakes_in_doubt", (~right & doubtful).sum(), tolerance=25)
np.testing.assert_array_less(np.median(entropy), 0.01)  # bits; the chapter says so

# %%
# Ten points per digit, on a logarithmic axis. The true class is orange; a triangle stands for what
# is smaller than the axis shows.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(4, SHOWN, figsize=(6.4, 5.4), height_ratios=(1, 1.35, 1, 1.35))
for row, chosen in ((0, clear), (2, ambiguous)):
    for column, index in enumerate(chosen):
        plotting.show_image(axes[row, column], data.to_float(digits[index]))
        ax, p = axes[row + 1, column], np.maximum(probabilities[index], FLOOR)
        colours = np.where(np.arange(10) == labels[index], plotting.ORANGE, plotting.BLUE)
        ax.grid(True, axis="y")
        for mark, which in (("o", p > FLOOR), ("v", p <= FLOOR)):
            at = np.flatnonzero(which)
            ax.scatter(at, p[at], c=colours[at], s=26, marker=mark, zorder=3, clip_on=False)
        ax.set(yscale="log", ylim=(FLOOR, 2), xticks=range(10), yticks=(1e-8, 1e-4, 1))
        ax.tick_params(axis="x", length=0)
        ax.minorticks_off()
        if column:
            ax.set_yticklabels([])
for row, title in ((0, "clear"), (2, "ambiguous")):
    axes[row, 0].set_title(title, loc="left")
    axes[row + 1, 0].set_ylabel("probability")
plotting.describe(
    fig,
    f"Panel a: {SHOWN} clear test digits, {', '.join(str(labels[i]) for i in clear)}, each with "
    "its ten probabilities: one near 1 and nine below "
    f"{np.sort(probabilities[clear])[:, -2].max():.0e}. Panel b: the {SHOWN} of largest entropy, "
    f"{entropy[ambiguous[-1]]:.1f} to {entropy[ambiguous[0]]:.1f} bits, whose largest "
    "probabilities are " + ", ".join(f"{probabilities[i].max():.2f}" for i in ambiguous) + ".",
    panels=axes[::2, 0],
)
plt.show()

# %%
# What to notice
# --------------
#
# Even of a clear digit the nine others are not equal: they are ordered by how alike the shapes are.
# An axis without a logarithm would show one point above nine zeros.
