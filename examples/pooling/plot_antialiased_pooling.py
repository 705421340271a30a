r"""
Pooling under a shift, and how a blur helps
===========================================

Pooling with a stride of 4 keeps one position of four. Shift the picture by a pixel, and it keeps
others. If neighbouring outputs foretell what lies between them, little changes; if not, the output
depends on where the grid happens to fall. A blur before the subsampling, as Zhang proposes, makes
them foretell it. The prediction is a straight line between two outputs, for a shift by :math:`t`:

.. math:: \hat{y}_t[i] = \left(1 - \tfrac{t}{s}\right) y_0[i] + \tfrac{t}{s} \, y_0[i - 1]

Part of :doc:`/pooling`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, plotting, reference, results

POOL = 4  # pixels, size and stride
SHIFTS = range(13)  # pixels
MARGIN = 4  # outputs at the border, where the shifted picture wraps around

# %%
# A feature map: where the cat gets brighter to the right.

x = data.chelsea_grey()[np.newaxis, :, :, np.newaxis]
edges = tf.nn.relu(tf.nn.conv2d(x, kernels.to_hwio(kernels.get("sobel_x")), 1, "SAME"))
print(edges.shape)

# %%
# Zhang's pooling splits max pooling in two: the maximum at every position, then a blur that is
# evaluated at every fourth.

blur = kernels.binomial(2 * POOL - 1)
poolings = {
    "max": lambda y: tf.nn.max_pool2d(y, POOL, POOL, "SAME"),
    "average": lambda y: tf.nn.avg_pool2d(y, POOL, POOL, "SAME"),
    "max, then blur": lambda y: tf.nn.depthwise_conv2d(
        tf.nn.max_pool2d(y, POOL, 1, "SAME"), blur[..., None, None], (1, POOL, POOL, 1), "SAME"
    ),
}
dense = reference.max_pool(edges.numpy(), POOL, 1, "same")
np.testing.assert_allclose(
    poolings["max, then blur"](edges), reference.blur_pool(dense, blur, POOL), atol=1e-5
)

# %%
# For each shift: how much the output changes in place, and how far it is from the prediction. Both
# are root mean squares, in units of the output's own standard deviation.

changes, errors = {}, {}
inside = np.s_[:, MARGIN:-MARGIN, MARGIN:-MARGIN]
for name, pooling in poolings.items():
    start = pooling(edges).numpy()
    changes[name], errors[name] = [], []
    for shift in SHIFTS:
        pooled = pooling(tf.roll(edges, shift, axis=2)).numpy()
        whole, part = divmod(shift, POOL)
        nearer, further = (np.roll(start, whole + step, axis=2) for step in (0, 1))
        predicted = nearer + part / POOL * (further - nearer)
        for curve, expected in ((changes[name], start), (errors[name], predicted)):
            error = np.sqrt(np.mean((pooled - expected)[inside] ** 2))
            curve.append(float(error / start[inside].std()))
    key = name.split()[-1]
    results.record(f"antialiased_pooling.change_{key}", changes[name][1])
    results.record(f"antialiased_pooling.error_{key}", errors[name][POOL // 2])
    np.testing.assert_allclose(errors[name][::POOL], 0, atol=1e-6)
    assert 0.8 < changes[name][POOL] < 1.2
assert changes["max"][POOL] > 1
assert errors["max"][2] > 1.8 * errors["max, then blur"][2]

# %%
# Both against the shift.

plt.style.use(plotting.STYLE)
fig, panels = plt.subplots(1, 2, figsize=(6.4, 3.4), sharex=True)
titles = ("change in place", "error of the prediction")
for ax, title, curves in zip(panels, titles, (changes, errors), strict=True):
    for (name, curve), style in zip(curves.items(), ("o-", "s--", "^-."), strict=True):
        ax.plot(SHIFTS, curve, style, label=name, markersize=4)
    ax.set(title=title, xlabel="shift (pixels)", xticks=range(0, 13, POOL), ylim=(0, None))
    ax.grid(True)
panels[0].set_ylabel("standard deviations")
panels[0].legend(loc="lower right")
plotting.describe(
    fig,
    "Two charts against a shift of 0 to 12 pixels, with a curve each for max pooling, average "
    "pooling, and the maximum followed by a blur. Panel a: the change in place rises from 0 to "
    "more than 1. Panel b: the error is 0 at every fourth pixel and between them rises to "
    f"{errors['max'][2]:.2f}, {errors['average'][2]:.2f} and {errors['max, then blur'][2]:.2f}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# At shifts of 4, 8 and 12 the output moves by whole steps and nothing is lost. In between it
# depends on the grid, for max pooling nearly twice as much as with the blur. And no pooling is
# invariant: shifted by the width of one window, a max-pooled map has changed by more than its
# standard deviation. Two maps that have nothing in common differ by the square root of two.
