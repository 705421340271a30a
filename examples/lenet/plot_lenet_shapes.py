r"""
SAME and VALID through LeNet
============================

One digit goes through two LeNets that have the same kernels and different paddings. With SAME each
convolution keeps the size, with VALID it takes :math:`k - 1 = 4` pixels. Pooling halves both.

.. math::
   \text{SAME: } 28 \to 28 \to 14 \to 14 \to 7 \qquad
   \text{VALID: } 28 \to 24 \to 12 \to 8 \to 4

Part of :doc:`/lenet`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np

from convbook import arithmetic, data, models, plotting, results

DIGIT = 1  # number of the picture in the test set
STAGES = ("conv1", "pool1", "conv2", "pool2")
MAP = 0  # which of the feature maps is drawn

# %%
# A digit of the test set, as a batch of one picture with one channel.

_, (images, labels) = data.mnist()
x = data.to_float(images[DIGIT : DIGIT + 1])[..., np.newaxis]
print(x.shape, "a", labels[DIGIT])

# %%
# The kernels do not know the padding, so that both networks can hold the same ones.

networks = {padding: models.build("lenet", padding=padding) for padding in ("SAME", "VALID")}
for name in ("conv1", "conv2"):
    networks["VALID"].get_layer(name).set_weights(networks["SAME"].get_layer(name).get_weights())
maps = {}
for padding, model in networks.items():
    inner = keras.Model(model.input, [model.get_layer(name).output for name in STAGES])
    maps[padding] = [stage.numpy()[0, :, :, MAP] for stage in inner(x)]
    print(padding, [stage.shape[0] for stage in maps[padding]])

# %%
# The sizes by arithmetic, for both paddings.

for padding, stages in maps.items():
    size, sizes = 28, []
    for kernel, stride in ((5, 1), (2, 2), (5, 1), (2, 2)):
        size = arithmetic.output_size(size, kernel, stride, padding=padding)
        sizes.append(size)
    np.testing.assert_array_equal([len(stage) for stage in stages], sizes)
    results.record(f"lenet_shapes.{padding.lower()}", sizes, unit="px")

# %%
# Where no padding is in the window, both compute the same. The second pooling is different: its
# windows begin at an odd row of the SAME map.

same, valid = maps["SAME"], maps["VALID"]
np.testing.assert_allclose(valid[0], same[0][2:26, 2:26], atol=1e-6)
np.testing.assert_allclose(valid[1], same[1][1:13, 1:13], atol=1e-6)
np.testing.assert_allclose(valid[2], same[2][3:11, 3:11], atol=1e-6)
assert np.abs(same[3][2:6, 2:6] - valid[3]).max() > 0.05

# %%
# All maps to one scale: a pixel of a map is as large in every panel. Frames show where the map of
# the VALID network lies in that of the other.

plt.style.use(plotting.STYLE)
widths = [28, *(max(len(stage), 12) for stage in same)]  # the last one for its title
fig, axes = plt.subplots(2, 5, figsize=(6.4, 4.4), width_ratios=widths)
limit = plotting.symmetric_limit(*same, *valid)
for (padding, stages), row in zip(maps.items(), axes, strict=True):
    plotting.show_image(row[0], x[0, :, :, 0], f"{padding}\n28 × 28")
    for name, stage, ax in zip(STAGES, stages, row[1:], strict=True):
        drawn = plotting.show_signed(ax, stage, limit, f"{name}\n{len(stage)} × {len(stage)}")
        plotting.outline(ax, 0, 0, *stage.shape, "0.6", line_width=0.8)
    for ax, width in zip(row, widths, strict=True):
        middle = (len(ax.images[0].get_array()) - 1) / 2
        ax.set(xlim=(middle - width / 2, middle + width / 2))
        ax.set(ylim=(middle + 14, middle - 14))
for ax, offset, stage in zip(axes[0, 1:4], (2, 1, 3), valid, strict=False):
    plotting.outline(ax, offset, offset, *stage.shape, line_width=1.5)
plotting.colour_bar(fig, drawn, axes, "value of the feature map", horizontal=True)
plotting.describe(
    fig,
    f"A handwritten {labels[DIGIT]} and one feature map of each layer, drawn to one scale. Panel "
    f"a, SAME: sides of {', '.join(str(len(s)) for s in same)} pixels. Panel b, VALID: "
    f"{', '.join(str(len(s)) for s in valid)}. Frames in the maps of panel a mark the part that is "
    "equal to the map below.",
    panels=axes[:, 0],
)
plt.show()

# %%
# What to notice
# --------------
#
# VALID throws away the frame, where a centred digit has little ink. Of the 49 places that SAME
# hands to the dense layer VALID keeps 16, and so two thirds of that layer's weights are gone.
