"""
Shirts are the hard class
=========================

The small residual network answers for the 10,000 test garments. A row is a class, a column an
answer: off the diagonal stand the mistakes. Most concern tops that share an outline. Recall is the
share of a class that is found,

.. math:: r_c = \\frac{n_{cc}}{\\sum_a n_{ca}}

Part of :doc:`/beyond_digits`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, results, training
from convbook.models.tables import layer_table

TOPS = [0, 2, 3, 4, 6]  # T-shirt, pullover, dress, coat, shirt
SHOES = [5, 7, 9]  # sandal, sneaker, ankle boot

# %%
# The answers, TensorFlow's count of the pairs, and the same count without a library.

_, (x_test, y_test) = data.fashion_mnist()
trained = training.load("garments")
answers = training.predict(trained.model, x_test).argmax(axis=1)
confusion = tf.math.confusion_matrix(y_test, answers, 10).numpy()
pairs = np.bincount(10 * y_test.astype(int) + answers, minlength=100)
np.testing.assert_array_equal(confusion, pairs.reshape(10, 10))

# %%
# How many are right, which class is the hardest, and where the mistakes lie.

right, rows = np.diag(confusion), confusion.sum(axis=1)
mistakes = confusion - np.diag(right)
recall = right / rows
accuracy = right.sum() / rows.sum()
assert accuracy > 0.92
assert data.GARMENTS[int(recall.argmin())] == "Shirt"
tops = mistakes[np.ix_(TOPS, TOPS)].sum() / mistakes.sum()
shoes = mistakes[np.ix_(SHOES, SHOES)].sum() / mistakes.sum()
table = layer_table(trained.model)
results.record("garment_confusion.accuracy", 100 * accuracy, tolerance=0.35)
results.record("garment_confusion.training", 100 * trained.history[-1].accuracy, tolerance=0.6)
results.record("garment_confusion.epochs", trained.recipe.epochs, tolerance=0.1)
results.record("garment_confusion.parameters", trained.model.count_params(), tolerance=0.1)
results.record("garment_confusion.macs", sum(row.macs for row in table) / 1e6, tolerance=0.01)
results.record("garment_confusion.error", 100 * np.sqrt(accuracy * (1 - accuracy) / len(y_test)),
               tolerance=0.02)  # fmt: skip
results.record("garment_confusion.shirt", recall.min(), tolerance=0.04)
results.record("garment_confusion.second", np.sort(recall)[1], tolerance=0.04)
results.record("garment_confusion.trouser", recall[1], tolerance=0.015)
results.record("garment_confusion.tops", tops, tolerance=0.06)
results.record("garment_confusion.shoes", shoes, tolerance=0.05)
symmetric = mistakes + mistakes.T
a, b = divmod(int(symmetric.argmax()), 10)
assert {a, b} == {0, 6}  # T-shirt and shirt
results.record("garment_confusion.pair", symmetric.max(), tolerance=45)

# %%
# Mistakes alone are coloured.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 5.4))
drawn = plotting.show_numbers(ax, mistakes, limit=mistakes.max(), size=9)
for label in range(10):
    ax.texts[label * 11].set(text=f"{right[label]}", color="0.4", fontsize=9)
for text, count in zip(ax.texts, mistakes.ravel(), strict=True):
    if count == 0 and text.get_text() == "0":
        text.set_text("")
ax.set_xticks(np.arange(10), data.GARMENTS, minor=True, rotation=45, ha="right", size=9)
ax.set_yticks(np.arange(10), data.GARMENTS, minor=True, size=9)
ax.tick_params(which="minor", length=0)
ax.set(xlabel="answer", ylabel="garment shown")
bar = plotting.colour_bar(fig, drawn, ax, "mistakes")
bar.ax.set_ylim(0, mistakes.max())
plotting.describe(
    fig,
    f"A table of ten kinds of garments shown against ten answers. {right.sum()} of {rows.sum()} "
    f"are right. Of {mistakes.sum()} mistakes {tops:.0%} are among T-shirts, pullovers, "
    f"dresses, coats and shirts; {symmetric.max()} confuse T-shirt and shirt. {recall.min():.0%} "
    f"of the shirts are found, and {recall[1]:.1%} of the trousers.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The table falls into blocks: tops, shoes, and the rest. A top is hardly ever taken for a shoe.
