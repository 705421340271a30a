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

from convbook import plotting, results, studies

NAMES = {"mnist_convnet": "CS 20's network", "depthwise": "depthwise blocks"}
PARTS = {"forward": "forwards", "step": "training"}
MANY = np.arange(1, 17)  # threads

# %%
# What the study recorded, each number of threads in a process of its own.

study = studies.load("execution")
seconds = {
    (name, part): [study.result(network=name, threads=n)[part]["least"] for n in (1, 2)]
    for name in NAMES
    for part in PARTS
}
alone, speedup = {}, {}
for (name, part), (with_one, with_two) in seconds.items():
    alone[name, part] = float(np.clip(2 * with_two / with_one - 1, 0, 1))
    speedup[name, part] = with_one / with_two
    results.record(f"threads.{name}_{part}", with_one / with_two)
    results.record(f"threads.{name}_{part}_alone", alone[name, part])
    if with_two <= with_one <= 2 * with_two:
        share = alone[name, part]
        np.testing.assert_allclose(1 / (share + (1 - share) / 2), with_one / with_two)

# %%
# On the left what was measured. On the right what Amdahl's law makes of it, up to 16 threads.

plt.style.use(plotting.STYLE)
fig, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.7), width_ratios=(1, 1))
for number, ((name, part), gain) in enumerate(speedup.items()):
    share = alone[name, part]
    left.barh(number, gain, color=f"C{number}")
    left.text(gain, number, f" {gain:.2f}", va="center", size=9)
    right.plot(MANY, 1 / (share + (1 - share) / MANY), color=f"C{number}")
left.axvline(2, color="0.4", linewidth=1, linestyle=":")
left.set(title="Gain of two threads", xlim=(0, 1.25 * max(2, *speedup.values())), xlabel="t₁ / t₂")
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
    "Left, bars for the gain of a second thread: "
    + ", ".join(f"{NAMES[name]} {PARTS[part]} {gain:.2f}" for (name, part), gain in speedup.items())
    + ". Right, the gain that Amdahl's law gives for up to 16 threads.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The right panel is a sum and no measurement. Threads also share the caches and the memory, so that
# a layer which waits for memory gains less than the law allows.
