"""Data-parallel training: one network, several replicas of it, and a part of each batch for each.

The replicas are devices of one process (``tf.distribute.MirroredStrategy``; on a processor, logical
devices that it plays) or processes of their own (``tf.distribute.MultiWorkerMirroredStrategy``),
which this module starts on this machine, watches, and ends. Every batch is that of
:func:`convbook.training.train`, in its order, cut into equal parts. Each replica computes the
gradient of its part of the whole batch's mean loss, the sum over all replicas is the gradient of
one device, and every replica takes the same step. So the losses are those of one device but for
rounding, of which kinks as those of ReLU make more in the long run, as they do on one device with
another number of threads. Two layers notice the replicas:

- Batch normalization takes mean and variance of a replica's part alone. The averages that it keeps
  are the mean over the replicas after each step.
- Dropout draws its masks for a part. Every replica has the same seed and counts alike, so that the
  masks of all parts are the same.

The loop is the book's own: ``fit`` of Keras 3 knows no MultiWorkerMirroredStrategy (Keras, issue
20585; it ends with a ValueError at the first batch).
"""

from __future__ import annotations

import hashlib
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
from typing import Any

import keras
import numpy as np

from convbook import _files
from convbook._checks import positive
from convbook.data.mnist import mnist
from convbook.training import loop, store
from convbook.training.batches import Split, check, split, steps_per_epoch
from convbook.training.board import Board
from convbook.training.recipe import Recipe
from convbook.training.store import CheckpointError, Epoch, Progress
from convbook.training.worker import KINDS, Job

__all__ = ["WorkerError", "cluster", "key_of", "train"]

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


def train(
    recipe: Recipe,
    dataset: Split | None = None,
    *,
    workers: int | None = None,
    devices: int | None = None,
    checkpoint: Path | None = None,
    logs: Path | None = None,
    progress: bool = False,
) -> loop.Trained:
    """Train a network data-parallel, or load it if that has been done before.

    The replicas live in processes of their own, which are gone when this returns or raises. After
    each epoch the whole state is saved, so a training that lost a worker goes on when it is called
    again, and ends with the weights of one that lost none.

    Parameters
    ----------
    recipe : Recipe
        As for :func:`convbook.training.train`. The batch size is that of the whole batch.
    dataset : pair of pairs of ndarray, optional
        Training and test pictures; MNIST by default.
    workers : int, optional
        Number of worker processes.
    devices : int, optional
        Number of devices of one process, instead of `workers`: GPUs if there are any, else logical
        devices of the processor.
    checkpoint, logs, progress
        As for :func:`convbook.training.train`.

    Returns
    -------
    Trained
        Its device says how many replicas there were: ``"CPU x 2 workers"``.

    Raises
    ------
    TypeError, ValueError
        If not one of `workers` and `devices` is given, or it is no integer of at least 1, the
        batch cannot be cut into as many equal parts, memory for the workers or GPUs are missing,
        or something else is wrong that :func:`convbook.training.train` refuses.
    WorkerError
        If a worker ends before the work is done: the message says which, by what, and when. The
        others are ended at once.
    DivergedError, CheckpointError, CacheError, DownloadError, ChecksumError
        As :func:`convbook.training.train` raises them.

    References
    ----------
    P. Goyal et al., "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour", 2017, section 3:
    the loss has to be divided by the size of the whole batch.
    """
    kind, replicas = _replicas(recipe, workers, devices)
    if dataset is not None:
        check(dataset)
    key = key_of(recipe, dataset, kind=kind, replicas=replicas)
    model = loop._build(recipe)
    board = None if logs is None else Board(logs, model, recipe.evaluated)
    home = _files.cache_folder("networks", f"{recipe.network}-{key[:16]}")
    finished, state = home / "trained.npz", home / "checkpoint.npz"
    if checkpoint is not None:
        home = state = checkpoint
    ours, found = checkpoint is None, recipe.epochs
    done = loop._loaded(finished, key, model) if ours else None
    if done is None:
        with _files.locked(home):
            if ours:  # Another process may have trained it while this one waited.
                done = loop._loaded(finished, key, model, "training again")
            if done is None:
                (pictures, _), _ = split(recipe, mnist() if dataset is None else dataset)
                with _job(recipe, dataset, kind, replicas, state, key, ours) as job:
                    found = _run(job, replicas if kind == "workers" else 1, board, progress)
                # The state holds the optimizer's variables as well.
                optimizer = loop.optimizer(recipe, steps_per_epoch(recipe, len(pictures)))
                optimizer.build(model.trainable_variables)
                done = store.load(state, key, [*model.variables, *optimizer.variables])
                if ours:
                    store.save(finished, key, recipe, done, model.variables)
                    state.unlink(missing_ok=True)
    if board is not None:
        board.update(done)
    return loop.Trained(
        recipe, model, done.history, np.array(done.losses), done.device, done.machine, key, found
    )


def key_of(recipe: Recipe, dataset: Split | None = None, *, kind: str, replicas: int) -> str:
    """Return what a network trained by so many replicas is kept under, as 64 hexadecimal digits.

    Examples
    --------
    >>> keys = {key_of(Recipe("lenet"), kind=kind, replicas=2) for kind in ("workers", "devices")}
    >>> len(keys)
    2
    """
    alone = loop.key_of(recipe, dataset)
    return hashlib.sha256(f"{alone} {kind} {replicas}".encode()).hexdigest()


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


def _replicas(recipe: Recipe, workers: int | None, devices: int | None) -> tuple[str, int]:
    """Return what the replicas are and how many, or raise an error that names what is wrong."""
    given = {
        kind: count
        for kind, count in zip(KINDS, (workers, devices), strict=True)
        if count is not None
    }
    if len(given) != 1:
        raise ValueError(
            f"expected one of workers and devices, got {' and '.join(given) or 'neither'}"
        )
    [(kind, count)] = given.items()
    replicas = positive(kind, count)
    if recipe.batch_size % replicas:
        raise ValueError(
            f"{kind}: expected a number that divides the batch of {recipe.batch_size} pictures, "
            f"got {replicas}"
        )
    if kind == "workers" and _MEMINFO.is_file():
        rows = dict(line.split(":", 1) for line in _MEMINFO.read_text("ascii").splitlines())
        free = 1024 * int(rows["MemAvailable"].split()[0])
        if replicas * MEMORY > free:
            raise ValueError(
                f"workers: expected at most {free // MEMORY}, since {free / 1e9:.1f} GB of memory "
                f"are free and a worker takes {MEMORY / 1e9:.1f}; got {replicas}"
            )
    return kind, replicas


@contextmanager
def _job(
    recipe: Recipe, dataset: Split | None, kind: str, replicas: int, state: Path, key: str,
    ours: bool,
) -> Iterator[Path]:  # fmt: skip
    """Write what the workers have to know into a file, for as long as they work."""
    with tempfile.TemporaryDirectory(prefix="convbook-") as folder:
        pictures = None
        if dataset is not None:
            pictures = str(Path(folder, "pictures.npz"))
            (x, y), (test_x, test_y) = dataset
            np.savez(pictures, x=x, y=y, test_x=test_x, test_y=test_y)
        job = Job(recipe.as_json(), kind, replicas, str(state.absolute()), key, ours, pictures)
        file = Path(folder, "job.json")
        file.write_text(job.as_json(), encoding="utf-8")
        yield file


def _run(job: Path, processes: int, board: Board | None, progress: bool) -> int:
    """Let the workers do a job, show and note what they report; return how many epochs were there.

    All of them are gone afterwards, come what may.
    """
    epochs = json.loads(json.loads(job.read_text(encoding="utf-8"))["recipe"])["epochs"]
    done, found, bar, names = Progress(), 0, None, ["accuracy", "loss"]
    try:
        with _Workers(job, processes) as workers:
            for report in workers.reports():
                if report["event"] == "note":
                    print(report["message"], file=sys.stderr)
                    continue
                if report["event"] == "steps":
                    if bar is not None:
                        bar.update(report["step"], [(name, report[name]) for name in names])
                    continue
                done.history += [Epoch(*one) for one in report["history"]]
                if report["event"] == "start":
                    found = len(done.history)
                elif board is not None:
                    board.update(done)
                if progress and len(done.history) < epochs:
                    print(f"Epoch {len(done.history) + 1}/{epochs}")
                    verbose = 1 if sys.stdout.isatty() else 2  # a bar, or a line an epoch
                    bar = keras.utils.Progbar(
                        report["steps"], verbose=verbose, stateful_metrics=names
                    )
    except WorkerError as error:
        when, then = "before the first epoch was done", "starts again"
        if done.history:
            when, then = f"after epoch {len(done.history)}", "goes on from there"
        raise WorkerError(
            f"{error} {when}; all processes were ended; the same command {then}"
        ) from None
    return found


class _Workers:
    """The processes of a training, which end with this context.

    A worker's standard input stays open until then: it ends itself when its parent is gone.
    """

    def __init__(self, job: Path, number: int) -> None:
        self._job, self._number = job, number
        self._processes: list[subprocess.Popen[bytes]] = []
        self._threads: list[threading.Thread] = []
        self._reports: queue.SimpleQueue[tuple[int, dict[str, Any] | None]] = queue.SimpleQueue()
        self._stack = ExitStack()

    def __enter__(self) -> _Workers:
        with self._stack as stack:
            stack.callback(self._end)
            several = json.loads(self._job.read_text(encoding="utf-8"))["kind"] == "workers"
            ports = [stack.enter_context(_port()) for _ in range(self._number)] if several else []
            for rank in range(self._number):
                environment = {**os.environ, "TF_CONFIG": cluster(ports, rank)}
                if not several:
                    del environment["TF_CONFIG"]
                environment["TF_GRPC_REUSE_PORT"] = "1"  # the port is held for the worker
                environment["no_grpc_proxy"] = "127.0.0.1"
                log = stack.enter_context(self._log(rank).open("wb"))
                process = subprocess.Popen(
                    [sys.executable, "-m", WORKER, str(self._job)], env=environment,
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                    start_new_session=True,  # Ctrl-C is for the parent
                )  # fmt: skip
                self._processes.append(process)
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
        stdout = self._processes[rank].stdout
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
        known = [one for one in failed.values() if one is not None and one["kind"] in _ERRORS]
        if known:
            return _ERRORS[known[0]["kind"]](known[0]["message"])
        # A process that is missed by TensorFlow said nothing; one that misses it says so.
        rank, report = min(failed.items(), key=lambda item: item[1] is not None)
        name = f"worker {rank + 1} of {self._number}" if self._number > 1 else "the worker"
        if report is not None:
            return WorkerError(f"{name} failed ({report['message']})")
        status = self._processes[rank].wait(LIMIT)
        if status in (-signal.SIGKILL, -signal.SIGTERM):
            return WorkerError(f"{name} was killed by {signal.Signals(-status).name}")
        lines = self._log(rank).read_text(encoding="utf-8", errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")
        return WorkerError(f"{name} ended with status {status} ({last})")

    def _log(self, rank: int) -> Path:
        return self._job.with_name(f"worker-{rank}.log")

    def _end(self) -> None:
        """Kill what still runs: a file is written whole or not at all, so nothing is lost."""
        for process in self._processes:
            process.kill()
        for thread in self._threads:
            thread.join()
        for process in self._processes:
            with process:  # which closes its streams and waits for it
                pass


@contextmanager
def _port() -> Iterator[int]:
    """Hold a free port on this machine: nobody else is given it, and a worker may share it."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as held:
        shared = hasattr(socket, "SO_REUSEPORT")  # not on Windows
        if shared:
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        if not shared:
            held.close()
        yield port
