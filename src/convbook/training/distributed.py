"""Data-parallel training: one network, several replicas of it, and a part of each batch for each.

The replicas are devices of one process (``tf.distribute.MirroredStrategy``; on a processor, logical
devices that it plays) or processes of their own (``tf.distribute.MultiWorkerMirroredStrategy``),
which this module starts on this machine, watches, and ends. Every batch is that of a training on
one device, in its order, cut into equal parts. Each replica computes the gradient of its part of
the whole batch's mean loss, the sum over all replicas is the gradient of one device, and every
replica takes the same step. So the losses are those of one device but for rounding. Kinks such as
that of ReLU enlarge its effect in the long run, as they do on one device with another number of
threads. Two layers notice the replicas:

- Batch normalization takes mean and variance of a replica's part alone. The averages that it keeps
  are the mean over the replicas after each step.
- Dropout draws its masks for a part. Every replica has the same seed and counts alike, so that the
  masks of all parts are the same.

The loop is the book's own, ``convbook.training.loop``: ``fit`` of Keras 3 knows no
MultiWorkerMirroredStrategy (Keras, issue 20585; it ends with a ValueError at the first batch).
The loss has to be divided by the size of the whole batch, as P. Goyal et al., "Accurate, Large
Minibatch SGD: Training ImageNet in 1 Hour", 2017, say in section 3.
"""

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple, Self

import keras
import numpy as np
import tensorflow as tf

from convbook import _files
from convbook._checks import positive
from convbook.training import loop, store
from convbook.training.batches import Split
from convbook.training.monitor import Monitor
from convbook.training.recipe import Recipe
from convbook.training.store import Checkpoint, CheckpointError, Progress
from convbook.training.worker import JOB, KINDS, PICTURES

WORKER = "convbook.training.worker"
MEMORY = 600_000_000  # bytes of a worker: TensorFlow and MNIST, measured
GRACE = 1.0  # seconds without a further failure until the first one is looked for
LIMIT = 10.0  # seconds that a process which closed its output may take to end
_MEMINFO = Path("/proc/meminfo")  # of Linux
_ERRORS = {
    error.__name__: error
    for error in (ValueError, CheckpointError, loop.DivergedError, _files.CacheError)
}


class WorkerError(RuntimeError):
    """A worker that ended before its work was done. The last checkpoint is kept."""


class Replicas(NamedTuple):
    """What the replicas of a network are, ``"workers"`` or ``"devices"``, and how many."""

    kind: str
    number: int


def replicas_of(recipe: Recipe, workers: int | None, devices: int | None) -> Replicas | None:
    """Return the replicas that were asked for, None for the one of a training in this process.

    Raises
    ------
    TypeError, ValueError
        If both are there, or that many are not possible; the message names the argument.
    """
    counts = zip(KINDS, (workers, devices), strict=True)
    wanted = {kind: count for kind, count in counts if count is not None}
    if not wanted:
        return None
    if len(wanted) > 1:
        raise ValueError("expected one of workers and devices, got workers and devices")
    [(kind, count)] = wanted.items()
    number = positive(kind, count)
    if recipe.batch_size % number:
        raise ValueError(
            f"{kind}: expected a number that divides the batch of {recipe.batch_size} pictures, "
            f"got {number}"
        )
    gpus = len(tf.config.list_physical_devices("GPU"))
    if 0 < gpus < number:
        raise ValueError(f"{kind}: expected at most {gpus}, a GPU each, got {number}")
    if kind == "workers" and _MEMINFO.is_file():
        rows = dict(line.split(":", 1) for line in _MEMINFO.read_text("ascii").splitlines())
        free = 1024 * int(rows["MemAvailable"].split()[0])
        if number * MEMORY > free:
            raise ValueError(
                f"workers: expected at most {free // MEMORY}, since {free / 1e9:.1f} GB of memory "
                f"are free and a worker takes {MEMORY / 1e9:.1f}; got {number}"
            )
    return Replicas(kind, number)


def fit(
    recipe: Recipe, model: keras.Model, dataset: Split | None, replicas: Replicas,
    checkpoint: Checkpoint, monitor: Monitor,
) -> Progress:  # fmt: skip
    """Train by replicas in processes of their own, from the checkpoint on, and load the result.

    The processes are gone when this returns or raises. A training that lost a worker goes on when
    it is started again, and ends with the weights of a training that lost none.

    Raises
    ------
    WorkerError, DivergedError, CheckpointError, CacheError
        As :func:`convbook.training.train` does.
    """
    steps = 0
    job = {
        "recipe": recipe.as_json(), "replicas": replicas, "file": str(checkpoint.file.absolute()),
        "key": checkpoint.key, "disposable": checkpoint.disposable,
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="convbook-") as name:
        folder = Path(name)
        (folder / JOB).write_text(json.dumps(job), encoding="utf-8")
        if dataset is not None:
            (x, y), (test_x, test_y) = dataset
            np.savez(folder / PICTURES, x=x, y=y, test_x=test_x, test_y=test_y)
        try:
            with Workers(folder, replicas) as workers:
                for facts in workers.reports():
                    steps = facts.get("steps", steps)
                    monitor.report(**facts)
        except WorkerError as error:
            when, then = "before the first epoch was done", "starts again"
            if monitor.progress.history:
                when = f"after epoch {len(monitor.progress.history)}"
                then = "goes on from there"
            raise WorkerError(
                f"{error} {when}; all processes were ended; the same command {then}"
            ) from None
    rule = loop.optimizer(recipe, steps)  # Its variables are in the checkpoint, too.
    rule.build(model.trainable_variables)
    return store.load(checkpoint.file, checkpoint.key, [*model.variables, *rule.variables])


def cluster(ports: list[int], rank: int) -> str:
    """Return what TF_CONFIG says to the worker of a rank, for workers on this machine.

    Examples
    --------
    >>> cluster([40001, 40002], 1)
    '{"cluster": {"worker": ["127.0.0.1:40001", "127.0.0.1:40002"]}, "task": {"type": "worker", "index": 1}}'
    """  # noqa: E501 - what is printed is one line
    addresses = [f"127.0.0.1:{port}" for port in ports]
    task = {"type": "worker", "index": rank}
    return json.dumps({"cluster": {"worker": addresses}, "task": task})


class Workers:
    """The processes of a training, which end with this context.

    A worker's standard input stays open until then: it ends itself when its parent is gone.
    """

    def __init__(self, folder: Path, replicas: Replicas) -> None:
        self._folder, self._several = folder, replicas.kind == "workers"
        self._number = replicas.number if self._several else 1
        self.processes: list[subprocess.Popen[bytes]] = []
        self._threads: list[threading.Thread] = []
        self._reports: queue.SimpleQueue[tuple[int, dict[str, Any] | None]] = queue.SimpleQueue()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with self._stack as stack:
            stack.callback(self._end)
            ports = [stack.enter_context(_port()) for _ in range(self._number)]
            for rank in range(self._number):
                environment = {**os.environ, "TF_CONFIG": cluster(ports, rank)}
                if not self._several:
                    del environment["TF_CONFIG"]
                environment["TF_GRPC_REUSE_PORT"] = "1"  # the port is held for the worker
                environment["no_grpc_proxy"] = "127.0.0.1"
                log = stack.enter_context(self._log(rank).open("wb"))
                process = subprocess.Popen(
                    [sys.executable, "-m", WORKER, str(self._folder)], env=environment,
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                    start_new_session=True,  # Ctrl-C is for the parent
                )  # fmt: skip
                self.processes.append(process)
                thread = threading.Thread(target=self._listen, args=(rank,), daemon=True)
                self._threads.append(thread)
                thread.start()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def reports(self) -> Iterator[dict[str, Any]]:
        """Yield what the first worker reports, until it is done.

        Raises
        ------
        WorkerError
            If a worker ends before.
        ValueError, CheckpointError, DivergedError, CacheError
            If a worker reports such an error.
        """
        while True:
            rank, report = self._reports.get()
            if report is None or report["event"] == "error":
                raise self._failure(rank, report)
            if rank == 0:
                if report["event"] == "end":
                    return
                yield report

    def _listen(self, rank: int) -> None:
        """Put a worker's reports into the queue, and None when it has ended."""
        stdout = self.processes[rank].stdout
        assert stdout is not None
        for line in stdout:
            self._reports.put((rank, json.loads(line)))
        self._reports.put((rank, None))

    def _failure(self, rank: int, report: dict[str, Any] | None) -> RuntimeError | ValueError:
        """Find out what went wrong first: a worker that misses another one fails as well."""
        failed = {rank: report}
        with suppress(queue.Empty):
            while True:
                rank, report = self._reports.get(timeout=GRACE)
                if report is None or report["event"] == "error":
                    failed.setdefault(rank, report)
        for error in failed.values():
            if error is not None and error["kind"] in _ERRORS:
                return _ERRORS[error["kind"]](error["message"])
        # A process that is missed by TensorFlow said nothing; one that misses it says so.
        rank, report = min(failed.items(), key=lambda item: item[1] is not None)
        name = f"worker {rank + 1} of {self._number}" if self._number > 1 else "the worker"
        if report is not None:
            return WorkerError(f"{name} failed ({report['message']})")
        status = self.processes[rank].wait(LIMIT)
        if status in (-signal.SIGKILL, -signal.SIGTERM):
            return WorkerError(f"{name} was killed by {signal.Signals(-status).name}")
        lines = self._log(rank).read_text(encoding="utf-8", errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")
        return WorkerError(f"{name} ended with status {status} ({last})")

    def _log(self, rank: int) -> Path:
        return self._folder / f"worker-{rank}.log"

    def _end(self) -> None:
        """Kill what still runs: a file is written whole or not at all, so nothing is lost."""
        for process in self.processes:
            process.kill()
        for thread in self._threads:
            thread.join()
        for process in self.processes:
            with process:  # which closes its streams and waits for it
                pass


@contextmanager
def _port() -> Iterator[int]:
    """Hold a free port on this machine: nobody else is given it, and a worker may share it."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]
