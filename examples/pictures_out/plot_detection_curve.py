r"""
Precision and recall of a detector
==================================

A detector returns as many boxes as it likes. Those that hit a digit are counted against all that
it returned, and against all digits there are, for every threshold:

.. math:: \text{precision} = \frac{\text{hits}}{\text{boxes}}, \qquad
          \text{recall} = \frac{\text{hits}}{\text{digits}}

A box hits if it overlaps a digit of its class, which no better box has hit, by half.

Part of :doc:`/pictures_out`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np

from convbook import data, plotting, reference, results, studies, training
from convbook.models.small import lenet5

CANVASES, EACH, STRIDE, INK = 100, 6, 4, 20
LEAST, LIMIT, HIT = 0.05, 0.2, 0.5  # probability; overlap of two boxes, and of box and digit

# %%
# LeNet-5 slid over canvases of test digits: its own ten classes, and with the eleventh.

canvases = data.digits_on_canvas(*data.mnist()[1], CANVASES, each=EACH, seed=5)
lenet = training.load("lenet5").model
features = training.predict_maps(lenet5.features(lenet), data.to_float(canvases.pictures))
weights = {"ten classes": [*lenet.get_layer("F6").get_weights(), *lenet.layers[-1].get_weights()]}
for seed in range(2):
    packed = studies.load("digit_detector").result(seed=seed)["weights"]
    weights[f"eleven, seed {seed}"] = studies.unpack(packed)
squash = lenet.get_layer("F6").activation
probabilities = {
    key: keras.ops.softmax(squash(features @ w[0] + w[1]) @ w[2] + w[3]).numpy()
    for key, w in weights.items()
}
print(features.shape, {key: p.shape[-1] for key, p in probabilities.items()})

# %%
# Boxes, best first, and whether each hits. The digits' own boxes are those of their ink.

grid = STRIDE * np.stack(np.indices(features.shape[1:3]), axis=-1).reshape(-1, 2)
corners = grid + (28 - INK) // 2
boxes = np.concatenate([corners, corners + INK], axis=1)
inked = canvases.places + (28 - INK) // 2
truth = np.concatenate([inked, inked + INK], axis=-1)


def curve(found, suppress):
    """Return thresholds, precision and recall as they change with every box."""
    scores, hits = [], []
    ten = found[..., :10].reshape(CANVASES, -1, 10)
    score = 1 - found[..., 10].reshape(CANVASES, -1) if found.shape[-1] == 11 else ten.max(-1)
    for n in range(CANVASES):
        rows = np.flatnonzero(score[n] > LEAST)
        limit = LIMIT if suppress else 1.0
        rows = rows[reference.non_maximum_suppression(boxes[rows], score[n, rows], limit)]
        overlap = reference.box_overlap(boxes[rows], truth[n])
        nearest, taken = overlap.argmax(axis=1), set()
        for row, j, best in zip(rows, nearest, overlap.max(axis=1), strict=True):
            right = best >= HIT and ten[n, row].argmax() == canvases.labels[n, j]
            hits.append(bool(right and j not in taken))
            taken |= {j} if hits[-1] else set()
            scores.append(score[n, row])
    order = np.argsort(-np.array(scores), kind="stable")
    right = np.cumsum(np.array(hits)[order])
    return np.array(scores)[order], right / np.arange(1, len(order) + 1), right / truth[..., 0].size


# %%
# The area below a curve is the average precision.

curves = {
    "ten classes": curve(probabilities["ten classes"], True),
    "eleven, all boxes": curve(probabilities["eleven, seed 0"], False),
    "eleven": curve(probabilities["eleven, seed 0"], True),
}
areas = {key: np.sum(p * np.diff(r, prepend=0)) for key, (_, p, r) in curves.items()}
_, p, r = curve(probabilities["eleven, seed 1"], True)
seeds = [areas["eleven"], np.sum(p * np.diff(r, prepend=0))]
np.testing.assert_array_less(areas["eleven, all boxes"], min(seeds))
np.testing.assert_array_less(areas["ten classes"], areas["eleven, all boxes"])
for key, name in (("ten classes", "ten"), ("eleven, all boxes", "boxes"), ("eleven", "eleven")):
    results.record(f"detection_curve.{name}", areas[key], tolerance=0.03)
results.record("detection_curve.lowest", min(seeds), tolerance=0.03)
scores, precision, recall = curves["eleven"]
chosen = np.sum(scores > 0.2) - 1
results.record("detection_curve.precision", precision[chosen], tolerance=0.03)
results.record("detection_curve.recall", recall[chosen], tolerance=0.04)
results.record("detection_curve.missed", 1 - recall[-1], tolerance=0.04)

# %%
# One curve each.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(4.6, 3.4))
colours = (plotting.PURPLE, plotting.BLUE, plotting.ORANGE)
for (key, (_, p, r)), colour in zip(curves.items(), colours, strict=True):
    ax.plot(r, p, color=colour, label=f"{key}: {areas[key]:.2f}")
ax.plot(recall[chosen], precision[chosen], "o", color=plotting.ORANGE)
ax.set(xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1.03))
ax.legend(loc="lower left", title="average precision")
plotting.describe(
    fig,
    f"Precision against recall on {CANVASES} canvases. With ten classes precision is low "
    f"everywhere (average {areas['ten classes']:.2f}). With the eleventh it begins near one and "
    f"falls ({areas['eleven, all boxes']:.2f}); after suppression it stays near one until a recall "
    f"of {recall[chosen]:.2f} ({areas['eleven']:.2f}).",
)
plt.show()

# %%
# What to notice
# --------------
#
# Suppression cannot find a digit. It removes second boxes, which count as misses, so it raises
# precision at the same recall. A curve says more than a threshold: who must miss nothing reads it
# further to the right.
