r"""
Rounding while learning
=======================

In quantization-aware training each step computes with rounded weights :math:`\hat w`, and corrects
the ones that are not rounded. The gradient passes the rounding as if it were not there, the
straight-through estimator:

.. math:: \hat w = s \, \operatorname{round}(w / s), \qquad
   \frac{\partial L}{\partial w} := \frac{\partial L}{\partial \hat w}

It is compared with rounding at once, and with rounding after the same epoch in floats.

Part of :doc:`/small`.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy import stats

from convbook import plotting, results, studies

WAYS = {
    "at once": (plotting.BLUE, "s"),
    "an epoch more": (plotting.GREEN, "D"),
    "aware": (plotting.ORANGE, "o"),
}
PICTURES = 10_000  # of Fashion-MNIST's test set

# %%
# What the study recorded: right answers by seed, bits and way.

units = studies.load("rounding_and_pruning").select(measured="rounding")
bits = units[0].parameters["bits"]
accuracy = {(way, b): np.array([u.result[str(b)][way] for u in units]) / PICTURES * 100
            for way in WAYS for b in bits}  # fmt: skip
floats = np.array([u.result["float"] for u in units]) / PICTURES * 100
longer = np.array([u.result["float, an epoch more"] for u in units]) / PICTURES * 100
results.record("fewer_bits.seeds", len(units))
results.record("fewer_bits.floats", floats.mean())
results.record("fewer_bits.longer", longer.mean())

# %%
# The gain of rounding while learning over the same epoch without, paired by seed, with Student's
# interval; once by hand and once by SciPy.

gain = {}
for b in bits:
    difference = accuracy["aware", b] - accuracy["an epoch more", b]
    n = len(difference)
    half = stats.t.ppf(0.975, n - 1) * difference.std(ddof=1) / np.sqrt(n)
    interval = stats.ttest_1samp(difference, 0).confidence_interval(0.95)
    np.testing.assert_allclose(
        [difference.mean() - half, difference.mean() + half], [interval.low, interval.high]
    )
    gain[b] = (difference.mean(), interval.low, interval.high)
    for name, value in zip(("gain", "low", "high"), gain[b], strict=True):
        results.record(f"fewer_bits.{name}_{b}", value, unit="points")
    for way, name in zip(WAYS, ("once", "more", "aware"), strict=True):
        results.record(f"fewer_bits.{name}_{b}", accuracy[way, b].mean(), unit="%")
for name, key in (("int8", "int8"), ("int8_more", "int8, an epoch more"),
                  ("int8_aware", "int8, aware")):  # fmt: skip
    found = np.array([u.result[key] for u in units]) / PICTURES * 100
    results.record(f"fewer_bits.{name}", found.mean(), unit="%")
print({b: np.round(values, 2) for b, values in gain.items()})
assert gain[2][1] > 0

# %%
# Every seed is a mark.

plt.style.use(plotting.STYLE)
fig, (left, right) = plt.subplots(1, 2, figsize=(6.6, 3.5), width_ratios=(1.3, 1))
places = np.arange(len(bits))
for number, (way, (colour, marker)) in enumerate(WAYS.items()):
    for place, b in zip(places, bits, strict=True):
        seeds = accuracy[way, b]
        left.plot(np.full(len(seeds), place + 0.2 * (number - 1)), seeds, marker, color=colour,
                  markersize=4, alpha=0.7, label=way if place == 0 else None)  # fmt: skip
left.axhline(longer.mean(), color="0.3", linewidth=1, linestyle="--")
left.set_xticks(places, bits)
left.set(title="Test accuracy, %", xlabel="bits of a weight")
left.legend(loc="lower left")
for place, b in zip(places, bits, strict=True):
    mean, low, high = gain[b]
    colour = plotting.ORANGE if low > 0 or high < 0 else "0.55"
    right.vlines(place, low, high, color=colour, linewidth=4, alpha=0.5)
    right.plot(place, mean, "o", color=colour)
right.axhline(0, color="0.3", linewidth=1)
right.set_xticks(places, bits)
right.set_yscale("symlog", linthresh=1)
ticks = (0, 0.5, 1, 2, 5, 10, 20, 50)
right.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
right.minorticks_off()
right.set_ylim(-0.5, 90)
right.set(title="Aware − an epoch more, points", xlabel="bits of a weight")
plotting.describe(
    fig,
    "Panel a: test accuracy of five seeds with weights of "
    + ", ".join(map(str, bits))
    + " bits. Means rounded at once, after an epoch more in floats, and aware: "
    + "; ".join(
        f"{b} bits, " + ", ".join(f"{accuracy[way, b].mean():.1f} %" for way in WAYS) for b in bits
    )
    + f". A dashed line marks floats, {longer.mean():.1f} %. Panel b: the gain of the aware over "
    "the second, paired by seed, with 95 % intervals: "
    + "; ".join(f"{b} bits, {m:.2f} ({lo:.2f} to {hi:.2f})" for b, (m, lo, hi) in gain.items())
    + ".",
)
plt.show()

# %%
# What to notice
# --------------
#
# With eight bits there is nothing to be won, and with four nothing that these seeds vouch for. The
# fewer bits, the more it matters that the weights have learned under the rounding they will meet.
