"""
A CPU and a GPU
===============

The same networks and the same matrix product on the processor, and beside it on the graphics card
of the same machine. Where the record has no GPU, its column stays empty: no number in this book
comes from a machine that did not run it.

.. math:: \\mathrm{speed\\text{-}up} = \\frac{t_{\\mathrm{CPU}}}{t_{\\mathrm{GPU}}}

Part of :doc:`/fast`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import plotting, results, studies

WORK = {
    "matrix product, float32": ("product", "float32"),
    "matrix product, bfloat16": ("product", "bfloat16"),
    "CS 20's network, forwards": ("mnist_convnet", "forward"),
    "CS 20's network, training": ("mnist_convnet", "step"),
    "depthwise blocks, forwards": ("depthwise", "forward"),
    "depthwise blocks, training": ("depthwise", "step"),
}
DEVICES = ("CPU", "GPU")

# %%
# What the study recorded, in milliseconds. The passport names the machine and its device.

study = studies.load("devices")
has_gpu = bool(study.select(device="GPU"))
passport = study.passport
reason = f"The record's machine has no GPU:\n{passport.machine}"
milliseconds = {device: [] for device in DEVICES[: 1 + has_gpu]}
for device, taken in milliseconds.items():
    for name, part in WORK.values():
        of_work = {"measured": "product"} if name == "product" else {"network": name}
        taken.append(1000 * study.result(device=device, **of_work)[part]["least"])
np.testing.assert_array_less(0, list(milliseconds.values()))
np.testing.assert_equal(has_gpu, passport.device != "CPU")
for (name, part), taken in zip(WORK.values(), milliseconds["CPU"], strict=True):
    results.record(f"cpu_and_gpu.{name}_{part}", taken, unit="ms")
results.record("cpu_and_gpu.device", passport.device if has_gpu else "none in the record")

# %%
# One row for each piece of work, one column for each device.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, 2, figsize=(6.4, 3.4), sharey=True)
rows = np.arange(len(WORK))
for ax, device, colour in zip(axes, DEVICES, (plotting.BLUE, plotting.ORANGE), strict=True):
    for row, taken in zip(rows, milliseconds.get(device, ()), strict=False):
        ax.barh(row, taken, color=colour)
        ax.text(taken, row, f" {taken:.3g} ms", va="center", size=9)
    ax.set(title=device, xscale="log", xlabel="milliseconds")
    ax.set_xlim(0.3 * min(map(min, milliseconds.values())), 20 * max(milliseconds["CPU"]))
if not has_gpu:
    axes[1].text(0.5, 0.5, "\n".join(reason.split(", ")), ha="center", va="center", color="0.35",
                 transform=axes[1].transAxes)  # fmt: skip
    axes[1].set_facecolor("0.96")
axes[0].set_yticks(rows, [name.replace(", ", ",\n") for name in WORK], fontsize=9)
axes[0].invert_yaxis()
plotting.describe(
    fig,
    "Milliseconds on the CPU: "
    + ", ".join(
        f"{name} {taken:.3g}" for name, taken in zip(WORK, milliseconds["CPU"], strict=True)
    )
    + (f". On the GPU, {passport.device}, "
       + ", ".join(f"{taken:.3g}" for taken in milliseconds["GPU"]) + "."
       if has_gpu else ". The column of the GPU is empty: the record's machine has none."),
)  # fmt: skip
plt.show()

# %%
# What to notice
# --------------
#
# A GPU's column appears when the study runs on a machine that has one. Both columns then come from
# that machine.
