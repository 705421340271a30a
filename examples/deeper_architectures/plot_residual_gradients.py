r"""
What a shortcut does to the gradient
====================================

Fifty convolutions in a row, before any training. A residual block adds its input to its output, so
that its derivative is one plus something. The gradient then has a way to the picture that no layer
touches. In a stack with normalization and without shortcuts it turns to noise.

.. math:: y = x + F(x), \qquad \frac{\partial y}{\partial x} = 1 + F'(x)

Part of :doc:`/deeper_architectures`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, results

BLOCKS, MAPS, SIDE = 25, 16, 12  # blocks of two convolutions; maps; pixels
BATCH = 16  # pictures
NUDGE = 0.05  # standard deviation of the noise that is added to a picture, whose own is 1
SHOWN = (1, 3, 6, 12, 25)  # blocks, of stacks of different depth
SEED = 1512
KINDS = {  # gain of the initial weights' variance, batch normalization, shortcut
    "plain, Glorot": (1, False, False),
    "plain, He": (2, False, False),
    "plain, He, norm": (2, True, False),
    "residual, He, norm": (2, True, True),
}

# %%
# Patches of a cat, and their noisy twins. Sixteen random mixtures of their colours enter.

rng = np.random.default_rng(SEED)
cat = data.to_float(data.chelsea())
corners = rng.integers(0, (280, 430), (BATCH, 2))
patches = np.stack([cat[i : i + SIDE, j : j + SIDE] for i, j in corners])
patches = (patches - patches.mean()) / patches.std()
pictures = np.concatenate([patches, patches + rng.normal(0, NUDGE, patches.shape)])
entry = tf.constant(rng.normal(0, 3**-0.5, (1, 1, 3, MAPS)), tf.float32)
start = tf.nn.conv2d(tf.constant(pictures, tf.float32), entry, 1, "SAME")
draws = rng.normal(0, 1 / np.sqrt(9 * MAPS), (2 * BLOCKS, 3, 3, MAPS, MAPS)).astype(np.float32)

# %%
# The forward pass, written out. A block is twice normalization, ReLU, convolution, as in the second
# paper on residual networks: nothing stands in the way of the shortcut.

direction = tf.constant(rng.normal(size=start.shape[1:]), tf.float32)


def backward(kind, blocks):
    """Return what enters each block, and the gradient there; last, what leaves, and its own."""
    gain, normalize, shortcut = KINDS[kind]
    inputs = [start]
    with tf.GradientTape() as tape:
        tape.watch(start)
        for block in range(blocks):
            x = inputs[-1]
            for kernel in (draws[2 * block], draws[2 * block + 1]):
                if normalize:
                    mean, variance = tf.nn.moments(x, (0, 1, 2))
                    x = tf.nn.batch_normalization(x, mean, variance, None, None, 1e-3)
                x = tf.nn.conv2d(tf.nn.relu(x), gain**0.5 * kernel, 1, "SAME")
            inputs.append(x + inputs[-1] if shortcut else x)
        out = tf.reduce_sum(inputs[-1] * direction)
    return np.array(inputs), np.array(tape.gradient(out, inputs))


# %%
# Three questions. How long is the gradient on its way down? Do pictures that are alike have alike
# gradients? And do different pictures stay different on their way up?

norms, alike, same = {}, {}, {}
for kind in KINDS:
    alike[kind] = []
    for blocks in SHOWN:
        maps, gradients = backward(kind, blocks)
        pairs = gradients[0].reshape(2, BATCH, -1)  # at a picture, and at the same with noise
        first, second = pairs / np.linalg.norm(pairs, axis=2, keepdims=True)
        alike[kind].append((first * second).sum(axis=1).mean())
    norms[kind] = np.linalg.norm(gradients.reshape(BLOCKS + 1, -1), axis=1)
    norms[kind] /= norms[kind][-1]
    rows = maps[:, :BATCH].reshape(BLOCKS + 1, BATCH, -1)
    rows = rows / np.linalg.norm(rows, axis=2, keepdims=True)
    same[kind] = np.array([(r @ r.T)[~np.eye(BATCH, dtype=bool)].mean() for r in rows])

# %%
# With weights of zero nothing but the shortcuts is left, and the gradient arrives as it left.

draws = np.zeros_like(draws)
_, untouched = backward("residual, He, norm", BLOCKS)
np.testing.assert_allclose(untouched[0], untouched[-1])
assert norms["plain, Glorot"][0] < 1e-3 < norms["plain, He"][0]
for key, kind in zip(("glorot", "he", "norm", "residual"), KINDS, strict=True):
    length = float(norms[kind][0])
    results.record(f"residual_gradients.length_{key}", length, tolerance=0.2 * length)
    results.record(f"residual_gradients.twins_{key}", float(alike[kind][-1]), tolerance=0.05)
    results.record(f"residual_gradients.strangers_{key}", float(same[kind][-1]), tolerance=0.05)

# %%
# All against the number of blocks.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, 3, figsize=(6.4, 3.6))
for kind, mark in zip(KINDS, "osD^", strict=True):
    axes[0].semilogy(norms[kind], label=kind)
    axes[1].plot(SHOWN, alike[kind], mark + "-", markersize=5)
    axes[2].plot(same[kind])
axes[0].set(title="length of gradient", xlabel="block")
axes[1].set(title="gradients of twins", xlabel="blocks in the stack", ylabel="mean cosine")
axes[2].set(title="maps of strangers", xlabel="block", ylim=axes[1].get_ylim())
fig.legend(loc="outside lower center", ncols=2)
plotting.describe(
    fig,
    f"Four stacks of {2 * BLOCKS} convolutions. Panel a: on its way to the picture a plain stack's "
    f"gradient shrinks to {norms['plain, Glorot'][0]:.0e} with Glorot's weights and grows "
    f"{norms['plain, He, norm'][0]:.0e} times with normalization. Panel b: there the gradients of "
    f"noisy twins have a cosine of {abs(alike['plain, He, norm'][-1]):.1f}, with shortcuts one of "
    f"{alike['residual, He, norm'][-1]:.1f}. Panel c: without normalization all maps end alike.",
)
plt.show()

# %%
# What to notice
# --------------
#
# He's weights nearly keep the length, but different pictures become the same maps, as panel
# c shows. Normalization pulls them apart, and turns the gradient to noise. With shortcuts both
# stay in between. Glorot's curve hides behind He's: a factor changes no cosine.
