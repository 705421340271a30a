r"""
Five optimizers in a narrow valley
==================================

A loss that is steep along one axis and flat along another allows plain gradient descent only small
steps. Momentum adds up what successive gradients agree on, Nesterov's form looks ahead before it
turns, Adagrad and Adam give each axis a step of its own. Each rule is a line or two, and Keras's
optimizers follow these lines.

.. math:: f(a, b) = \tfrac{1}{2} (a^2 + 25 \, b^2)

Part of :doc:`/training`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import plotting, results

CURVATURE = np.array([1.0, 25.0])  # along a and along b
START = (-4.0, 1.2)
STEPS = 60
OPTIMIZERS = {
    "SGD": keras.optimizers.SGD(0.07),
    "Momentum": keras.optimizers.SGD(0.02, momentum=0.8),
    "Nesterov": keras.optimizers.SGD(0.02, momentum=0.8, nesterov=True),
    "Adagrad": keras.optimizers.Adagrad(0.8),
    "Adam": keras.optimizers.Adam(0.3),
}

# %%
# Keras walks, with all five at once. The gradient of the valley is its curvature times the place.

places = {name: keras.Variable(START, dtype="float64", name=name) for name in OPTIMIZERS}
for name, optimizer in OPTIMIZERS.items():
    optimizer.build([places[name]])


@tf.function
def step() -> None:
    for name, optimizer in OPTIMIZERS.items():
        optimizer.apply([places[name] * CURVATURE], [places[name]])


paths = {name: [place.numpy()] for name, place in places.items()}
for _ in range(STEPS):
    step()
    for name, place in places.items():
        paths[name].append(place.numpy())
print({name: path[-1].round(3).tolist() for name, path in paths.items()})

# %%
# The same walks by the rules. Here :math:`m` is a velocity or a mean of gradients, :math:`v` a sum
# or a mean of their squares, and :math:`g` the gradient.

walks = {name: [np.array(START)] for name in OPTIMIZERS}
for name, walk in walks.items():
    m, v = np.zeros(2), np.full(2, 0.1 if name == "Adagrad" else 0.0)
    for t in range(1, STEPS + 1):
        g = CURVATURE * walk[-1]
        if name == "SGD":
            change = -0.07 * g
        elif name == "Momentum":
            change = m = 0.8 * m - 0.02 * g
        elif name == "Nesterov":
            m = 0.8 * m - 0.02 * g
            change = 0.8 * m - 0.02 * g
        elif name == "Adagrad":
            v += g**2
            change = -0.8 * g / np.sqrt(v + 1e-7)
        else:
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
            change = -0.3 * (m / (1 - 0.9**t)) / np.sqrt(v / (1 - 0.999**t))
        walk.append(walk[-1] + change)
    np.testing.assert_allclose(paths[name], walk, atol=1e-4)  # Keras counts in float32

# %%
# How many steps to a thousandth of the loss at the start?

losses = {name: 0.5 * np.square(path) @ CURVATURE for name, path in paths.items()}
needed = {name: int(np.flatnonzero(loss > 1e-3 * loss[0])[-1]) + 1 for name, loss in losses.items()}
for name, steps in needed.items():
    results.record(f"optimizer_paths.{name.lower()}", steps)

# %%
# The paths on the contours of the loss, and the loss by step in the same colours.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(3, 2, figsize=(6.4, 5.4))
a, b = np.meshgrid(np.linspace(-4.6, 1.6, 125), np.linspace(-1.5, 1.5, 121))
valley = 0.5 * (CURVATURE[0] * a**2 + CURVATURE[1] * b**2)
for number, (ax, (name, path)) in enumerate(zip(axes.flat, paths.items(), strict=False)):
    ax.contour(a, b, valley, levels=[0.1, 0.5, 2, 5, 10, 18, 28], colors="0.5",
               alpha=0.5, linewidths=0.8)  # fmt: skip
    ax.plot(*np.transpose(path), ".-", color=f"C{number}", linewidth=1.2, markersize=4)
    ax.plot(0, 0, "k+", markersize=9)
    colour = plotting.ink(f"C{number}")
    ax.set_title(f"{name}: {needed[name]} steps", color=colour, weight="bold")
    ax.set_xticks([-4, -3, -2, -1, 0, 1])
    axes[2, 1].semilogy(losses[name], color=f"C{number}", linewidth=1.4)
axes[2, 1].axhline(1e-3 * losses["SGD"][0], color="0.4", linewidth=1, linestyle="--")
axes[2, 1].set_title("Loss, step by step")
axes[2, 1].set_ylim(1e-5, 40)
plotting.describe(
    fig,
    "Paths of five optimizers on the contours of a narrow valley, from its left slope to the "
    "minimum. SGD zigzags across it, momentum swings about its floor, Nesterov less so, Adagrad "
    "and Adam start diagonally. Steps to a thousandth of the first loss: "
    + ", ".join(f"{name} {steps}" for name, steps in needed.items())
    + ".",
)
plt.show()

# %%
# What to notice
# --------------
#
# Adagrad and Adam begin at 45 degrees: dividing by the size of the gradient makes both axes alike.
# No order of merit follows from this. Each rule was given a rate that suits it, and a valley of two
# axes has no noise.
