r"""
Batch normalization folds into the convolution
==============================================

In use, batch normalization subtracts a mean, divides by a standard deviation, scales and shifts:
one product and one sum per map, with numbers that stay the same. A convolution before it can do
that with its own weights and a bias. So the tables of this chapter count no products for it.

.. math:: k' = \frac{\gamma}{\sqrt{v + \varepsilon}}\, k, \qquad
   b' = \beta + \frac{\gamma}{\sqrt{v + \varepsilon}} (b - m)

Part of :doc:`/deeper_architectures`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, models, plotting, results
from convbook.models import tables

MAPS, TAPS = 4, 5
STEPS = 60  # of training the statistics
SEED = 1502

# %%
# A convolution, its normalization and a picture. Batches of patches give the running mean and
# variance; scale and shift get values as if they had been trained.

rng = np.random.default_rng(SEED)
camera = data.to_float(data.camera())[..., None]
convolution = keras.layers.Conv2D(
    MAPS, TAPS, use_bias=False, kernel_initializer=keras.initializers.HeNormal(SEED)
)
norm = keras.layers.BatchNormalization(momentum=0.9)
for _ in range(STEPS):
    rows, columns = rng.integers(0, 512 - 64, (2, 16))
    batch = np.stack([camera[i : i + 64, j : j + 64] for i, j in zip(rows, columns, strict=True)])
    norm(convolution(batch), training=True)
norm.gamma.assign([1.5, 1.0, 0.7, 0.4])
norm.beta.assign([0.0, -1.0, 1.0, 0.5])
print(norm.moving_mean.numpy(), norm.moving_variance.numpy())

# %%
# In use: first one, then the other; and one convolution with the folded weights.

gain = norm.gamma / tf.sqrt(norm.moving_variance + norm.epsilon)
kernel = convolution.kernel * gain
bias = norm.beta - gain * norm.moving_mean
before = convolution(camera[None])
two_steps = norm(before, training=False)
folded = tf.nn.conv2d(camera[None], kernel, 1, "VALID") + bias
np.testing.assert_allclose(two_steps, folded, atol=1e-5)
print(kernel.shape, bias.shape)

# %%
# What the networks of this chapter save. Normalization has four numbers per map, a folded
# convolution one bias per map, which ResNet-50 has already.

for name in ("resnet50", "mobilenet"):
    with keras.StatelessScope(initialize_variables=False):
        model = models.build(name)
    rows = tables.layer_table(model)
    normal = sum(row.parameters for row in rows if row.kind == "BatchNormalization")
    biases = 0 if name == "resnet50" else normal // 4
    results.record(f"batch_norm_folding.{name}", model.count_params())
    results.record(f"batch_norm_folding.{name}_folded", model.count_params() - normal + biases)
    results.record(f"batch_norm_folding.{name}_norm", normal)
    if name == "mobilenet":
        trained = model.count_params() - normal // 2
        results.record("batch_norm_folding.mobilenet_trained", trained)

# %%
# The kernels and the spread of the maps, before and after.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(3, MAPS, figsize=(6.4, 4.6), height_ratios=(2, 2, 3), sharex="row")
limit = plotting.symmetric_limit(kernel, convolution.kernel)
edges = np.linspace(-4, 6, 61)
for m in range(MAPS):
    plotting.show_signed(axes[0, m], convolution.kernel[..., 0, m], limit, f"map {m + 1}")
    drawn = plotting.show_signed(axes[1, m], kernel[..., 0, m], limit, f"times {gain[m]:.2g}")
    for maps, colour in ((before, plotting.BLUE), (folded, plotting.ORANGE)):
        axes[2, m].hist(np.ravel(maps[..., m]), edges, color=colour, alpha=0.7, density=True)
    axes[2, m].set(yticks=(), title=f"bias {bias[m]:.2g}".replace("-", "−"), xlim=(-4, 6))
    axes[2, m].spines["left"].set_visible(False)
axes[2, 0].set_ylabel("density")
plotting.colour_bar(fig, drawn, axes[:2], "weight")
fig.legend(["convolution", "folded"], loc="outside lower center", ncols=2)
plotting.describe(
    fig,
    "Four kernels before (panel a) and after their normalization is folded in (panel b), each "
    f"multiplied by {', '.join(f'{g:.2g}' for g in gain)}, and the histograms of the four maps "
    "(panel c): before, each has a place and a width of its own; after, those that scale and shift "
    "give it.",
    panels=axes[:, 0],
)
plt.show()

# %%
# What to notice
# --------------
#
# The pattern of a kernel stays, its strength changes. Folding works only after training: while the
# mean and the variance are those of the batch, every step changes them.
