r"""
The Laplacian of a Gaussian finds spots
=======================================

The sum of both second derivatives answers to spots, most of all to those that its scale fits: a
disc of radius :math:`r` answers most at :math:`\sigma = r / \sqrt{2}`.

.. math:: \nabla^2 G = \frac{r^2 - 2 \sigma^2}{\sigma^4} \, G

Part of :doc:`/gaussian`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import kernels, plotting, reference, results

RADII = (4, 8, 14)  # pixels
SIGMAS = np.arange(1.5, 16.1, 0.5)  # pixels
HEIGHT, CENTRES = 81, (30, 75, 135)  # pixels

# %%
# Three bright discs on black.

rows, columns = np.mgrid[:HEIGHT, :180]
squares = [(rows - HEIGHT // 2) ** 2 + (columns - centre) ** 2 for centre in CENTRES]
spots = sum((square <= radius**2) * 1.0 for square, radius in zip(squares, RADII, strict=True))
spots = spots.astype(np.float32)
print(spots.shape, [int((spots * (square < 400)).sum()) for square in squares])

# %%
# TensorFlow, at every scale. The kernel is multiplied by :math:`-\sigma^2`: bright spots come out
# positive, and the answers at different scales can be compared.

x = spots[None, :, :, None]
maps = []
for sigma in SIGMAS:
    kernel = kernels.to_hwio(-(sigma**2) * kernels.laplacian_of_gaussian(sigma))
    maps.append(tf.nn.conv2d(x, kernel, strides=1, padding="SAME")[0, :, :, 0].numpy())
log = -kernels.laplacian_of_gaussian(2)
oracle = reference.correlate2d(spots, 4 * log, "same")
np.testing.assert_allclose(maps[list(SIGMAS).index(2)], oracle, atol=1e-5)
results.record("laplacian_of_gaussian.sum", float(log.sum()), tolerance=1e-6)

# %%
# For a disc alone the answer at the centre is :math:`u e^{-u / 2}` with
# :math:`u = r^2 / \sigma^2`. Its maximum is at :math:`u = 2`, and the measured one beside it.

at_centres = np.array(maps)[:, HEIGHT // 2, CENTRES]
best = SIGMAS[at_centres.argmax(axis=0)]
np.testing.assert_allclose(best, np.array(RADII) / np.sqrt(2), atol=0.5)
results.record("laplacian_of_gaussian.best", best, unit="px")
results.record("laplacian_of_gaussian.predicted", np.array(RADII) / np.sqrt(2), unit="px")

# %%
# The profile from the centre outwards, divided by its value there.

r = np.linspace(0, 4, 401)
gaussian = kernels.gaussian_profile(r)
mexican = (2 - r**2) / 2 * gaussian / gaussian[0]

# %%
# The profile, answers against the scale, and three of the maps with the best spot framed.

plt.style.use(plotting.STYLE)
layout = [["profiles", "scales"], ["spots", 0], [1, 2]]
fig, axes = plt.subplot_mosaic(layout, figsize=(6.4, 5.0), height_ratios=(1.5, 1, 1))
ax = axes["profiles"]
ax.axhline(0, color="0.7", linewidth=0.8)
ax.plot(r, mexican)
ax.plot(2**0.5, 0, "o", color=plotting.BLUE, markersize=5)
ax.set(title="Profile of −∇²G", xlabel="r (σ)", ylabel="share of the peak", xlim=(0, 4))
ax = axes["scales"]
fine = np.linspace(1, 16, 301)
for i, radius in enumerate(RADII):
    ax.plot(fine, (radius / fine) ** 2 * np.exp(-((radius / fine) ** 2) / 2), linewidth=1)
    ax.plot(SIGMAS, at_centres[:, i], "o", markersize=3.5, color=f"C{i}", label=f"r = {radius}")
    ax.axvline(radius / 2**0.5, 0, 0.83, color=f"C{i}", linewidth=0.8, linestyle=":")
ax.set(
    title="Answer at a disc's centre",
    xlabel="σ (px)",
    xlim=(1, 16),
    ylim=(-0.02, 1.05),
    xticks=(4, 8, 12, 16),
)
ax.legend(loc="upper center", ncols=3, columnspacing=0.8, handletextpad=0.1)
plotting.show_image(axes["spots"], spots, "Spots")
limit = plotting.symmetric_limit(at_centres)
for i, sigma in enumerate(best):
    response = maps[list(SIGMAS).index(sigma)]
    shown = plotting.show_signed(axes[i], response, limit, f"σ = {sigma:g} px")
    corner = (HEIGHT // 2 - RADII[i] - 3, CENTRES[i] - RADII[i] - 3)
    plotting.outline(axes[i], *corner, *[2 * RADII[i] + 7] * 2, plotting.GREEN)
plotting.colour_bar(fig, shown, [axes["spots"], *(axes[i] for i in range(3))], "answer")
plotting.describe(
    fig,
    "Panel a: the profile of the Laplacian of a Gaussian crosses zero at 1.41 sigma and fades out. "
    f"Panel b: discs of {', '.join(map(str, RADII))} pixels answer most at a sigma of "
    f"{', '.join(f'{s:g}' for s in best)} pixels. Panels c to f: the discs, and a map for each of "
    "them in which it is the strongest spot.",
)
plt.show()

# %%
# What to notice
# --------------
#
# At a scale too small the kernel sees only the disc's rim; at one too large, the disc fills a part
# of it. All discs reach the same height, :math:`2 / e`: that is what the factor sigma squared is
# for.
