"""A process of a data-parallel training: ``python -m convbook.training.worker JOB``.

:func:`convbook.training.distributed.train` starts it, once for several devices of one process and
once a worker otherwise, and reads what it says: a line of JSON for each event, on standard output.
Its standard input stays open as long as whoever started it lives.
"""

from __future__ import annotations

import ctypes
import json
import math
import os
import select
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from textwrap import shorten
from typing import Any, NoReturn
from unittest.mock import patch

import keras
import numpy as np
import tensorflow as tf
from tensorflow.python.eager import context  # There is no public way to the heartbeat.

from convbook import _machine
from convbook.data.mnist import mnist
from convbook.training import device, loop, store
from convbook.training.batches import Pair, Split, batches, split, steps_per_epoch
from convbook.training.evaluation import evaluate
from convbook.training.recipe import Recipe
from convbook.training.store import CheckpointError, Epoch, Progress

__all__ = ["KINDS", "Job", "dataset_of", "main", "strategy_for"]

KINDS = ("workers", "devices")

# Seconds of silence after which a worker is given up. TensorFlow's ten pass on a busy machine too.
HEARTBEAT = 60

_PR_SET_PDEATHSIG = 1  # of Linux: a signal for this process when its parent ends


@dataclass(frozen=True)
class Job:
    """What a worker is told, as JSON.

    Attributes
    ----------
    recipe : str
        The recipe, as :meth:`convbook.training.Recipe.as_json` writes it.
    kind : {"workers", "devices"}
        What the replicas are: processes of their own, or devices of this one.
    replicas : int
        How many of them, over all workers.
    state, key : str
        The checkpoint's file, and what it is kept under.
    ours : bool
        Whether the checkpoint is the cache's: a damaged one is made anew.
    pictures : str, optional
        An ``.npz`` file with the pictures; MNIST without it.
    """

    recipe: str
    kind: str
    replicas: int
    state: str
    key: str
    ours: bool
    pictures: str | None = None

    def as_json(self) -> str:
        """Return the job as one line of text."""
        return json.dumps(asdict(self))


def strategy_for(kind: str, replicas: int, rank: int) -> tf.distribute.Strategy:
    """Return the strategy of this worker. Nothing may have been computed in this process yet.

    Raises
    ------
    ValueError
        If there are GPUs, and fewer than replicas.
    """
    gpus = tf.config.list_physical_devices("GPU")
    if gpus and len(gpus) < replicas:
        raise ValueError(f"{kind}: expected at most {len(gpus)}, a GPU each, got {replicas}")
    if kind == "workers":
        if gpus:
            tf.config.set_visible_devices(gpus[rank], "GPU")
        # Together the workers have as many threads as one process would have.
        tf.config.threading.set_intra_op_parallelism_threads(
            max(1, (os.cpu_count() or 1) // replicas)
        )
        running = context.context()
        configure = partial(
            running.configure_coordination_service, heartbeat_timeout_in_ms=1000 * HEARTBEAT
        )
        with patch.object(running, "configure_coordination_service", configure):
            return tf.distribute.MultiWorkerMirroredStrategy()  # reads TF_CONFIG
    if not gpus:  # One processor plays several.
        tf.config.set_logical_device_configuration(
            tf.config.list_physical_devices("CPU")[0],
            [tf.config.LogicalDeviceConfiguration()] * replicas,
        )
    unit = "GPU" if gpus else "CPU"
    return tf.distribute.MirroredStrategy([f"{unit}:{number}" for number in range(replicas)])


def _aggregated(create: Callable[..., Any], **options: Any) -> Any:
    """Say of a variable that a layer changes how the replicas agree on its value.

    Keras 3 does not say it of the averages of batch normalization. Each replica would keep its own
    then, and the checkpoint those of the first alone.
    """
    if options.get("aggregation") in (None, tf.VariableAggregation.NONE):
        dtype = tf.as_dtype(options.get("dtype") or tf.float32)
        options["aggregation"] = (
            tf.VariableAggregation.MEAN
            if dtype.is_floating
            else tf.VariableAggregation.ONLY_FIRST_REPLICA
        )
    return create(**options)


def _shares(strategy: tf.distribute.Strategy, whole: tf.data.Dataset) -> Any:
    """Cut every batch into equal parts, one a replica, in order, and deal them out."""
    replicas = strategy.num_replicas_in_sync

    def parts(pipeline: tf.distribute.InputContext) -> tf.data.Dataset:
        mine = replicas // pipeline.num_input_pipelines
        first = pipeline.input_pipeline_id * mine

        def cut(*batch: tf.Tensor) -> tuple[tf.Tensor, ...]:
            return tuple(
                tf.reshape(one, (replicas, one.shape[0] // replicas, *one.shape[1:]))[
                    first : first + mine
                ]
                for one in batch
            )

        return whole.map(cut).unbatch().prefetch(2 * mine)

    return strategy.distribute_datasets_from_function(parts)


def _steps(
    strategy: tf.distribute.Strategy,
    model: keras.Model,
    optimizer: keras.optimizers.Optimizer,
    batch_size: int,
    number: int,
) -> Callable[[Any], tf.Tensor]:
    """Return a function that does some steps and gives (loss, accuracy) of each, float32."""

    def replica(images: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            logits = model(images, training=True)
            losses = keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)
            # A part of the whole batch's mean, so that the sum over the replicas is that mean.
            loss = tf.reduce_sum(losses) / batch_size
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))  # sums
        right = tf.equal(tf.argmax(logits, axis=1, output_type=labels.dtype), labels)
        share = tf.reduce_sum(tf.cast(right, tf.float32)) / batch_size
        replicas = tf.distribute.get_replica_context()
        return replicas.all_reduce(tf.distribute.ReduceOp.SUM, tf.stack([loss, share]))

    @tf.function  # type: ignore[untyped-decorator]
    def steps(iterator: Any) -> tf.Tensor:
        measured = tf.TensorArray(tf.float32, number, element_shape=(2,))
        for step in tf.range(number):
            both = strategy.run(replica, args=next(iterator))
            measured = measured.write(step, strategy.experimental_local_results(both)[0])
        return measured.stack()

    return steps  # type: ignore[no-any-return]


def work(job: Job, rank: int, say: Callable[..., None]) -> None:
    """Train what the job says, from its checkpoint on; the worker of rank 0 keeps and reports.

    Raises
    ------
    ValueError
        If there are fewer GPUs than replicas.
    DivergedError, CheckpointError, CacheError, DownloadError
        As :func:`convbook.training.train` does.
    """
    device.prepare()
    strategy = strategy_for(job.kind, job.replicas, rank)
    recipe = Recipe(**json.loads(job.recipe))
    learn, test = split(recipe, dataset_of(job))
    steps = steps_per_epoch(recipe, len(learn[0]))
    with strategy.scope(), tf.variable_creator_scope(_aggregated):
        model = loop._build(recipe)
        optimizer = loop.optimizer(recipe, steps)
        optimizer.build(model.trainable_variables)
    variables = [*model.variables, *optimizer.variables]
    done = _progress(job, variables, say)
    first = len(done.history)
    done.machine = _machine.machine()
    done.device = f"{_machine.device()} x {job.replicas} {job.kind}"
    if rank == 0:
        store.save(Path(job.state), job.key, recipe, done, variables)
        say("start", history=done.history, steps=steps)
    a_call = math.gcd(loop.STEPS_PER_CALL, steps)
    call = _steps(strategy, model, optimizer, recipe.batch_size, a_call)
    iterator = iter(_shares(strategy, batches(recipe, learn, first)))
    for epoch in range(first, recipe.epochs):
        started = time.perf_counter()
        measured: list[list[float]] = []
        for _ in range(steps // a_call):
            measured += call(iterator).numpy().tolist()
            if rank == 0:
                loss, accuracy = np.mean(measured, axis=0)
                say("steps", step=len(measured), loss=loss, accuracy=accuracy)
        seconds = time.perf_counter() - started
        losses = [loss for loss, _ in measured]
        lost = [step for step, loss in enumerate(losses, 1) if not math.isfinite(loss)]
        if lost:
            where = f"at step {lost[0]} of epoch {epoch + 1}"
            raise loop._diverged(losses[lost[0] - 1], where, epoch)
        if rank:
            continue
        tested = evaluate(model, test)
        if not math.isfinite(tested[0]):
            raise loop._diverged(tested[0], f"after step {steps} of epoch {epoch + 1}", epoch)
        learned = np.mean(measured, axis=0)
        done.history.append(Epoch(float(learned[0]), float(learned[1]), *tested, seconds))
        done.losses += losses
        store.save(Path(job.state), job.key, recipe, done, variables)
        say("epoch", history=done.history[-1:], steps=steps)


def _progress(job: Job, variables: list[keras.Variable], say: Callable[..., None]) -> Progress:
    """Load the checkpoint if there is one; a damaged one of the cache is as good as none."""
    try:
        return store.load(Path(job.state), job.key, variables)
    except FileNotFoundError:
        return Progress()
    except CheckpointError as error:
        if not job.ours:
            raise
        say("note", message=f"{error}; starting from the first epoch.")
        return Progress()


def dataset_of(job: Job) -> Split:
    """Return the pictures of a job: those of its file, or MNIST."""
    if job.pictures is None:
        return mnist()
    with np.load(job.pictures) as arrays:
        pairs: list[Pair] = [(arrays["x"], arrays["y"]), (arrays["test_x"], arrays["test_y"])]
    return pairs[0], pairs[1]


def main(arguments: list[str]) -> NoReturn:
    """Do the job in the file that is named, and say in JSON how it goes."""
    _end_with_parent()
    # Whatever else is printed, by libraries too, goes to standard error.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(event: str, **facts: Any) -> None:
        print(json.dumps({"event": event, **facts}), file=out, flush=True)

    job = Job(**json.loads(Path(arguments[0]).read_text(encoding="utf-8")))
    cluster = json.loads(os.environ.get("TF_CONFIG", "{}"))
    rank = int(cluster["task"]["index"]) if cluster else 0
    try:
        work(job, rank, say)
        say("end")
        threading.Event().wait()  # A worker that left now would be missed by the others.
    except tf.errors.OpError as error:
        traceback.print_exc()
        message = _reason(error)
        if "gRPC server" in message:
            message += f" at {cluster['cluster']['worker'][rank]}; is the port in use?"
        say("error", kind="OpError", message=message)
    except (RuntimeError, ValueError) as error:
        say("error", kind=type(error).__name__, message=str(error))
    except Exception:  # An error of this program; its last line is reported.
        traceback.print_exc()
    finally:
        os._exit(1)  # Leaving a cluster properly takes the consent of the others.


def _reason(error: tf.errors.OpError) -> str:
    """Return what TensorFlow's message says happened, without where in the graph it noticed."""
    lines = [line.strip() for line in error.message.splitlines()]
    told = [line for line in lines if line and not line.startswith(("[[", "The error could be"))]
    start = next((n for n, line in enumerate(told) if line.startswith("Collective ops")), -1)
    return shorten(" ".join(told[start:]), 200)


def _end_with_parent() -> None:
    """End this process when the one that started it, which holds standard input open, is gone."""
    if sys.platform == "linux":
        # While a cluster forms, TensorFlow lets no other thread of Python run: the system has to.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if select.select([sys.stdin], [], [], 0)[0]:
        sys.exit("its parent is gone")

    def watch() -> None:
        os.read(0, 1)  # Nothing is ever written there.
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    main(sys.argv[1:])
