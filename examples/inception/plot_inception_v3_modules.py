r"""
The eleven modules of Inception v3
==================================

Keras calls them ``mixed0`` to ``mixed10``. Each is a set of branches laid side by side. The maps
shrink twice, in ``mixed3`` and ``mixed8``, and become more each time. Parameters and work do not
sit in the same modules: each weight is used once for every position of a map.

.. math:: \text{MACs} = H W \cdot \text{weights}

Part of :doc:`/inception`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np

from convbook import arithmetic, models, plotting, results
from convbook.models import blocks, tables

MEGA = 1e6
KINDS = {"5 × 5 and 3 × 3": (0, 1, 2), "halves the maps": (3, 8), "1 × 7 and 7 × 1": (4, 5, 6, 7),
         "1 × 3 beside 3 × 1": (9, 10)}  # fmt: skip

# %%
# The network without its weights: within a stateless scope Keras notes only their shapes.

with keras.StatelessScope(initialize_variables=False):
    network = models.build("inception_v3")
    rows = tables.layer_table(network)
    edges = tables.graph(network).edges
print(len(rows), "layers,", sum(row.parameters for row in rows), "parameters")

# %%
# Layers whose names begin alike belong to one module.

merged, _ = blocks.collapse([row._asdict() for row in rows], edges, r"(mixed\d+)")
modules = {name: block for name, block in merged.items() if name.startswith("mixed")}
for name, block in modules.items():
    print(name, block.output_shape, block.parameters, block.macs)

# %%
# One of them by arithmetic: mixed0 reads 192 maps and returns 64 + 64 + 96 + 32. A normalized
# convolution has no bias, and three numbers per map that its normalization keeps.

steps = [(1, 192, 64), (1, 192, 48), (5, 48, 64), (1, 192, 64), (3, 64, 96), (3, 96, 96),
         (1, 192, 32)]  # fmt: skip
by_hand = sum(arithmetic.conv_macs(35, *step) for step in steps)
stored = sum(arithmetic.conv_parameters(*step, bias=False) + 3 * step[2] for step in steps)
np.testing.assert_array_equal((modules["mixed0"].macs, modules["mixed0"].parameters),
                              (by_hand, stored))  # fmt: skip
total = {what: sum(getattr(row, what) for row in rows) for what in ("parameters", "macs")}
fields = {row.name: row.receptive_field for row in rows}
for name in ("mixed0", "mixed10"):  # what the branches that are joined see
    ends = [fields[a][0] for a, b in edges if b == name]
    results.record(f"inception_v3_modules.{name}_least", min(ends), unit="px")
    results.record(f"inception_v3_modules.{name}_most", max(ends), unit="px")
results.record("inception_v3_modules.parameters", total["parameters"] / MEGA)
results.record("inception_v3_modules.macs", total["macs"] / MEGA)
last = [modules[name] for name in ("mixed8", "mixed9", "mixed10")]
results.record("inception_v3_modules.last_parameters",
               100 * sum(b.parameters for b in last) / total["parameters"], unit="%")  # fmt: skip
results.record("inception_v3_modules.last_macs",
               100 * sum(b.macs for b in last) / total["macs"], unit="%")  # fmt: skip

# %%
# A row is a module: its parameters (panel a) and its work (panel b).

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, 2, figsize=(6.4, 5.4), sharey=True)
tints = dict(zip(KINDS, ("0.5", plotting.ORANGE, plotting.BLUE, plotting.GREEN), strict=True))
for ax, what, title in zip(axes, ("parameters", "macs"), ("Parameters", "MACs"), strict=True):
    for kind, members in KINDS.items():
        values = [getattr(modules[f"mixed{n}"], what) / MEGA for n in members]
        bars = ax.barh(members, values, color=tints[kind], label=kind)
        ax.bar_label(
            bars, [f"{v:.1f}" if v < 20 else f"{v:.0f}" for v in values], padding=2, size=9
        )
    ax.set(title=f"{title}, millions", xticks=())
    ax.margins(x=0.14)
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.tick_params(length=0)
axes[0].set_yticks(range(len(modules)), [
    f"{name}\n" + " × ".join(map(str, block.output_shape)) for name, block in modules.items()
])  # fmt: skip
axes[0].set_ylim(len(modules) - 0.5, -0.5)
fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
plotting.describe(
    fig,
    f"Two rows of bars for {len(modules)} modules, from mixed0 with maps of "
    f"{modules['mixed0'].output_shape[0]} pixels to mixed10 with "
    f"{modules['mixed10'].output_shape[0]}. Panel a: parameters rise from "
    f"{modules['mixed0'].parameters / MEGA:.1f} to {modules['mixed10'].parameters / MEGA:.1f} "
    f"million. Panel b: multiply-accumulates range from {modules['mixed8'].macs / MEGA:.0f} to "
    f"{max(b.macs for b in modules.values()) / MEGA:.0f} million with no such rise.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The modules at 8 x 8 pixels are the heaviest in memory and among the cheaper ones in work. To make
# this network smaller, begin at its end; to make it faster, begin anywhere else.
