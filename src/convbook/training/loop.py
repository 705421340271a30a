"""Training, seeded and deterministic, once: whoever asks for the same network again loads it."""

from __future__ import annotations

import hashlib
import json
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from convbook import _files, _machine, models
from convbook.data.mnist import mnist
from convbook.training import device, store
from convbook.training.batches import Pair, Split, batches, check, split, steps_per_epoch
from convbook.training.board import Board
from convbook.training.evaluation import evaluate
from convbook.training.recipe import Recipe
from convbook.training.store import CheckpointError, Epoch, Progress

__all__ = ["DivergedError", "Trained", "key_of", "train"]

REVISION = 1
"""Of what a recipe means. Raise it with a change after which a recipe trains to other weights."""

STEPS_PER_CALL = 12  # steps that TensorFlow does before Python is asked again

_LIBRARIES = ("keras", "numpy", "tensorflow", "tensorflow-cpu")


class DivergedError(RuntimeError):
    """A loss that is not a number any more. The last good checkpoint is kept."""


@dataclass(frozen=True, eq=False)
class Trained:
    """A trained network, and how it became so.

    Attributes
    ----------
    recipe : Recipe
        What it was trained by.
    model : keras.Model
        From pictures (n, 28, 28, 1), float32 from 0 to 1, to logits (n, 10).
    history : list of Epoch
        One entry an epoch.
    losses : ndarray of shape (steps,), float64
        Mean training loss of each step's batch.
    device, machine : str
        Where its last epoch was trained: ``"CPU"`` or the name of the GPU, and the processor.
    key : str
        What the cache keeps it under: a hash of recipe, data, code, releases and device.
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


def train(
    recipe: Recipe,
    dataset: Split | None = None,
    *,
    checkpoint: Path | None = None,
    logs: Path | None = None,
    progress: bool = False,
) -> Trained:
    """Train a network, or load it if it has been trained before.

    Seeds of its own fix the initial weights, the order of the pictures, the dropout and the shifts,
    so Python's, NumPy's and Keras's generators are left alone. TensorFlow's operations are
    deterministic from here on in this process. Two runs on one machine give the same weights, and
    so does a run that was killed and started again: after each epoch the whole state is saved.

    Parameters
    ----------
    recipe : Recipe
        Network, data order, optimizer, epochs.
    dataset : pair of pairs of ndarray, optional
        ((pictures, labels), (test pictures, test labels)) as :func:`convbook.data.mnist` returns
        it, which is the default.
    checkpoint : Path, optional
        A file to keep the state in, and to go on from if it is there. Without it, that file lies in
        the cache, and so does the trained network.
    logs : Path, optional
        A folder for TensorBoard: the graph, and loss and accuracy by epoch, those of a network that
        is loaded as well.
    progress : bool, default False
        Whether to show a progress bar.

    Returns
    -------
    Trained
        The network and its history.

    Raises
    ------
    TypeError, ValueError
        If pictures, labels or an option of the network are not what they should be.
    DivergedError
        If the loss becomes infinite or NaN; the message says at which step.
    CheckpointError
        If `checkpoint` is damaged or of another training. A damaged file in the cache is reported
        and made anew.
    CacheError
        If the cache, `checkpoint` or `logs` cannot be written, or the disk is full. What cannot be
        written at all is found out before the first step; the state after the last epoch that
        could be saved is kept.
    DownloadError, ChecksumError
        If MNIST cannot be had or is not the official one.

    References
    ----------
    The checkpoint holds what D. P. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization",
    ICLR 2015, call the state: the parameters, both moments and the step.
    """
    device.prepare()
    if dataset is not None:
        check(dataset)
    key = key_of(recipe, dataset)
    model = _build(recipe)
    board = None if logs is None else Board(logs, model, recipe.evaluated)
    home = _files.cache_folder("networks", f"{recipe.network}-{key[:16]}")
    finished, state = home / "trained.npz", home / "checkpoint.npz"
    if checkpoint is not None:
        home = state = checkpoint
    # Files are there whole or not at all, so what is there is read without waiting for anybody.
    done = None if checkpoint is not None else _loaded(finished, key, model)
    found = recipe.epochs
    if done is None:
        with _files.locked(home):
            if checkpoint is None:  # Another process may have trained it while this one waited.
                done = _loaded(finished, key, model, "training again")
            if done is None:
                pairs = split(recipe, mnist() if dataset is None else dataset)
                ours = checkpoint is None
                done, found = _fit(recipe, model, pairs, state, key, ours, board, progress)
                if ours:
                    store.save(finished, key, recipe, done, model.variables)
                    state.unlink(missing_ok=True)
    if board is not None:
        board.update(done)
    return Trained(
        recipe, model, done.history, np.array(done.losses), done.device, done.machine, key, found
    )


def key_of(recipe: Recipe, dataset: Split | None = None) -> str:
    """Return what a trained network is kept under, as 64 hexadecimal digits.

    It covers the recipe, the pictures, the code of the network and of this package, the releases
    of the libraries that compute, and the device.

    Examples
    --------
    >>> key_of(Recipe("lenet")) == key_of(Recipe("lenet", seed=1))
    False
    """
    facts = {
        "recipe": recipe.as_json(),
        "network": models.revision(recipe.network),
        "training": REVISION,
        "releases": _machine.releases(_LIBRARIES),
        "device": _machine.device(),
    }
    total = hashlib.sha256(json.dumps(facts, sort_keys=True).encode())
    for pair in dataset or ():
        for array in pair:
            total.update(f"{array.shape} {array.dtype}\n".encode())
            total.update(np.ascontiguousarray(array).tobytes())
    return total.hexdigest()


def _build(recipe: Recipe) -> keras.Model:
    """Build the recipe's network in the recipe's precision, and leave the policy as it was."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(recipe.precision)
    try:
        return models.build(recipe.network, **recipe.options, seed=recipe.seed)
    finally:
        keras.config.set_dtype_policy(before)


def _loaded(file: Path, key: str, model: keras.Model, remedy: str | None = None) -> Progress | None:
    """Load a trained network; None if it is not there, or damaged, which is said with a remedy."""
    try:
        return store.load(file, key, model.variables)
    except FileNotFoundError:
        return None
    except CheckpointError as error:
        if remedy is not None:
            print(f"{error}; {remedy}.", file=sys.stderr)
        return None


def _fit(
    recipe: Recipe, model: keras.Model, pairs: Split, state: Path, key: str, ours: bool,
    board: Board | None, progress: bool,
) -> tuple[Progress, int]:  # fmt: skip
    """Train from where the checkpoint `state` is to the last epoch; say how many epochs it had."""
    learn, test = pairs
    steps = steps_per_epoch(recipe, len(learn[0]))
    losses = BatchLoss(steps)
    model.compile(
        optimizer(recipe, steps),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy", losses],
        # Measured: on a CPU XLA takes twice the time. On a GPU it is not deterministic.
        jit_compile=False,
        steps_per_execution=math.gcd(STEPS_PER_CALL, steps),
    )
    model.optimizer.build(model.trainable_variables)
    variables = [*model.variables, *model.optimizer.variables]
    try:
        done = store.load(state, key, variables)
    except FileNotFoundError:
        done = Progress()
    except CheckpointError as error:
        if not ours:
            raise
        print(f"{error}; starting from the first epoch.", file=sys.stderr)
        done = Progress()
    first = len(done.history)
    if first < recipe.epochs:
        done.device, done.machine = _machine.device(), _machine.machine()

        def keep() -> None:
            store.save(state, key, recipe, done, variables)
            if board is not None:
                board.update(done)

        keep()  # What cannot be written is found out now, not after an epoch.
        bar = 1 if sys.stdout.isatty() else 2  # a bar, or a line an epoch
        model.fit(
            batches(recipe, learn, first), epochs=recipe.epochs, initial_epoch=first,
            steps_per_epoch=steps, callbacks=[_Keeper(done, losses, test, keep)],
            verbose=bar if progress else 0, shuffle=False,
        )  # fmt: skip
    return done, first


def optimizer(recipe: Recipe, steps: int) -> keras.optimizers.Optimizer:
    """Return the recipe's optimizer for epochs of so many steps."""
    rate: Any = recipe.learning_rate
    if recipe.schedule == "cosine":
        total = steps * recipe.epochs
        rise = round(total * recipe.warmup)
        rate = keras.optimizers.schedules.CosineDecay(
            0.0 if rise else rate, total - rise, warmup_target=rate if rise else None,
            warmup_steps=rise,
        )  # fmt: skip
    if recipe.optimizer == "sgd":
        return keras.optimizers.SGD(rate, momentum=recipe.momentum, nesterov=True)
    return {"adam": keras.optimizers.Adam, "adagrad": keras.optimizers.Adagrad}[recipe.optimizer](
        rate
    )


class BatchLoss(keras.metrics.Metric):  # type: ignore[misc]
    """The loss of every batch of an epoch. Keras's own numbers are means since the epoch began.

    Parameters
    ----------
    steps : int
        Batches of an epoch.
    """

    def __init__(self, steps: int) -> None:
        super().__init__(name="batch_loss")
        self.step = self.add_variable((), "zeros", dtype="int32", name="step")
        self.losses = self.add_variable((steps,), "zeros", name="losses")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Note the mean cross-entropy of one batch."""
        loss = keras.losses.sparse_categorical_crossentropy(y_true, y_pred, from_logits=True)
        index = keras.ops.reshape(self.step, (1, 1))
        value = keras.ops.reshape(keras.ops.mean(loss), (1,))
        self.losses.assign(keras.ops.scatter_update(self.losses, index, value))
        self.step.assign_add(1)

    def result(self) -> Any:
        """Return the loss of the latest batch."""
        return self.losses[keras.ops.maximum(self.step - 1, 0)]


class _Keeper(keras.callbacks.Callback):  # type: ignore[misc]
    """Evaluates after each epoch, keeps the state, and stops when the loss is lost."""

    def __init__(
        self, progress: Progress, losses: BatchLoss, test: Pair, keep: Callable[[], None]
    ) -> None:
        super().__init__()
        self._progress, self._losses, self._test, self._keep = progress, losses, test, keep

    def on_epoch_begin(self, epoch: int, logs: dict[str, float]) -> None:
        self._started = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        seconds = time.perf_counter() - self._started
        losses = [float(loss) for loss in self._losses.losses.numpy()]
        lost = [step for step, loss in enumerate(losses, 1) if not math.isfinite(loss)]
        if lost:
            raise _diverged(losses[lost[0] - 1], f"at step {lost[0]} of epoch {epoch + 1}", epoch)
        test_loss, test_accuracy = evaluate(self.model, self._test)
        if not math.isfinite(test_loss):  # The last step may have spoilt the weights.
            raise _diverged(test_loss, f"after step {len(losses)} of epoch {epoch + 1}", epoch)
        logs |= {"test_loss": test_loss, "test_accuracy": test_accuracy}
        self._progress.history.append(
            Epoch(logs["loss"], logs["accuracy"], test_loss, test_accuracy, seconds)
        )
        self._progress.losses += losses
        self._keep()


def _diverged(loss: float, where: str, epochs: int) -> DivergedError:
    kept = f"the state after epoch {epochs} is kept" if epochs else "nothing was learned yet"
    return DivergedError(f"the loss is {loss} {where}; {kept}; a smaller learning rate may help")
