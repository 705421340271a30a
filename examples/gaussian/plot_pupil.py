r"""
Finding the pupils
==================

A pupil is a dark spot, and the Laplacian of a Gaussian answers to spots of its own size. The scale
decides what it finds: specks at 2 pixels, both pupils at 8, and at 20 whole eyes. The kernel is
multiplied by the square of sigma, so that scales can be compared:

.. math:: L_\sigma = \sigma^2 \, (\nabla^2 G_\sigma) * f

Part of :doc:`/gaussian`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from scipy import ndimage

from convbook import data, kernels, plotting, reference, results

SIGMAS = (2, 8, 20)  # pixels
RIGHT_SIZE = 8  # pixels: sigma of the scale that fits the pupils
PUPILS = {"left": np.s_[48:84, 62:84], "right": np.s_[70:103, 206:222]}  # read off the picture

# %%
# The picture is padded by mirroring, for a rim of zeros would be the strongest edge of all.

face = data.chelsea_grey()
maps = {}
for sigma in SIGMAS:
    kernel = sigma**2 * kernels.laplacian_of_gaussian(sigma)
    radius = len(kernel) // 2
    x = tf.pad(face, [[radius, radius], [radius, radius]], "SYMMETRIC")[None, :, :, None]
    output = tf.nn.conv2d(x, kernels.to_hwio(kernel), strides=1, padding="VALID")
    maps[sigma] = output[0, :, :, 0].numpy()
    print(sigma, kernel.shape, maps[sigma].max().round(3))
fine = 4 * kernels.laplacian_of_gaussian(2)
rim = len(fine) // 2
expected = reference.correlate2d(face, fine)
np.testing.assert_allclose(maps[2][rim:-rim, rim:-rim], expected, atol=1e-5)

# %%
# The maxima of each map, the strongest first: pixels that no pixel within one sigma exceeds.

peaks = {}
for sigma, response in maps.items():
    highest = ndimage.maximum_filter(response, size=2 * sigma + 1) == response
    places = np.argwhere(highest)
    peaks[sigma] = places[np.argsort(-response[highest])]

# %%
# At 8 pixels the two strongest of all are the pupils.

two = peaks[RIGHT_SIZE][:2]
for name, place in zip(("left", "right"), two[np.argsort(two[:, 1])], strict=True):
    rows, columns = PUPILS[name]
    assert rows.start <= place[0] < rows.stop
    assert columns.start <= place[1] < columns.stop
    results.record(f"pupil.{name}", place)
heights = maps[RIGHT_SIZE][tuple(peaks[RIGHT_SIZE][:3].T)]
results.record("pupil.heights", [round(float(height), 3) for height in heights], tolerance=1e-3)

# %%
# The maps, and the picture with the four strongest maxima as circles of the disc that fits, a
# radius of :math:`\sqrt{2} \, \sigma`. The two strongest are drawn thick.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, len(SIGMAS), figsize=(6.4, 4.0))
limit = plotting.symmetric_limit(*maps.values())
for (top, bottom), sigma in zip(axes.T, SIGMAS, strict=True):
    shown = plotting.show_signed(top, maps[sigma], limit, f"σ = {sigma} px")
    plotting.show_image(bottom, face)
    for rank, (row, column) in enumerate(peaks[sigma][:4]):
        bottom.add_patch(plt.Circle((column, row), 2**0.5 * sigma, fill=False,
                                    color=plotting.ORANGE if rank < 2 else "white",
                                    linewidth=2.5 if rank < 2 else 1.2))  # fmt: skip
plotting.colour_bar(fig, shown, axes, "answer")
plotting.describe(
    fig,
    f"Answers of the Laplacian of a Gaussian of {', '.join(map(str, SIGMAS))} pixels to Chelsea's "
    f"face (panels a to c), and the four strongest maxima of each, circled (d to f). At "
    f"{RIGHT_SIZE} pixels (e) the two strongest lie in the pupils, at rows and columns "
    f"{tuple(two[0].tolist())} and {tuple(two[1].tolist())}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The kernel does not know what a pupil is. It knows dark spots of one size, and at that size
# (panel e) this picture's best two are pupils, the next one a corner of an eye.
