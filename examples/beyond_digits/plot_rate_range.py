"""
A rate from one short run
=========================

How large may a learning rate be? A range test raises it step by step, by the same factor, through
five orders of magnitude, and watches the loss: flat where the rate is too small to matter, falling
where it works, rising where it is too large,

.. math:: \\eta_t = \\eta_0 \\left( \\eta_1 / \\eta_0 \\right)^{t / T}

Part of :doc:`/beyond_digits`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np

from convbook import data, models, plotting, results

STEPS, BATCH = 120, 50
RATES = np.geomspace(1e-5, 1.0, STEPS)
SMOOTH = 9  # steps

# %%
# The network is a small residual one. Each step has garments of its own, and a rate of its own.

(x_train, y_train), _ = data.fashion_mnist()
batches = x_train[: STEPS * BATCH, ..., np.newaxis].astype(np.float32) / 255
model = models.build("small_resnet", widths=(8, 16))
model.compile(
    optimizer=keras.optimizers.Adam(),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
losses, updates = [], []
kernel = model.get_layer("stage2_1_conv2").kernel
for step, rate in enumerate(RATES):
    model.optimizer.learning_rate = rate
    rows = slice(step * BATCH, (step + 1) * BATCH)
    before = kernel.numpy()
    losses.append(float(model.train_on_batch(batches[rows], y_train[rows])))
    updates.append(np.linalg.norm(kernel.numpy() - before) / np.linalg.norm(before))
    model.reset_metrics()

# %%
# A loss is the mean of one batch: a moving average shows its course. The fall is steepest at about
# the rate to begin with.

smooth = np.convolve(losses, np.full(SMOOTH, 1 / SMOOTH), "valid")
middle = RATES[SMOOTH // 2 : -(SMOOTH // 2)]
lowest = int(np.argmin(smooth))
steepest = int(np.argmin(np.gradient(smooth)[: lowest + 1]))
np.testing.assert_allclose(smooth[0], np.mean(losses[:SMOOTH]))
ratio = np.interp(np.log(1e-3), np.log(RATES), updates)
assert middle[steepest] < middle[lowest] < 0.3
assert smooth[-1] > 1.2 * smooth[lowest]
results.record("rate_range.first_loss", np.mean(losses[:SMOOTH]), tolerance=0.5)
results.record("rate_range.lowest", middle[lowest], tolerance=0.05)
results.record("rate_range.lowest_loss", smooth[lowest], tolerance=0.25)
results.record("rate_range.ratio", ratio, tolerance=0.01)

# %%
# The loss and, below it, how far a step moves a kernel, relative to the kernel's length.

plt.style.use(plotting.STYLE)
fig, (upper, lower) = plt.subplots(2, 1, figsize=(6.4, 4.6), sharex=True)
upper.semilogx(RATES, losses, ".", color="0.6", markersize=4, label="a batch")
upper.semilogx(middle, smooth, linewidth=2, label=f"mean of {SMOOTH} batches")
upper.plot(middle[lowest], smooth[lowest], "o", color=plotting.GREEN, markersize=9, label="lowest")
upper.set_ylabel("loss")
upper.set_ylim(0, 1.15 * smooth.max())
upper.legend(loc="lower left")
lower.loglog(RATES, updates, color=plotting.ORANGE)
lower.axhspan(3e-4, 3e-3, color="0.88", zorder=0)
lower.set(xlabel="learning rate of Adam", ylabel="update / weight")
for ax in (upper, lower):
    ax.minorticks_off()
    ax.grid(axis="y")
plotting.describe(
    fig,
    f"Panel a: loss against a learning rate that rises from {RATES[0]:g} to {RATES[-1]:g} in "
    f"{STEPS} steps. The moving average begins at {smooth[0]:.2f}, is lowest with "
    f"{smooth[lowest]:.2f} at {middle[lowest]:.2g} and ends at {smooth[-1]:.2f}. Panel b: the "
    f"length of a step relative to the kernel, from {min(updates):.1e} to {max(updates):.1e}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The lowest point is not the rate to take: there the rate is about to be too large. A third or a
# tenth of it is a good beginning, and a search on held-out pictures has the last word.
