r"""
From a heat map to digits
=========================

An eleventh class, "no digit in the middle", makes LeNet's map of answers a heat map: how probable
some digit is at each position. Neighbouring positions see the same digit, so one digit makes a
group of boxes. Non-maximum suppression keeps the best of them and drops those that overlap it:

.. math:: \operatorname{IoU}(A, B) = \frac{|A \cap B|}{|A \cup B|}

Part of :doc:`/pictures_out`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np

from convbook import data, plotting, reference, results, studies, training
from convbook.models.small import lenet5

STRIDE, INK = 4, 20  # pixels: between positions, and the side of the box that holds a digit's ink
THRESHOLD, LIMIT = 0.2, 0.2  # least probability of a digit; most overlap of two

# %%
# LeNet-5 up to C5 as it was trained on single digits, and two layers that the study trained.

lenet = training.load("lenet5").model
trunk = lenet5.features(lenet)
packed = studies.load("digit_detector").result(seed=0)["weights"]
kernel, bias, last_kernel, last_bias = studies.unpack(packed)
f6 = keras.layers.Conv2D(84, 1, activation=lenet.get_layer("F6").activation)
last = keras.layers.Conv2D(11, 1)
detector = keras.Model(trunk.input, last(f6(trunk.output)))
f6.set_weights([kernel[None, None], bias])
last.set_weights([last_kernel[None, None], last_bias])

# %%
# The canvas of :doc:`/pictures_out`'s first figure, all positions at once.

canvas = data.digits_on_canvas(*data.mnist()[1], 1, size=96, seed=4)
logits = training.predict_maps(detector, data.to_float(canvas.pictures))[0]
probabilities = keras.ops.softmax(logits).numpy()
digit = 1 - probabilities[..., 10]
np.testing.assert_allclose(digit, probabilities[..., :10].sum(axis=-1), atol=1e-5)
answers = probabilities[..., :10].argmax(axis=-1)

# %%
# A box of 20 x 20 pixels for each position that is warm enough; the best of each group stays.

rows, columns = np.nonzero(digit > THRESHOLD)
corners = STRIDE * np.stack([rows, columns], axis=1) + (28 - INK) // 2
boxes = np.concatenate([corners, corners + INK], axis=1)
kept = reference.non_maximum_suppression(boxes, digit[rows, columns], LIMIT)
found = sorted(answers[rows[kept], columns[kept]].tolist())
print(f"{len(boxes)} boxes, {len(kept)} kept: {found}; there are {sorted(canvas.labels[0])}")
results.record("digit_detector.boxes", len(boxes), tolerance=4)
results.record("digit_detector.kept", len(kept), tolerance=1)

# %%
# The heat map in the pixels of the canvas, and the boxes before and after.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(1, 3, figsize=(6.4, 2.7))
heat = np.full((96, 96), np.nan)
heat[12:84, 12:84] = np.kron(digit, np.ones((STRIDE, STRIDE)))
drawn = plotting.show_image(axes[0], heat, "a digit here?")
axes[0].add_patch(plt.Rectangle((-0.5, -0.5), 96, 96, color="0.8", zorder=-1))  # no position there
axes[0].contour(canvas.pictures[0], [128], colors=plotting.ORANGE, linewidths=0.8)
for ax, shown, title in (
    (axes[1], range(len(boxes)), "warm enough"), (axes[2], kept, "after suppression")
):  # fmt: skip
    plotting.show_image(ax, canvas.pictures[0], title, limits=(0, 255))
    for k in shown:
        top, left, bottom, right = boxes[k] - 0.5
        ax.plot(
            [left, right, right, left, left], [top, top, bottom, bottom, top],
            color=plotting.ORANGE, lw=1,
        )  # fmt: skip
        if ax is axes[2]:
            ax.text(left, top - 1, answers[rows[k], columns[k]], color=plotting.ORANGE, size=9)
plotting.colour_bar(fig, drawn, axes, "probability of any digit", horizontal=True)
there = ", ".join(map(str, sorted(canvas.labels[0])))
plotting.describe(
    fig,
    f"Panel a: a heat map that is bright at the middles of the digits {there} and dark elsewhere. "
    f"Panel b: the canvas with {len(boxes)} boxes, several a digit. Panel c: the "
    f"{len(kept)} boxes that are left, with the answers {found}.",
    panels=axes,
)
plt.show()

# %%
# What to notice
# --------------
#
# The heat map has one value for four by four pixels, the product of LeNet's strides: no box can
# lie closer to its digit than that. The eleventh class did more than the suppression could:
# without it every position has an answer.
