r"""
What gradient arrives in each layer
===================================

The backward pass gives every variable a gradient of its own shape. In the LeNet of 2016 the weights
of the logits begin at zero. Then no gradient gets past them in the first step, and the layers
below wait for the second.

.. math:: \frac{\partial L}{\partial h} = W (p - y), \qquad W = 0 \text{ at the start}

Part of :doc:`/lenet`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, models, plotting, results

STEPS = 15
BATCH = 64  # pictures
RATE = 0.1
LAYERS = ("conv1", "conv2", "fc1", "logits")

# %%
# A few hundred digits, and the loss of a classifier with logits.

(images, labels), _ = data.mnist()
x = data.to_float(images[: STEPS * BATCH])[..., np.newaxis].reshape(STEPS, BATCH, 28, 28, 1)
y = labels[: STEPS * BATCH].reshape(STEPS, BATCH)
cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
print(x.shape, y.shape)

# %%
# The same network from two starts: logits of zero, and random ones. Each step takes the gradients
# of all kernels and notes their lengths.

lengths, first = {}, {}
for start, seed in (("zero", None), ("random", 5)):
    model = models.build("lenet")
    logits = model.get_layer("logits")
    if seed is not None:
        logits.kernel.assign(keras.initializers.GlorotUniform(seed=seed)(logits.kernel.shape))
    variables = model.trainable_variables
    optimizer = keras.optimizers.Adagrad(RATE)
    for step in range(STEPS):
        with tf.GradientTape() as tape:
            loss = cross_entropy(y[step], model(x[step], training=True))
        gradients = tape.gradient(loss, variables)
        assert [g.shape for g in gradients] == [v.shape for v in variables]
        by_name = {v.path: g for v, g in zip(variables, gradients, strict=True)}
        found = [float(tf.norm(by_name[f"{name}/kernel"])) for name in LAYERS]
        lengths.setdefault(start, []).append(found)
        first.setdefault(start, float(loss))
        optimizer.apply_gradients(zip(gradients, variables, strict=True))

# %%
# Ten classes of equal probability make a loss of ln 10, whatever the picture. And zero is exactly
# zero.

np.testing.assert_allclose(first["zero"], np.log(10), rtol=1e-6)
assert lengths["zero"][0][:3] == [0, 0, 0]
assert np.min(lengths["zero"][1]) > 0 < np.min(lengths["random"])
results.record("gradient_flow.first_loss", first["zero"], tolerance=1e-4)
results.record("gradient_flow.random_loss", first["random"], tolerance=0.05)

# %%
# The lengths of the four gradients, step by step.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, 2, figsize=(6.4, 3.6), sharey=True)
for ax, (start, steps) in zip(axes, lengths.items(), strict=True):
    for name, marker, values in zip(LAYERS, "osD^", np.transpose(steps), strict=True):
        ax.plot(np.where(values > 0, values, np.nan), marker=marker, markersize=4, label=name)
    ax.set(yscale="log", ylim=(0.03, 4), xticks=range(0, STEPS, 5))
    ax.set(title=f"logits begin at {start}", xlabel="step")
    ax.grid(True)
axes[0].annotate("step 0:\nlogits only", (0, lengths["zero"][0][3]), (1, 2.6),
                 arrowprops={"arrowstyle": "->"}, va="center")  # fmt: skip
axes[0].set_ylabel("length of the gradient")
axes[1].legend(loc="lower right", ncols=2)
plotting.describe(
    fig,
    f"Two charts of the lengths of the gradients of four layers over {STEPS} steps, on a "
    "logarithmic axis. Panel a, from logits of zero: at step 0 only the logits have a point, of "
    f"{lengths['zero'][0][3]:.2g}; from step 1 on all have. Panel b, from random logits: all four "
    "begin at step 0.",
)
plt.show()

# %%
# What to notice
# --------------
#
# A start at zero is safe in the last layer alone. It costs one step. Two layers in a row that begin
# at zero would never learn anything.
