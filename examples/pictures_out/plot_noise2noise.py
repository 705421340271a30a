r"""
A denoiser that has seen no clean picture
=========================================

A network learns to turn a noisy picture into a second noisy copy of it. It cannot foresee the
second noise, whose mean is zero, so the best that it can do is the picture without:

.. math:: \operatorname{E}\,\lVert f(x + n_1) - (x + n_2) \rVert^2
          = \operatorname{E}\,\lVert f(x + n_1) - x \rVert^2 + \operatorname{E}\,\lVert n_2 \rVert^2

Part of :doc:`/pictures_out`.
"""

import matplotlib.pyplot as plt
import numpy as np
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from skimage.restoration import denoise_nl_means, denoise_tv_chambolle

from convbook import data, models, plotting, results, studies, training

SIGMA = 0.1  # grey values from 0 to 1
SHOWN = np.s_[60:220, 150:310]  # of the photographer
WEIGHTS, STRENGTHS = (0.06, 0.08, 0.1), (0.6, 0.8)

# %%
# Two photographs that no network has learned from, and noise on them.

clean = {
    "astronaut": data.to_grey(data.to_float(data.astronaut())),
    "camera": data.to_float(data.camera()),
}
noise = np.random.default_rng(3).normal(0, SIGMA, (1, 512, 512))
noisy = {name: (x + noise[0]).astype(np.float32) for name, x in clean.items()}

# %%
# Two classical denoisers. Each gets the strength that is best for the picture at hand, which only
# somebody who has the clean picture can know: they are judged kindly.


def best(name, pictures):
    """Return PSNR in dB, SSIM and the picture of the one with the highest PSNR."""
    judged = [
        (
            peak_signal_noise_ratio(clean[name], shown, data_range=1),
            structural_similarity(clean[name], shown, data_range=1),
            shown,
        )
        for shown in (np.clip(picture, 0, 1).astype(np.float32) for picture in pictures)
    ]
    return max(judged, key=lambda each: each[0])


found = {}
for name, x in noisy.items():
    found["noisy", name] = best(name, [x])
    smooth = [denoise_tv_chambolle(x, weight=weight) for weight in WEIGHTS]
    found["total variation", name] = best(name, smooth)
    patchy = [
        denoise_nl_means(x, patch_size=5, patch_distance=6, h=s * SIGMA, sigma=SIGMA)
        for s in STRENGTHS
    ]
    found["non-local means", name] = best(name, patchy)

# %%
# The network with the weights of the study's first seed, trained towards noisy and clean copies.

study = studies.load("restored_pictures")
for target, label in (("noisy", "noise2noise"), ("clean", "clean targets")):
    recorded = study.result(task="denoise", target=target, seed=0)
    model = models.build("denoiser")
    model.set_weights(studies.unpack(recorded["weights"]))
    for name, x in noisy.items():
        found[label, name] = best(name, training.predict_maps(model, x[np.newaxis])[..., 0])
        np.testing.assert_allclose(found[label, name][:2], recorded["judged"][name], atol=0.02)
for (label, name), (psnr, ssim, _) in found.items():
    word = label.replace(" ", "_").replace("-", "_")
    results.record(f"noise2noise.{word}_{name}", psnr, unit="dB", tolerance=0.2)
    results.record(f"noise2noise.{word}_{name}_ssim", ssim, tolerance=0.01)
pairs = [
    [
        study.result(task="denoise", target=t, seed=seed)["judged"][name][0]
        for t in ("noisy", "clean")
    ]
    for seed in sorted({unit.parameters["seed"] for unit in study.select(task="denoise")})
    for name in clean
]
gap = np.abs(np.diff(pairs)).max()
for name in clean:  # What the chapter says of the classical methods.
    assert found["non-local means", name][0] > found["clean targets", name][0]
    assert abs(found["total variation", name][0] - found["clean targets", name][0]) < 0.5
results.record("noise2noise.gap", gap, unit="dB")

# %%
# A part of the photographer.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 3, figsize=(6.4, 4.7))
labels = ("noisy", "total variation", "non-local means", "noise2noise", "clean targets")
for ax, label in zip(axes.flat, labels, strict=False):
    psnr, _, shown = found[label, "camera"]
    plotting.show_image(ax, shown[SHOWN], f"{label}: {psnr:.1f} dB")
plotting.show_image(axes[1, 2], clean["camera"][SHOWN], "the photograph")
values = ", ".join(f"{label} {found[label, 'camera'][0]:.1f}" for label in labels)
plotting.describe(
    fig,
    "A photographer's head and camera six times: with noise, after total variation, non-local "
    "means, and two networks, and as it is. All four remove most of the noise, and fine hair with "
    f"it; the two networks look alike. PSNR in dB: {values}.",
    panels=axes.flat,
)
plt.show()

# %%
# What to notice
# --------------
#
# The two networks differ by little, though one has never seen a clean picture. A decibel is a
# fifth of the squared error.
