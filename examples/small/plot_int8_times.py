r"""
What int8 saves in time
=======================

One picture through the same network as files of three kinds, by LiteRT's interpreter on one thread,
measured by turns; and through pruned files of one network. The gain over float32 is a ratio of
times,

.. math:: g = t_\text{float32} / t

and lies where the readings of both leave it.

Part of :doc:`/small`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import plotting, results, studies, timing

NETWORKS = {
    "lenet": "LeNet of 2016",
    "strided_convnet": "strides",
    "small_convnet": "small network",
    "mnist_convnet": "CS 20",
    "efficientnet_lite0": "EfficientNet-Lite0",
}
KINDS = {"int8 weights": (plotting.GREEN, "D"), "int8": (plotting.ORANGE, "^")}

# %%
# What the study recorded.

study = studies.load("int8_times")
taken = {name: study.result(measured="kinds", network=name) for name in NETWORKS}
gain = {}
for name, of_network in taken.items():
    for kind in KINDS:
        gain[name, kind] = timing.ratio(of_network["float32"], of_network[kind])
        least = of_network["float32"]["least"] / of_network[kind]["least"]
        np.testing.assert_allclose(gain[name, kind][0], least)
    results.record(f"int8_times.{name}_float", 1000 * of_network["float32"]["least"], unit="ms")
    for key, kind in (("weights", "int8 weights"), ("int8", "int8")):
        results.record(f"int8_times.{name}_{key}_gain", gain[name, kind][0])

# %%
# The same network with nine of ten weights 0, and with half of its maps.

pruned = study.result(measured="pruned", network="strided_convnet")
labels = {"zeros": "90 % zeros", "half": "half the maps"}
for kept, label in labels.items():
    for kind in ("float32", "int8"):
        gain[label, kind] = timing.ratio(pruned[f"all, {kind}"], pruned[f"{kept}, {kind}"])
    results.record(f"int8_times.{kept}_gain", gain[label, "float32"][0])
print({key: np.round(values, 2) for key, values in gain.items()})

# %%
# Gains, 1 for none.

plt.style.use(plotting.STYLE)
fig, (left, right) = plt.subplots(1, 2, figsize=(6.6, 3.6), width_ratios=(1.4, 1))
for ax, rows, kinds in ((left, NETWORKS, KINDS),
                        (right, dict.fromkeys(labels.values()),
                         {"float32": ("0.45", "o"), "int8": KINDS["int8"]})):  # fmt: skip
    for row, name in enumerate(rows):
        for number, (kind, (colour, marker)) in enumerate(kinds.items()):
            middle, low, high = gain[name, kind]
            place = row + 0.25 * (number - 0.5)
            ax.hlines(place, low, high, color=colour, linewidth=4, alpha=0.35)
            ax.plot(middle, place, marker, color=colour, label=kind if row == 0 else None)
    ax.set_yticks(range(len(rows)), [NETWORKS.get(name, name) for name in rows])
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.axvline(1, color="0.3", linewidth=1, linestyle=":")
    ax.set_xlim(left=0)
    ax.grid(axis="x")
    ax.legend(loc="best")
left.set(title="Gain over float32", xlabel="times as fast")
right.set(title="Gain over the whole", xlabel="times as fast")
plotting.describe(
    fig,
    "Panel a: how many times as fast as float32 one picture is with int8 weights and with int8: "
    + "; ".join(
        f"{label}, {gain[name, 'int8 weights'][0]:.2f} and {gain[name, 'int8'][0]:.2f}"
        for name, label in NETWORKS.items()
    )
    + ". Panel b: how many times as fast as the whole network the pruned ones are, in float32 and "
    "in int8: "
    + "; ".join(
        f"{label}, {gain[label, 'float32'][0]:.2f} and {gain[label, 'int8'][0]:.2f}"
        for label in labels.values()
    )
    + ".",
)
plt.show()

# %%
# What to notice
# --------------
#
# What a kind gains depends on the layers and on the processor's instructions for products of bytes.
# Zeros in their places gain nothing, since they are multiplied like all other numbers.
