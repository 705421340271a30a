"""The work of the study `data_parallel`: one network, trained by one device and by several."""

import os
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import numpy.typing as npt

from convbook import training
from convbook.data.datasets import mnist
from convbook.training import Recipe, distributed
from convbook.training.batches import Split

PICTURES = 12_800  # of MNIST's training pictures: a hundred batches
RECIPE = Recipe("lenet5", epochs=3, optimizer="sgd", learning_rate=0.05, momentum=0.5)
"""Its activations are smooth and its pooling is a mean: what it computes has no kinks."""
KINKS = RECIPE.but(network="strided_convnet", learning_rate=0.01, momentum=0.9)
NORMALIZED = KINKS.but(
    network="small_convnet", options={"widths": (8, 16), "kernels": (5, 5), "pools": (2, 2)}
)
DROPPED = KINKS.but(network="lenet")
NETWORKS = {"smooth": RECIPE, "ReLU": KINKS, "normalization": NORMALIZED, "dropout": DROPPED}

SMALL_BATCH, LARGE_BATCH = 64, 512
_SMALL = Recipe(
    "small_convnet", epochs=4, batch_size=SMALL_BATCH, optimizer="sgd", learning_rate=0.02,
    schedule="cosine",
)  # fmt: skip
_SCALED = _SMALL.but(
    batch_size=LARGE_BATCH, learning_rate=_SMALL.learning_rate * LARGE_BATCH / SMALL_BATCH
)
RATES = {
    "small": _SMALL,
    "large": _SMALL.but(batch_size=LARGE_BATCH),
    "large, scaled": _SCALED,
    "large, scaled, warmup": _SCALED.but(warmup=0.15),
}

_LOOPBACK = Path("/sys/class/net/lo/statistics/tx_bytes")  # of Linux


@cache
def pictures() -> Split:
    """Return the first pictures of MNIST to learn from, and all of its test pictures."""
    (x, y), test = mnist()
    return (x[:PICTURES], y[:PICTURES]), test


def run(
    recipe: Recipe, *, workers: int | None = None, devices: int | None = None
) -> dict[str, Any]:
    """Train by one device, or by so many workers or devices; return losses, seconds, bytes sent."""
    with tempfile.TemporaryDirectory() as folder:
        state, before = Path(folder, "state.npz"), _sent()
        trained = training.train(
            recipe, pictures(), checkpoint=state, workers=workers, devices=devices
        )
        after = _sent()
    return {
        "losses": _digits(trained.losses),
        "test_accuracy": [epoch.test_accuracy for epoch in trained.history],
        "seconds": [round(epoch.seconds, 3) for epoch in trained.history],
        "parameters": trained.model.count_params(),
        "sent": None if before is None or after is None else after - before,
        "found": trained.found,
    }


def rounded_otherwise(recipe: Recipe) -> dict[str, Any]:
    """Train by one device with TensorFlow's other kernels, which add in another order."""
    with patch.dict(os.environ, TF_ENABLE_ONEDNN_OPTS="0"):
        return run(recipe, devices=1)


def killed(recipe: Recipe, workers: int) -> dict[str, Any]:
    """Train by workers, kill the last one amid the second epoch, and give the command again.

    The losses and epochs found are those of the second training, the message and the last step
    those of the first.
    """
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder, "state.npz")
        with patch.object(distributed, "Workers", _Unlucky):
            try:
                training.train(recipe, pictures(), checkpoint=state, workers=workers)
            except distributed.WorkerError as error:
                message = str(error)
            else:
                raise RuntimeError("the training ended before a worker was killed")
        trained = training.train(recipe, pictures(), checkpoint=state, workers=workers)
    return {
        "losses": _digits(trained.losses),
        "message": message,
        "last_step": _Unlucky.last_step,
        "found": trained.found,
    }


class _Unlucky(distributed.Workers):
    """Workers of which the last is killed in the middle of the second epoch."""

    last_step = 0

    def reports(self) -> Iterator[dict[str, Any]]:
        """Yield the reports; kill once half of the second epoch is reported."""
        epochs = 0
        for report in super().reports():
            epochs += report["event"] == "epoch"
            if report["event"] == "steps" and epochs == 1:
                _Unlucky.last_step = PICTURES // RECIPE.batch_size + report["step"]
                if report["step"] >= PICTURES // RECIPE.batch_size // 2:
                    self.processes[-1].kill()
            yield report


def _digits(losses: npt.NDArray[np.float64]) -> list[float]:
    return [float(f"{loss:.9g}") for loss in losses]  # more than float32 has


def _sent() -> int | None:
    """Return how many bytes this machine has sent to itself, None if it does not say."""
    return int(_LOOPBACK.read_text("ascii")) if _LOOPBACK.is_file() else None
