r"""
Weights removed, or whole maps
==============================

The weights closest to 0 are set to 0, the same share :math:`p` in each kernel; or the maps whose
kernels have the smallest sums of absolute values are taken out. Without a share :math:`p` of its
maps on both sides, a convolution has

.. math:: (1 - p)^2 \, C_\text{in} C_\text{out} k^2

weights left, and as many fewer multiplications. Zeros that stay in their places save neither.

Part of :doc:`/small`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import plotting, results, studies

PICTURES = 10_000  # of Fashion-MNIST's test set
STYLES = {"weights": (plotting.BLUE, "s"), "maps": (plotting.ORANGE, "o")}

# %%
# What the study recorded, by seed.

units = studies.load("rounding_and_pruning").select(measured="pruning")
shares = {kind: units[0].parameters[kind] for kind in STYLES}
percent = PICTURES / 100
accuracy = {
    (kind, share, when): np.array([u.result[f"{kind} {share}"][when] for u in units]) / percent
    for kind in STYLES for share in shares[kind] for when in ("at once", "trained")
}  # fmt: skip
whole = np.array([unit.result["all"]["trained"] for unit in units]) / percent
before = units[0].result["all"]
print({key: values.mean().round(1) for key, values in accuracy.items()})

# %%
# What it costs: bytes of the file in int8, as it is and compressed, and multiplications.

cost = {(kind, share): units[0].result[f"{kind} {share}"]
        for kind in STYLES for share in shares[kind]}  # fmt: skip
for (kind, share), found in cost.items():
    name = f"{kind}_{round(100 * share)}"
    results.record(f"pruning.{name}_kb", found["bytes"] / 1000, unit="kB")
    results.record(f"pruning.{name}_zipped_kb", found["zipped"] / 1000, unit="kB")
    results.record(f"pruning.{name}_macs", found["macs"] / 1e6)
    results.record(f"pruning.{name}_once", accuracy[kind, share, "at once"].mean(), unit="%")
    results.record(f"pruning.{name}_trained", accuracy[kind, share, "trained"].mean(), unit="%")
results.record("pruning.all_kb", before["bytes"] / 1000, unit="kB")
results.record("pruning.all_zipped_kb", before["zipped"] / 1000, unit="kB")
results.record("pruning.all_macs", before["macs"] / 1e6)
results.record("pruning.all_trained", whole.mean(), unit="%")
for share in shares["weights"]:
    np.testing.assert_equal(cost["weights", share]["macs"], before["macs"])
    np.testing.assert_allclose(cost["weights", share]["bytes"], before["bytes"], rtol=0.01)
    assert cost["weights", share]["zipped"] < before["zipped"]

# %%
# Accuracy against the share that is removed, and against what is left to store and to compute.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, 3, figsize=(6.8, 3.5))
for kind, (colour, marker) in STYLES.items():
    trained = [accuracy[kind, share, "trained"].mean() for share in shares[kind]]
    once = [accuracy[kind, share, "at once"].mean() for share in shares[kind]]
    x = [0, *(100 * share for share in shares[kind])]
    axes[0].plot(x, [whole.mean(), *trained], marker + "-", color=colour, label=kind)
    axes[0].plot(
        x[1:], once, marker + ":", color=colour, fillstyle="none", label=f"{kind}, at once"
    )
    for ax, key, unit in ((axes[1], "zipped", 1000), (axes[2], "macs", 1e6)):
        left = [before[key] / unit, *(cost[kind, share][key] / unit for share in shares[kind])]
        ax.plot(left, [whole.mean(), *trained], marker + "-", color=colour)
lowest = min(accuracy[kind, share, "trained"].mean() for kind in STYLES for share in shares[kind])
for ax in axes[1:]:
    ax.set_ylim(lowest - 1, whole.mean() + 1)
    ax.set_xlim(left=0)
axes[0].set(title="Test accuracy, %", xlabel="removed, %")
axes[1].set(title="Against the file", xlabel="compressed file, kB")
axes[2].set(title="Against the work", xlabel="MACs, millions")
fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
plotting.describe(
    fig,
    f"Panel a: accuracy against the share of the weights or maps that is removed. Whole, it is "
    f"{whole.mean():.1f} %. "
    + "; ".join(
        f"without {share:.0%} of the {kind}, {accuracy[kind, share, 'at once'].mean():.1f} % at "
        f"once and {accuracy[kind, share, 'trained'].mean():.1f} % after an epoch"
        for kind in STYLES
        for share in shares[kind]
    )
    + ". Panels b, c: the same after the epoch against the compressed file and against "
    f"multiplications, which stay at {before['macs'] / 1e6:.2f} million where weights are removed.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Half of the single weights can go, and an epoch makes up for them. But the network computes as
# much as before unless the machine knows how to pass over zeros. Half of the maps cost a few
# points, and what is left is small in every respect.
