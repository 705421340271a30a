"""A training that is killed goes on, and ends with the same weights; two at once train once."""

import os
import random
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from convbook.training import loop, train
from tests.conftest import ROOT
from tests.convbook.training.helpers import DROPOUT, SHIFTED, TINY, weights

LONG = DROPOUT.but(epochs=12)
HINT = r"interrupted; run it again to (go on after epoch \d+|start over)"
LIMIT = 600  # seconds: only a machine that has much else to do comes near


class Child:
    """A process that trains, with a cache of its own below its folder."""

    def __init__(self, how, folder, recipe):
        self.folder, self.cache = folder, folder / "cache"
        folder.mkdir(exist_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.convbook.training.child", how, str(folder),
             recipe.as_json()],
            cwd=ROOT, env={**os.environ, "CONVBOOK_CACHE": str(self.cache)},
            stdout=-1, stderr=-1, text=True,
        )  # fmt: skip

    def wait_for(self, pattern, number=1):
        """Wait until so many files of that name are there."""
        end = time.monotonic() + LIMIT
        while len(list(self.folder.glob(pattern))) < number:
            assert self.process.poll() is None, self.process.communicate()
            assert time.monotonic() < end, f"{pattern} does not come"
            time.sleep(0.005)

    def go(self, ready=1):
        """Let it train, and wait for the state before the first epoch."""
        self.wait_for("ready-*", ready)
        (self.folder / "go").touch()
        self.wait_for("cache/networks/*/checkpoint.npz")

    def wait_for_epoch(self):
        """Wait until the checkpoint has been written again."""
        (file,) = self.cache.glob("networks/*/checkpoint.npz")
        before, end = file.stat().st_mtime_ns, time.monotonic() + LIMIT
        while file.stat().st_mtime_ns == before:
            assert time.monotonic() < end, "no epoch ends"
            time.sleep(0.005)

    def end(self):
        """Wait for its end; return what it said on standard output and standard error."""
        return self.process.communicate(timeout=LIMIT)


@pytest.fixture
def start(tmp_path):
    """Start a child; kill it after the test if it still runs."""
    children = []

    def starting(how, recipe):
        children.append(Child(how, tmp_path / "child", recipe))
        return children[-1]

    yield starting
    for child in children:
        child.process.kill()
        child.process.communicate()


@pytest.mark.parametrize(
    ("recipe", "how"),
    [(LONG, "wait"), (SHIFTED, "save")],
    ids=["adam and dropout, at a random moment", "sgd, schedule and shift, while it saves"],
)
def test_a_killed_training_ends_with_the_weights_of_an_uninterrupted_one(
    recipe, how, start, dataset, monkeypatch
):
    child, delay = start(how, recipe), 0.0
    whole = train(recipe, dataset)
    assert whole.found == 0
    if how == "wait":
        child.go()
        delay = random.SystemRandom().uniform(0, 1.5)
        time.sleep(delay)
        child.process.kill()
    child.end()
    assert child.process.returncode == -signal.SIGKILL
    monkeypatch.setenv("CONVBOOK_CACHE", str(child.cache))
    resumed = train(recipe, dataset)
    if how == "save":  # The first file is the state before the first epoch.
        assert resumed.found == 2
    assert resumed.found < recipe.epochs
    assert weights(resumed) == weights(whole), f"killed after {delay} s"
    assert [epoch[:4] for epoch in resumed.history] == [epoch[:4] for epoch in whole.history]
    assert np.array_equal(resumed.losses, whole.losses)
    assert [file.name for file in child.cache.glob("networks/*/*")] == ["trained.npz"]


def test_what_two_processes_ask_for_at_once_is_trained_once(start, dataset, monkeypatch):
    pair = [start("wait", DROPOUT) for _ in range(2)]
    pair[0].go(ready=2)
    said = [child.end() for child in pair]
    assert sorted(out for out, _ in said) == ["0\n", f"{DROPOUT.epochs}\n"]
    assert sum("Another process is working on" in errors for _, errors in said) == 1
    monkeypatch.setenv("CONVBOOK_CACHE", str(pair[0].cache))
    assert train(DROPOUT, dataset).found == DROPOUT.epochs


def test_an_interrupt_ends_the_command_with_the_sentence_that_it_goes_on(start):
    child = start("command", TINY)
    child.go()
    time.sleep(0.5)
    child.process.send_signal(signal.SIGINT)
    out, errors = child.end()
    assert child.process.returncode == 130
    assert out == ""
    assert re.fullmatch(HINT, errors.splitlines()[-1])


def test_an_interrupt_ends_a_script_with_one_line_and_no_traceback(start):
    child = start("script", LONG.but(epochs=500))
    child.go()
    for _ in range(2):  # The first epoch is reported after it is saved, before the second ends.
        child.wait_for_epoch()
    child.process.send_signal(signal.SIGINT)
    out, errors = child.end()
    assert child.process.returncode == 130
    assert out == ""
    assert "Traceback" not in errors
    assert errors.count("training lenet once, 500 epochs; kept in ") == 1
    assert re.fullmatch(HINT, errors.splitlines()[-1])
    assert "after epoch" in errors


def test_an_interrupt_in_a_notebook_is_a_keyboard_interrupt(dataset, monkeypatch, capsys):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(loop, "fit", interrupted)
    monkeypatch.setattr(sys, "ps1", "In : ", raising=False)
    with pytest.raises(KeyboardInterrupt) as caught:
        train(TINY, dataset)
    assert not isinstance(caught.value, SystemExit)
    assert capsys.readouterr().err == "interrupted; run it again to start over\n"
