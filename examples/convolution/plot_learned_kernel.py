r"""
A kernel learned from a picture and its copy
============================================

Somebody has filtered a picture, and only the picture and its copy are at hand. Nine weights begin
at zero and take steps against the slope of the mean squared difference between the copy and what
``tf.nn.conv2d`` makes of the picture. A blur is found as it is. An emboss is found turned by half a
turn, since the copies come from true convolution and TensorFlow computes cross-correlation:

.. math:: w \leftarrow w - \eta \, \frac{\partial L}{\partial w}, \qquad
          L = \frac{1}{n} \sum_{i, j} \left( (x \star w)_{i, j} - y_{i, j} \right)^2

Part of :doc:`/convolution`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, plotting, reference, results

NAMES = {"blur": "binomial_blur", "emboss": "emboss"}
RATE = 0.1
SHOWN = (0, 30, 1000)  # steps

# %%
# Chelsea's face with mean 0 and variance 1, and two copies of it. SciPy's convention, true
# convolution, makes them.

face = data.normalize(data.chelsea_grey())
secret = {name: kernels.get(key) for name, key in NAMES.items()}
copies = {name: reference.convolve2d(face, kernel, "valid") for name, kernel in secret.items()}
x = tf.constant(face[None, :, :, None])
print(x.shape, {name: copy.shape for name, copy in copies.items()})

# %%
# One step of gradient descent. The tape records the convolution and the loss, and gives a slope for
# each of the nine weights. ``tf.function`` compiles the step, since it is taken many times.


@tf.function
def step(w, y):
    with tf.GradientTape() as tape:
        output = tf.nn.conv2d(x, w, strides=1, padding="VALID")
        loss = tf.reduce_mean((output - y) ** 2)
    w.assign_sub(RATE * tape.gradient(loss, w))
    return loss


losses, learned = {name: [] for name in copies}, {}
for name, copy in copies.items():
    w = tf.Variable(tf.zeros((3, 3, 1, 1)))
    y = tf.constant(copy[None, :, :, None], tf.float32)
    for number in range(SHOWN[-1] + 1):
        if number in SHOWN:
            learned[name, number] = w[:, :, 0, 0].numpy()
        losses[name].append(float(step(w, y)))

# %%
# Nine unknowns and an equation for each of 64,516 windows: least squares find the same weights at
# once. They are the secret kernel turned by half a turn, which changes the emboss and not the blur.

windows = np.lib.stride_tricks.sliding_window_view(face, (3, 3)).reshape(-1, 9)
for name, copy in copies.items():
    solved = np.linalg.lstsq(windows, copy.ravel())[0].reshape(3, 3)
    np.testing.assert_allclose(solved, kernels.flip(secret[name]), atol=1e-3)
    for number in SHOWN[1:]:
        error = float(np.abs(learned[name, number] - solved).max())
        results.record(f"learned_kernel.{name}_{number}", error, tolerance=0.0002)
assert np.abs(learned["emboss", SHOWN[-1]] - secret["emboss"]).max() > 3

# %%
# The kernels, with one signed scale a row; the blur in sixteenths. And the loss of every step.

plt.style.use(plotting.STYLE)
fig = plt.figure(figsize=(6.4, 5.8))
grid, curves = fig.subfigures(2, 1, height_ratios=(1.8, 1))
axes = grid.subplots(2, 4)
titles, factors = ("16 × blur", "emboss"), (16, 1)
for row, (name, kernel), title, factor in zip(axes, secret.items(), titles, factors, strict=True):
    limit = plotting.symmetric_limit(factor * kernel, *(factor * learned[name, n] for n in SHOWN))
    plotting.show_numbers(row[0], factor * kernel, title, limit=limit, size=9)
    plotting.outline(row[0], 0, 0, 3, 3, plotting.GREEN)
    for ax, number in zip(row[1:], SHOWN, strict=True):
        weights = np.round(factor * learned[name, number], 2) + 0.0  # No minus before a zero.
        plotting.show_numbers(ax, weights, f"{number:,} steps", limit=limit, spec=".2f", size=9)
ax = curves.subplots()
for (name, values), colour in zip(losses.items(), (plotting.BLUE, plotting.ORANGE), strict=True):
    ax.plot(values, color=colour)
    ax.text(len(values) + 8, values[-1], name, color=plotting.ink(colour), va="center")
for number in SHOWN[1:]:
    ax.axvline(number, color="0.7", linewidth=0.8, zorder=0)
ax.set(yscale="log", xlabel="step", ylabel="loss", xlim=(-10, 1120))
last = {name: learned[name, SHOWN[-1]] for name in secret}
plotting.describe(
    fig,
    "Two rows of kernels of 3 by 3 weights: the one that made the copy, then what gradient descent "
    f"has after {', '.join(f'{number:,}' for number in SHOWN)} steps from zeros. Panel a: the blur "
    f"is found, its centre {last['blur'][1, 1]:.2f}. Panel b: the emboss is found turned by half a "
    f"turn, its first weight {last['emboss'][0, 0]:.2f} in place of {secret['emboss'][0, 0]:.0f}. "
    "Panel c: both losses fall, fast at first and then ever more slowly.",
    panels=(*axes[:, 0], ax),
)
plt.show()

# %%
# What to notice
# --------------
#
# After 30 steps the blurred copy is nearly right and the weights are not. Neighbouring pixels are
# nearly equal, so kernels that share a weight among neighbours in different ways make nearly the
# same copy, and the slopes from one such kernel to another are gentle.
