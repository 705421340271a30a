r"""
From one digit to another
=========================

Mix two clear digits, a little more of the second in each step, and watch the probabilities. Between
the two the network does not say half and half for long: it keeps to the first, turns over within a
few steps, and sometimes names a third class on the way.

.. math:: x(t) = (1 - t)\, x_0 + t\, x_1, \qquad 0 \le t \le 1

Part of :doc:`/inception`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import data, plotting, results, training

PAIRS = ((3, 8), (4, 9))
STEPS = 41
STRIP = 9  # mixtures drawn
MANY = 100  # pairs for the statistics
SEED = 2

# %%
# One clear digit of each class: that of median logit among the right ones.

network = training.load("mini_inception").model
(_, _), (digits, labels) = data.mnist()
digits, labels = digits[:5000], labels[:5000]
scores = training.predict(network, digits)
right = scores.argmax(axis=1) == labels
clear = []
for digit in range(10):
    of_class = np.flatnonzero(right & (labels == digit))
    best = scores[of_class, digit]
    clear.append(of_class[np.argsort(best)[len(best) // 2]])
print(labels[clear], right.mean().round(2))

# %%
# Mixtures are bytes again, as all pictures that the network has seen.

t = np.linspace(0, 1, STEPS)


def along(pairs):
    """Return mixtures (pairs, STEPS, 28, 28) of pairs of places, and their probabilities."""
    first, second = digits[pairs[:, 0]].astype(float), digits[pairs[:, 1]].astype(float)
    ways = first[:, None] + t[:, None, None] * (second - first)[:, None]
    bytes_ = np.rint(ways).astype(np.uint8)
    z = training.predict(network, bytes_.reshape(-1, 28, 28)).astype(np.float64)
    z = np.exp(z - z.max(axis=1, keepdims=True))
    return bytes_, (z / z.sum(axis=1, keepdims=True)).reshape(len(pairs), STEPS, 10)


# %%
# Over many random pairs of right digits: how often a third class wins somewhere on the way, and
# over how much of the way no class has nine tenths.

rng = np.random.default_rng(SEED)
places = rng.choice(np.flatnonzero(right), (3 * MANY, 2))
places = places[labels[places[:, 0]] != labels[places[:, 1]]][:MANY]
_, over_all = along(places)
winners = over_all.argmax(axis=-1)
ends = labels[places]
third = ((winners != ends[:, :1]) & (winners != ends[:, 1:])).any(axis=1)
unsure = (over_all.max(axis=-1) < 0.9).mean(axis=1)
results.record("digit_mixtures.third", 100 * third.mean(), unit="%", tolerance=20)
results.record("digit_mixtures.unsure", 100 * unsure.mean(), unit="%", tolerance=10)

# %%
# Two pairs of clear digits, and the first random one that passes through a third class.

shown = np.array([*[(clear[a], clear[b]) for a, b in PAIRS], places[third.argmax()]])
ways, probabilities = along(shown)
np.testing.assert_array_equal(ways[:, 0], digits[shown[:, 0]])
np.testing.assert_allclose(probabilities.sum(axis=-1), 1)
named_pairs = labels[shown].tolist()

# %%
# A pair a panel: mixtures above, and below them the probabilities of all ten classes.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(
    2 * len(shown), 1, figsize=(6.4, 5.5), height_ratios=(1, 1.15) * len(shown)
)
for number, (a, b) in enumerate(named_pairs):
    strip = plotting.mosaic(ways[number, :: (STEPS - 1) // (STRIP - 1)], STRIP, gap=2)
    plotting.show_image(axes[2 * number], strip, limits=(0, 255))
    ax = axes[2 * number + 1]
    for digit, values in enumerate(probabilities[number].T):
        named = digit in (a, b) or values.max() > 0.2
        colour = {a: plotting.BLUE, b: plotting.ORANGE}.get(
            digit, plotting.GREEN if named else "0.8"
        )
        ax.plot(t, values, color=colour, zorder=2 + named)
        if named:
            top = values.argmax() if digit not in (a, b) else {a: 2, b: STEPS - 3}[digit]
            above = digit not in (a, b)  # where no other curve passes
            ax.text(t[top], values[top] + (0.05 if above else -0.08), str(digit),
                    color=plotting.ink(colour), weight="bold", ha="center",
                    va="bottom" if above else "top")  # fmt: skip
    edge = 0.5 / (STRIP - 1)  # so that each mixture stands above its share
    ax.set(xlim=(-edge, 1 + edge), ylim=(0, 1.02), yticks=(0, 1))
axes[-1].set_xlabel("share of the second digit")
axes[1].set_ylabel("probability")
plotting.describe(
    fig,
    "Three panels of mixtures of two digits, with curves of the ten probabilities: "
    + ", ".join(f"{a} to {b}" for a, b in named_pairs)
    + ". The first digit is above nine tenths up to a "
    "share of the second of "
    + ", ".join(
        f"{t[np.argmax(p[:, a] < 0.9)]:.2f}"
        for (a, _), p in zip(named_pairs, probabilities, strict=True)
    )
    + f". Of {MANY} random pairs {third.mean():.0%} pass through a third class.",
    panels=axes[::2],
)
plt.show()

# %%
# What to notice
# --------------
#
# Half of each is no picture of a digit, and the network was not asked to say so. Probabilities of a
# network are not shares of ink: they turn over where the logits cross, and logits are large.
