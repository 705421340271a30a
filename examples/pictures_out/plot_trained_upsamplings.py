r"""
Four upsamplings, trained
=========================

One network for super-resolution, its maps enlarged in four ways at the very end, by kernels that
begin at zero. Each is shown one grey: any pattern in the answer is its own. The checkerboard is the
standard deviation among the four pixels that one coarse pixel becomes:

.. math:: c = \sqrt{\tfrac14 \sum_{i, j} (y_{2u + i, 2v + j} - \bar y)^2}

Part of :doc:`/pictures_out`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import models, plotting, results, studies, training
from convbook.models.pictures.espcn import UPSAMPLINGS

GREY = 0.6
NAMES = (
    "nearest,\nconvolution",
    "bilinear,\nconvolution",
    "transposed\nconvolution",
    "pixel\nshuffle",
)

# %%
# What the study recorded: PSNR on two photographs, and the checkerboard.

study = studies.load("restored_pictures")
seeds = sorted({unit.parameters["seed"] for unit in study.select(task="enlarge")})
units = {way: [study.result(upsampling=way, seed=seed) for seed in seeds] for way in UPSAMPLINGS}
psnr = {way: [[v[0] for v in u["judged"].values()] for u in units[way]] for way in units}
ripple = {way: np.array([u["ripple"] for u in units[way]]) for way in units}
for way in UPSAMPLINGS:
    print(way, np.mean(psnr[way], axis=0).round(2), ripple[way].round(4).tolist())
    results.record(f"trained_upsamplings.{way}", np.mean(psnr[way]), unit="dB")
    results.record(f"trained_upsamplings.{way}_checkerboard", 255 * ripple[way].mean())
    results.record(f"trained_upsamplings.{way}_parameters", units[way][0]["parameters"])

# %%
# The first seed's networks on one grey; the checkerboard of the middle by the formula.

answers = {}
for way in UPSAMPLINGS:
    model = models.build("espcn", upsampling=way)
    model.set_weights(studies.unpack(units[way][0]["weights"]))
    flat = np.linspace(0.1, 0.9, 9)[:, np.newaxis, np.newaxis] * np.ones((9, 16, 16))
    found = training.predict_maps(model, flat)[:, 16:18, 16:18, 0]
    by_formula = np.sqrt(np.mean((found - found.mean(axis=(1, 2), keepdims=True)) ** 2, (1, 2)))
    np.testing.assert_allclose(by_formula.mean(), ripple[way][0], atol=2e-4)
    grey = np.full((1, 16, 16), GREY)
    answers[way] = training.predict_maps(model, grey)[0, 12:20, 12:20, 0] - GREY
assert ripple["nearest"].max() < 1e-5
assert ripple["bilinear"].max() < 1e-5

# %%
# The answers to one grey on one scale, and below them the checkerboard.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplot_mosaic(
    [list("abcd"), list("eeee")], figsize=(6.4, 4.4), height_ratios=(1, 1)
)
limit = 255 * plotting.symmetric_limit(*(each.ravel() for each in answers.values()))
for letter, way, name in zip("abcd", UPSAMPLINGS, NAMES, strict=True):
    shown = plotting.show_signed(axes[letter], 255 * answers[way], limit, name)
plotting.colour_bar(fig, shown, [axes[letter] for letter in "abcd"], "answer − grey, of 255")
for at, way in enumerate(UPSAMPLINGS):
    axes["e"].plot(np.full(len(seeds), at), 255 * ripple[way], "o", color=plotting.ORANGE)
axes["e"].set_xticks(range(4), NAMES)
axes["e"].set(ylabel="checkerboard, of 255", title="checkerboard")
after = ", ".join(
    f"{255 * ripple[way].mean():.3f} for {name.replace(',', ' and').replace(chr(10), ' ')}"
    for way, name in zip(UPSAMPLINGS, NAMES, strict=True)
)
plotting.describe(
    fig,
    f"Panels a to d: 8 x 8 pixels of what four trained networks make of one grey. Panel e: the "
    f"checkerboard in grey values of 255: {after}.",
    panels=[axes[letter] for letter in "abcde"],
)
plt.show()

# %%
# What to notice
# --------------
#
# Interpolation before the convolution treats all pixels alike, and cannot print a pattern on one
# grey. The other two compute each pixel of a square with weights of its own. Training teaches
# these to agree, and does not make them.
