"""Data-parallel training in real processes: the losses of one device, and no worker left behind."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from convbook import _machine, cli, models
from convbook.training import CheckpointError, DivergedError, Recipe, distributed, networks, train
from tests.conftest import ROOT
from tests.convbook.training.helpers import TINY, patterns, weights

# No layer of it looks beyond one picture or draws at random. The pictures are shifted, and the rate
# follows a schedule.
CONVOLUTIONS = Recipe(
    "strided_convnet", {"head": "pool"}, epochs=3, batch_size=50, optimizer="sgd",
    learning_rate=0.1, schedule="cosine", warmup=0.2, shift=1,
)  # fmt: skip
NORMALIZED = Recipe(
    "small_convnet", {"widths": [4], "kernels": [5], "pools": [2]}, epochs=1, batch_size=50
)
LIMIT = 300  # seconds: only a machine that has much else to do comes near


@pytest.fixture(autouse=True)
def _same_package(monkeypatch):
    """Let the processes find the tests as well."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT / "src"), str(ROOT)]))


class Killer:
    """Stands for TensorBoard's log, which hears of each epoch: it kills a worker after one."""

    processes: list[subprocess.Popen]

    def __init__(self, *_):
        pass

    def update(self, done):
        if len(done.history) == 1 and len(self.processes) == 2:
            self.processes[1].kill()


class Interrupter(Killer):
    """The same: it presses Ctrl-C after the third epoch, while the workers go on."""

    def update(self, done):
        if len(done.history) == 3:
            threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()


@pytest.fixture
def processes(monkeypatch):
    """The processes that were started."""
    started = []

    class Noted(subprocess.Popen):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            if distributed.WORKER in arguments[0]:
                started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Noted)
    return started


def test_workers_follow_one_device_and_go_on_after_one_was_killed(
    dataset, monkeypatch, processes, tmp_path
):
    single = train(CONVOLUTIONS, dataset)
    whole = train(CONVOLUTIONS, dataset, workers=2, checkpoint=tmp_path / "whole")
    assert whole.device == f"{_machine.device()} x 2 workers"
    assert whole.found == 0
    np.testing.assert_allclose(whole.losses, single.losses, rtol=2e-4)
    for same, other in zip(whole.history, single.history, strict=True):
        np.testing.assert_allclose(same[:4], other[:4], rtol=2e-3, atol=0.0101)

    processes.clear()
    monkeypatch.setattr(networks, "Board", Killer)
    Killer.processes = processes
    with pytest.raises(
        distributed.WorkerError, match=r"worker 2 of 2 was killed by SIGKILL after epoch [12]; "
    ):
        train(CONVOLUTIONS, dataset, workers=2, logs=tmp_path)
    assert all(process.poll() is not None for process in processes)
    processes.clear()
    resumed = train(CONVOLUTIONS, dataset, workers=2, logs=tmp_path / "none")
    assert 1 <= resumed.found <= 2
    assert weights(resumed) == weights(whole)
    assert np.array_equal(resumed.losses, whole.losses)
    processes.clear()
    again = train(CONVOLUTIONS, dataset, workers=2)
    assert again.found == 3
    assert weights(again) == weights(whole)
    assert not processes


def test_two_devices_of_one_process_follow_one_device(dataset, processes):
    single = train(CONVOLUTIONS, dataset)
    two = train(CONVOLUTIONS, dataset, devices=2)
    assert len(processes) == 1
    assert two.device == f"{_machine.device()} x 2 devices"
    np.testing.assert_allclose(two.losses, single.losses, rtol=2e-4)
    values = [np.frombuffer(weights(trained), np.float32) for trained in (two, single)]
    np.testing.assert_allclose(*values, atol=1e-3)


def test_batch_normalization_sees_a_part_and_keeps_the_mean_over_the_parts(dataset):
    single = train(NORMALIZED, dataset)
    two = train(NORMALIZED, dataset, devices=2)
    assert (
        np.abs(two.losses[0] - single.losses[0]) > 1e-4
    )  # other statistics from the first step on
    # The mean of the means of two halves is the mean of both; that of their variances is below.
    norm = models.build("small_convnet", **NORMALIZED.options, seed=0).get_layer("norm1")
    names = [variable.name for variable in norm.variables]
    means, variances = (
        [
            np.asarray(trained.model.get_layer("norm1").variables[names.index(name)])
            for trained in (single, two)
        ]
        for name in ("moving_mean", "moving_variance")
    )
    np.testing.assert_allclose(*means, atol=0.05)
    assert (variances[1] != variances[0]).all()


def test_a_port_that_is_taken_is_an_error_and_no_wait_without_end(dataset, monkeypatch):
    @contextmanager
    def taken():
        with socket.socket() as other:
            other.bind(("", 0))
            other.listen()
            yield other.getsockname()[1]

    monkeypatch.setattr(distributed, "_port", taken)
    with pytest.raises(
        distributed.WorkerError,
        match=r"worker [12] of 2 failed \(.* at 127\.0\.0\.1:\d+; is the port in use\?\) before "
        "the first epoch was done; all processes were ended; the same command starts again",
    ):
        train(TINY, dataset, workers=2)


def test_a_worker_whose_parent_is_gone_ends(tmp_path):
    ended = subprocess.run(
        [sys.executable, "-m", distributed.WORKER, str(tmp_path)], check=False,
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=LIMIT,
        env={**os.environ, "TF_CONFIG": distributed.cluster([1, 2], 1)},
    )  # fmt: skip
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1] == "its parent is gone"


@pytest.fixture
def fake(monkeypatch):
    """Let workers that compute nothing do what they are told."""
    monkeypatch.setattr(distributed, "WORKER", "tests.convbook.training.fake_worker")
    monkeypatch.setattr(distributed, "GRACE", 0.6)

    def tell(*words):
        monkeypatch.setenv("FAKE_WORKER", " ".join(words))

    return tell


@pytest.mark.parametrize(
    ("words", "error", "message"),
    [
        (("wait", "kill"), distributed.WorkerError,
         "^worker 2 of 2 was killed by SIGKILL after epoch 3; all processes were ended; the same "
         "command goes on from there$"),
        (("late", "kill"), distributed.WorkerError, "worker 2 of 2 was killed by SIGKILL"),
        (("kill", "late"), distributed.WorkerError, "worker 1 of 2 was killed by SIGKILL"),
        (("wait", "exit"), distributed.WorkerError,
         r"worker 2 of 2 ended with status 3 \(the last line of a traceback\)"),
        (("wait", "OpError"), distributed.WorkerError, r"worker 2 of 2 failed \(OpError it is\)"),
        (("DivergedError", "wait"), DivergedError, "^DivergedError it is$"),
        (("wait", "ValueError"), ValueError, "^ValueError it is$"),
        (("CheckpointError", "kill"), CheckpointError, "^CheckpointError it is$"),
    ],
)  # fmt: skip
def test_what_a_worker_fails_by_is_said_and_all_are_ended(
    words, error, message, fake, dataset, processes
):
    fake(*words)
    with pytest.raises(error, match=message):
        train(TINY, dataset, workers=2)
    assert len([process for process in processes if process.poll() is not None]) == len(processes)


def test_an_interrupt_ends_command_and_workers(fake, monkeypatch, capsys):
    monkeypatch.setattr(networks, "mnist", patterns)
    fake("wait", "wait")
    started = []
    end = distributed.Workers._end

    def noted(workers):
        started.extend(workers.processes)
        end(workers)

    monkeypatch.setattr(distributed.Workers, "_end", noted)
    monkeypatch.setattr(networks, "Board", Interrupter)
    # A shell's background job ignores the signal, and so would this process.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    command = ["train", "mlp", "--batch-size", "50", "--workers", "2", "--logs", "x", "--quiet"]
    try:
        assert cli.main(command) == 130
    finally:
        signal.signal(signal.SIGINT, before)
    assert capsys.readouterr().err == "interrupted; run it again to go on after epoch 3\n"
    assert [process.poll() for process in started] == [-signal.SIGKILL] * 2


def test_a_parent_that_is_killed_takes_its_workers_with_it(tmp_path):
    script = (
        "import sys, pathlib\n"
        "from convbook.training import distributed\n"
        "distributed.WORKER = 'tests.convbook.training.fake_worker'\n"
        "replicas = distributed.Replicas('workers', 2)\n"
        "with distributed.Workers(pathlib.Path(sys.argv[1]), replicas) as workers:\n"
        "    print(*(process.pid for process in workers.processes), flush=True)\n"
        "    list(workers.reports())\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=-1, text=True, cwd=ROOT,
        env={**os.environ, "FAKE_WORKER": "wait wait"},
    ) as parent:  # fmt: skip
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        parent.kill()
    end = time.monotonic() + LIMIT
    while any(Path(f"/proc/{pid}/cmdline").exists() for pid in pids):
        assert time.monotonic() < end, "a worker is left"
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"workers": 2, "devices": 2}, "expected one of workers and devices, got workers and dev"),
        ({"workers": 0}, "workers: expected an integer of at least 1, got 0"),
        ({"devices": -1}, "devices: expected an integer of at least 1, got -1"),
        ({"devices": 3}, "devices: expected a number that divides the batch of 50 pictures, got 3"),
        ({"workers": 2.0}, "workers: expected an integer, got 2.0"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_starts(options, message, dataset, processes):
    with pytest.raises((TypeError, ValueError), match=message):
        train(TINY, dataset, **options)
    assert not processes


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["mlp", "--batch-size", "50", "--workers", "3"], "workers: expected a number that div"),
        (["mlp", "--workers", "0"], "workers: expected an integer of at least 1, got 0"),
        (["mlp", "--workers", "2", "--devices", "2"], "expected one of workers and devices"),
        (["--book", "--workers", "2"], "train: --book takes no --workers"),
    ],
)
def test_a_wrong_command_is_refused_in_one_line(arguments, message, capsys):
    try:
        status = cli.main(["train", *arguments])
    except SystemExit as end:
        status = end.code
    assert status == 2
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1


def test_more_workers_than_memory_are_refused(dataset, monkeypatch, tmp_path, processes):
    (tmp_path / "meminfo").write_text("MemTotal: 99 kB\nMemAvailable: 1500000 kB\n")
    monkeypatch.setattr(distributed, "_MEMINFO", tmp_path / "meminfo")
    with pytest.raises(ValueError, match=r"^workers: expected at most 2, since 1\.5 GB of memory"):
        train(TINY, dataset, workers=5)
    assert not processes


def test_a_port_that_is_held_is_given_to_nobody_else():
    with distributed._port() as port, distributed._port() as other, socket.socket() as third:
        assert port != other
        with pytest.raises(OSError, match="in use"):
            third.bind(("127.0.0.1", port))
