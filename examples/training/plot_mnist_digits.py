r"""
MNIST and its official split
============================

MNIST holds 60,000 handwritten digits to learn from and 10,000 others, by other writers, to be
tested with. Its ten classes are not equally frequent, so that a machine that always gives the most
frequent answer is right more often than one time in ten. The pictures are mostly paper: with
:math:`x` the ink of a pixel from 0 to 1, the mean of :math:`x` over the training pictures is

.. math:: \mu = \frac{1}{60000 \cdot 28 \cdot 28} \sum_{n, i, j} x[n, i, j] \approx 0.13

Part of :doc:`/training`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import data, plotting, results

CLASSES = 10
SAMPLES = 4  # pictures of each class

# %%
# The two parts come as bytes, 0 for paper and 255 for ink. Here are some rows and columns of the
# first picture, as numbers.

(x_train, y_train), (x_test, y_test) = data.mnist()
print(x_train.shape, x_train.dtype, x_test.shape)
print(x_train[0, 5:15, 12:22], "shows a", y_train[0])

# %%
# How often does each class occur? Two ways to count, and they agree.

train_counts = np.bincount(y_train, minlength=CLASSES)
test_counts = np.bincount(y_test, minlength=CLASSES)
np.testing.assert_array_equal(train_counts, [(y_train == digit).sum() for digit in range(CLASSES)])
assert train_counts.sum() == len(x_train)
assert test_counts.sum() == len(x_test)

most = int(train_counts.argmax())
results.record("mnist_digits.most_frequent", most)
results.record("mnist_digits.most", train_counts.max())
results.record("mnist_digits.least_frequent", int(train_counts.argmin()))
results.record("mnist_digits.least", train_counts.min())
results.record("mnist_digits.baseline", test_counts[most] / len(y_test))

# %%
# Mean, deviation and share of the ink. No test picture is the copy of a training picture.

# Only 256 values occur, so that counting them says all.
share = np.bincount(x_train.ravel(), minlength=256) / x_train.size
ink = np.arange(256) / 255
mean = share @ ink
np.testing.assert_allclose(mean, x_train.mean() / 255)
results.record("mnist_digits.mean", mean)
results.record("mnist_digits.deviation", np.sqrt(share @ (ink - mean) ** 2))
results.record("mnist_digits.inked", 1 - share[0])
seen = {picture.tobytes() for picture in x_train}
assert len(seen) == len(x_train)
assert not any(picture.tobytes() in seen for picture in x_test)

# %%
# The first pictures of each class, and the shares of the classes in both parts.

plt.style.use(plotting.STYLE)
fig, (top, bottom) = plt.subplots(2, 1, figsize=(6.4, 5.2), height_ratios=(1.4, 1))
first = [np.flatnonzero(y_train == digit)[:SAMPLES] for digit in range(CLASSES)]
grid = plotting.mosaic(x_train[np.transpose(first).ravel()], CLASSES, gap=0)
drawn = plotting.show_image(
    top, grid, "The first four of each class in the training set", limits=(0, 255)
)
drawn.set_extent((-0.5, CLASSES - 0.5, SAMPLES, 0))  # each column above its bars

digits = np.arange(CLASSES)
bottom.bar(digits - 0.2, 100 * train_counts / len(y_train), 0.4, label="60,000 for training")
bottom.bar(digits + 0.2, 100 * test_counts / len(y_test), 0.4, label="10,000 for testing")
bottom.axhline(10, color="0.4", linewidth=1, linestyle="--")
bottom.set_xlim(-0.5, CLASSES - 0.5)
bottom.set_xticks(digits)
bottom.set_ylim(0, 14)
bottom.set_xlabel("class")
bottom.set_title("Share of each class, %")
bottom.legend(loc="upper right", ncols=2)
plotting.describe(
    fig,
    f"Panel a: {SAMPLES} handwritten digits of each class from 0 to 9, white ink on black. Panel "
    "b: the share of each class in the training and in the test set, from "
    f"{train_counts.min() / 600:.1f} % for the {train_counts.argmin()} to "
    f"{train_counts.max() / 600:.1f} % for the {most} in training, and much the same in testing.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The classes are nearly balanced, and the two parts agree. They were drawn in the same way but from
# different writers, which is what makes the second a test.
