"""The training loop, the same for one device, several devices, and several processes.

A strategy of ``tf.distribute`` says where the replicas of the network live. On one device there is
one replica, under TensorFlow's default strategy.
"""

from __future__ import annotations  # Sphinx mocks TensorFlow, and a mock makes no union.

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from convbook import _machine, models
from convbook.training import store
from convbook.training.batches import Split, batches, steps_per_epoch
from convbook.training.evaluation import evaluate
from convbook.training.recipe import Recipe
from convbook.training.store import Checkpoint, Epoch, Progress

REVISION = 1
"""The meaning of a recipe. Raise it with a change after which a recipe trains to other weights."""

STEPS_PER_CALL = 12  # steps that TensorFlow computes before Python is asked again


class DivergedError(RuntimeError):
    """A loss that became infinite or NaN. The last checkpoint before it is kept."""


def build(recipe: Recipe) -> keras.Model:
    """Build the recipe's network in the recipe's precision, and leave the policy as it was."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(recipe.precision)
    try:
        return models.build(recipe.network, **recipe.options, seed=recipe.seed)
    finally:
        keras.config.set_dtype_policy(before)


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


@contextmanager
def scope(strategy: tf.distribute.Strategy) -> Iterator[None]:
    """Create the variables of a network or an optimizer for the replicas of a strategy."""
    with strategy.scope(), tf.variable_creator_scope(_aggregated):
        yield


def fit(
    recipe: Recipe,
    model: keras.Model,
    pairs: Split,
    checkpoint: Checkpoint,
    report: Callable[..., None],
    *,
    strategy: tf.distribute.Strategy | None = None,
    device: str | None = None,
    chief: bool = True,
) -> Progress:
    """Train a network, built in the `scope` of the strategy, from the checkpoint to the last epoch.

    The strategy is TensorFlow's default, for one device, unless there is another. One of several
    processes is the chief: it evaluates, writes the checkpoint after each epoch, and reports. A
    report has the name of an event and its facts, which JSON can hold: ``start`` (history, steps)
    when the checkpoint has been read, ``steps`` (step, loss, accuracy) several times an epoch,
    ``epoch`` (history, steps) after each, and ``note`` (message).

    Raises
    ------
    DivergedError, CheckpointError, CacheError
        As :func:`convbook.training.train` does.
    """
    learn, test = pairs
    steps = steps_per_epoch(recipe, len(learn[0]))
    strategy = strategy or tf.distribute.get_strategy()
    with scope(strategy):
        rule = optimizer(recipe, steps)
        rule.build(model.trainable_variables)
    variables = [*model.variables, *rule.variables]
    progress = store.find(
        checkpoint, variables,
        lambda error: report("note", message=f"{error}; starting from the first epoch."),
    ) or Progress()  # fmt: skip
    first = len(progress.history)
    if first < recipe.epochs:
        progress.device, progress.machine = device or _machine.device(), _machine.machine()
        if chief:  # What cannot be written is found out now, not after an epoch.
            store.save(checkpoint.file, checkpoint.key, recipe, progress, variables)
    if chief:
        report("start", history=progress.history, steps=steps)
    if first == recipe.epochs:
        return progress
    per_call = math.gcd(STEPS_PER_CALL, steps)
    iterator = iter(_shares(strategy, batches(recipe, learn, first)))
    call = _steps(strategy, model, rule, recipe.batch_size, per_call, iterator)
    for epoch in range(first, recipe.epochs):
        started = time.perf_counter()
        measured: list[list[float]] = []
        while len(measured) < steps:
            measured += call(iterator).numpy().tolist()
            if chief:
                loss, accuracy = np.mean(measured, axis=0).tolist()
                report("steps", step=len(measured), loss=loss, accuracy=accuracy)
        seconds = time.perf_counter() - started
        losses = [loss for loss, _ in measured]
        for step, value in enumerate(losses, 1):
            if not math.isfinite(value):
                raise _diverged(value, f"at step {step} of epoch {epoch + 1}", epoch)
        if not chief:
            continue
        tested = evaluate(model, test)
        if not math.isfinite(tested[0]):  # The last step may have spoilt the weights.
            raise _diverged(tested[0], f"after step {steps} of epoch {epoch + 1}", epoch)
        loss, accuracy = np.mean(measured, axis=0).tolist()
        progress.history.append(Epoch(loss, accuracy, *tested, seconds))
        progress.losses += losses
        store.save(checkpoint.file, checkpoint.key, recipe, progress, variables)
        report("epoch", history=progress.history[-1:], steps=steps)
    return progress


def _diverged(loss: float, where: str, epochs: int) -> DivergedError:
    kept = f"the state after epoch {epochs} is kept" if epochs else "nothing was learned yet"
    return DivergedError(f"the loss is {loss} {where}; {kept}; a smaller learning rate may help")


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
    """Cut every batch into equal parts, one for each replica, in order, and deal them out."""
    replicas = strategy.num_replicas_in_sync
    if replicas == 1:
        return whole

    def parts(pipeline: tf.distribute.InputContext) -> tf.data.Dataset:
        local = replicas // pipeline.num_input_pipelines
        first = pipeline.input_pipeline_id * local

        def cut(*batch: tf.Tensor) -> tuple[tf.Tensor, ...]:
            return tuple(
                tf.reshape(array, (replicas, array.shape[0] // replicas, *array.shape[1:]))[
                    first : first + local
                ]
                for array in batch
            )

        return whole.map(cut).unbatch().prefetch(2 * local)

    return strategy.distribute_datasets_from_function(parts)


def _steps(
    strategy: tf.distribute.Strategy,
    model: keras.Model,
    rule: keras.optimizers.Optimizer,
    batch_size: int,
    number: int,
    iterator: Any,
) -> Callable[[Any], tf.Tensor]:
    """Return a function of the iterator: it takes some steps and gives (loss, accuracy) of each."""

    def replica(images: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            logits = model(images, training=True)
            losses = keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)
            # A part of the whole batch's mean, so that the sum over the replicas is that mean.
            loss = tf.reduce_sum(losses) / batch_size
        gradients = tape.gradient(loss, model.trainable_variables)
        rule.apply_gradients(zip(gradients, model.trainable_variables, strict=True))  # sums
        right = tf.equal(tf.argmax(logits, axis=1, output_type=labels.dtype), labels)
        share = tf.reduce_sum(tf.cast(right, tf.float32)) / batch_size
        replicas = tf.distribute.get_replica_context()
        return replicas.all_reduce(tf.distribute.ReduceOp.SUM, tf.stack([loss, share]))

    # Measured: on a CPU XLA takes twice the time. On a GPU it is not deterministic.
    @tf.function  # type: ignore[untyped-decorator]
    def steps(iterator: Any) -> tf.Tensor:
        measured = tf.TensorArray(tf.float32, number, element_shape=(2,))
        for step in tf.range(number):
            both = strategy.run(replica, args=next(iterator))
            measured = measured.write(step, strategy.experimental_local_results(both)[0])
        return measured.stack()

    # Traced here and not by its first call: TensorFlow warns of a function that is often traced.
    return steps.get_concrete_function(iterator)  # type: ignore[no-any-return]
