r"""
The loss of every step, raw and smoothed
========================================

The loss of a step is a mean over one batch, and batches differ. A running mean with weights that
fall off exponentially shows the trend. It is a convolution of the sequence of losses with a
one-sided kernel, and divided by the sum of the weights so far it is right from the first step.

.. math:: m_t = \frac{\sum_{u=0}^{t-1} \beta^u \, L_{t-u}}{\sum_{u=0}^{t-1} \beta^u}

Part of :doc:`/training`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import plotting, results, training

BETAS = (0.9, 0.98)  # about the last 10 and the last 50 steps
PANELS = ((0, 60, "The first 60 steps"), (0, None, "All steps"))

# %%
# The LeNet of 2016, trained with Adagrad. Its logits begin at zero, so the first loss is that of a
# guess, ln 10.

trained = training.load("lenet")
losses = trained.losses
print(losses.shape, losses[:5].round(3))
np.testing.assert_allclose(losses[0], np.log(10), atol=1e-3)

# %%
# Step by step, as a callback would do it: keep a share of the old mean and mix in the new loss.

smoothed = {}
for beta in BETAS:
    mean, weight, means = 0.0, 0.0, []
    for loss in losses:
        mean = beta * mean + (1 - beta) * loss
        weight = beta * weight + (1 - beta)
        means.append(mean / weight)
    smoothed[beta] = np.array(means)

# %%
# The same as a convolution. Here the kernel is flipped: its first tap weighs the newest loss.

for beta in BETAS:
    kernel = beta ** np.arange(len(losses))
    convolved = np.convolve(losses, kernel)[: len(losses)] / np.cumsum(kernel)
    np.testing.assert_allclose(smoothed[beta], convolved)

last = losses[-100:]
results.record("loss_raw_and_smoothed.steps", len(losses))
results.record("loss_raw_and_smoothed.first", losses[0], tolerance=0.001)
results.record("loss_raw_and_smoothed.mean", last.mean(), tolerance=0.02)
results.record("loss_raw_and_smoothed.lowest", last.min(), tolerance=0.03)
results.record("loss_raw_and_smoothed.highest", last.max(), tolerance=0.12)

# %%
# Both on a logarithmic scale, on which a loss ten times smaller is always the same way down.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 1, figsize=(6.4, 4.8))
for ax, (start, end, title) in zip(axes, PANELS, strict=True):
    steps = np.arange(1, len(losses) + 1)[start:end]
    ax.semilogy(steps, losses[start:end], color="0.7", linewidth=0.8, label="each step")
    for beta in BETAS:
        ax.semilogy(steps, smoothed[beta][start:end], label=f"smoothed, β = {beta}")
    ax.set_title(title)
    ax.set_ylabel("training loss")
    ax.set_yticks([0.01, 0.03, 0.1, 0.3, 1, 3], ["0.01", "0.03", "0.1", "0.3", "1", "3"])
    ax.minorticks_off()
axes[0].legend(loc="lower left")
axes[1].set_xlabel("step")
for epoch in range(1, trained.recipe.epochs):
    axes[1].axvline(epoch * len(losses) / trained.recipe.epochs, color="0.4", linestyle=":")
plotting.describe(
    fig,
    f"The training loss of LeNet at {len(losses)} steps, in grey, begins at {losses[0]:.2f} and "
    f"falls to {last.mean():.2f}; over the last 100 steps single batches lie between "
    f"{last.min():.2f} and {last.max():.2f}. Two smoothed curves run through it, the smoother one "
    "lagging behind at first. Dotted lines are the ends of epochs.",
)
plt.show()

# %%
# What to notice
# --------------
#
# A stronger smoothing lags: where the loss falls fast, the curve with the larger β lies above it.
# Without the division it would begin near zero and rise, and seem to tell of a network that gets
# worse.
