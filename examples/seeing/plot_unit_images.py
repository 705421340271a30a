r"""
Images that a unit responds to most
===================================

Instead of searching among pictures one can make one, by climbing the gradient of a unit's
activation :math:`a`. For the first convolution the answer is known: white where the kernel is
positive, black where it is negative. Deeper units need the climb, and a penalty on the differences
between neighbours makes its result readable:

.. math:: x^{*} = \arg\max_{0 \le x \le 1} \; a(x) - \tau \, V(x)

Part of :doc:`/seeing`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np

from convbook import interpretability, plotting, results, training

UNITS = range(8)
CENTRE = {"conv1": (12, 5, 1), "conv2": (5, 10, 2), "conv3": (4, 14, 2)}  # index, field, step
STEPS = 100
FLATNESS = 60.0  # weight of the total variation

# %%
# One position of each map is enough, so the maps are cropped to it. It is taken before the ReLU:
# after it a unit that is silent at the start would have no gradient.

network = training.load("small_convnet").model
found = {}
for layer, (index, field, step) in CENTRE.items():
    maps = network.get_layer(layer).output
    behind = maps.shape[1] - index - 1
    unit = keras.layers.Cropping2D(((index, behind), (index, behind)), name="unit")(maps)
    part = keras.Model(network.input, unit)
    window = slice(index * step, index * step + field)
    for weight in (0.0, FLATNESS):
        climbed = interpretability.activation_maximization(
            part, "unit", list(UNITS), steps=STEPS, total_variation=weight
        )
        np.testing.assert_array_less(climbed.activations[:, 0], climbed.activations[:, -1])
        found[layer, weight] = climbed.images[:, window, window, 0]
    print(layer, maps.shape[1:], unit.shape[1:], field)

# %%
# The first layer is linear, so that its best image is known: the sign of the kernel.

(kernels,) = network.get_layer("conv1").get_weights()
signs = np.moveaxis(kernels[:, :, 0] > 0, -1, 0)[list(UNITS)]
agreement = np.mean((found["conv1", 0.0] > 0.5) == signs)
results.record("unit_images.agreement", 100 * agreement, unit="%", tolerance=3)
assert agreement > 0.95

# %%
# Each row holds the same units as the row below it.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(5, 1, figsize=(6.4, 5.5))
names = {"conv1": "First", "conv2": "Second", "conv3": "Third"}
rows = [key for key in found if key != ("conv1", FLATNESS)]
for ax, (layer, weight) in zip(axes, rows, strict=True):
    field = CENTRE[layer][1]
    title = f"{names[layer]} convolution, {field} × {field}"
    title += ", with penalty" if weight else ""
    drawn = plotting.show_image(ax, plotting.mosaic(found[layer, weight], len(UNITS)), title)
    for unit in UNITS:  # a white edge would run into the page
        plotting.outline(ax, 0, unit * (field + 1), field, field, "0.6", 0.8)
plotting.colour_bar(fig, drawn, axes, "pixel")
plotting.describe(
    fig,
    f"Images that {len(UNITS)} units of each of the three convolutions respond to most. In the "
    f"first they are black and white patterns of 5 x 5 pixels, in {100 * agreement:.0f} % of the "
    f"pixels the sign of the kernel. In the second and third, of 10 x 10 and 14 x 14 pixels, they "
    f"are noisy without a penalty, and with it hold larger areas: bars, corners and bends.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The checks of fine black and white without the penalty raise the activation and occur in no
# digit. Kernels of five taps can see them, so the climb finds them.
