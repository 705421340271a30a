r"""
Features for another task, from a few examples
==============================================

The network was never trained to tell faces from other things. Its next to last tensor, 1,280
numbers per picture, serves for that all the same: a linear function of them is fitted to a few
examples by ridge regression,

.. math:: W = X^\top (X X^\top + \lambda I)^{-1} Y

and tested on all other pictures. The same fit on the raw pixels is what it has to beat, and so is
the fit on a single number, the contrast of a patch: several of those that are no face are nearly
blank.

Part of :doc:`/thousand_probabilities`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np
from skimage.data import lfw_subset

from convbook import plotting, pretrained, results

EACH = 60  # of the 100 faces and of the 100 others
SHOTS = (1, 2, 5, 10, 20, 30)  # examples of each class
DRAWS = 30
RIDGE = 1e-2  # of the mean squared length of an example

# %%
# Sixty faces and sixty patches of something else, 25 x 25 grey pixels each.

patches = lfw_subset()
patches = np.concatenate([patches[:EACH], patches[100 : 100 + EACH]])
faces = np.arange(len(patches)) < EACH
signs = np.where(faces, 1.0, -1.0)
print(patches.shape, patches.min(), patches.max())

# %%
# The network is cut before its last layer. The patches are enlarged to what it takes.

network = pretrained.load("efficientnet_lite0")
model = network.model
features_of = keras.Model(model.input, model.get_layer(network.layers["features"]).output)
features = np.asarray(features_of.predict(network.preprocess(list(patches)), 25, verbose=0))
inputs = {"features": features, "raw pixels": patches.reshape(len(patches), -1),
          "contrast alone": patches.std(axis=(1, 2))[:, None]}  # fmt: skip
print({name: x.shape for name, x in inputs.items()})

# %%
# Ridge regression, about the mean of the examples. Only products of pictures with pictures enter,
# computed once. Every draw uses the same examples for all inputs.

products = {name: x.astype(float) @ x.T.astype(float) for name, x in inputs.items()}
rng = np.random.default_rng(13233)
accuracies = {name: np.zeros((len(SHOTS), DRAWS)) for name in inputs}
for column in range(DRAWS):
    order = np.concatenate([rng.permutation(np.flatnonzero(faces == kind)) for kind in (1, 0)])
    for row, shots in enumerate(SHOTS):
        train = np.concatenate([order[:shots], order[EACH : EACH + shots]])
        test = np.setdiff1d(order, train)
        centre = np.eye(len(train)) - 1 / len(train)
        for name, product in products.items():
            among = product[np.ix_(train, train)]
            gram = centre @ among @ centre
            ridge = RIDGE * np.trace(gram) / len(gram)
            weights = np.linalg.solve(gram + ridge * np.eye(len(gram)), signs[train])
            across = (product[np.ix_(test, train)] - among.mean(axis=0)) @ centre
            accuracies[name][row, column] = np.mean((across @ weights > 0) == faces[test])

# %%
# The last fit again, to one number per patch, by its definition.

x = inputs["contrast alone"].astype(float)
a, b = x[train] - x[train].mean(axis=0), x[test] - x[train].mean(axis=0)
w = np.linalg.solve(a.T @ a + ridge * np.eye(a.shape[1]), a.T @ signs[train])
np.testing.assert_allclose(across @ weights, b @ w, atol=1e-6)
means = {name: values.mean(axis=1) for name, values in accuracies.items()}
for name, key in zip(inputs, ("features", "pixels", "contrast"), strict=True):
    results.record(f"transfer_faces.{key}_1", means[name][0], tolerance=0.03)
    if key != "contrast":
        results.record(f"transfer_faces.{key}_5", means[name][2], tolerance=0.02)
    results.record(f"transfer_faces.{key}_30", means[name][-1], tolerance=0.02)

# %%
# Some of the patches, and the accuracy on the rest.

plt.style.use(plotting.STYLE)
fig, (left, ax) = plt.subplots(1, 2, figsize=(6.4, 3.2), width_ratios=(1, 1.7))
some = np.concatenate([patches[i : i + 9 : 3] for i in (0, EACH, 30, EACH + 30)])
plotting.show_image(left, plotting.mosaic(some, 3), "faces, and not faces")
for name, values in accuracies.items():
    (line,) = ax.semilogx(SHOTS, means[name], "o-", label=name)
    low, high = np.quantile(values, [0.1, 0.9], axis=1)
    ax.fill_between(SHOTS, low, high, color=line.get_color(), alpha=0.15, linewidth=0)
ax.set_xticks(SHOTS, SHOTS)
ax.minorticks_off()
ax.set_xlabel("examples of each class")
ax.set_ylabel("accuracy on the others")
ax.set_ylim(0.45, 1.01)
ax.grid(True)
ax.legend(loc="lower right")
plotting.describe(
    fig,
    "Panel a: twelve grey patches. Panel b: the accuracy of a linear fit against the number of "
    f"examples. With one example of each class the features give {means['features'][0]:.2f} and "
    f"the raw pixels {means['raw pixels'][0]:.2f}; with {SHOTS[-1]} they give "
    f"{means['features'][-1]:.2f} and {means['raw pixels'][-1]:.2f}. The contrast alone gives "
    f"{means['contrast alone'][0]:.2f} and {means['contrast alone'][-1]:.2f}. Bands hold the "
    f"middle 80 percent of {DRAWS} draws.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The task is easier than it looks: the spread of a patch's pixels, a single number, separates many
# patches. The features do better than that from the first example on.
