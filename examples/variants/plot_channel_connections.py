r"""
Which channels meet: full, grouped, depthwise, separable
========================================================

An ordinary convolution connects every input channel with every output channel by a kernel of its
own. A grouped one keeps to the channels of a group, a depthwise one to a single channel, and a
depthwise separable one mixes the channels afterwards, with kernels of one tap. In :math:`G` groups
of 3x3 kernels there are

.. math:: 9 \; \frac{C_\mathrm{in} \, C_\mathrm{out}}{G} \quad \text{weights.}

Part of :doc:`/variants`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import arithmetic, plotting, reference, results

CHANNELS = 8  # in and out
GROUPS = 2
KERNEL = 3  # taps
SIZE = 14  # pixels along each side of the feature map

# %%
# A batch of eight one-pixel pictures, each bright in one channel, asks each layer where that
# channel's light arrives.

impulses = np.eye(CHANNELS, dtype=np.float32)[:, None, None, :]
print(impulses.shape)

# %%
# ``tf.nn.conv2d`` takes the number of groups from the shape of the kernel. All weights are one.


def ones(*shape):
    """Return a kernel of equal weights."""
    return np.ones(shape, np.float32)


full_kernel = ones(KERNEL, KERNEL, CHANNELS, CHANNELS)
full = tf.nn.conv2d(impulses, full_kernel, strides=1, padding="SAME")
group_kernel = ones(KERNEL, KERNEL, CHANNELS // GROUPS, CHANNELS)
grouped = tf.nn.conv2d(impulses, group_kernel, strides=1, padding="SAME")
depthwise_kernel, unit = ones(KERNEL, KERNEL, CHANNELS, 1), (1, 1, 1, 1)
depthwise = tf.nn.depthwise_conv2d(impulses, depthwise_kernel, strides=unit, padding="SAME")
pointwise_kernel = ones(1, 1, CHANNELS, CHANNELS)
pointwise = tf.nn.conv2d(depthwise, pointwise_kernel, strides=1, padding="SAME")

# %%
# The definitions say the same, and the separable convolution is the depthwise one, then the
# pointwise one.

by_groups = reference.grouped_conv2d(impulses, group_kernel, GROUPS, padding="same")
np.testing.assert_allclose(grouped, by_groups)
both = tf.nn.separable_conv2d(impulses, depthwise_kernel, pointwise_kernel, unit, "SAME")
np.testing.assert_allclose(pointwise, both)

# %%
# Parameters without bias, and multiply-accumulates (MACs) for 14 x 14 outputs.

c, groups = CHANNELS, (1, GROUPS, CHANNELS)
parameters = [arithmetic.conv_parameters(KERNEL, c, c, g, bias=False) for g in groups]
macs = [arithmetic.conv_macs(SIZE, KERNEL, c, c, g) for g in groups]
parameters.append(arithmetic.depthwise_separable_parameters(KERNEL, c, c, bias=False))
macs.append(arithmetic.depthwise_separable_macs(SIZE, KERNEL, c, c))
results.record("channel_connections.parameters", parameters)
results.record("channel_connections.macs", macs, unit="MAC")

# %%
# A line is a kernel: thick for 3x3 taps, thin for one. A square is a channel. The lines are drawn
# from what the layers did to the impulses.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(2, 2, figsize=(5.4, 7.2))
names = ("full", f"{GROUPS} groups", "depthwise", "separable")
layers = ([full], [grouped], [depthwise], [depthwise, pointwise])
members = np.arange(c) * np.array([[0], [GROUPS], [c], [c]]) // c
palette = [*(f"C{number}" for number in range(6)), "#8c564b", "#8a8a1f"]  # one for each group
for ax, name, stages, group, count, work in zip(
    axes.flat, names, layers, members, parameters, macs, strict=True
):
    for stage, response in enumerate(stages):
        for source, target in np.argwhere(response.numpy()[:, 0, 0, :]):
            colour = palette[group[source]] if stage == 0 else "0.55"
            width = 1.5 if stage == 0 else 0.6
            ax.plot([stage, stage + 1], [source, target], color=colour, linewidth=width)
    for stage in range(len(stages) + 1):
        colours = "0.2" if stage == 2 else [palette[g] for g in group]
        ax.scatter([stage] * CHANNELS, range(CHANNELS), s=70, c=colours, marker="s", zorder=3,
                   edgecolors="white")  # fmt: skip
    ax.set(xlim=(-0.12 * len(stages), 1.12 * len(stages)), ylim=(7.5, -0.5))
    ax.set_axis_off()
    ax.set_title(f"{name}: {count} weights\n{work:,} MACs")
plotting.describe(
    fig,
    f"Panels a to d: {CHANNELS} input channels joined to {CHANNELS} output channels by "
    + ", ".join(f"{sum(np.count_nonzero(y) for y in s)} lines" for s in layers)
    + f"; they stand for {parameters[0]}, {parameters[1]}, {parameters[2]} and {parameters[3]} "
    "weights.",
)
plt.show()

# %%
# What to notice
# --------------
#
# A depthwise convolution (panel c) has the fewest weights, and no output channel of it knows of
# more than one input channel. The pointwise step, which restores the full mixing (panel d), costs
# most of what the separable convolution costs.
