r"""
What pooling keeps and what it loses
====================================

From each window of 8 by 8 pixels one number is left. The average is the one number closest to all
64, in squared error; the maximum follows what is brightest. Neither knows where in its window a
pixel stood: shuffle the pixels inside every window, and the pooled picture is the same.

.. math:: \bar{x} = \operatorname{arg\,min}_{c} \sum_{a, b} (x_{a b} - c)^2

Part of :doc:`/pooling`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, reference, results

POOL = 8  # pixels
SEED = 4

# %%
# The picture in windows: 32 rows and 32 columns of them, 64 pixels each.

picture = data.chelsea_grey()
rows, columns = (size // POOL for size in picture.shape)
windows = picture.reshape(rows, POOL, columns, POOL).swapaxes(1, 2).reshape(rows, columns, -1)
print(windows.shape)

# %%
# The same pixels in another order within each window.

shuffled = np.random.default_rng(SEED).permuted(windows, axis=-1)
shuffled = shuffled.reshape(rows, columns, POOL, POOL).swapaxes(1, 2).reshape(picture.shape)
x = np.stack([picture, shuffled])[..., np.newaxis]
print(x.shape)

# %%
# TensorFlow pools both; the reference agrees.

largest = tf.nn.max_pool2d(x, POOL, POOL, "VALID")[..., 0].numpy()
average = tf.nn.avg_pool2d(x, POOL, POOL, "VALID")[..., 0].numpy()
np.testing.assert_array_equal(largest, reference.max_pool(x, POOL)[..., 0])
np.testing.assert_allclose(average, reference.average_pool(x, POOL)[..., 0], rtol=1e-5)

# %%
# The order within a window does not matter. Enlarged again, each pooled picture is an estimate of
# the one it came from; the root mean square of its error says how good.

np.testing.assert_array_equal(largest[0], largest[1])
np.testing.assert_allclose(average[0], average[1], rtol=1e-5)
enlarge = np.ones((POOL, POOL))
error_max = float(np.sqrt(np.mean((np.kron(largest[0], enlarge) - picture) ** 2)))
error_average = float(np.sqrt(np.mean((np.kron(average[0], enlarge) - picture) ** 2)))
results.record("pooling_compared.kept", largest[0].size / picture.size)
results.record("pooling_compared.error_max", error_max)
results.record("pooling_compared.error_average", error_average)
results.record("pooling_compared.brighter", float(largest[0].mean() - picture.mean()))

# %%
# The picture first, then the shuffled one.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 3, figsize=(6.4, 4.7))
for row, name, number in zip(axes, ("Picture", "Shuffled in its windows"), (0, 1), strict=True):
    plotting.show_image(row[0], x[number, :, :, 0], name)
    plotting.show_image(row[1], largest[number], f"Max pool, {rows} × {columns}")
    plotting.show_image(row[2], average[number], f"Average pool, {rows} × {columns}")
plotting.describe(
    fig,
    f"A grey cat (panel a) and the same cat with its pixels shuffled inside windows of {POOL} by "
    f"{POOL} (panel d), so that it looks like coarse noise. Beside each, max-pooled and "
    f"average-pooled to {rows} by {columns}: both are the same, and the maximum is brighter by "
    f"{largest[0].mean() - picture.mean():.2f} on average.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Panels b and e cannot be told apart, nor can panels c and f. The average looks like the cat from
# afar. In the maximum every bright hair lightens its whole window and thin dark lines are gone. It
# makes a poor picture. On a map of where a feature was found it is what one wants to know.
