r"""
Integrated gradients add up
===========================

The gradient at the picture says what the next bit of ink would do. It does not say how the logit
came about: gradient times input, summed over the pixels, misses it. The mean of the gradient along
the way from black paper :math:`b` to the picture shares out the whole difference, and one can check
the sum:

.. math:: \sum_{ij} (x_{ij} - b_{ij}) \int_0^1
   \frac{\partial z_c}{\partial x_{ij}} \bigl( b + \alpha (x - b) \bigr) \, d\alpha
   = z_c(x) - z_c(b)

Part of :doc:`/explaining`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import data, interpretability, plotting, results, training

SHOWN = 4  # a class
STEPS = (1, 2, 5, 10, 20, 50, 100)

# %%
# The first test digit of each class, and the logits of the picture and of black paper.

(_, _), (digits, labels) = data.mnist()
chosen = [int(np.argmax(labels == c)) for c in range(10)]
x = data.to_float(digits[chosen])[..., np.newaxis].astype(np.float32)
classes = np.arange(10)
network = training.load("small_convnet").model
of_digit = network(x, training=False).numpy()[classes, classes]
of_paper = network(np.zeros_like(x), training=False).numpy()[classes, classes]
print(x.shape, (of_digit - of_paper).round(2))

# %%
# Gradient times input needs one gradient, integrated gradients one for each step.

gradient = interpretability.saliency(network, x, classes)
product = gradient * x
shares = {
    steps: interpretability.integrated_gradients(network, x, classes, steps=steps)
    for steps in STEPS
}

# %%
# The check is the theorem itself: the shares add up to the difference, the better the finer the
# steps.

difference = of_digit - of_paper
gaps = {n: np.abs(s.sum(axis=(1, 2, 3)) - difference) for n, s in shares.items()}
np.testing.assert_allclose(shares[100].sum(axis=(1, 2, 3)), difference, atol=0.3)
missed = np.abs(product.sum(axis=(1, 2, 3)) - difference)
results.record("integrated_gradients.difference", np.mean(difference), tolerance=3)
results.record("integrated_gradients.missed", np.mean(missed), tolerance=2.5)
for steps in (10, 100):
    results.record(f"integrated_gradients.gap_{steps}", gaps[steps].mean(), tolerance=3 / steps)

# %%
# One digit, both maps on one scale; and the gap for all ten digits.

plt.style.use(plotting.STYLE)
fig = plt.figure(figsize=(6.4, 4.9))
grid = fig.add_gridspec(2, 3, height_ratios=(1.1, 1))
axes = [fig.add_subplot(grid[0, column]) for column in range(3)]
best = shares[100][SHOWN, :, :, 0]
limit = plotting.symmetric_limit(product[SHOWN], best)
plotting.show_image(axes[0], x[SHOWN, :, :, 0], f"the {SHOWN}\n{difference[SHOWN]:+.1f}")
for ax, values, name in (
    (axes[1], product[SHOWN, :, :, 0], "gradient × input"),
    (axes[2], best, "integrated"),
):
    drawn = plotting.show_signed(ax, values, limit, f"{name}\n{values.sum():+.1f}")
plotting.colour_bar(fig, drawn, axes, "share of the logit")
ax = fig.add_subplot(grid[1, :])
ax.loglog(STEPS, np.array([gaps[n] for n in STEPS]), color=plotting.BLUE, linewidth=0.8, alpha=0.6)
ax.loglog(STEPS, [gaps[n].mean() for n in STEPS], "o-", color=plotting.ORANGE, label="mean")
ax.set_xticks(STEPS, STEPS)
ax.minorticks_off()
ax.set_xlabel("steps from paper to digit")
ax.set_title("Gap in the sum")
ax.legend()
plotting.describe(
    fig,
    f"A test digit {SHOWN} whose logit is {difference[SHOWN]:.1f} above that of black paper. Its "
    f"gradient times input adds up to {product[SHOWN].sum():.1f}, integrated gradients to "
    f"{best.sum():.1f}; both maps are shown on one signed scale. Panel d: the gap between that sum "
    f"and the difference in logits for ten digits: on average {gaps[1].mean():.2f} with one step, "
    f"{gaps[10].mean():.2f} with ten and {gaps[100].mean():.3f} with a hundred.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Empty paper gets no share at all, because it equals the baseline. Saliency gave it much. Both
# are right: they answer different questions.
