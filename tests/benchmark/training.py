"""The book's training against plain Keras, against this machine's peak, and against the clock.

Not a test: ``nox -s benchmark`` prints it. Every ratio is of two measurements of one run, each in a
process of its own with an empty cache; nothing else should run on the machine.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from convbook import _files, data, models, training
from convbook._machine import machine
from convbook.models.tables import layer_table
from convbook.training import recipes

SEEDS = range(3)
ROUNDS = 2
GOALS = {
    "98.18 %": recipes.LECTURE,
    "99.0 %": recipes.NINETY_NINE,
    "99.4 %": recipes.SHORTEST,
}


def peak(precision: str) -> float:
    """Return the multiply-adds a second, counted as two operations, of a large convolution."""
    dtype = "bfloat16" if precision == "mixed_bfloat16" else "float32"
    side, channels, taps = 56, 128, 3
    x = tf.cast(tf.random.stateless_normal((32, side, side, channels), (1, 2)), dtype)
    kernel = tf.cast(tf.random.stateless_normal((taps, taps, channels, channels), (3, 4)), dtype)
    convolve = tf.function(lambda: tf.nn.conv2d(x, kernel, 1, "SAME"))
    operations = 2 * 32 * side**2 * taps**2 * channels**2
    times = []
    for _ in range(12):
        started = time.perf_counter()
        convolve().numpy()
        times.append(time.perf_counter() - started)
    return operations / min(times)


def plain() -> float:
    """Return the seconds of one epoch of CS 20's network, written and fitted as anyone would."""
    (x, y), _ = data.mnist()
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(1024, activation="relu"),
            layers.Dropout(0.25),
            layers.Dense(10),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"])
    images = data.to_float(x)[..., np.newaxis]
    started = time.perf_counter()
    model.fit(images, y, batch_size=128, verbose=0)
    return time.perf_counter() - started


def book(precision: str) -> float:
    """Return the seconds of one epoch of the same network, trained by this book."""
    return training.train(recipes.CS20.but(epochs=1, precision=precision)).seconds


def goal(name: str) -> list[tuple[float, float]]:
    """Return seconds of training and test accuracy of a recipe, seed by seed."""
    found = [training.train(GOALS[name].but(seed=seed)) for seed in SEEDS]
    return [(one.seconds, one.accuracy) for one in found]


def alone(*arguments: str) -> Any:
    """Call a function of this file in a process of its own, with no network in its cache."""
    with tempfile.TemporaryDirectory() as cache:
        Path(cache, "mnist").symlink_to(_files.cache_folder("mnist"))
        done = subprocess.run(
            [sys.executable, __file__, *arguments], check=True, stdout=subprocess.PIPE, text=True,
            stderr=subprocess.DEVNULL,
            env={**os.environ, _files.VARIABLE: cache, "TF_CPP_MIN_LOG_LEVEL": "3"},
        )  # fmt: skip
    return json.loads(done.stdout)


def main() -> None:
    """Measure everything, the two ways in turn, and print it."""
    data.mnist()
    network = models.build(recipes.CS20.network)
    rows = {row.name: row for row in layer_table(network)}
    macs = sum(row.macs for row in rows.values())
    pictures = 60_000 // 128 * 128
    # Backwards, a layer costs as much again for its weights, and for its input unless it is first.
    operations = 2 * (3 * macs - rows["conv1"].macs) * pictures
    precisions = sorted({"float32", training.fastest_precision()})
    seconds: dict[str, list[float]] = {"plain": [], **{one: [] for one in precisions}}
    for _ in range(ROUNDS):
        seconds["plain"].append(alone("plain"))
        for one in precisions:
            seconds[one].append(alone("book", one))
    print(f"{machine()}: an epoch of {recipes.CS20.network}, the best of {ROUNDS}")
    usual = min(seconds["plain"])
    print(f"  Keras fit, float32        {usual:5.1f} s")
    for one in precisions:
        taken, limit = min(seconds[one]), operations / alone("peak", one)
        print(f"  this book, {one:14} {taken:5.1f} s, {usual / taken:.2f} times as fast as fit")
        print(
            f"    at the peak of one convolution {limit:.1f} s, {limit / taken:.2f} of it reached"
        )
    for name in GOALS:
        runs = alone("goal", name)
        times, accuracies = (statistics.median(column) for column in zip(*runs, strict=True))
        each = ", ".join(f"{taken:.1f} s {accuracy:.2%}" for taken, accuracy in runs)
        print(f"  {name}: {times:.1f} s of training to {accuracies:.2%}, medians of {each}")


if __name__ == "__main__":
    if sys.argv[1:]:
        name, *arguments = sys.argv[1:]
        print(
            json.dumps({"peak": peak, "plain": plain, "book": book, "goal": goal}[name](*arguments))
        )
    else:
        main()
