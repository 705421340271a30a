r"""
Size against mistakes
=====================

Each network as a file in four kinds: floats of 32 bits and of 16, weights of 8 bits, and int8
alone. A file's size is nearly that of its weights, so that each halving of the bits halves it. How
many test pictures are wrong hardly changes. With :math:`n` pictures an accuracy :math:`a` has a
standard error of its own,

.. math:: \sqrt{a (1 - a) / n}

Part of :doc:`/small`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import plotting, results, studies

NETWORKS = {
    "lenet": "LeNet of 2016",
    "strided_convnet": "strides",
    "small_convnet": "small network",
    "mnist_convnet": "CS 20",
    "strided_convnet, Fashion-MNIST": "strides, Fashion-MNIST",
}
KINDS = {"float32": "o", "float16": "s", "int8 weights": "D", "int8": "^"}

# %%
# What the study recorded: bytes, right answers, and answers that are not those of float32.

study = studies.load("int8_answers")
size, wrong, changed = {}, {}, {}
for network in NETWORKS:
    for kind in (*KINDS, "int8, a scale a kernel"):
        found = study.result(network=network, variant=kind)
        size[network, kind] = found["bytes"]
        wrong[network, kind] = found["pictures"] - found["right"]
        changed[network, kind] = found["changed"]
    print(network, [(size[network, k], wrong[network, k], changed[network, k]) for k in KINDS])
pictures = found["pictures"]

# %%
# Numbers for the chapter's table; and the change beside the standard error.

for network, label in NETWORKS.items():
    name = "garments" if "Fashion" in label else network
    for key, kind in (("float", "float32"), ("half", "float16"), ("weights", "int8 weights"),
                      ("int8", "int8"), ("kernel", "int8, a scale a kernel")):  # fmt: skip
        accuracy = 100 * (1 - wrong[network, kind] / pictures)
        results.record(f"int8_answers.{name}_{key}", accuracy, unit="%")
        if key in ("float", "int8"):
            results.record(f"int8_answers.{name}_{key}_kb", size[network, kind] / 1000, unit="kB")
garments = list(NETWORKS)[-1]
results.record("int8_answers.garments_changed", changed[garments, "int8"])
difference = {n: wrong[n, "int8"] - wrong[n, "float32"] for n in NETWORKS}
share = {n: wrong[n, "float32"] / pictures for n in NETWORKS}
error = {n: np.sqrt(share[n] * (1 - share[n]) * pictures) for n in NETWORKS}
results.record("int8_answers.most", max(map(abs, difference.values())))
for network in NETWORKS:
    np.testing.assert_allclose(wrong[network, "int8"], wrong[network, "float32"],
                               atol=error[network])  # fmt: skip
    assert abs(difference[network]) <= changed[network, "int8"]
ratio = [size[network, "float32"] / size[network, "int8"] for network in NETWORKS]
results.record("int8_answers.least_ratio", min(ratio))
results.record("int8_answers.most_ratio", max(ratio))

# %%
# A line for each network, its files along it.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 4))
for number, (network, label) in enumerate(NETWORKS.items()):
    x = [size[network, kind] / 1000 for kind in KINDS]
    y = np.array([100 * wrong[network, kind] / pictures for kind in KINDS])
    ax.plot(x, y, color=f"C{number}", linewidth=1, alpha=0.6)
    for marker, across, up in zip(KINDS.values(), x, y, strict=True):
        ax.plot(across, up, marker, color=f"C{number}", markersize=6)
    ax.text(x[0] * 1.15, y[0], label, color=plotting.ink(f"C{number}"), va="center", size=9)
ax.set(xscale="log", yscale="log", xlabel="file, kB", title="Wrong answers, %")
ax.set_xlim(right=9 * max(size.values()) / 1000)
ticks = [0.5, 1, 2, 5, 10]
ax.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
kilobytes = [30, 100, 300, 1000, 3000, 10_000]
ax.set_xticks(kilobytes, [f"{kb:,}" for kb in kilobytes])
ax.minorticks_off()
handles = [plt.Line2D([], [], marker=m, color="0.5", linestyle="none") for m in KINDS.values()]
fig.legend(handles, list(KINDS), loc="outside lower center", ncols=4)
plotting.describe(
    fig,
    "Wrong answers against the size of the file, both on logarithmic axes, for five networks in "
    "four kinds. "
    + "; ".join(
        f"{label}, {size[n, 'float32'] / 1000:,.0f} kB with {wrong[n, 'float32']} wrong in float32 "
        f"and {size[n, 'int8'] / 1000:,.0f} kB with {wrong[n, 'int8']} in int8"
        for n, label in NETWORKS.items()
    )
    + f", of {pictures:,} pictures. The lines are nearly level.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Not all of a file are weights: what describes the layers takes some kilobytes in each kind, which
# small networks feel. The number of wrong answers changes by less than chance alone would move it
# on other pictures.
