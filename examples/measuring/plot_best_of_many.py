"""
The best of many, on the test set
=================================

A test set is a sample, and an accuracy measured on it scatters about the true one. Whoever tries
:math:`N` networks that are equally good, and reports the one that did best on the test set, reports
the luckiest. Nothing about the number betrays it. With mistakes that fall independently, the count
of mistakes is binomial, and the least of :math:`N` counts has

.. math:: P(\\min_i k_i \\ge m) = P(k \\ge m)^N

Part of :doc:`/measuring`.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy import stats

from convbook import plotting, results

PICTURES = 10_000
ERROR_RATE = 0.006  # of every candidate, on all digits ever written
CANDIDATES = (1, 2, 5, 10, 20, 50, 100)
SHOWN = 20
FEW = 1000  # pictures of a small test set

# %%
# The standard error of one measured accuracy, in points of per cent.

count = stats.binom(PICTURES, ERROR_RATE)
standard_error = np.sqrt(ERROR_RATE * (1 - ERROR_RATE) / PICTURES)
np.testing.assert_allclose(count.std() / PICTURES, standard_error)
results.record("best_of_many.standard_error", 100 * standard_error, unit="points")

# %%
# The mean of the least of so many counts, from the formula: the sum of the probabilities that it is
# at least 1, at least 2, and so on.

mistakes = np.arange(PICTURES + 1)
at_least = count.sf(mistakes - 1)
means = {n: float((at_least[1:] ** n).sum()) for n in CANDIDATES}
print({n: round(mean, 1) for n, mean in means.items()})

# %%
# The same by simulation. The chosen one then meets pictures that nobody has chosen by, and is as
# good as all the others were.

rng = np.random.default_rng(0)
drawn = rng.binomial(PICTURES, ERROR_RATE, (5000, SHOWN))
best = drawn.min(axis=1)
again = rng.binomial(PICTURES, ERROR_RATE, 5000)
np.testing.assert_allclose(best.mean(), means[SHOWN], atol=0.3)
np.testing.assert_allclose(again.mean(), PICTURES * ERROR_RATE, atol=0.5)
accuracy = {n: 100 * (1 - mean / PICTURES) for n, mean in means.items()}
results.record("best_of_many.truth", 100 * (1 - ERROR_RATE), unit="%")
results.record(f"best_of_many.of_{SHOWN}", accuracy[SHOWN], unit="%")
results.record("best_of_many.of_100", accuracy[100], unit="%")

# %%
# A tenth of the pictures.

small = stats.binom(FEW, ERROR_RATE).sf(np.arange(FEW))
too_good = 100 * (ERROR_RATE - (small**SHOWN).sum() / FEW)
results.record("best_of_many.small_test", too_good, unit="points")

# %%
# One result, and the best of many.

plt.style.use(plotting.STYLE)
fig, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.4), width_ratios=(1.25, 1))
shown = np.arange(30, 91)
axis = 100 * (1 - shown / PICTURES)
single = count.pmf(shown)
least = at_least[shown] ** SHOWN - at_least[shown + 1] ** SHOWN
left.fill_between(axis, single, step="mid", alpha=0.5, label="one network")
left.fill_between(axis, least, step="mid", alpha=0.5, label=f"the best of {SHOWN}")
left.axvline(100 * (1 - ERROR_RATE), color="0.2", linewidth=1, linestyle="--")
left.set_xlabel("measured accuracy, %")
left.set_ylabel("probability")
left.set_ylim(0, 1.3 * least.max())
left.legend(loc="upper left")
left.set_title("Equally good networks")
right.semilogx(CANDIDATES, list(accuracy.values()), "o-", color="C1")
right.axhline(100 * (1 - ERROR_RATE), color="0.2", linewidth=1, linestyle="--")
right.text(CANDIDATES[-1], 100 * (1 - ERROR_RATE) + 0.004, "true accuracy", ha="right")
right.set_xticks(CANDIDATES, CANDIDATES)
right.minorticks_off()
right.set_yticks([99.4, 99.45, 99.5, 99.55, 99.6])
right.set_xlabel("networks tried")
right.set_title("Mean of the best, %")
plotting.describe(
    fig,
    f"Panel a: the distribution of the accuracy of a network that is right in {1 - ERROR_RATE:.1%} "
    f"of all cases, measured on {PICTURES} pictures, and to its right that of the best of {SHOWN} "
    "such networks. Panel b: the mean of the best grows with the number tried, from "
    f"{accuracy[1]:.2f} % to {accuracy[100]:.2f} % for 100, while the true accuracy stays.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The gain is of luck alone: on new pictures all networks are equal again. Held-out pictures have
# the same fault, and so the best held-out accuracy is too high as well; but the test set, not
# chosen by, is not.
