"""Training: seeded, deterministic, resumable, cached.

An argument of another type than its description says raises a TypeError, and a value that the
description does not allow, such as a label above 9 or an unknown attribute, a ValueError.
"""

from convbook.training.device import fastest_precision
from convbook.training.distributed import WorkerError
from convbook.training.evaluation import evaluate, predict, predict_maps, reliability
from convbook.training.loop import DivergedError
from convbook.training.networks import Trained, load, train
from convbook.training.recipe import Recipe
from convbook.training.store import CheckpointError, Epoch

__all__ = [
    "CheckpointError",
    "DivergedError",
    "Epoch",
    "Recipe",
    "Trained",
    "WorkerError",
    "evaluate",
    "fastest_precision",
    "load",
    "predict",
    "predict_maps",
    "reliability",
    "train",
]
