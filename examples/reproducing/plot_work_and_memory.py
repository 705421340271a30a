"""
Where the work is, and where the traffic
========================================

Nearly all multiplications of CS 20's network are in its second convolution. The numbers that have
to be read and written are elsewhere: the first feature maps are large, and activation and pooling
do next to nothing with each number that they move. The largest of four numbers is the same before
and after ReLU, so that pooling may come first and leave ReLU a quarter of them.

.. math:: \\max_i \\, \\max(0, z_i) = \\max(0, \\, \\max_i z_i)

Part of :doc:`/reproducing`.
"""

import math

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import models, plotting, results
from convbook.models.tables import layer_table

BATCH = 128  # pictures

# %%
# Multiply-accumulates of a training step, from the real network. Backwards, each convolution or
# dense layer costs its forward work once for the gradient of its weights and once for the gradient
# of its input, which the first layer is spared: nobody asks how the picture should change.

model = models.build("mnist_convnet")
rows = [row for row in layer_table(model) if row.name not in ("image", "flatten", "dropout")]
forward = np.array([BATCH * row.macs for row in rows])
to_input = forward * [row.name != "conv1" for row in rows]
step = forward.sum() + forward.sum() + to_input.sum()
for row, macs in zip(rows, forward, strict=True):
    print(f"{row.name:7} {macs:13,}")
results.record("work_and_memory.conv2_share", forward[3] / forward.sum())
results.record("work_and_memory.picture", forward.sum() // BATCH, unit="MACs")
results.record("work_and_memory.epoch", 2 * step * (60_000 // BATCH), unit="operations")

# %%
# The formula on numbers of both signs, values and gradients, by TensorFlow.

z = tf.constant(np.random.default_rng(0).standard_normal((8, 28, 28, 32)), tf.float32)
outcomes = []
for first, second in ((tf.nn.relu, tf.nn.max_pool2d), (tf.nn.max_pool2d, tf.nn.relu)):
    with tf.GradientTape() as tape:
        tape.watch(z)
        y = z
        for layer in (first, second):
            y = layer(y, 2, 2, "VALID") if layer is tf.nn.max_pool2d else layer(y)
    outcomes.append((y.numpy(), tape.gradient(y, z).numpy()))
np.testing.assert_array_equal(outcomes[0][0], outcomes[1][0])
np.testing.assert_array_equal(outcomes[0][1], outcomes[1][1])

# %%
# Numbers that each layer reads and writes in the forward pass of a batch: its input, its weights
# once, its output. The same network with ReLU first has larger ReLUs and nothing else.

inputs = {row.name: math.prod(model.get_layer(row.name).input.shape[1:]) for row in rows}
outputs = {row.name: math.prod(row.output_shape) for row in rows}
weights = np.array([row.parameters for row in rows])
pool_first = np.array([BATCH * (inputs[row.name] + outputs[row.name]) for row in rows]) + weights
more = np.array(
    [BATCH * 2 * (inputs[f"pool{row.name[-1]}"] - outputs[row.name]) if "relu" in row.name else 0
     for row in rows]
)  # fmt: skip
results.record("work_and_memory.numbers", pool_first.sum() / 1e6, unit="million")
results.record("work_and_memory.relu_first", (pool_first + more).sum() / 1e6, unit="million")
for name, index in (("conv2", 3), ("relu1", 2), ("fc1", 6)):
    print(f"{name}: {forward[index] / pool_first[index]:.1f} MACs for each number moved")
results.record("work_and_memory.conv2_intensity", forward[3] / pool_first[3])
results.record("work_and_memory.fc1_intensity", forward[6] / pool_first[6])

# %%
# Both, layer by layer.

plt.style.use(plotting.STYLE)
fig, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.8), sharey=True)
names = [row.name for row in rows]
start = np.zeros(len(rows))
for label, macs in (("forward", forward), ("for weights", forward), ("for inputs", to_input)):
    left.barh(names, macs / 1e9, left=start / 1e9, label=label)
    start += macs
left.set_title("Multiply-accumulates of a step")
left.set_xlabel("billions")
left.legend(loc="lower right")
right.barh(names, pool_first / 1e6, color="C5", label="pooling first")
right.barh(names, more / 1e6, left=pool_first / 1e6, color="C4", label="more, ReLU first")
right.set_title("Numbers read and written")
right.set_xlabel("millions, forward")
right.legend(loc="lower right")
left.invert_yaxis()
plotting.describe(
    fig,
    f"Bars for the layers {', '.join(names)}. Panel a: multiply-accumulates of a training step, of "
    f"which {forward[3] / forward.sum():.0%} belong to conv2. Panel b: numbers read and written in "
    f"the forward pass: {pool_first.sum() / 1e6:.0f} million with pooling before ReLU and "
    f"{(pool_first + more).sum() / 1e6:.0f} million with ReLU before pooling.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Work and traffic are in different places. A convolution multiplies hundreds of times with each
# number that it fetches, and ReLU does one comparison. Speeding up the multiplications alone leaves
# the rest to dominate.
