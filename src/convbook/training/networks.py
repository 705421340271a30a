"""Trained networks: each is trained once, seeded and deterministic, and loaded from then on."""

import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt

from convbook import _files, _machine, models
from convbook.data.datasets import fashion_mnist, mnist
from convbook.training import device, distributed, loop, recipes, store
from convbook.training.batches import SPLIT_REVISION, Split, check, split
from convbook.training.board import Board
from convbook.training.distributed import Replicas
from convbook.training.monitor import Monitor
from convbook.training.recipe import Recipe
from convbook.training.store import Checkpoint, Epoch, Progress

LIBRARIES = ("keras", "numpy", "tensorflow", "tensorflow-cpu")


@dataclass(frozen=True, eq=False)
class Trained:
    """A trained network, and how it was trained.

    Attributes
    ----------
    recipe : Recipe
        What it was trained by.
    model : keras.Model
        From pictures (n, 28, 28, 1), float32 from 0 to 1, to logits (n, 10).
    history : list of Epoch
        An entry for each epoch.
    losses : ndarray of shape (steps,), float64
        Mean training loss of each step's batch.
    device, machine : str
        Where its last epoch was trained: ``"CPU"`` or the name of the GPU, followed by
        ``" x 2 workers"`` if there were replicas, and the processor.
    key : str
        What the cache keeps it under: a hash of recipe, pictures, revisions, releases and device.
    found : int
        How many of its epochs had been trained before this call: all of them if it was loaded.
    """

    recipe: Recipe
    model: keras.Model
    history: list[Epoch]
    losses: npt.NDArray[np.float64]
    device: str
    machine: str
    key: str
    found: int

    @property
    def accuracy(self) -> float:
        """Share of the evaluated pictures that the network gets right after its last epoch."""
        return self.history[-1].test_accuracy

    @property
    def seconds(self) -> float:
        """Seconds of training, all epochs together."""
        return sum(epoch.seconds for epoch in self.history)


def load(name: str) -> Trained:
    """Load one of the book's trained networks; train it first if the cache does not have it.

    The name is one in :data:`convbook.training.recipes.BOOK`. Training takes seconds to minutes. It
    is announced, and shown by a bar, on standard error. Errors are those of `train`.
    """
    if name not in recipes.BOOK:
        raise ValueError(f"name: expected one of {', '.join(recipes.BOOK)}, got {name!r}")
    return train(recipes.BOOK[name])


def train(
    recipe: Recipe,
    dataset: Split | None = None,
    *,
    workers: int | None = None,
    devices: int | None = None,
    checkpoint: Path | None = None,
    logs: Path | None = None,
    progress: bool | None = None,
) -> Trained:
    """Return a trained network as `Trained`: train it, or load it if that has been done before.

    Seeds of its own fix the initial weights, the order of the pictures, the dropout and the shifts,
    so Python's, NumPy's and Keras's generators are left alone. TensorFlow's operations are
    deterministic from here on in this process. Two runs on one machine give the same weights, and
    so does a run that was killed and started again: after each epoch the whole state is saved.

    Ctrl-C ends a script with status 130 and a line that says how to go on, and a cell of a notebook
    with a KeyboardInterrupt.

    Parameters
    ----------
    recipe : Recipe
        Network, data order, optimizer, epochs.
    dataset : pair of pairs of ndarray, optional
        ((pictures, labels), (test pictures, test labels)) as :func:`convbook.data.mnist` returns
        it. By default it is the recipe's.
    workers : int, optional
        Train data-parallel in so many processes of this machine, each with a part of every batch;
        :mod:`convbook.training.distributed` says how.
    devices : int, optional
        Train data-parallel on so many devices of one process, instead of `workers`: GPUs if there
        are any, else logical devices of the processor.
    checkpoint : Path, optional
        A file to keep the state in, and to go on from if it is there. Without it, that file lies in
        the cache, and so does the trained network.
    logs : Path, optional
        A folder for TensorBoard: the graph, and loss and accuracy by epoch, those of a network that
        is loaded as well.
    progress : bool, optional
        Whether to say on standard error what is trained, and to show a bar. By default for a
        network that goes into the cache.

    Raises
    ------
    ValueError
        If both `workers` and `devices` are there, the batch cannot be cut into as many equal parts,
        or memory or GPUs are missing for them.
    DivergedError
        If the loss becomes infinite or NaN; the message says at which step.
    WorkerError
        If a worker ends before its work is done: the message says which, by what, and when. The
        others are ended at once.
    CheckpointError
        If `checkpoint` is damaged or of another training. A damaged file in the cache is reported
        and replaced.
    CacheError
        If the cache, `checkpoint` or `logs` cannot be written, or the disk is full. What cannot be
        written at all is found out before the first step; the state after the last epoch that
        could be saved is kept.
    DownloadError, ChecksumError
        If the recipe's data set cannot be had or is not the official one.

    References
    ----------
    The checkpoint holds what D. P. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization",
    ICLR 2015, call the state: the parameters, both moments and the step.
    """
    device.prepare()
    replicas = distributed.replicas_of(recipe, workers, devices)
    if dataset is not None:
        check(dataset)
    key = key_of(recipe, dataset, replicas)
    model = loop.build(recipe)
    board = None if logs is None else Board(logs, model, recipe.evaluated)
    home = _files.cache_folder("networks", f"{recipe.network}-{key[:16]}")
    cached = checkpoint is None
    finished = Checkpoint(home / "trained.npz", key, disposable=True)
    state = Checkpoint(checkpoint or home / "checkpoint.npz", key, disposable=cached)

    def loaded(note: Callable[[str], None]) -> Progress | None:
        return store.find(finished, model.variables, note) if cached else None

    # Files are there whole or not at all, so what is there is read without waiting for anybody.
    done, found = loaded(lambda _: None), recipe.epochs
    if done is None:
        # What is refused here leaves no lock behind.
        pairs = split(recipe, _pictures(recipe) if dataset is None else dataset)
        kept = checkpoint or home
        monitor = Monitor(recipe, kept, board, cached if progress is None else progress)
        try:
            with _files.locked(kept):
                # Another process may have trained it while this one waited.
                done = loaded(lambda error: print(f"{error}; training again.", file=sys.stderr))
                if done is None:
                    if replicas is None:
                        done = loop.fit(recipe, model, pairs, state, monitor.report)
                    else:
                        done = distributed.fit(recipe, model, dataset, replicas, state, monitor)
                    found = monitor.found
                    if cached:
                        store.save(finished.file, key, recipe, done, model.variables)
                        state.file.unlink(missing_ok=True)
        except KeyboardInterrupt:
            interrupted = monitor.interrupted()
            if hasattr(sys, "ps1"):  # A prompt or a notebook goes on.
                raise
            raise interrupted from None
        finally:
            monitor.end_line()
    if board is not None:
        board.update(done)
    return Trained(
        recipe, model, done.history, np.array(done.losses), done.device, done.machine, key, found
    )


def _pictures(recipe: Recipe) -> Split:
    return fashion_mnist() if recipe.dataset == "fashion_mnist" else mnist()


def key_of(recipe: Recipe, dataset: Split | None = None, replicas: Replicas | None = None) -> str:
    """Return what a trained network is kept under, as 64 hexadecimal digits.

    It covers the recipe, the pictures, the revisions of the network and of the training loop, the
    releases of the libraries that compute, the device, and the replicas.

    Examples
    --------
    >>> key_of(Recipe("lenet")) == key_of(Recipe("lenet", seed=1))
    False
    """
    facts: dict[str, object] = {
        "recipe": recipe.as_json(),
        "network": models.revision(recipe.network),
        "training": loop.REVISION,
        "releases": _machine.releases(LIBRARIES),
        "device": _machine.device(),
    }
    if recipe.held_out:
        facts["split"] = SPLIT_REVISION
    if replicas is not None:
        facts["replicas"] = replicas
    total = hashlib.sha256(json.dumps(facts, sort_keys=True).encode())
    for pair in dataset or ():
        for array in pair:
            total.update(f"{array.shape} {array.dtype}\n".encode())
            total.update(np.ascontiguousarray(array).tobytes())
    return total.hexdigest()
