r"""
The digit that a class wants
============================

The same climb, for the ten logits: which image has the largest logit of a three? From grey
noise and without a penalty it ends in patterns of stripes. From black paper, and paying for every
bright pixel and for every difference between neighbours, and shifted a little before each step, it
draws something like digits:

.. math:: \max_{0 \le x \le 1} \; z_c(x) - \frac{\lambda}{n} \lVert x \rVert^2 - \frac{\tau}{n} V(x)

Part of :doc:`/seeing`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, interpretability, plotting, results, training

STEPS = 120
L2 = 30.0
FLATNESS = 30.0  # weight of the total variation
JITTER = 1  # pixel
BLACK = np.zeros((28, 28, 1))

# %%
# Ten climbs at once, twice.

network = training.load("small_convnet").model
classes = list(range(10))
plain = interpretability.activation_maximization(network, "logits", classes, steps=STEPS)
held = interpretability.activation_maximization(
    network, "logits", classes, steps=STEPS,
    start=BLACK, l2=L2, total_variation=FLATNESS, jitter=JITTER,
)  # fmt: skip
print(plain.images.shape, plain.activations[:, -1].round(1))

# %%
# The logits that the climb reports are those of the network, and beyond those of real digits.

outputs = {"plain": network(plain.images).numpy(), "held": network(held.images).numpy()}
np.testing.assert_allclose(np.diag(outputs["held"]), held.activations[:, -1], rtol=1e-3)
(_, _), (digits, labels) = data.mnist()
real = training.predict(network, digits[:1000])[np.arange(1000), labels[:1000]]
for name, logits in outputs.items():
    results.record(f"class_images.logit_{name}", np.median(np.diag(logits)))
least = min(np.diag(tf.nn.softmax(logits)).min() for logits in outputs.values())
results.record("class_images.least", least, tolerance=0.1)
results.record("class_images.logit_real", np.median(real), tolerance=3)
assert min(np.median(np.diag(logits)) for logits in outputs.values()) > np.median(real)

# %%
# Five classes a row.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 1, figsize=(6.4, 5.5))
for ax, climbed, title in (
    (axes[0], plain, "From grey noise, no penalty"),
    (axes[1], held, "From black, with penalties"),
):
    drawn = plotting.show_image(ax, plotting.mosaic(climbed.images[..., 0], 5, gap=2), title)
plotting.colour_bar(fig, drawn, axes, "pixel")
plotting.describe(
    fig,
    "Ten images for the ten classes, twice, five a row. Panel a, without penalties: dense black "
    f"and white stripes on grey with a median logit of {np.median(plain.activations[:, -1]):.0f}, "
    "in which some digits can be guessed. Panel b, with penalties: thin bright strokes on black, "
    f"with a median logit of {np.median(held.activations[:, -1]):.0f}; most of them resemble the "
    "digit.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Both kinds of image get a probability near 1. Those without penalties say what the network
# responds to. The others also say what we hoped to see: the penalties hold what we know of digits.
