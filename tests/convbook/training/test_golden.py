"""Every network still trains to the recorded losses, or carries another revision.

Trained networks are cached under `convbook.training.loop.REVISION` and the REVISION of their
network's module. This test is what makes these numbers true: it fails when a training changes and
no revision does. After a deliberate change, raise REVISION in the module that changed and run

    python -m tests.convbook.training.test_golden

which records the values anew, and refuses to where the revision is still the old one.
"""

import json
import sys
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from convbook import _machine, models, training
from convbook.data import mnist
from convbook.training import Recipe, loop
from convbook.training.batches import SPLIT_REVISION, batches, split, steps_per_epoch
from convbook.training.networks import LIBRARIES

GOLDEN = Path(__file__).with_name("golden.json")
COMMAND = "python -m tests.convbook.training.test_golden"
PICTURES, TESTED = 300, 100  # of MNIST

# Of losses, relative. Without oneDNN, with oneDNN held to the instructions of SSE 4.1, AVX2 or
# AVX-512, and with one thread or two, they differed by at most 3.0e-6 in float32 and, where the
# products are rounded to bfloat16, 5.2e-4. The tolerances are 10 and 20 times as large.
FLOAT32, BFLOAT16 = 3e-5, 1e-2
# Of initial weights and pictures, which were equal in every bit.
EXACT = 1e-6

_SMALL = {"widths": [4, 8], "kernels": [5, 3], "pools": [2, 2]}
_SGD = {"optimizer": "sgd", "learning_rate": 0.05}
CASES = {
    "lenet, Adagrad, dropout": Recipe("lenet", optimizer="adagrad", learning_rate=0.1),
    "lenet5, momentum": Recipe("lenet5", **_SGD, momentum=0.8),
    "mnist_convnet, Adam, dropout": Recipe("mnist_convnet"),
    "mnist_convnet, the source's initial weights": Recipe(
        "mnist_convnet", {"initializer": "source"}
    ),
    "strided_convnet, cosine": Recipe("strided_convnet", schedule="cosine"),
    "strided_convnet, pooled": Recipe("strided_convnet", {"head": "pool"}, seed=3),
    "mlp, held out": Recipe("mlp", {"parameters": 40_010}, held_out=60, batch_size=80),
    "small_convnet, warmup, shift": Recipe(
        "small_convnet", _SMALL, **_SGD, schedule="cosine", warmup=0.5, shift=2
    ),
    "small_convnet, mixed_bfloat16": Recipe("small_convnet", _SMALL, precision="mixed_bfloat16"),
    "small_convnet, 2 devices": Recipe("small_convnet", _SMALL),
    "mini_inception, momentum": Recipe("mini_inception", **_SGD, shift=1),
    "small_resnet, flip": Recipe("small_resnet", **_SGD, flip=True),
    "small_resnet, plain": Recipe("small_resnet", {"widths": [8, 16], "shortcuts": False}),
}
CASES = {
    name: recipe.but(epochs=2, batch_size=min(recipe.batch_size, 100))
    for name, recipe in CASES.items()
}


def tolerance(name):
    """Return how far a loss may be from the recorded one, relative to it."""
    return BFLOAT16 if CASES[name].precision == "mixed_bfloat16" else FLOAT32


def revisions(name):
    numbers = {"training": loop.REVISION, "network": models.revision(CASES[name].network)}
    return numbers | ({"split": SPLIT_REVISION} if CASES[name].held_out else {})


@cache
def digits_of_mnist():
    (x, y), (test_x, test_y) = mnist()
    return (x[:PICTURES], y[:PICTURES]), (test_x[:TESTED], test_y[:TESTED])


def measure(name):
    """Return what a case does: losses, and what they follow from, as JSON holds it."""
    recipe, dataset = CASES[name], digits_of_mnist()
    with tempfile.TemporaryDirectory() as folder:
        devices = 2 if "2 devices" in name else None
        trained = training.train(
            recipe, dataset, devices=devices, checkpoint=Path(folder, "state.npz")
        )
    learn, _ = split(recipe, dataset)
    pictures = list(batches(recipe, learn).as_numpy_iterator())
    rule = loop.optimizer(recipe, steps_per_epoch(recipe, len(learn[0])))
    settings = {**rule.get_config(), "type": type(rule).__name__}
    del settings["name"]  # which counts the optimizers of this process
    initial = [np.asarray(variable, np.float64) for variable in loop.build(recipe).variables]
    return {
        "revisions": revisions(name),
        "optimizer": json.loads(json.dumps(settings, default=float)),
        "labels": ["".join(map(str, labels[:20])) for _, labels in pictures],
        "pictures": [digits(batch.mean(dtype=np.float64)) for batch, _ in pictures],
        "initial weights": [
            [digits(value) for value in (array.mean(), array.std(), *array.ravel()[[0, -1]])]
            for array in initial
        ],
        "losses": [digits(loss) for loss in trained.losses],
        "test losses": [digits(epoch.test_loss) for epoch in trained.history],
    }


def digits(value):
    """Return a number as it is recorded, in more digits than float32 has."""
    return float(f"{value:.9g}")


def differences(name, golden, found):
    """Return what differs, in words, each with how many tolerances it is away."""
    said = [
        f"{fact}: {golden[fact]} was recorded, {found[fact]} is found"
        for fact in ("optimizer", "labels")
        if golden[fact] != found[fact]
    ]
    for fact, limit in (
        ("pictures", EXACT), ("initial weights", EXACT), ("losses", tolerance(name)),
        ("test losses", tolerance(name)),
    ):  # fmt: skip
        before, after = np.array(golden[fact]), np.array(found[fact])
        if before.shape != after.shape:
            said.append(f"{fact}: {len(before)} were recorded, {len(after)} are found")
            continue
        # Weights are compared with the standard deviation of their variable, or with 1.
        scale = np.abs(before)
        if fact == "initial weights":
            scale = np.where(before[:, 1:2] > 0, before[:, 1:2], 1.0)
        far = float(np.max(np.abs(after - before) / (limit * scale)))
        if not far <= 1:
            said.append(f"{fact}: {far:.3g} tolerances away")
    return said


def check(name, golden, found):
    """Raise an AssertionError that says which module to go to, and what to do there."""
    if golden is None or golden["revisions"] != found["revisions"]:
        known = "nothing" if golden is None else golden["revisions"]
        raise AssertionError(
            f"{name}: the code is of {found['revisions']}, and {known} is recorded; run {COMMAND}"
        )
    if said := differences(name, golden, found):
        advice = (
            "If that is meant, raise REVISION in convbook.training.loop, or in "
            f"convbook.models.small.{CASES[name].network} if only the network changed, or "
            "SPLIT_REVISION in convbook.training.batches if only what is held out did, "
            f"then run {COMMAND}"
        )
        if recorded()["releases"] != _machine.releases(LIBRARIES):  # and so every key has changed
            advice = f"It was recorded with other releases of the libraries; run {COMMAND}"
        raise AssertionError("\n  ".join([f"{name} trains otherwise. {advice}", *said]))


def recorded():
    return json.loads(GOLDEN.read_text(encoding="utf-8"))


@pytest.mark.skipif(_machine.device() != "CPU", reason="a GPU rounds its products otherwise")
@pytest.mark.parametrize("name", CASES)
def test_a_network_trains_as_recorded_or_has_another_revision(name):
    check(name, recorded()["cases"].get(name), measure(name))


def test_every_network_optimizer_and_schedule_has_a_case():
    assert {recipe.network for recipe in CASES.values()} == set(models.NAMES)
    for field, known in (
        ("optimizer", training.recipe.OPTIMIZERS), ("schedule", training.recipe.SCHEDULES),
        ("precision", training.recipe.PRECISIONS),
    ):  # fmt: skip
        assert {getattr(recipe, field) for recipe in CASES.values()} == set(known)
    assert recorded()["cases"].keys() == CASES.keys()


NAME = "mlp, held out"


@pytest.fixture(scope="module")
def golden():
    return recorded()["cases"][NAME]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"losses": lambda losses: losses * (1 + 2 * FLOAT32)}, "losses: 2 tolerances away"),
        ({"losses": lambda losses: losses[:5]}, "losses: 6 were recorded, 5 are found"),
        ({"losses": lambda losses: losses * np.nan}, "losses: nan tolerances away"),
        ({"pictures": lambda means: means * 255 / 256}, "pictures: 3.91e+03 tolerances away"),
    ],
)  # fmt: skip
def test_other_behaviour_under_the_same_revision_is_refused(change, message, golden):
    found = {**golden, **{fact: f(np.array(golden[fact])) for fact, f in change.items()}}
    with pytest.raises(
        AssertionError, match=r"raise REVISION in convbook\.training\.loop"
    ) as error:
        check(NAME, golden, found)
    assert message in str(error.value)
    assert COMMAND in str(error.value)


def test_another_optimizer_is_refused_and_rounding_is_not(golden):
    other = {**golden, "optimizer": {**golden["optimizer"], "epsilon": 1e-8}}
    with pytest.raises(AssertionError, match=r"optimizer: .* was recorded"):
        check(NAME, golden, other)
    losses = [loss * (1 + FLOAT32 / 2) for loss in golden["losses"]]
    check(NAME, golden, {**golden, "losses": losses})


@pytest.mark.parametrize("before", [None, {"training": 0, "network": 1}])
def test_a_revision_that_is_not_recorded_is_refused(before, golden):
    old = None if before is None else {**golden, "revisions": before}
    with pytest.raises(AssertionError, match=f"is recorded; run {COMMAND}"):
        check(NAME, old, golden)


def main():
    """Record the values, unless some changed under the same revision and the same releases."""
    releases = _machine.releases(LIBRARIES)
    before = recorded() if GOLDEN.is_file() else {"releases": None, "cases": {}}
    cases = {name: measure(name) for name in CASES}
    for name, found in cases.items():
        golden = before["cases"].get(name)
        if golden and before["releases"] == releases and golden["revisions"] == found["revisions"]:
            try:
                check(name, golden, found)
            except AssertionError as error:
                sys.exit(str(error))
            cases[name] = golden  # The same but for rounding.
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(cases[name])}" for name in cases)
    text = f'{{"releases": {json.dumps(releases)}, "cases": {{\n{lines}\n}}}}\n'
    GOLDEN.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
