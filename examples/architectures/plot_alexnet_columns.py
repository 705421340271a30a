r"""
Two columns are a convolution in two groups
===========================================

AlexNet was trained on two graphics processors of 3 GB, half of the maps on each. Three of its
convolutions read the maps of their own half only. Today that is one argument: ``groups=2``. It
halves the weights, and with them the products.

.. math:: \text{weights} = k^2 \cdot \frac{C}{g} \cdot O, \qquad g = 2

Part of :doc:`/architectures`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from matplotlib.colors import ListedColormap

from convbook import arithmetic, models, plotting, results
from convbook.models import tables

NAMES = ("conv2", "conv3", "conv4", "conv5")
SEED = 2012

# %%
# The network with two columns and with one. Within a stateless scope Keras makes no weights, so
# that this takes no time.

with keras.StatelessScope(initialize_variables=False):
    both = {name: models.build("alexnet", version=name) for name in ("two_columns", "one_column")}
rows = {name: {row.name: row for row in tables.layer_table(model)} for name, model in both.items()}
print({name: model.count_params() for name, model in both.items()})

# %%
# Which input map reaches which output map? One picture for each, with ones in that map and zeros in
# all others, goes through a layer whose weights are ones. Its window sees them all at once.

connected = {}
for name in NAMES:
    layer = both["two_columns"].get_layer(name)
    taps, maps = layer.kernel_size[0], layer.input.shape[-1]
    probe = keras.layers.Conv2D(layer.filters, taps, groups=layer.groups, use_bias=False,
                                kernel_initializer="ones")  # fmt: skip
    pictures = tf.tile(tf.eye(maps)[:, None, None, :], (1, taps, taps, 1))
    connected[name] = probe(pictures)[:, 0, 0, :].numpy().T > 0  # (output maps, input maps)
    kernel, groups = layer.kernel.shape, layer.groups
    print(name, kernel, f"in {groups} groups: {connected[name].mean():.0%} connected")

# %%
# A grouped convolution is two convolutions side by side: each half of the maps with its own
# kernels, and the results joined.

rng = np.random.default_rng(SEED)
x = tf.constant(rng.normal(size=(1, 27, 27, 96)), tf.float32)
grouped = keras.layers.Conv2D(256, 5, padding="same", groups=2, use_bias=False)
y = grouped(x)
halves = zip(tf.split(x, 2, axis=3), tf.split(grouped.kernel.value, 2, axis=3), strict=True)
joined = tf.concat([tf.nn.conv2d(half, kernel, 1, "SAME") for half, kernel in halves], axis=3)
np.testing.assert_allclose(y, joined, atol=1e-4)
for name in NAMES:
    row, model = rows["two_columns"][name], both["two_columns"]
    sizes = (model.get_layer(name).input.shape[-1], row.output_shape[-1])
    groups = 1 if connected[name].all() else 2
    taps = model.get_layer(name).kernel_size
    assert row.parameters == arithmetic.conv_parameters(taps, *sizes, groups=groups)
macs = {version: sum(row.macs for row in of.values()) for version, of in rows.items()}
results.record("alexnet_columns.macs_two", macs["two_columns"])
results.record("alexnet_columns.macs_one", macs["one_column"])
results.record("alexnet_columns.parameters_two", both["two_columns"].count_params())
results.record("alexnet_columns.parameters_one", both["one_column"].count_params())

# %%
# Rows are output maps, columns input maps, all on one scale; panel b has what each layer costs.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplot_mosaic(
    [NAMES, ("cost",) * 4], figsize=(6.4, 4.8), height_ratios=(3, 2),
    width_ratios=[matrix.shape[1] for matrix in connected.values()],
)  # fmt: skip
tints = ListedColormap(["white", plotting.BLUE, plotting.ORANGE, "0.75"])
largest = max(max(matrix.shape) for matrix in connected.values())
for name, matrix in connected.items():
    ax, (out, maps) = axes[name], matrix.shape
    column = 1 + (np.arange(out)[:, None] >= out // 2)  # 1 or 2
    ax.imshow(np.where(matrix, 3 if matrix.all() else column, 0), cmap=tints, vmin=0, vmax=3)
    plotting.outline(ax, 0, 0, out, maps, "0.3", 1)
    ax.text(-10, out / 2, out, ha="right", va="center", size=9)
    ax.text(maps / 2, out + 10, maps, ha="center", va="top", size=9)
    ax.set(xlim=(-1, maps), ylim=(largest + 60, -1), title=name)
    ax.set_axis_off()
ticks = []
for height, (version, of) in enumerate(rows.items()):
    left = 0.0
    for row in of.values():
        halved = row.name in NAMES and row.name != "conv3"
        tint, ink = (plotting.GREEN, "white") if halved else ("0.8", "black")
        width = row.macs / 1e6
        axes["cost"].barh(height, width, 0.6, left=left, color=tint, edgecolor="white")
        if width > 70:
            middle = left + width / 2
            axes["cost"].text(middle, height, f"{width:.0f}", size=9, color=ink, ha="center",
                              va="center")  # fmt: skip
            axes["cost"].text(middle, height - 0.33, row.name, size=9, ha="center")
        left += width
    ticks.append((height, version.replace("_", "\n")))
axes["cost"].set_yticks(*zip(*ticks, strict=True))
axes["cost"].set(ylim=(1.35, -0.7), xlabel="million products per picture (MACs)")
axes["cost"].tick_params(axis="y", length=0)
plotting.describe(
    fig,
    "Panel a: four matrices of which output map reads which input map in AlexNet. conv2, conv4 and "
    f"conv5 have two blocks on the diagonal, {connected['conv2'].mean():.0%} of the whole; conv3 "
    f"is full. Panel b: two columns take {macs['two_columns'] / 1e6:.0f} million products for a "
    f"picture, one column {macs['one_column'] / 1e6:.0f} million.",
    panels=[axes["conv2"], axes["cost"]],
)
plt.show()

# %%
# What to notice
# --------------
#
# The columns exchange what they know once, in conv3, and again in the dense layers. Without conv3
# they would be two networks. Blue maps come from the first column, orange ones from the second.
