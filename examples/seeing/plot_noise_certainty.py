r"""
Noise with a probability near one
=================================

A softmax shares out a probability of 1 among ten classes, whatever it is given. It has no
class for "not a digit". One of this book's networks is sure of what it sees in plain noise, another
is not, and their test accuracy could not have told:

.. math:: p_c = \frac{e^{z_c}}{\sum_j e^{z_j}}, \qquad \sum_c p_c = 1

Part of :doc:`/seeing`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, results, training

COUNT = 200  # pictures of each kind
SEED = 7
BINS = np.linspace(0, 1, 11)

# %%
# Bytes at random: as many of each value from 0 to 255, and no two neighbours alike.

rng = np.random.default_rng(SEED)
noise = rng.integers(0, 256, (COUNT, 28, 28), dtype=np.uint8)
(_, _), (digits, labels) = data.mnist()
digits, labels = digits[:COUNT], labels[:COUNT]
print(noise.shape, noise[0, 0, :8])

# %%
# The probability of the class that wins, for digits and for noise.

sure, doubt, names = {}, {}, ("small_convnet", "mnist_convnet")
for name in names:
    network = training.load(name).model
    for kind, pictures in (("digits", digits), ("noise", noise)):
        probabilities = tf.nn.softmax(training.predict(network, pictures)).numpy()
        np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
        sure[name, kind] = probabilities.max(axis=1)
        if kind == "noise":
            doubt[name] = np.sort(probabilities, axis=1)[:, :-1].sum(axis=1)
            results.record(f"noise_certainty.{name}", np.median(sure[name, kind]), tolerance=0.3)
            votes = np.bincount(probabilities.argmax(axis=1), minlength=10)
            if name == "small_convnet":
                results.record("noise_certainty.vote", votes.max(), tolerance=20)
    assert np.median(sure[name, "digits"]) > 0.99

# %%
# Three of the noises, and the probabilities of all.

plt.style.use(plotting.STYLE)
fig = plt.figure(figsize=(6.4, 4.4))
grid = fig.add_gridspec(2, 6, height_ratios=(1.2, 1.5))
for column in range(3):
    ax = fig.add_subplot(grid[0, 2 * column : 2 * column + 2])
    title = f"1 − p = {doubt[names[0]][column]:.1g}"
    drawn = plotting.show_image(ax, noise[column], title, limits=(0, 255))
for half, name in enumerate(names):
    ax = fig.add_subplot(grid[1, 3 * half : 3 * half + 3])
    both = [sure[name, kind] for kind in ("digits", "noise")]
    ax.hist(both, BINS, color=[plotting.BLUE, plotting.ORANGE], label=["digits", "noise"])
    ax.set_title(name)
    ax.set_xlabel("largest probability")
    ax.set_ylim(0, COUNT)
    if half == 0:
        ax.set_ylabel("pictures")
        ax.legend(loc="upper left")
plotting.describe(
    fig,
    "Panels a to c: pictures of random pixels with what small_convnet's probability for its answer "
    f"lacks to 1. Panels d and e: histograms of the largest probability for {COUNT} digits and "
    f"{COUNT} noises. The median for noise is {np.median(sure['small_convnet', 'noise']):.3f} in "
    f"small_convnet and {np.median(sure['mnist_convnet', 'noise']):.3f} in mnist_convnet; for "
    "digits both are above 0.99.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Noise has half of all ink, and has it everywhere. No digit is like that, so no training picture
# ever said what the networks should answer there, and their answers differ.
