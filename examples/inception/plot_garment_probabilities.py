r"""
Probabilities of clear and of ambiguous garments
================================================

The same network, trained on pictures of garments instead of digits. Trousers and boots are as clear
to it as digits are. A shirt, a pullover and a coat are hard to tell apart in 28 by 28 pixels, and
the probability is shared out among them. The entropy finds these pictures.

.. math:: H = -\sum_{c} p_c \log_2 p_c

Part of :doc:`/inception`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, results, training

CLEAR = (1, 3, 7, 9)  # trouser, dress, sneaker, ankle boot
SHOWN = 4  # garments of each kind
FLOOR = 1e-9  # the axis ends here
DOUBT = 0.5  # bits
SHORT = (
    "top",
    "trousers",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "boot",
)

# %%
# The logits of all test garments, and their softmax.

network = training.load("mini_inception_garments").model
(_, _), (garments, labels) = data.fashion_mnist()
labels = labels.astype(int)
logits = training.predict(network, garments).astype(np.float64)
probabilities = tf.nn.softmax(logits).numpy()
print(logits.shape, dict(zip(data.GARMENTS, probabilities[0].round(3), strict=True)))

# %%
# The same by hand: the largest logit is subtracted first, or the exponential could overflow.

raised = np.exp(logits - logits.max(axis=1, keepdims=True))
np.testing.assert_allclose(probabilities, raised / raised.sum(axis=1, keepdims=True), atol=1e-12)

# %%
# The entropy of each. The clear ones are of median entropy in their class, the ambiguous ones have
# the largest entropy of all.

entropy = -(probabilities * np.log2(np.maximum(probabilities, 1e-300))).sum(axis=1)
clear = []
for garment in CLEAR:
    of_class = np.flatnonzero(labels == garment)
    clear.append(of_class[np.argsort(entropy[of_class])[len(of_class) // 2]])
ambiguous = np.argsort(-entropy)[:SHOWN]
answers = probabilities.argmax(axis=1)
right = answers == labels
doubtful = entropy > DOUBT
results.record("garment_probabilities.doubtful", doubtful.sum(), tolerance=300)
results.record("garment_probabilities.right_in_doubt", 100 * right[doubtful].mean(), unit="%",
               tolerance=8)  # fmt: skip
results.record("garment_probabilities.accuracy", 100 * right.mean(), unit="%", tolerance=0.7)
shirts = labels == data.GARMENTS.index("Shirt")
results.record("garment_probabilities.shirts", 100 * right[shirts].mean(), unit="%", tolerance=8)
worst = min(range(10), key=lambda garment: right[labels == garment].mean())
assert data.GARMENTS[worst] == "Shirt"
taken = np.bincount(answers[shirts & ~right], minlength=10).argmax()
print("wrong shirts are taken most often for", data.GARMENTS[taken])

# %%
# Ten points per garment, on a logarithmic axis. The true class is orange; a triangle stands for
# what is smaller than the axis shows.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(4, SHOWN, figsize=(6.4, 6.4), height_ratios=(1, 1.35, 1, 1.35))
for row, chosen in ((0, clear), (2, ambiguous)):
    for column, index in enumerate(chosen):
        plotting.show_image(axes[row, column], data.to_float(garments[index]))
        ax, p = axes[row + 1, column], np.maximum(probabilities[index], FLOOR)
        colours = np.where(np.arange(10) == labels[index], plotting.ORANGE, plotting.BLUE)
        ax.grid(True, axis="y")
        for mark, which in (("o", p > FLOOR), ("v", p <= FLOOR)):
            at = np.flatnonzero(which)
            ax.scatter(at, p[at], c=colours[at], s=26, marker=mark, zorder=3, clip_on=False)
        ax.set(yscale="log", ylim=(FLOOR, 2), yticks=(1e-8, 1e-4, 1))
        ax.set_xticks(range(10), SHORT, rotation=90)
        ax.tick_params(axis="x", length=0)
        ax.minorticks_off()
        if column:
            ax.set_yticklabels([])
for row, title in ((0, "clear"), (2, "ambiguous")):
    axes[row, 0].set_title(title, loc="left")
    axes[row + 1, 0].set_ylabel("probability")
plotting.describe(
    fig,
    f"Panel a: {SHOWN} clear test garments, {', '.join(SHORT[labels[i]] for i in clear)}, each "
    "with its ten probabilities: the largest are "
    + ", ".join(f"{probabilities[i].max():.3f}" for i in clear)
    + f". Panel b: the {SHOWN} of largest entropy, {entropy[ambiguous[-1]]:.1f} to "
    f"{entropy[ambiguous[0]]:.1f} bits, whose largest probabilities are "
    + ", ".join(f"{probabilities[i].max():.2f}" for i in ambiguous)
    + ".",
    panels=axes[::2, 0],
)
plt.show()

# %%
# What to notice
# --------------
#
# The classes overlap: nobody can tell a long top from a short dress at this size. A network that
# gives two of them a half each says what is known.
