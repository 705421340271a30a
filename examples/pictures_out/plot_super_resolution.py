r"""
Twice as many pixels
====================

A picture is halved, and enlarged again: by bicubic interpolation, and by a network whose last maps
have the pixels of a square as channels. How much of the difference is left is counted in decibels:

.. math:: \operatorname{PSNR} = 10 \log_{10} \frac{1}{\operatorname{mean} (x - \hat x)^2}

Part of :doc:`/pictures_out`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from convbook import data, models, plotting, results, studies, training

SCALE = 2
SHOWN = np.s_[60:188, 170:298]  # of the photographer

# %%
# Two photographs that no network has learned from, and their means over 2x2 pixels.

fine = {
    "astronaut": data.to_grey(data.to_float(data.astronaut())),
    "camera": data.to_float(data.camera()),
}
coarse = {
    name: x.reshape(256, SCALE, 256, SCALE).mean(axis=(1, 3)).astype(np.float32)
    for name, x in fine.items()
}

# %%
# Three ways back: pixels repeated, bicubic interpolation, and the network of the study.

recorded = studies.load("restored_pictures").result(upsampling="pixel_shuffle", seed=0)
model = models.build("espcn", scale=SCALE)
model.set_weights(studies.unpack(recorded["weights"]))
found = {}
for name, x in coarse.items():
    found["repeated", name] = np.kron(x, np.ones((SCALE, SCALE), np.float32))
    found["bicubic", name] = tf.image.resize(x[..., np.newaxis], (512, 512), "bicubic").numpy()
    found["network", name] = training.predict_maps(model, x[np.newaxis])
found = {key: np.clip(each.reshape(512, 512), 0, 1) for key, each in found.items()}

# %%
# PSNR and SSIM, and the network's against those of the study.

judged = {}
for (way, name), each in found.items():
    psnr = peak_signal_noise_ratio(fine[name], each, data_range=1)
    ssim = structural_similarity(fine[name], each, data_range=1)
    judged[way, name] = psnr, ssim
    results.record(f"super_resolution.{way}_{name}", psnr, unit="dB", tolerance=0.2)
    results.record(f"super_resolution.{way}_{name}_ssim", ssim, tolerance=0.01)
for name in fine:
    np.testing.assert_allclose(judged["network", name], recorded["judged"][name], atol=0.02)
    assert judged["network", name][0] > judged["bicubic", name][0]
results.record("super_resolution.parameters", recorded["parameters"])

# %%
# The photographer's head, the halved picture first.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 2, figsize=(5.0, 5.4))
for ax, way in zip(axes.flat, ("repeated", "bicubic", "network"), strict=False):
    title = f"{way}: {judged[way, 'camera'][0]:.1f} dB"
    plotting.show_image(ax, found[way, "camera"][SHOWN], title)
plotting.show_image(axes[1, 1], fine["camera"][SHOWN], "the photograph")
values = ", ".join(
    f"{way} {judged[way, 'camera'][0]:.1f}" for way in ("repeated", "bicubic", "network")
)
plotting.describe(
    fig,
    "A photographer's head and shoulders four times: in coarse squares, blurred by bicubic "
    f"interpolation, sharper by the network, and sharpest as it was. PSNR in dB: {values}.",
    panels=axes.flat,
)
plt.show()

# %%
# What to notice
# --------------
#
# Edges gain: there the network knows what photographs are like. What the halving has removed
# altogether, such as fine grass, no network can know, and one that shows it has invented it.
