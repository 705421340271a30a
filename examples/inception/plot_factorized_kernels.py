r"""
What small kernels in a row can express
=======================================

Two 3x3 convolutions in a row see as much as one of 5x5 and cost 18/25 of it. They are not the same
layer. One pair makes a few of the 5x5 kernels, a sum of two pairs nearly all. One pair of 1x7 and
7x1 makes a kernel of rank 1, and only the sum of seven makes any.

.. math:: w = \sum_{m=1}^{M} a_m * b_m, \qquad M \text{ middle channels}

Part of :doc:`/inception`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import arithmetic, kernels, plotting, reference, results

SEED, RANDOM = 5, 4  # random kernels
STARTS, STEPS = 6, 150  # of the search for the best pairs
PAIRS = (1, 2, 3)

# %%
# Two convolutions without a ReLU between them are one, with the two kernels composed.

rng = np.random.default_rng(SEED)
x = rng.random((1, 12, 12, 1), dtype=np.float32)
first, second = (rng.standard_normal((3, 3, 1, 1)).astype(np.float32) for _ in range(2))
twice = tf.nn.conv2d(tf.nn.conv2d(x, first, 1, "VALID"), second, 1, "VALID")
composed = reference.convolve2d(first[..., 0, 0], second[..., 0, 0], "full").astype(np.float32)
once = tf.nn.conv2d(x, composed[..., None, None], 1, "VALID")
print(composed.shape, twice.shape, once.shape)
np.testing.assert_allclose(twice, once, atol=1e-4)
same_field = arithmetic.receptive_field([(3, 1)] * 2) == arithmetic.receptive_field([(5, 1)])
assert same_field
results.record("factorized_kernels.three_three", 2 * 3**2 / 5**2)
results.record("factorized_kernels.one_seven", 2 * 7 / 7**2)

# %%
# Kernels to be made: three known ones and a few at random, each of length 1, in both sizes.

targets = {}
for taps in (5, 7):
    targets[taps] = {
        "Gaussian": kernels.gaussian(taps / 5, taps),
        "spot (LoG)": kernels.laplacian_of_gaussian(taps / 6, taps),
        "diagonal Gabor": kernels.gabor(taps / 4, 0.8 * taps, 45, size=taps),
        **{f"random {n}": rng.standard_normal((taps, taps)) for n in range(RANDOM)},
    }
    targets[taps] = {name: w / np.linalg.norm(w) for name, w in targets[taps].items()}

# %%
# 1x7 and 7x1: the best sum of M pairs has the first M singular values. 3x3 and 3x3: one of the two
# kernels of each pair is fixed, the other is solved for, alternately, from several random starts.

rows = {
    name: [np.linalg.norm(np.linalg.svd(w, compute_uv=False)[count:]) for count in range(1, 8)]
    for name, w in targets[7].items()
}
places = [(i, j) for i in range(3) for j in range(3)]


def composing(bank):
    """Return, for kernels (..., M, 3, 3), the matrices that compose them with others."""
    matrix = np.zeros((*bank.shape[:-2], 9, 5, 5))
    for tap, (i, j) in enumerate(places):
        matrix[..., tap, i : i + 3, j : j + 3] = bank
    return np.swapaxes(matrix.reshape(*bank.shape[:-3], -1, 25), -1, -2)


goal = np.stack(list(targets[5].values())).reshape(-1, 1, 25, 1)
errors = []
for count in PAIRS:
    bank = rng.standard_normal((len(goal), STARTS, count, 3, 3))
    for _ in range(STEPS):
        bank /= np.linalg.norm(bank, axis=(-2, -1), keepdims=True)
        matrix = composing(bank)
        gram = np.swapaxes(matrix, -1, -2) @ matrix + 1e-9 * np.eye(9 * count)
        solved = np.linalg.solve(gram, np.swapaxes(matrix, -1, -2) @ goal)
        bank = solved.reshape(bank.shape)
    errors.append(np.linalg.norm(matrix @ solved - goal, axis=(-2, -1)).min(axis=1))
pairs = dict(zip(targets[5], np.transpose(errors), strict=True))

# %%
# What is left over, as a share of the kernel's length. Random kernels: their mean.

curves = []
for table in (pairs, rows):
    mean = np.mean([table[f"random {n}"] for n in range(RANDOM)], axis=0)
    curves.append(
        {**{name: v for name, v in table.items() if "random" not in name}, "random": mean}
    )
np.testing.assert_array_less(np.array(errors)[1], 1e-3)  # Two pairs make every one of them.
smooth = ("Gaussian", "spot (LoG)", "diagonal Gabor")
np.testing.assert_array_less([rows[name][m] for m, name in enumerate(smooth)], 0.01)
for key, table, count in (("pair", curves[0], 1), ("one", curves[1], 1), ("four", curves[1], 4)):
    results.record(f"factorized_kernels.random_{key}", table["random"][count - 1], tolerance=0.02)
plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, 2, figsize=(6.4, 3.4), sharey=True, width_ratios=(1, 1.7))
for ax, table, title in zip(axes, curves, ("3 × 3, then 3 × 3", "1 × 7, then 7 × 1"), strict=True):
    for name, values in table.items():
        ax.plot(range(1, len(values) + 1), values, "o-", label=name, clip_on=False)
    ax.set(xlabel="middle channels", title=title, ylim=(0, 1), xticks=range(1, len(values) + 1))
axes[0].set_ylabel("share left over")
axes[1].legend()
plotting.describe(
    fig,
    "What a sum of pairs of small kernels leaves of a large one. Panel a, random 5 by 5 kernels: "
    f"{curves[0]['random'][0]:.2f} after one pair of 3 by 3, {curves[0]['random'][1]:.2f} after "
    f"two. Panel b, random 7 by 7 kernels: {curves[1]['random'][0]:.2f} after one pair of 1 by 7, "
    f"7 by 1, {curves[1]['random'][3]:.2f} after four, 0 after seven. A Gaussian needs one pair in "
    "both.",
)
plt.show()

# %%
# What to notice
# --------------
#
# A 5x5 kernel has 25 numbers, a pair of 3x3 has 18, one of which is lost: a factor can go from one
# to the other. Two pairs have enough. A layer has to share its middle channels among all its
# outputs, so a saving of weights is a loss of kernels.
