r"""
Shifts help, flips do harm
==========================

Augmentation shows the network each picture in variants that a reader would give the same label. A
digit moved by a pixel is the same digit. A digit mirrored or turned over is another one, or none.
LeNet, trained twice alike but for shifts by up to two pixels: with them it bears shifts better, and
being turned it bears in neither case.

.. math:: x'[i, j] = x[i - \Delta_i, \, j - \Delta_j]

Part of :doc:`/training`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from scipy import ndimage

from convbook import data, plotting, results, training

NETWORKS = {"lenet": "without shifts", "lenet_shifted": "shifts by up to 2 px"}
SHIFTS = range(7)  # pixels to the right
EXAMPLES = (2, 5, 6, 7)  # digits
SYMMETRIC = (0, 1, 8)

# %%
# A shift by one pixel down and two to the right: pad with zeros, and cut out a window that lies
# further up and further left. SciPy gives the same.

_, (x_test, y_test) = data.mnist()
x_test, y_test = x_test[::10], y_test[::10]  # a thousand, from all parts of the set
first = x_test[0]
padded = tf.pad(first, [[2, 2], [2, 2]])
moved = padded[2 - 1 : 30 - 1, 2 - 2 : 30 - 2].numpy()
np.testing.assert_array_equal(moved, ndimage.shift(first, (1, 2), order=0))
print(first.shape, padded.shape, moved.shape)

# %%
# Both networks on shifted test pictures. No ink leaves a picture at first: MNIST's digits have a
# margin of four pixels.

shifted = np.concatenate([ndimage.shift(x_test, (0, 0, shift), order=0) for shift in SHIFTS])
accuracy = {}
for name in NETWORKS:
    model = training.load(name).model
    right = training.predict(model, shifted).argmax(axis=1) == np.tile(y_test, len(SHIFTS))
    accuracy[name] = right.reshape(len(SHIFTS), -1).mean(axis=1)
    for shift, tolerance in ((0, 0.01), (2, 0.03), (4, 0.12)):
        results.record(f"augmentation.{name}_{shift}", accuracy[name][shift], tolerance=tolerance)

plain, with_shifts = accuracy.values()
assert abs(plain[0] - with_shifts[0]) < 0.01
assert np.all(with_shifts[2:] > plain[2:])

# %%
# The network that was trained with shifts, on digits that are mirrored, upside down, or both. Some
# classes look the same from behind.

changed = {
    "mirrored": x_test[:, :, ::-1],
    "upside down": x_test[:, ::-1],
    "turned": x_test[:, ::-1, ::-1],
}
answers = training.predict(model, np.concatenate(list(changed.values()))).argmax(axis=1)
still = (answers == np.tile(y_test, 3)).reshape(3, -1)
for key, share in zip(changed, still.mean(axis=1), strict=True):
    results.record(f"augmentation.{key.replace(' ', '_')}", share, tolerance=0.08)
kept = np.array([still[0][y_test == digit].mean() for digit in range(10)])
symmetric = np.isin(y_test, SYMMETRIC)
results.record("augmentation.symmetric", still[0][symmetric].mean(), tolerance=0.1)
results.record("augmentation.others", still[0][~symmetric].mean(), tolerance=0.1)

# %%
# Digits and their variants, and the accuracy.

plt.style.use(plotting.STYLE)
fig = plt.figure(figsize=(6.4, 4.2))
upper, lower = fig.subfigures(2, 1, height_ratios=(1, 1.7))
rows = [np.flatnonzero(y_test == digit)[0] for digit in EXAMPLES]
variants = {"as it is": x_test, "shifted": ndimage.shift(x_test, (0, 3, 3), order=0), **changed}
panels = upper.subplots(1, 5)
for ax, (title, pictures) in zip(panels, variants.items(), strict=True):
    plotting.show_image(ax, plotting.mosaic(pictures[rows], 2, gap=0), title, limits=(0, 255))
left, right = lower.subplots(1, 2, width_ratios=(1.4, 1))
for name, label in NETWORKS.items():
    left.plot(SHIFTS, 100 * accuracy[name], "o-", markersize=4, label=label)
left.set_xlabel("shift of the test pictures, pixels")
left.set_title("Right when shifted, %")
left.set_ylim(0, 104)
left.legend(loc="lower left", title="LeNet, trained")
right.bar(range(10), 100 * kept, color="C1")
right.set_xticks(range(10))
right.set_title("Right when mirrored, %")
right.set_xlabel("class")
plotting.describe(
    fig,
    "Panel a: a 2, a 5, a 6 and a 7, as they are, shifted, mirrored, upside down, and turned. "
    "Panel b: the accuracy of LeNet falls as test pictures move; at 4 pixels it is "
    f"{100 * accuracy['lenet'][4]:.0f} % without shifts in training and "
    f"{100 * accuracy['lenet_shifted'][4]:.0f} % with them. Panel c: the share of mirrored digits "
    f"that are still recognized: {100 * still[0][symmetric].mean():.0f} % of 0, 1 and 8, and "
    f"{100 * still[0][~symmetric].mean():.0f} % of the others.",
    panels=[panels[0], left, right],
)
plt.show()

# %%
# What to notice
# --------------
#
# Convolutions move with the picture, but the dense layers after them know places: without shifts in
# training they have seen each pattern in one place only. Turned by 180 degrees, a 6 is a 9.
