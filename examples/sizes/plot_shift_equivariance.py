r"""
Convolution follows a shift, unless a stride skips it
=====================================================

Shift the picture, then convolve; or convolve, then shift: with stride 1 the results are equal. A
convolution with stride :math:`s` keeps every :math:`s`-th row and column. It follows shifts by
multiples of :math:`s`, and no others. With :math:`T_d` the shift by :math:`d` pixels:

.. math:: \operatorname{conv}_s(T_d \, x) = T_{d / s} \operatorname{conv}_s(x)
          \quad \text{if } s \text{ divides } d

Part of :doc:`/sizes`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, plotting, reference, results

SHIFTS = range(9)  # pixels to the left
STRIDES = (1, 2, 4)  # pixels
SIZE = 200  # pixels along each side of the window that looks at the picture

# %%
# A window of 200 x 200 pixels looks at Chelsea. A shift moves the window, so that real pixels come
# in, and no invented ones. The kernel is Sobel's, which answers to vertical edges.

picture = data.chelsea_grey()[30:230]
kernel = kernels.to_hwio(kernels.get("sobel_x"))
print(picture.shape, kernel.shape)


def edges(shift, stride):
    """Return the feature map of the picture shifted to the left by `shift` pixels."""
    x = picture[None, :, shift : shift + SIZE, None]
    y = tf.nn.conv2d(x, kernel, strides=stride, padding="VALID")
    np.testing.assert_allclose(y, reference.conv2d(x, kernel, stride), atol=1e-5)
    return y[0, :, :, 0].numpy()


# %%
# Compare the map of the shifted picture with the shifted map. A map can move by whole pixels only,
# so the better one of the two nearest is taken. The size of a difference is its root mean square,
# relative to that of the map.

differences, sizes = {}, {}
for stride in STRIDES:
    for shift in SHIFTS:
        after, before = edges(shift, stride), edges(0, stride)
        candidates = []
        for steps in {shift // stride, -(-shift // stride)}:
            common = before.shape[1] - steps
            candidates.append(after[:, :common] - before[:, steps:])
        best = min(candidates, key=lambda candidate: float(np.square(candidate).sum()))
        differences[stride, shift] = best
        sizes[stride, shift] = float(np.sqrt(np.mean(best**2) / np.mean(before**2)))
results.record("shift_equivariance.stride_1", max(sizes[1, shift] for shift in SHIFTS))
results.record("shift_equivariance.stride_2_by_1", sizes[2, 1])
results.record("shift_equivariance.stride_2_by_2", sizes[2, 2])
results.record("shift_equivariance.stride_4_by_2", sizes[4, 2])

# %%
# A map with stride 2 and its differences after a shift by one and by two pixels; edges stronger
# than 1 have the strongest colours. And the size of the difference after each shift.

plt.style.use(plotting.STYLE)
fig = plt.figure(figsize=(6.4, 4.8))
above, below = fig.subfigures(2, 1, height_ratios=(1.15, 1))
axes = above.subplots(1, 3)
maps = (edges(0, 2), differences[2, 1], differences[2, 2])
titles = ("edges, stride 2", "difference, shift 1", "difference, shift 2")
for ax, values, title in zip(axes, maps, titles, strict=True):
    drawn = plotting.show_signed(ax, values, 1.0, title)
    plotting.outline(ax, 0, 0, *values.shape, "0.6", 0.8)  # a map of zeros is as white as the page
plotting.colour_bar(above, drawn, axes, "edge strength", horizontal=True)
ax = below.subplots()
colours = (plotting.BLUE, plotting.ORANGE, plotting.GREEN)
for stride, colour, marker in zip(STRIDES, colours, "osD", strict=True):
    ax.plot(SHIFTS, [100 * sizes[stride, shift] for shift in SHIFTS], marker=marker, color=colour,
            label=f"stride {stride}", clip_on=False, zorder=3)  # fmt: skip
ax.set(xlabel="shift of the picture (pixels)", ylabel="difference (%)", ylim=(0, None),
       xlim=(0, 8))  # fmt: skip
ax.legend(loc="upper right", ncols=3, bbox_to_anchor=(1, 1.22))
plotting.describe(
    fig,
    "Panel a: a map of edges with stride 2. Its difference after a shift by one pixel (panel b) is "
    f"{sizes[2, 1]:.0%} of the map, after a shift by two (c) {sizes[2, 2]:.0%}. Panel d: the "
    "difference is zero at every shift for stride 1, at every second for stride 2 and at "
    "every fourth for stride 4.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Between two multiples of the stride the map of the shifted picture is another map, not a moved
# one. Each layer with a stride multiplies the step: after two of stride 2, only every fourth shift
# is followed.
