"""A training as TensorBoard shows it: loss and accuracy by epoch, and the graph of the network."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keras
import tensorflow as tf

from convbook import _files
from convbook.training.store import Progress


class Board:
    """Writes a training into a folder for TensorBoard, epoch by epoch, or raises a CacheError.

    The history is all that it needs. So a network from the cache, and the epochs before an
    interruption, are shown as well. The folder gets two: ``train``, which holds the graph too, and
    one that is named after the pictures that are evaluated, ``"test"`` or ``"held-out"``.
    """

    def __init__(self, folder: Path, model: keras.Model, evaluated: str) -> None:
        self._folder = folder
        self._epochs = 0
        with self._writing():
            folder.mkdir(parents=True, exist_ok=True)
            self._train, self._evaluated = (
                tf.summary.create_file_writer(str(folder / name)) for name in ("train", evaluated)
            )
            pictures = tf.TensorSpec(model.input_shape, tf.float32)
            call = tf.function(model).get_concrete_function(pictures, training=False)
            with self._train.as_default(step=0):
                tf.summary.graph(call.graph)

    def update(self, progress: Progress) -> None:
        """Write the epochs of a training that have not been written yet."""
        for epoch in progress.history[self._epochs :]:
            self._epochs += 1
            with self._writing():
                for writer, loss, accuracy in (
                    (self._train, epoch.loss, epoch.accuracy),
                    (self._evaluated, epoch.test_loss, epoch.test_accuracy),
                ):
                    with writer.as_default(step=self._epochs):
                        tf.summary.scalar("loss", loss)
                        tf.summary.scalar("accuracy", accuracy)
                    writer.flush()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise _files.cannot_write(self._folder, error) from error
        except tf.errors.OpError as error:
            # Such as "{{function_node ...}} FILE; No space left on device", and more lines.
            reason = error.message.rpartition("}} ")[2].partition("\n")[0]
            raise _files.CacheError(f"cannot write in {self._folder}: {reason}") from error
