r"""
An adversarial digit
====================

Change every pixel by the same small amount :math:`\varepsilon`, up or down, as the sign of the
loss's gradient says. We see the dirt and read the same digit. The network reads another one,
because 784 small steps add up, each in the direction that raises the loss:

.. math:: x' = x + \varepsilon \, \operatorname{sign} \nabla_x J(x, y), \qquad
   J(x') - J(x) \approx \varepsilon \lVert \nabla_x J \rVert_1

Part of :doc:`/explaining`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, interpretability, plotting, results, training

STRENGTHS = np.arange(0.02, 0.5, 0.02)  # in units of the pixels, 0 to 1
INDEX = 0  # of the test digit

# %%
# The first test digit.

(_, _), (digits, labels) = data.mnist()
x = data.to_float(digits[[INDEX]])[..., np.newaxis].astype(np.float32)
label = int(labels[INDEX])
network = training.load("small_convnet").model
print(x.shape, label)

# %%
# The gradient of the loss, and of it only the sign.

pixels = tf.constant(x)
with tf.GradientTape() as tape:
    tape.watch(pixels)
    loss = tf.nn.sparse_softmax_cross_entropy_with_logits([label], network(pixels, training=False))
signs = tf.sign(tape.gradient(loss, pixels)).numpy()

# %%
# The smallest strength that changes the answer. A pixel cannot leave the range from 0 to 1.

tries = np.concatenate([np.clip(x + epsilon * signs, 0, 1) for epsilon in STRENGTHS])
logits = network(tries.astype(np.float32), training=False).numpy()
first = int(np.argmax(logits.argmax(axis=1) != label))
epsilon, changed = STRENGTHS[first], tries[first]
assert logits[first].argmax() != label
np.testing.assert_allclose(
    interpretability.adversarial(network, x, label, epsilon=epsilon)[0], changed, atol=1e-6
)
before, after = tf.nn.softmax(np.concatenate([network(x), logits[[first]]])).numpy()
results.record("adversarial_digit.epsilon", epsilon, tolerance=0.15)
results.record("adversarial_digit.before", before[label], tolerance=0.01)

# %%
# The change is drawn on a scale of its own, which the colour bar gives.

plt.style.use(plotting.STYLE)
fig = plt.figure(figsize=(6.4, 4.6))
grid = fig.add_gridspec(2, 3, height_ratios=(1.35, 1))
axes = [fig.add_subplot(grid[0, column]) for column in range(3)]
change = (changed - x[0])[..., 0]
plotting.show_image(axes[0], x[0, :, :, 0], f"{label}, p = {before[label]:.3f}")
drawn = plotting.show_signed(axes[1], change, epsilon, f"+ at most {epsilon:.2f}")
reading = int(after.argmax())
plotting.show_image(axes[2], changed[..., 0], f"“{reading}”, p = {after[reading]:.3f}")
plotting.colour_bar(fig, drawn, axes[1], "change", horizontal=True)
ax = fig.add_subplot(grid[1, :])
places = np.arange(10)
ax.bar(places - 0.2, before, 0.4, color=plotting.BLUE, label="before")
ax.bar(places + 0.2, after, 0.4, color=plotting.ORANGE, label="after")
ax.set_xticks(places)
ax.set_ylim(0, 1)
ax.set_xlabel("class")
ax.set_title("Probability, before and after")
ax.legend()
plotting.describe(
    fig,
    f"Panels a to c: a test digit {label}, a pattern of changes of plus or minus {epsilon:.2f} on "
    f"a scale of its own, and their sum, which still looks like a {label} on grainy paper. Panel "
    f"d: probabilities, before, {before[label]:.3f} for {label}; after, {after[label]:.3f} for "
    f"{label} and {after[reading]:.3f} for {reading}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Every pixel moves by the same amount, except where black cannot become blacker. No pixel changes
# much, and the sum decides.
