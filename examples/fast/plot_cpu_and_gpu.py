"""
A CPU and a GPU
===============

The same networks and the same matrix product on every device of the recorded machine: its
processor, and its graphics card if it has one. No number in this book comes from a machine that did
not run it.

.. math:: \\mathrm{speed\\text{-}up} = \\frac{t_{\\mathrm{CPU}}}{t_{\\mathrm{GPU}}}

Part of :doc:`/fast`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import plotting, results, studies, timing

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
# What the study recorded, in milliseconds: the shortest reading, and the median with half of the
# spread on top. The passport names the machine and its device.

study = studies.load("devices")
has_gpu = bool(study.select(device="GPU"))
passport = study.passport
ranges = {device: [] for device in DEVICES[: 1 + has_gpu]}
for device, of_device in ranges.items():
    for name, part in WORK.values():
        of_work = {"measured": "product"} if name == "product" else {"network": name}
        taken = study.result(device=device, **of_work)[part]
        of_device.append(1000 * np.array(timing.reach(taken)))
np.testing.assert_array_less(0, list(ranges.values()))
np.testing.assert_equal(has_gpu, passport.device != "CPU")
results.record("cpu_and_gpu.device", passport.device if has_gpu else "none")

# %%
# One row for each piece of work, one colour for each device.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 3.2))
colours = (plotting.BLUE, plotting.ORANGE)
for (device, of_device), colour in zip(ranges.items(), colours, strict=False):
    low, high = np.transpose(of_device)
    rows = np.arange(len(WORK))
    ax.hlines(rows, low, high, color=colour, linewidth=5, alpha=0.35)
    ax.plot(low, rows, "o", color=colour, markersize=8, label=device)
    for row, least, most in zip(rows, low, high, strict=True):
        ax.text(1.12 * most, row, f"{least:.3g}", va="center", size=9)
ax.set(xscale="log", xlabel="milliseconds", title=f"{passport.machine}: {' and '.join(ranges)}")
ax.set_xticks([10, 20, 50, 100], ["10", "20", "50", "100"])
ax.minorticks_off()
ax.set_xlim(0.6 * np.min(list(ranges.values())), 1.8 * np.max(list(ranges.values())))
ax.set_yticks(range(len(WORK)), list(WORK))
ax.grid(axis="x")
ax.invert_yaxis()
if has_gpu:
    fig.legend(loc="outside lower center", ncols=2)
plotting.describe(
    fig,
    ". ".join(
        f"Milliseconds on the {device}, as dots: "
        + ", ".join(f"{name} {low:.3g}" for name, (low, _) in zip(WORK, of_device, strict=True))
        for device, of_device in ranges.items()
    )
    + ".",
)
plt.show()

# %%
# What to notice
# --------------
#
# A second colour appears when the study runs on a machine that has a GPU. Both then come from that
# machine.
