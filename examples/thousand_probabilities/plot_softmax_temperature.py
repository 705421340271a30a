r"""
A temperature turns certainty up and down
=========================================

Divide the logits by a temperature :math:`T` before the softmax. Above 1 the probabilities come
closer to each other, below 1 the largest takes all. The order of the classes never changes, and so
neither does the answer:

.. math:: p_j(T) = \frac{e^{z_j / T}}{\sum_i e^{z_i / T}}

So being right and being sure are two things, and the second can be set.

Part of :doc:`/thousand_probabilities`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import answers, data, plotting, pretrained, results
from convbook.models import published

TEMPERATURES = np.geomspace(1 / 8, 8, 49)
FIRST = 5

# %%
# The logits of Chelsea, once.

network = pretrained.load("efficientnet_lite0")
z = network.logits(data.chelsea()[data.COLOUR_CROP])[0]
best = z.argsort()[::-1][:FIRST]
print(z.shape, z[best])

# %%
# The softmax at every temperature, by TensorFlow and by the book's function.

p = tf.nn.softmax(z / TEMPERATURES[:, np.newaxis].astype(np.float32)).numpy()
computed = np.stack([pretrained.probabilities(z, t) for t in TEMPERATURES])
np.testing.assert_allclose(computed, p, atol=1e-5)
assert (p.argmax(axis=1) == best[0]).all()

# %%
# The ratio of two classes is their difference in logits, divided by the temperature.

odds = np.log(p[:, best[0]] / p[:, best[1]])
np.testing.assert_allclose(odds, (z[best[0]] - z[best[1]]) / TEMPERATURES, atol=1e-3)
middle = len(TEMPERATURES) // 2
assert np.isclose(TEMPERATURES[middle], 1)
for name, row in (("cold", 0), ("one", middle), ("hot", -1)):
    results.record(f"softmax_temperature.{name}", p[row, best[0]], tolerance=0.02)
with np.errstate(divide="ignore", invalid="ignore"):
    effective = np.exp(-np.nansum(np.where(p > 0, p * np.log(p), 0), axis=1))
results.record("softmax_temperature.effective_hot", effective[-1], tolerance=20)

# %%
# The effective number for the other networks at hand, asked or recorded.

others = {}
for name, values in answers.logits().items():
    if name != network.name:
        every = np.stack([pretrained.probabilities(values[0], t) for t in TEMPERATURES])
        entropy = -(every * np.log(np.maximum(every, 1e-30))).sum(axis=1)
        others[published.load(name).title] = np.exp(entropy)
print({title: values[-1] for title, values in others.items()})

# %%
# The first classes against the temperature, and how many classes share the probability.

plt.style.use(plotting.STYLE)
fig, (ax, below) = plt.subplots(2, 1, figsize=(6.4, 4.8), sharex=True, height_ratios=(1.6, 1))
for index in best:
    ax.plot(TEMPERATURES, p[:, index], label=pretrained.classes()[index].name)
ax.set_ylabel("probability")
ax.set_ylim(0, 1.02)
ax.legend()
below.loglog(TEMPERATURES, effective, color="0.3", label=published.load(network.name).title)
for title, values in others.items():
    below.loglog(TEMPERATURES, values, "--", color="0.3", label=title)
if others:
    below.legend()
below.set_ylabel("effective\nclasses")
below.set_xlabel("temperature")
ticks = [1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8]
below.set_xticks(ticks, ["1/8", "1/4", "1/2", "1", "2", "4", "8"])
below.minorticks_off()
for panel in (ax, below):
    panel.axvline(1, color="0.6", linewidth=1, linestyle=":")
    panel.grid(True)
plotting.describe(
    fig,
    f"Panel a: probabilities of the first {FIRST} classes against the temperature, from 1/8 to 8. "
    f"The first one, {pretrained.classes()[best[0]].name}, has {p[0, best[0]]:.2f}, at temperature "
    f"1 {p[middle, best[0]]:.2f}, and at the end {p[-1, best[0]]:.3f}. Panel b: the effective "
    f"number of classes grows from {effective[0]:.1f} to {effective[-1]:.0f}."
    + "".join(f" Of {title} it ends at {values[-1]:.0f}." for title, values in others.items()),
)
plt.show()

# %%
# What to notice
# --------------
#
# The curve of the second class has a maximum: at first it gains from the first one's losses, then
# it loses to the hundreds behind it.
