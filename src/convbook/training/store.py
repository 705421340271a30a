"""Checkpoints: a training's whole state in one file, so that it goes on where it stopped."""

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np

from convbook import _files
from convbook.training.recipe import Recipe

_META = "meta"


class CheckpointError(RuntimeError):
    """A checkpoint that is damaged, or belongs to another training."""


class Epoch(NamedTuple):
    """What one epoch gave.

    Attributes
    ----------
    loss, accuracy : float
        Means over the training pictures as they were learned from, dropout and shifts included.
    test_loss, test_accuracy : float
        After the epoch, on the pictures that are evaluated.
    seconds : float
        Of training; the evaluation is not in it.
    """

    loss: float
    accuracy: float
    test_loss: float
    test_accuracy: float
    seconds: float


@dataclass
class Progress:
    """How far a training has come, the loss of every step, and where it was trained last."""

    history: list[Epoch] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    device: str = ""
    machine: str = ""


@dataclass(frozen=True)
class Checkpoint:
    """Where the state of a training is kept, and the key of that training.

    A damaged file that is disposable counts as none; otherwise it is an error.
    """

    file: Path
    key: str
    disposable: bool


def save(
    file: Path, key: str, recipe: Recipe, progress: Progress, variables: Sequence[keras.Variable]
) -> None:
    """Write a checkpoint, whole or not at all; `load` takes the same key. The recipe is for people.

    The variables are the model's and, for a training that is to go on, its optimizer's.
    """
    meta = {"key": key, "recipe": recipe.as_json(), "progress": asdict(progress)}
    arrays: dict[str, Any] = {
        f"{number:04d}": keras.ops.convert_to_numpy(variable)
        for number, variable in enumerate(variables)
    }
    arrays[_META] = np.frombuffer(json.dumps(meta).encode(), np.uint8)
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    _files.write(file, buffer.getvalue())


def find(
    checkpoint: Checkpoint, variables: Sequence[keras.Variable], note: Callable[[str], None]
) -> Progress | None:
    """Load a checkpoint; None if it is not there, or damaged and disposable, which is noted."""
    try:
        return load(checkpoint.file, checkpoint.key, variables)
    except FileNotFoundError:
        return None
    except CheckpointError as error:
        if not checkpoint.disposable:
            raise
        note(str(error))
        return None


def load(file: Path, key: str, variables: Sequence[keras.Variable]) -> Progress:
    """Read a checkpoint into variables in the order of `save`; return how far it had come.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    CheckpointError
        If the file is damaged, or was saved under another key or for other variables. No variable
        has changed then.
    """
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            # Reading an array checks the sum of its bytes only if its header is right.
            broken = archive.zip.testzip()
            if broken is not None:
                raise ValueError(f"the bytes of {broken} have changed")
            meta = json.loads(archive[_META].tobytes())
            recipe = json.loads(meta["recipe"])
            progress = Progress(**meta["progress"])
            progress.history = [Epoch(*epoch) for epoch in progress.history]
            arrays = [archive[f"{number:04d}"] for number in range(len(archive.files) - 1)]
    except FileNotFoundError:
        raise
    except OSError as error:
        raise CheckpointError(f"{file} cannot be read: {error.strerror or error}") from error
    except Exception as error:  # NumPy and zipfile have a dozen for bytes that they cannot read.
        raise CheckpointError(f"{file} is damaged, or no checkpoint: {error}") from error
    shapes = [tuple(variable.shape) for variable in variables]
    if meta["key"] != key or shapes != [array.shape for array in arrays]:
        raise CheckpointError(
            f"{file} is the checkpoint of another training: {recipe['network']}, "
            f"seed {recipe['seed']}, {recipe['epochs']} epochs, key {meta['key'][:16]}; "
            f"expected key {key[:16]}"
        )
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)
    return progress
