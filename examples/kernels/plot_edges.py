r"""
Edge kernels with four and with eight neighbours
================================================

Both kernels subtract the neighbours from the pixel, and both sum to zero: where the picture is
constant, or rises evenly, they answer nothing. The one with four neighbours answers a straight step
of height one with 1 and a diagonal step with 2. The one with eight answers both with 3:

.. math:: \sum_{u, v} w_{u, v} = 0

Part of :doc:`/kernels`.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from convbook import data, kernels, plotting, reference, results

EYE = np.s_[38:108, 26:140]  # rows and columns of the output
ROW = 66  # of the output; the profile crosses the rim of the eye along it
RIM = np.s_[26:50]  # columns of the profile

# %%
# The four-neighbour kernel is the Laplacian with its sign changed.

four = kernels.get("sharpen") - kernels.get("identity")
np.testing.assert_array_equal(four, -kernels.get("laplacian"))
edges = {"Four neighbours": four, "Eight neighbours": kernels.get("outline")}
for name, kernel in edges.items():
    print(name, kernel, "sum", kernel.sum())

# %%
# A straight step, a diagonal one, and a plane that rises evenly.

row, column = np.indices((9, 9), dtype=np.float32)
tests = {"straight": column >= 4, "diagonal": column >= row, "plane": 3 * column - 2 * row}
for name, kernel in edges.items():
    w = kernel[:, :, None, None]
    for test, values in tests.items():
        x = values.astype(np.float32)[None, :, :, None]
        strongest = np.abs(tf.nn.conv2d(x, w, strides=1, padding="VALID")).max()
        print(f"{name}, {test}: {strongest:g}")
        key = f"{name.split()[0].lower()}_{test}"
        results.record(f"edges.{key}", strongest)

# %%
# The photograph.

picture = data.chelsea_grey()
outputs = {}
for name, kernel in edges.items():
    w = kernel[:, :, None, None]
    output = tf.nn.conv2d(picture[None, :, :, None], w, strides=1, padding="VALID")
    outputs[name] = output[0, :, :, 0].numpy()
    np.testing.assert_allclose(outputs[name], reference.correlate2d(picture, kernel), atol=1e-6)
mean_four, mean_eight = (np.abs(output).mean() for output in outputs.values())
results.record("edges.ratio", mean_eight / mean_four)

# %%
# Along a line across the rim of the eye, which is dark: negative in the rim, positive on the bright
# side of either flank.

inner = picture[1:-1, 1:-1]  # what the outputs lie over
values, response = inner[ROW, RIM], outputs["Eight neighbours"][ROW, RIM]
dark = values.argmin()
np.testing.assert_array_less(response[dark], 0)
np.testing.assert_array_less(0.1, [response[:dark].max(), response[dark:].max()])

# %%
# Both outputs share one scale. Its ends are set by all but one in a hundred values, so that a few
# pixels in the eye do not bleach the rest.

plt.style.use(plotting.STYLE)
fig, axes = plt.subplots(3, 2, figsize=(6.4, 6.9), width_ratios=(1, 2))
limit = np.quantile(np.abs(outputs["Eight neighbours"][EYE]), 0.99)
plotting.show_image(axes[0, 1], inner[EYE], "Input")
for (name, output), (left, right) in zip(outputs.items(), axes[1:], strict=True):
    plotting.show_numbers(left, edges[name], name, limit=12, size=11)
    drawn = plotting.show_signed(right, output[EYE], limit)
top, left = EYE[0].start, EYE[1].start
for ax in axes[:, 1]:
    ax.plot([RIM.start - left, RIM.stop - left], [ROW - top] * 2, color=plotting.ORANGE, lw=1.5)
profile = axes[0, 0]
profile.axhline(0, color="0.5", lw=0.8)
profile.plot(values, color="0.5", label="input")
profile.plot(response, color=plotting.BLUE, label="eight")
profile.set(title="Along the line", xlabel="pixels")
profile.legend()
plotting.colour_bar(fig, drawn, axes[1:, 1], "output", horizontal=True)
plotting.describe(
    fig,
    "A profile across the rim (panel a) of a cat's eye (b), and the edge kernels with four (c) and "
    "with eight neighbours (e), centres 4 and 8, beside what each makes of the eye (d, f): thin "
    "double lines, red on the bright side of an edge and blue on the dark side. The second is "
    f"stronger, by a factor of {mean_eight / mean_four:.1f} on average.",
)
plt.show()

# %%
# What to notice
# --------------
#
# An edge is a pair of lines (panel f), positive on its bright side and negative on its dark side,
# with the edge itself at the zero between them. Hair is full of edges. Nothing here says which one
# matters.
