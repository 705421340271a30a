r"""
Work is not time
================

The time of one forward pass, one picture at a time, against the multiply-accumulates. If all
products cost the same, the points would lie on a line of slope one. They do not: a network of many
small layers, or of layers that move more numbers than they multiply, reaches fewer products a
second.

.. math:: \text{rate} = \frac{\text{MACs}}{\text{seconds}}

Part of :doc:`/deeper_architectures`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import plotting, results, studies
from convbook.models import published

RATES = (3, 10, 30, 100)  # billion MACs a second: lines in the figure
PLACES = {"efficientnet_lite0": (8, 6), "mobilenet": (-8, -11),
          "inception_v3": (8, -3), "resnet50": (8, -13)}  # points  # fmt: skip

# %%
# The times were measured once, on the machine that the chapter names. The work is counted.

times, tables = (
    {unit.parameters["network"]: unit.result for unit in studies.load(study).units}
    for study in ("forward_times", "layer_tables")
)
names = [name for name in published.names() if name in times and name != "lenet5"]
seconds = np.array([times[name]["median"] for name in names])
macs = np.array([sum(row["macs"] for row in tables[name]["rows"]) for name in names])
layers = np.array([len(tables[name]["rows"]) for name in names])
rates = macs / seconds / 1e9
for name, second, rate in zip(names, seconds, rates, strict=True):
    print(f"{name:20} {1e3 * second:7.1f} ms  {rate:6.1f} billion MACs a second")
    results.record(f"time_against_macs.{name}", 1e3 * second, unit="ms")

# %%
# The two studies speak of the same networks.

counted = [sum(row["parameters"] for row in tables[name]["rows"]) for name in names]
np.testing.assert_array_equal([times[name]["parameters"] for name in names], counted)
best, worst = int(rates.argmax()), int(rates.argmin())
results.record("time_against_macs.fastest", published.load(names[best]).title)
results.record("time_against_macs.slowest", published.load(names[worst]).title)
results.record("time_against_macs.highest_rate", rates[best])
results.record("time_against_macs.lowest_rate", rates[worst])
results.record("time_against_macs.ratio", rates[best] / rates[worst])

# %%
# Grey lines join networks of equal rate.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 4.4))
span = np.array([macs.min() / 1.6e6, macs.max() * 1.9 / 1e6])
heights = np.array([seconds.min() / 1.5, seconds.max() * 1.7]) * 1e3
for rate in RATES:
    ax.plot(span, span / rate, color="0.8", linewidth=1, zorder=0)
    low, high = max(span[0], heights[0] * rate), min(span[1], heights[1] * rate)
    if high > 3 * low:  # there is room for its name
        x = low**0.15 * high**0.85
        ax.text(x, x / rate, f"{rate} GMAC/s", size=9, color="0.45", ha="right", va="bottom",
                rotation=35, rotation_mode="anchor")  # fmt: skip
for number, name in enumerate(names):
    at = macs[number] / 1e6, seconds[number] * 1e3
    ax.plot(*at, "o", color=plotting.BLUE)
    place = PLACES.get(name, (8, -11))
    side = "left" if place[0] > 0 else "right"
    ax.annotate(published.load(name).title, at, place, size=9, textcoords="offset points", ha=side)
ax.set(xscale="log", yscale="log", xlim=span, ylim=heights)
ax.set_xticks((300, 1000, 3000, 10_000), ("300", "1,000", "3,000", "10,000"))
ax.set_yticks([t for t in (5, 10, 20, 50, 100, 200, 500, 1000) if heights[0] < t < heights[1]])
ax.yaxis.set_major_formatter("{x:g}")
ax.minorticks_off()
ax.set(xlabel="multiply-accumulates for a picture, millions", ylabel="forward pass, ms")
plotting.describe(
    fig,
    f"Points for {len(names)} networks over multiply-accumulates and time, with lines of equal "
    f"rate. {published.load(names[best]).title} reaches {rates[best]:.0f} billion "
    f"multiply-accumulates a second and {published.load(names[worst]).title} {rates[worst]:.1f}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The points spread over the lines. MACs count the arithmetic; what time it takes depends on how
# much of the machine its layers can use.
