"""
One thread, two threads
=======================

A second thread halves only what can be divided between the two. The rest, the share that one thread
does alone, bounds the gain: Amdahl's law. From two times the share follows, and with it what more
threads would bring, if nothing else stood in their way.

.. math:: \\frac{t_1}{t_n} = \\frac{1}{s + (1 - s) / n}, \\quad s = 2 \\, \\frac{t_2}{t_1} - 1

Part of :doc:`/fast`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import plotting, results, studies, timing

NAMES = {"mnist_convnet": "CS 20's network", "depthwise": "depthwise blocks"}
PARTS = {"forward": "forwards", "step": "training"}
MANY = np.arange(1, 17)  # threads

# %%
# What the study recorded, each number of threads in a process of its own.

study = studies.load("execution")
taken = {
    (name, part): [study.result(network=name, threads=n)[part] for n in (1, 2)]
    for name in NAMES
    for part in PARTS
}
speedup = {work: np.array(timing.ratio(*pair)) for work, pair in taken.items()}
alone = {work: np.clip(2 / gains - 1, 0, 1) for work, gains in speedup.items()}
for (name, part), gains in speedup.items():
    np.testing.assert_array_less([1.3, gains[2]], [gains[1], 2])
    shares = alone[name, part]
    np.testing.assert_allclose(1 / (shares + (1 - shares) / 2), gains)
    results.record(f"threads.{name}_{part}", f"{gains[1]:.2f} to {gains[2]:.2f}")
    results.record(
        f"threads.{name}_{part}_alone", f"{100 * shares[2]:.0f} to {100 * shares[1]:.0f}", unit="%"
    )

# %%
# What was measured (panel a), with the range that the readings leave. What Amdahl's law makes of
# the ranges (panel b), up to 16 threads.

plt.style.use(plotting.STYLE)
fig, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.7), width_ratios=(1, 1))
for number, (work, (gain, low, high)) in enumerate(speedup.items()):
    left.hlines(number, low, high, color=f"C{number}", linewidth=5, alpha=0.35)
    left.plot(gain, number, "o", color=f"C{number}")
    left.text(high + 0.04, number, f"{gain:.2f}", va="center", size=9)
    _, most, least = (1 / (share + (1 - share) / MANY) for share in alone[work])
    right.fill_between(MANY, least, most, color=f"C{number}", alpha=0.35)
left.axvline(2, color="0.4", linewidth=1, linestyle=":")
left.set(title="Gain of two threads", xlim=(1, 2.2), xlabel="t₁ / t₂")
names = [f"{NAMES[name]},\n{PARTS[part]}" for name, part in speedup]
left.set_yticks(range(len(speedup)), names, fontsize=9)
left.invert_yaxis()
right.set_xticks([1, 2, 4, 8, 16])
right.plot(MANY, MANY, color="0.6", linewidth=1, linestyle="--")
right.text(6.6, 7.4, "all divided", rotation=45, color="0.4", size=9, ha="center", va="center")
right.set(
    title="By Amdahl's law", xlabel="threads n", ylabel="t₁ / tₙ", ylim=(0.8, 10), xlim=(1, 16)
)
right.grid(axis="y")
plotting.describe(
    fig,
    "Panel a: dots with ranges for the gain of a second thread: "
    + ", ".join(
        f"{NAMES[name]} {PARTS[part]} {gain:.2f}" for (name, part), (gain, *_) in speedup.items()
    )
    + ". Panel b: the gain that Amdahl's law gives for up to 16 threads.",
)
plt.show()

# %%
# What to notice
# --------------
#
# A few hundredths in panel a become a wide band in panel b: what sixteen threads would bring cannot
# be read from two. Panel b is a sum and no measurement. Threads also share caches and memory, so
# that a layer which waits for memory gains less than the law allows.
