"""
Larger Winograd tiles: fewer products, larger errors
====================================================

F(m x m, 3 x 3) interpolates: it evaluates tile and kernel at m + 2 points, multiplies there, and
reads the outputs off the polynomial. Larger tiles need fewer products for an output. Their points
have larger powers, and what is large and cancels leaves its rounding behind.

.. math:: y = V_m^T \\left[ (V_3 \\, g) \\odot (V_n^{-T} d) \\right], \\quad n = m + 2

Part of :doc:`/fast`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import plotting, reference, results

POINTS = (0, 1, -1, 0.5, -2, -0.5, 2, 0.25, -4)  # and infinity
TILES = (1, 2, 3, 4, 6, 8)  # outputs along each side
SIZE, CHANNELS = 24, 32  # outputs along each side of the picture; maps before and after
ROUNDING = 2.0**-24  # relative, of a single operation in float32


# %%
# The three transforms. A Vandermonde matrix evaluates a polynomial at the points, and its last row,
# for infinity, takes the highest coefficient.


def transforms(m):
    """Return the transforms of outputs, kernel and pixels for F(m, 3)."""
    n = m + 2
    whole, kernel, outputs = (
        np.vstack([np.vander(POINTS[: n - 1], size, increasing=True), np.eye(size)[-1]])
        for size in (n, 3, m)
    )
    return outputs.T, kernel, np.linalg.inv(whole).T


to_output, to_kernel, to_input = transforms(2)
pixels, taps = np.array([4.0, 1, 3, 2]), np.array([1.0, 2, 3])
print(to_output @ ((to_kernel @ taps) * (to_input @ pixels)))

# %%
# A layer in float32 by each of the tiles, against the definition in float64.

rng = np.random.default_rng(0)
x = rng.standard_normal((SIZE + 2, SIZE + 2, CHANNELS)).astype(np.float32)
w = rng.standard_normal((3, 3, CHANNELS, CHANNELS)).astype(np.float32)
exact = reference.conv2d(x[None].astype(float), w.astype(float))[0]
errors, per_output = {}, {}
for m in TILES:
    a, g, b = (matrix.astype(np.float32) for matrix in transforms(m))
    tiles = np.lib.stride_tricks.sliding_window_view(x, (m + 2, m + 2), axis=(0, 1))[::m, ::m]
    spectra = np.moveaxis(b @ tiles @ b.T, (-2, -1), (0, 1))  # (n, n, rows, columns, C)
    kernels = np.moveaxis(g @ np.moveaxis(w, (0, 1), (2, 3)) @ g.T, (-2, -1), (0, 1))
    product = spectra @ kernels[:, :, None]
    y = a @ np.moveaxis(product, (0, 1), (-2, -1)) @ a.T  # (rows, columns, O, m, m)
    y = y.transpose(0, 3, 1, 4, 2).reshape(SIZE, SIZE, CHANNELS)
    np.testing.assert_allclose(y, exact, atol=0.01 * np.abs(exact).max())
    errors[m] = float(np.abs(y - exact).max() / np.abs(exact).max() / ROUNDING)
    per_output[m] = (m + 2) ** 2 / m**2
for m in (2, 4, 6):
    results.record(f"winograd_tiles.error_{m}", errors[m], tolerance=0.5 * errors[m])
    results.record(f"winograd_tiles.saved_{m}", 9 / per_output[m])

# %%
# Products for one output (panel a) and errors (panel b). With m = 1 nothing is shared.

plt.style.use(plotting.STYLE)
fig, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.2))
names = [f"{m}×{m}" for m in TILES]
left.bar(names, list(per_output.values()), color=plotting.BLUE)
for column, count in enumerate(per_output.values()):
    left.text(column, count + 0.1, f"{count:.2g}", ha="center", va="bottom")
left.set(title="Products for one output", xlabel="outputs of a tile", ylim=(0, 10.2))
right.plot(names, list(errors.values()), "o-", color=plotting.ORANGE)
right.set(yscale="log", title="Largest error / u", xlabel="outputs of a tile")
right.grid(axis="y")
plotting.describe(
    fig,
    "Panel a: bars of the products for one output, falling from "
    f"{per_output[1]:g} to {per_output[8]:.2g} as the tile grows from 1 to 8 pixels a side. Panel "
    f"b: the largest error on a logarithmic axis, rising from about {errors[1]:.0f} to about "
    f"{errors[8]:.0f} roundings.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Nothing can fall below one product per output, and most of the gain is there with 4 x 4. The error
# has no such floor. Libraries stop at tiles of 4 or 6, and take smaller ones in half precision.
