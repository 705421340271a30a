"""
The same curve from one device and from two
===========================================

A network is trained three times on the same batches: by one device, by two devices of one process,
and by two worker processes. Each of the two takes half of every batch. If no layer looks beyond one
picture, and none draws at random, the losses differ by rounding alone. A network with kinks, such
as ReLU, makes more of the rounding. Batch normalization looks beyond one picture, and dropout
draws.

.. math:: d_t = | L_t^{\\mathrm{two}} - L_t^{\\mathrm{one}} |

Part of :doc:`/distributed`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import plotting, results, studies

FLOOR = 3e-8  # where equal losses are drawn

# %%
# The losses of every step, as the study recorded them.

study = studies.load("data_parallel")
networks = ("smooth", "ReLU", "normalization", "dropout")
kinds = {"one device": {"devices": 1}, "2 devices": {"devices": 2}, "2 workers": {"workers": 2}}
runs = {
    (network, kind): study.result(measured="replicas", network=network, **replicas)
    for network in networks
    for kind, replicas in kinds.items()
}
runs["ReLU", "other kernels"] = study.result(measured="other kernels")
losses = {key: np.array(run["losses"]) for key, run in runs.items()}
steps = np.arange(1, len(losses["smooth", "one device"]) + 1)
print(len(steps), "steps of", ", ".join(networks))

# %%
# By how much do they differ from those of one device?

differences = {
    key: np.abs(values - losses[key[0], "one device"])
    for key, values in losses.items()
    if key[1] != "one device"
}
largest = {key: values.max() for key, values in differences.items()}
print({" ".join(key): f"{value:.1e}" for key, value in largest.items()})
for kind, key in (("2 devices", "devices"), ("2 workers", "workers")):
    np.testing.assert_allclose(losses["smooth", kind], losses["smooth", "one device"], rtol=1e-5)
    assert largest["smooth", kind] < 1e-5 < largest["ReLU", kind]
    for network in networks:
        results.record(f"equal_curves.{network.lower()}_{key}", largest[network, kind])
    results.record(f"equal_curves.first_{key}", differences["ReLU", kind][:10].max())
results.record("equal_curves.relu_kernels", largest["ReLU", "other kernels"])
results.record("equal_curves.steps", len(steps))
four = study.result(measured="replicas", network="smooth", workers=4)
smooth = [*(runs["smooth", kind] for kind in kinds), four]
for key, run in zip(("one", "devices", "workers", "four"), smooth, strict=True):
    results.record(f"equal_curves.seconds_{key}", run["seconds"][1:], unit="s")
    np.testing.assert_array_less(
        0 if key == "one" else max(smooth[0]["seconds"][1:]), run["seconds"][1:]
    )

# %%
# The three curves of the smooth network, one upon the other (panel a), and the differences (b).

plt.style.use(plotting.STYLE)
fig, (above, below) = plt.subplots(2, 1, figsize=(6.4, 5.5), sharex=True, height_ratios=(1, 1.5))
strokes = ((5, "0.8", "-"), (2.4, "C0", "-"), (1.2, "black", ":"))
for kind, (width, colour, line) in zip(kinds, strokes, strict=True):
    above.plot(steps, losses["smooth", kind], line, linewidth=width, color=colour, label=kind)
above.set_ylabel("loss of the batch")
above.set_ylim(0)
above.legend(loc="upper right")
above.set_title("A smooth network: three curves in one place")
for number, network in enumerate(networks):
    for kind, line in (("2 devices", "-"), ("2 workers", ":")):
        values = np.maximum(differences[network, kind], FLOOR)
        below.semilogy(steps, values, line, color=f"C{number}", linewidth=1)
    end = np.exp(np.log(np.maximum(differences[network, "2 workers"][-60:], FLOOR)).mean())
    end *= {"dropout": 1.7, "normalization": 0.6}.get(network, 1)  # so that no label meets another
    colour = plotting.ink(f"C{number}")
    below.text(steps[-1] + 4, end, network, color=colour, va="center", fontsize=9)
values = np.maximum(differences["ReLU", "other kernels"], FLOOR)
below.semilogy(steps, values, color="0.3", linewidth=0.9, alpha=0.7)
below.text(130, 2.5e-6, "grey: ReLU, one device, other kernels", color="0.3", fontsize=9)
below.set_xlim(0, steps[-1] * 1.22)
below.set_xticks(range(0, 301, 50))
below.set_ylim(FLOOR / 1.5, 4)
below.set_xlabel("step")
below.set_ylabel("difference from one device")
below.set_title("2 devices (solid), 2 workers (dotted)")
plotting.describe(
    fig,
    f"Panel a: three curves of the loss over {len(steps)} steps, for one device, two devices and "
    "two workers, which lie on one another. Panel b: their differences on a logarithmic axis, at "
    f"most {largest['smooth', '2 workers']:.0e} for the smooth network. With ReLU they begin there "
    f"and grow to {largest['ReLU', '2 workers']:.1g}, as they do for one device with other "
    f"kernels. With batch normalization, up to {largest['normalization', '2 workers']:.1g}, and "
    f"dropout, up to {largest['dropout', '2 workers']:.1g}, they are large from the first steps.",
)
plt.show()

# %%
# What to notice
# --------------
#
# Nothing is approximate about the method: for the smooth network what remains after 300 steps is
# the last digit of float32. Where a ReLU is at its kink, a last digit decides about a whole
# gradient, and the paths part, as they do on one device as soon as anything adds in another order.
# Batch normalization and dropout are another rule as soon as there are two replicas.
