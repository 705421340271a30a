r"""
Dropout and its two modes
=========================

In training, dropout sets a random share of a layer's outputs to zero and divides the others by the
share that is kept. In evaluation it does nothing. The mean over many masks is the output without
dropout, so that the next layer sees inputs of the same mean in both modes.

.. math:: y = \frac{m}{1 - r}\, x, \qquad m \in \{0, 1\}, \quad P(m = 0) = r, \quad E[y] = x

Part of :doc:`/lenet`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np

from convbook import data, layers, models, plotting, results

DIGIT = 1  # number of the picture in the test set
RATE = 0.5  # share of the outputs that is left out
MASKS = 100
SIDE = 32  # the 1024 outputs, drawn as a square

# %%
# The 1024 outputs of LeNet's dense layer for one digit. The weights are those of the start.

_, (images, labels) = data.mnist()
picture = data.to_float(images[DIGIT : DIGIT + 1])[..., np.newaxis]
model = models.build("lenet")
x = keras.Model(model.input, model.get_layer("fc1").output)(picture)
print(x.shape)

# %%
# The two modes. In training each step has a mask of its own, fixed by a seed.

evaluated = layers.dropout(x, RATE, training=False, seed=(0, 0))
steps = [layers.dropout(x, RATE, training=True, seed=(0, step)) for step in range(MASKS)]
mean = np.mean(steps, axis=0)

# %%
# What is kept is doubled; the rest is zero. The mean over the masks strays from the output as the
# mean of so many coin tosses does.

np.testing.assert_array_equal(evaluated, x)
for step in steps:
    kept = step.numpy() != 0
    np.testing.assert_allclose(step[kept], x[kept] / (1 - RATE), rtol=1e-6)
np.testing.assert_allclose(mean, x, atol=6 * np.abs(x).max() * MASKS**-0.5)
assert abs(np.mean([step == 0 for step in steps]) - RATE) < 0.01
results.record("dropout_masks.left_out", float(np.mean(steps[0] == 0)))
results.record("dropout_masks.stray", float(np.std(mean - x) / np.std(x)), tolerance=0.002)

# %%
# The outputs as squares of 32 by 32, on one scale.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 2, figsize=(4.8, 5.6))
shown = {
    "evaluation": evaluated,
    "training, step 0": steps[0],
    "training, step 1": steps[1],
    f"mean of {MASKS} steps": mean,
}
limit = plotting.symmetric_limit(*shown.values())
for ax, (name, values) in zip(axes.flat, shown.items(), strict=True):
    drawn = plotting.show_signed(ax, np.reshape(values, (SIDE, SIDE)), limit, name)
    plotting.outline(ax, 0, 0, SIDE, SIDE, "0.6", line_width=0.8)
plotting.colour_bar(fig, drawn, axes, "output of fc1", horizontal=True)
plotting.describe(
    fig,
    f"The {SIDE**2} outputs of a layer as four squares of coloured cells. Panel a: in evaluation "
    f"all have their value. Panels b, c: in two steps of training {np.mean(steps[0] == 0):.0%} and "
    f"{np.mean(steps[1] == 0):.0%} of the cells, not the same ones, are white and the others "
    f"stronger. Panel d: the mean of {MASKS} steps looks like panel a.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The colours of panels b and c are twice as strong. Without that factor the layer after would see
# half of its usual input in training, and all of it in evaluation.
