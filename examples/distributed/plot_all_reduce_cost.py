"""
What the exchange costs
=======================

In a ring each worker sends almost twice the size of the gradient, however many workers there are.
Left, that rule beside the bytes that two and four workers really sent while they trained. Right,
what it means: computing takes time by the multiply-accumulates, the exchange by the parameters, and
the ratio of the two decides how much of a device's time is left for computing.

.. math:: T_{\\mathrm{send}} = \\frac{2 \\, (R - 1)}{R} \\, \\frac{4 P}{w}, \\qquad
          T_{\\mathrm{compute}} = \\frac{6 M b}{f}

Part of :doc:`/distributed`.
"""

import matplotlib.pyplot as plt
import numpy as np

from convbook import plotting, results, studies
from convbook.models import published

BYTES = 4  # of a float32
RATE = 1e13  # f: floating-point operations a second that a device sustains; assumed
LINK = 1.25e9  # w: bytes a second of a link of 10 Gbit/s; assumed
PART = 32  # b: pictures for a device in a step; assumed
WORKERS = np.arange(1, 65)

# %%
# What went over the loopback while the study trained, for each worker and step, in units of the
# gradient's size, and the rule.

study = studies.load("data_parallel")
share = {}
for count in (2, 4):
    run = study.result(measured="replicas", network="smooth", workers=count)
    a_step = run["sent"] / len(run["losses"]) / count
    share[count] = a_step / (BYTES * run["parameters"])
    rule = 2 * (count - 1) / count
    print(f"{count} workers: {a_step:,.0f} bytes, {share[count]:.2f} gradients; rule {rule}")
    assert 0.9 * rule < share[count] < 2 * rule
    results.record(f"all_reduce_cost.measured_{count}", share[count])
    results.record(f"all_reduce_cost.rule_{count}", rule)
results.record("all_reduce_cost.gradient", BYTES * run["parameters"] / 1000, unit="kB")

# %%
# The model: no overlap of computing and sending. Two operations a multiply-accumulate, and twice as
# many backward as forward, make six.

ring = 2 * (WORKERS - 1) / WORKERS
names = ("googlenet", "resnet50", "vgg16", "alexnet")
efficiency = {}
for name in names:
    of = published.load(name)
    compute = 6 * of.macs.value * PART / RATE
    send = ring * BYTES * of.parameters.value / LINK
    efficiency[name] = compute / (compute + send)
    # The same from the one number that counts: multiply-accumulates of a parameter.
    reuse = of.macs.value / of.parameters.value
    again = 1 / (1 + ring * BYTES * RATE / (6 * PART * LINK * reuse))
    np.testing.assert_allclose(again, efficiency[name])
    results.record(f"all_reduce_cost.{name}", efficiency[name][-1])
    results.record(f"all_reduce_cost.{name}_reuse", reuse)

# %%
# Both against the number of workers.

plt.style.use(plotting.STYLE)
fig, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.4))
few = WORKERS[:8]
left.plot(few, few - 1, "--", color="0.6")
left.text(3.2, 2.75, "all through\none worker", ha="right", color="0.4", fontsize=9)
left.plot(few, ring[:8], "o-", markersize=3, label="ring, by the rule")
left.plot(list(share), list(share.values()), "D", color="C1", label="measured")
left.set_ylim(0, 3.6)
left.set_xticks(few)
left.set_xlabel("workers")
left.set_ylabel("gradients sent by a worker")
left.legend(loc="lower right")
for name in names:
    right.semilogx(WORKERS, 100 * efficiency[name], base=2)
    title, end = published.load(name).title, 100 * efficiency[name][-1]
    right.text(WORKERS[-1] * 1.1, end, title, va="center", fontsize=9)
right.set_xlim(1, WORKERS[-1] * 9)
right.set_ylim(0, 103)
ticks = [1, 4, 16, 64]
right.set_xticks(ticks, [str(tick) for tick in ticks])
right.set_xlabel("workers")
right.set_title("Time spent computing, %")
left.set_title("Sent in a step")
plotting.describe(
    fig,
    "Panel a: how many times its gradient a worker sends in a step, in a ring from 0 for one "
    f"worker towards 2, measured {share[2]:.2f} for two and {share[4]:.2f} for four workers. "
    f"Panel b: a model of the share of time spent computing; with {WORKERS[-1]} workers "
    + ", ".join(f"{100 * efficiency[name][-1]:.0f} % for {name}" for name in names)
    + ".",
)
plt.show()

# %%
# What to notice
# --------------
#
# AlexNet has most of its parameters in dense layers, which use each of them once a picture. A
# convolution uses each at every place. Weights that are shared are cheap to exchange.
