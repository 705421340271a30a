"""
Which digit is taken for which
==============================

One number, the accuracy, says how often a network is right. The confusion matrix says what it takes
for what: row :math:`i`, column :math:`j` counts the test pictures that show an :math:`i` and are
answered with :math:`j`. Its diagonal holds the right answers and is left out of the colours, or
nothing else could be seen. From its rows and columns come two rates for each class.

.. math:: \\text{recall}_i = \\frac{C_{ii}}{\\sum_j C_{ij}}, \\quad
   \\text{precision}_j = \\frac{C_{jj}}{\\sum_i C_{ij}}

Part of :doc:`/measuring`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, plotting, results, training

CLASSES = 10

# %%
# The answers of the small network to all test pictures, and TensorFlow's count of the pairs.

_, (x_test, y_test) = data.mnist()
model = training.load("small_convnet").model
answers = training.predict(model, x_test).argmax(axis=1)
confusion = tf.math.confusion_matrix(y_test, answers, CLASSES).numpy()
print(confusion)

# %%
# The same without a library: a pair is a number of two digits, and pairs are counted like numbers.

pairs = np.bincount(CLASSES * y_test.astype(int) + answers, minlength=CLASSES**2)
np.testing.assert_array_equal(confusion, pairs.reshape(CLASSES, CLASSES))
right = np.diag(confusion)
assert right.sum() > 9800

# %%
# Recall and precision, and the two pairs that are confused most often.

recall, precision = right / confusion.sum(axis=1), right / confusion.sum(axis=0)
mistakes = confusion - np.diag(right)
most = np.argsort(mistakes, axis=None)[:-3:-1]
results.record("confusion_matrix.mistakes", mistakes.sum(), tolerance=20)
for name, pair in zip(("most", "second"), most, strict=True):
    true, answer = divmod(int(pair), CLASSES)
    results.record(f"confusion_matrix.{name}_true", true)
    results.record(f"confusion_matrix.{name}_answer", answer)
    results.record(f"confusion_matrix.{name}_count", mistakes[true, answer])
results.record("confusion_matrix.empty", np.sum(mistakes == 0) - CLASSES, tolerance=15)
results.record("confusion_matrix.worst_class", recall.argmin())
results.record("confusion_matrix.worst_recall", recall.min(), tolerance=0.006)
results.record("confusion_matrix.worst_precision", precision.min(), tolerance=0.006)

# %%
# Mistakes alone are coloured.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6, 5.2))
drawn = plotting.show_numbers(ax, mistakes, limit=mistakes.max(), size=10)
for digit in range(CLASSES):
    ax.texts[digit * (CLASSES + 1)].set(text=f"{right[digit]}", color="0.4", fontsize=9)
for text, count in zip(ax.texts, mistakes.ravel(), strict=True):
    if count == 0 and text.get_text() == "0":
        text.set_text("")
ax.set_xticks(np.arange(CLASSES), np.arange(CLASSES), minor=True)
ax.set_yticks(np.arange(CLASSES), np.arange(CLASSES), minor=True)
ax.tick_params(which="minor", length=0)
ax.set_xlabel("answer")
ax.set_ylabel("digit shown")
bar = plotting.colour_bar(fig, drawn, ax, "mistakes")
bar.ax.set_ylim(0, mistakes.max())
true, answer = divmod(int(most[0]), CLASSES)
plotting.describe(
    fig,
    f"A table of ten digits shown against ten answers. The diagonal has the {right.sum()} right "
    f"answers, {right.min()} to {right.max()} a class. {mistakes.sum()} mistakes are spread over "
    f"the rest; the most frequent is a {true} taken for a {answer}, {mistakes.max()} times.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The table is nearly symmetric where two digits look alike, and empty where they do not: few pairs
# hold most of the mistakes. The counts are small, and another seed spreads them otherwise.
