r"""
The Inception module, branch by branch
======================================

Four branches look at the same feature maps through windows of different sizes, and their
outputs are laid side by side along the channels. GoogLeNet puts a 1x1 convolution before each large
kernel, to have fewer channels under it, and one after the pooling.

.. math:: y = [\, f_{1 \times 1}(x),\; f_{3 \times 3}(x),\; f_{5 \times 5}(x),\; f_\text{p}(x) \,]

Part of :doc:`/inception`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np

from convbook import plotting, reference, results

SIZE, CHANNELS = 28, 192  # pixels and maps that GoogLeNet's module 3a is given
SEED = 3
# Maps and window of each convolution; "pool" is max pooling of three pixels at stride 1.
NAIVE = {"1": [(64, 1)], "2": [(128, 3)], "3": [(32, 5)], "4": ["pool"]}
REDUCED = {"1": [(64, 1)], "2": [(96, 1), (128, 3)], "3": [(16, 1), (32, 5)],
           "4": ["pool", (32, 1)]}  # fmt: skip

# %%
# Keras: each branch is a chain from the same tensor, and ``Concatenate`` is the end of all.

x = keras.Input((SIZE, SIZE, CHANNELS), name="input")
models, graphs = [], []
for module in (NAIVE, REDUCED):
    nodes, edges, ends = {"input": f"{CHANNELS} maps of {SIZE} × {SIZE}"}, [], []
    for branch, steps in module.items():
        tensor, last = x, "input"
        for number, step in enumerate(steps):
            name = f"branch{branch}_{number}"
            if step == "pool":
                tensor = keras.layers.MaxPooling2D(3, 1, "same", name=name)(tensor)
                nodes[name] = f"max pooling 3 × 3\n{tensor.shape[-1]} maps"
            else:
                start = keras.initializers.HeNormal(SEED + number + 10 * int(branch))
                tensor = keras.layers.Conv2D(
                    *step, padding="same", activation="relu", kernel_initializer=start, name=name
                )(tensor)
                nodes[name] = f"{step[1]} × {step[1]}\n{step[0]} maps"
            edges, last = [*edges, (last, name)], name
        ends.append(tensor)
        edges.append((last, "output"))
    models.append(keras.Model(x, keras.layers.Concatenate(name="output")(ends)))
    nodes["output"] = f"side by side: {models[-1].output.shape[-1]} maps"
    graphs.append((nodes, edges))
    print(models[-1].output.shape, models[-1].count_params())

# %%
# The same by hand, on a corner of random maps: every branch on its own, then side by side.

maps = np.random.default_rng(SEED).random((1, SIZE, SIZE, CHANNELS), dtype=np.float32)
branches = []
for branch, steps in REDUCED.items():
    tensor = maps[:, :12, :12]
    for number, step in enumerate(steps):
        if step == "pool":
            tensor = reference.max_pool(tensor, 3, 1, "same")
            continue
        kernel, bias = models[1].get_layer(f"branch{branch}_{number}").get_weights()
        tensor = np.maximum(0, reference.conv2d(tensor, kernel, padding="same") + bias)
    branches.append(tensor[:, :8, :8])  # Away from the cut, whose zeros the network doesn't see.
by_hand = np.concatenate(branches, axis=-1)
np.testing.assert_allclose(models[1](maps)[:, :8, :8], by_hand, atol=1e-4)
results.record("inception_module.naive_maps", models[0].output.shape[-1])
results.record("inception_module.maps", models[1].output.shape[-1])

# %%
# The naive module (panel a) and GoogLeNet's (panel b). What only the second has is tinted.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 1, figsize=(6.4, 5.2), height_ratios=(3, 4))
titles = ("Naive module", "GoogLeNet's module 3a")
for ax, (nodes, edges), title in zip(axes, graphs, titles, strict=True):
    boxes = plotting.show_graph(ax, nodes, edges, size=10)
    ax.set_title(title)
for name in set(graphs[1][0]) - set(graphs[0][0]) | {"branch2_0", "branch3_0"}:
    if name not in ("branch2_1", "branch3_1"):
        boxes[name].set_backgroundcolor(plotting.PALE_BLUE)
plotting.describe(
    fig,
    f"Two graphs of four branches from {CHANNELS} maps. Panel a, naive: 1 by 1, 3 by 3, 5 by 5 and "
    f"max pooling, {models[0].output.shape[-1]} maps together. Panel b, GoogLeNet's: a 1 by 1 "
    f"convolution to {REDUCED['2'][0][0]} maps before the 3 by 3, one to {REDUCED['3'][0][0]} "
    f"before the 5 by 5 and one to {REDUCED['4'][1][0]} after the pooling, "
    f"{models[1].output.shape[-1]} together.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The windows differ and the sizes agree: stride 1 and SAME padding in all branches, or nothing
# could be laid side by side. In the naive module the pooling passes on all maps that came in, so
# that each module has more maps than the one before.
