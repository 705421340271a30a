r"""
Chelsea in eight bits
=====================

EfficientNet-Lite0 has 4.7 million parameters and answers with a thousand probabilities. As a file
in int8 it is between three and four times smaller. Its logits are not the same any more; the figure
shows what that does to the probabilities of four classes, for a photograph that is in no
calibration set.

.. math:: p_j = \frac{\exp z_j}{\sum_i \exp z_i}

Part of :doc:`/small`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import plotting, pretrained, results, studies

NAMES = {
    "float32": "float32",
    "int8": "int8, a step for each channel",
    "int8, a scale a kernel": "int8, a step for the kernel",
}
SHOWN = 4

# %%
# Logits as the study recorded them, and their probabilities.

study = studies.load("int8_answers")
found = {name: study.result(network="efficientnet_lite0", variant=name) for name in NAMES}
logits = {name: np.array(result["chelsea"]) for name, result in found.items()}
probabilities = {name: pretrained.probabilities(z) for name, z in logits.items()}
for name, z in logits.items():
    np.testing.assert_allclose(
        np.exp(z) / np.exp(z).sum(), probabilities[name], rtol=1e-4, atol=1e-7
    )

# %%
# The four classes that are the most probable ones in float32.

classes = pretrained.classes()
best = np.argsort(-probabilities["float32"])[:SHOWN]
for key, name in zip(("float", "channel", "kernel"), NAMES, strict=True):
    p, result = probabilities[name], found[name]
    print(name, [(classes[i].name, round(float(p[i]), 3)) for i in np.argsort(-p)[:SHOWN]])
    results.record(f"chelsea_int8.{key}_first", float(p[best[0]]))
    if key != "kernel":
        results.record(f"chelsea_int8.{key}_bytes", result["bytes"] / 1e6, unit="MB")
    if key != "float":
        results.record(f"chelsea_int8.{key}_changed", result["changed"])
        results.record(f"chelsea_int8.{key}_error", result["error"])
results.record("chelsea_int8.first_name", classes[best[0]].name)
second = probabilities["int8, a scale a kernel"].argsort()[-2]
assert second == best[2]
results.record("chelsea_int8.kernel_second_name", classes[second].name)
results.record("chelsea_int8.second_name", classes[best[1]].name)
results.record("chelsea_int8.pictures", found["int8"]["pictures"])
assert {int(p.argmax()) for p in probabilities.values()} == {int(best[0])}
assert found["int8"]["error"] < found["int8, a scale a kernel"]["error"]

# %%
# Bars for the four classes, and all logits against those of float32.

plt.style.use(plotting.STYLE)
fig, (left, right) = plt.subplots(1, 2, figsize=(6.6, 3.8), width_ratios=(1.1, 1))
colours = ("0.45", plotting.ORANGE, plotting.BLUE)
for number, (name, label) in enumerate(NAMES.items()):
    rows = np.arange(SHOWN) + 0.26 * (number - 1)
    left.barh(rows, probabilities[name][best], 0.24, color=colours[number], label=label)
    if number:
        right.plot(logits["float32"], logits[name] - logits["float32"], ".", markersize=2.5,
                   color=colours[number], zorder=3 - number)  # fmt: skip
left.set_yticks(range(SHOWN), [classes[i].name for i in best])
left.invert_yaxis()
left.set(title="Probability", xlim=(0, 0.5))
right.axhline(0, color="0.3", linewidth=1)
right.set(title="Change of each logit", xlabel="logit in float32")
fig.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=2)
plotting.describe(
    fig,
    "Panel a: probabilities of four classes in float32, in int8 with a step for each channel and "
    "with one for the kernel. "
    + "; ".join(
        f"{classes[i].name}, " + ", ".join(f"{p[i]:.2f}" for p in probabilities.values())
        for i in best[:3]
    )
    + ". Panel b: how far the thousand logits move. The root mean square is "
    f"{found['int8']['error']:.3f} of the logits' standard deviation with a step for each channel "
    f"and {found['int8, a scale a kernel']['error']:.3f} with one for the kernel.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The answer stays. What is behind it is less firm: classes that float32 tells apart by a few per
# cent may change places.
