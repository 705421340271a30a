r"""
A Gaussian grows
================

One parameter decides what a blur leaves: all that is much smaller than :math:`\sigma` goes, all
that is much larger stays. Whiskers go first, then fur, then the pupils. What remains in the end is
where the face is light and where it is dark:

.. math:: G(x, y) = \frac{1}{2 \pi \sigma^2} \, e^{-(x^2 + y^2) / (2 \sigma^2)}

Part of :doc:`/gaussian`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from matplotlib.animation import FuncAnimation

from convbook import data, kernels, plotting, results

SIGMAS = np.geomspace(0.5, 16, 21)  # pixels
PAUSE = 300  # milliseconds a frame

# %%
# A kernel needs taps in proportion to sigma.

bank = [kernels.gaussian(sigma) for sigma in SIGMAS]
print([len(kernel) for kernel in bank])

# %%
# TensorFlow blurs Chelsea's face, mirrored at the rim. A Gaussian is a row times a column, so a
# wide one is applied as two narrow kernels.

face = data.chelsea_grey()
blurred = []
for kernel in bank:
    radius = len(kernel) // 2
    x = tf.pad(face, [[radius, radius], [radius, radius]], "SYMMETRIC")[None, :, :, None]
    for part in kernels.separate(kernel):
        x = tf.nn.conv2d(x, kernels.to_hwio(part), strides=1, padding="VALID")
    blurred.append(x[0, :, :, 0].numpy())

# %%
# The mean stays, the contrast goes: the standard deviation of the pixels falls.

contrast = np.array([image.std() for image in blurred])
np.testing.assert_allclose([image.mean() for image in blurred], face.mean(), rtol=1e-4)
assert (np.diff(contrast) < 0).all()
results.record("gaussian_sigma.contrast_left", float(contrast[-1] / face.std()), tolerance=1e-4)

# %%
# Kernel and contrast, and the picture beside them.

plt.style.use(plotting.STYLE)
layout = [["kernel", "picture"], ["contrast", "picture"]]
fig, axes = plt.subplot_mosaic(layout, figsize=(6.4, 3.9), width_ratios=(1, 1.9))
frame_side = len(bank[-1])
padded = [np.pad(kernel, (frame_side - len(kernel)) // 2) for kernel in bank]
kernel_image = plotting.show_image(axes["kernel"], padded[0] / padded[0].max(), "Kernel, σ = ½ px")
picture = plotting.show_image(axes["picture"], blurred[0], "Picture")
axes["contrast"].semilogx(SIGMAS, contrast / face.std(), color="0.6")
(dot,) = axes["contrast"].plot(SIGMAS[:1], contrast[:1], "o", color=plotting.ORANGE, markersize=8)
axes["contrast"].set(xlabel="σ (px)", ylabel="contrast left", ylim=(0, 1.08))
axes["contrast"].set_xticks((0.5, 1, 2, 4, 8, 16), labels=("½", "1", "2", "4", "8", "16"))
axes["contrast"].minorticks_off()


def draw(frame: int) -> None:
    kernel_image.set_data(padded[frame] / padded[frame].max())
    picture.set_data(blurred[frame])
    title = axes["kernel"].title
    title.set_text(f"{title.get_text().partition(',')[0]}, σ = {SIGMAS[frame]:.1f} px")
    dot.set_data(SIGMAS[frame : frame + 1], contrast[frame : frame + 1] / face.std())


animation = FuncAnimation(fig, draw, frames=len(SIGMAS), interval=PAUSE)
fig.canvas.draw()  # An animation starts when its figure is first drawn, even if no window opens.
plotting.describe(
    fig,
    f"Panel a: a Gaussian grows from {SIGMAS[0]:g} to {SIGMAS[-1]:g} pixels. Panel b: the contrast "
    f"falls to {contrast[-1] / face.std():.0%} of the picture's. Panel c: Chelsea's face is ever "
    f"more blurred, until only light and dark areas remain.",
    panels=[axes[name] for name in ("kernel", "contrast", "picture")],
)
plt.show()

# %%
# What to notice
# --------------
#
# The curve of panel b has no step: a photograph has detail of every size. The kernel is drawn as a
# share of its peak; its weights fall as its area grows.
