r"""
What sharing weights is worth
=============================

LeNet's two convolutions as they are, with a kernel of its own at each position, and with each
output connected to all inputs. All three can compute the same maps. They differ in how many numbers
must be learned.

.. math::
   \underbrace{k^2 C O}_{\text{shared}} \;\to\; \underbrace{H W k^2 C O}_{\text{local}} \;\to\;
   \underbrace{H W C \cdot H W O}_{\text{full}}

Part of :doc:`/lenet`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import arithmetic, models, plotting, results

TAPS = 5  # along each side of a kernel

# %%
# The first convolution as a dense layer: its answers to the 784 pictures with one white pixel are
# the rows of a matrix.

model = models.build("lenet")
basis = np.eye(28 * 28, dtype=np.float32).reshape(-1, 28, 28, 1)
conv1 = model.get_layer("conv1")
conv1.activation = None  # the weighted sums alone
matrix = np.asarray(conv1(basis)).reshape(28 * 28, -1)
print(basis.shape, "->", matrix.shape)

# %%
# Each row of kernel weights stands in it again and again. The different numbers are 100.

kernel = conv1.kernel.numpy()
assert kernel.size == TAPS**2 * 4
np.testing.assert_allclose(np.unique(matrix[matrix != 0]), np.unique(kernel), rtol=1e-6)
results.record("sharing_worth.matrix", matrix.shape)
results.record("sharing_worth.different", np.unique(matrix[matrix != 0]).size)
results.record("sharing_worth.zeros", float(np.mean(matrix == 0)))

# %%
# Weights and biases of all three kinds, by arithmetic, for both convolutions.

counts = {}
for name, side, channels, maps in (("conv1", 28, 1, 4), ("conv2", 14, 4, 6)):
    counts[name] = {
        "shared": arithmetic.conv_parameters(TAPS, channels, maps),
        "local": arithmetic.locally_connected_parameters(side, TAPS, channels, maps),
        "full": arithmetic.dense_parameters(side**2 * channels, side**2 * maps),
    }
    assert counts[name]["shared"] == model.get_layer(name).count_params()
    for kind, count in counts[name].items():
        results.record(f"sharing_worth.{name}_{kind}", count)
assert counts["conv1"]["full"] == matrix.size + matrix.shape[1]

# %%
# On a logarithmic axis: each line of the grid is ten times the one before.

plt.style.use(plotting.STYLE)
fig, ax = plt.subplots(figsize=(6.4, 3.0))
tints = {"shared": plotting.BLUE, "local": plotting.GREEN, "full": plotting.ORANGE}
labels = []
for row, (name, kinds) in enumerate(counts.items()):
    for number, (kind, count) in enumerate(kinds.items()):
        labels.append((4 * row + number, f"{name}, {kind}"))
        ax.plot(count, labels[-1][0], "o", color=tints[kind], markersize=9)
        ax.text(count * 1.45, labels[-1][0], f"{count:,}", va="center", backgroundcolor="white")
ax.set(xscale="log", xlim=(50, 9e7), xlabel="parameters")
ax.set_yticks(*zip(*labels, strict=True))
ax.set_ylim(labels[-1][0] + 0.7, -0.7)
ax.grid(True)
ax.set_axisbelow(True)
ax.tick_params(axis="y", length=0)
plotting.describe(
    fig,
    "Six dots on a logarithmic axis, three for each convolution of LeNet. The first has "
    + ", ".join(f"{count:,} parameters {kind}" for kind, count in counts["conv1"].items())
    + "; the second "
    + ", ".join(f"{count:,} {kind}" for kind, count in counts["conv2"].items())
    + ".",
)
plt.show()

# %%
# What to notice
# --------------
#
# Locality saves one factor and sharing another. The second is the number of positions, and it grows
# with the picture. The shared kernel does not know how large the picture is.
