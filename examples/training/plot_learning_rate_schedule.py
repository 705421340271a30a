r"""
Warm-up and cosine
==================

Gradients of batches are noisy. With a constant learning rate the weights end up jittering about the
minimum, by more the larger the rate; with a small rate they take long to get there. A rate that
rises along a line and then falls to zero along a half-cosine has both: large steps in the middle,
and a quiet end.

.. math:: \eta_t = \eta_{\max} \, \tfrac{1}{2} \left(1 + \cos \pi
   \frac{t - t_w}{T - t_w}\right) \quad \text{for } t \ge t_w

Part of :doc:`/training`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np

from convbook import plotting, results

STEPS, WARMUP = 200, 40  # steps in all, and in which the rate rises
PEAK = 0.3
NOISE = 1.0  # standard deviation of the gradient

# %%
# Keras's schedule, a function of the step.

schedule = keras.optimizers.schedules.CosineDecay(
    0.0, STEPS - WARMUP, warmup_target=PEAK, warmup_steps=WARMUP
)
rates = np.array([schedule(step) for step in range(STEPS)])
print(rates[[0, WARMUP // 2, WARMUP, (STEPS + WARMUP) // 2, STEPS - 1]])

# %%
# The same by the formula.

t = np.arange(STEPS)
fall = PEAK * 0.5 * (1 + np.cos(np.pi * (t - WARMUP) / (STEPS - WARMUP)))
np.testing.assert_allclose(rates, np.where(t < WARMUP, PEAK * t / WARMUP, fall), atol=1e-6)

# %%
# What a schedule does, on the simplest loss with a noisy gradient: half of w squared, whose
# gradient w is off by a random number each time. A step multiplies the mean square of w by
# (1 - rate) squared, and adds rate squared times the noise's variance. No random number is needed.

curves = {
    "constant, large": np.full(STEPS, PEAK),
    "constant, small": np.full(STEPS, PEAK / 20),
    "warm-up and cosine": rates,
}
squares = {}
for name, rate in curves.items():
    square = [25.0]
    for eta in rate:
        square.append((1 - eta) ** 2 * square[-1] + (eta * NOISE) ** 2)
    squares[name] = np.array(square)
    results.record(f"learning_rate_schedule.{name.split()[-1]}", squares[name][-1] / 2)

# %%
# A simulation of 4,000 runs agrees with the last of them.

rng = np.random.default_rng(0)
w = np.full(4000, 5.0)
for eta in rates:
    w -= eta * (w + NOISE * rng.standard_normal(w.size))
np.testing.assert_allclose(np.mean(w**2), squares["warm-up and cosine"][-1], rtol=0.1)

# %%
# The rates, and the mean loss under each.

plt.style.use(plotting.STYLE)
fig, (above, below) = plt.subplots(2, 1, figsize=(6.4, 4.6), sharex=True)
for name, rate in curves.items():
    above.plot(rate, label=name)
    below.semilogy(squares[name] / 2, label=name)
above.set_title("Learning rate")
above.set_ylim(0, 1.1 * PEAK)
below.set_title("Mean loss with a noisy gradient")
below.set_xlabel("step")
below.set_yticks([0.01, 0.1, 1, 10], ["0.01", "0.1", "1", "10"])
below.minorticks_off()
below.legend()
ends = {name: square[-1] / 2 for name, square in squares.items()}
plotting.describe(
    fig,
    f"Panel a: three learning rates over {STEPS} steps, constant at {PEAK}, constant at "
    f"{PEAK / 20}, and one that rises to {PEAK} in {WARMUP} steps and falls to zero. Panel b: the "
    f"mean loss on a logarithmic scale; it ends at {ends['constant, large']:.3f}, "
    f"{ends['constant, small']:.3f} and {ends['warm-up and cosine']:.3f}.",
)
plt.show()

# %%
# What to notice
# --------------
#
# The large rate is at its floor within twenty steps and stays there. The cosine follows its own
# floor down: at every step the jitter is about as large as the rate of that moment allows.
