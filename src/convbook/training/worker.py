"""A process of a data-parallel training: ``python -m convbook.training.worker FOLDER``.

:func:`convbook.training.distributed.fit` starts it, once for several devices of one process and
once for each worker otherwise, and reads what it reports: a line of JSON for each event, on its
standard output. Its standard input stays open as long as whoever started it lives.
"""

import ctypes
import json
import os
import select
import signal
import sys
import threading
import traceback
from pathlib import Path
from textwrap import shorten
from typing import Any, NoReturn

import numpy as np
import tensorflow as tf

from convbook import _machine
from convbook.data.datasets import fashion_mnist, mnist
from convbook.training import device, loop
from convbook.training.batches import Split, split
from convbook.training.recipe import Recipe
from convbook.training.store import Checkpoint

KINDS = ("workers", "devices")
JOB, PICTURES = "job.json", "pictures.npz"  # in the folder; without pictures, the recipe's

_PR_SET_PDEATHSIG = 1  # of Linux: a signal for this process when its parent ends


def strategy_for(kind: str, replicas: int, rank: int) -> tf.distribute.Strategy:
    """Return the strategy of this worker. Nothing may have been computed in this process yet."""
    gpus = tf.config.list_physical_devices("GPU")
    if kind == "workers":
        if gpus:
            tf.config.set_visible_devices(gpus[rank], "GPU")
        # Together the workers have as many threads as one process would have.
        tf.config.threading.set_intra_op_parallelism_threads(
            max(1, (os.cpu_count() or 1) // replicas)
        )
        return tf.distribute.MultiWorkerMirroredStrategy()  # reads TF_CONFIG
    if not gpus:  # One processor plays several.
        tf.config.set_logical_device_configuration(
            tf.config.list_physical_devices("CPU")[0],
            [tf.config.LogicalDeviceConfiguration()] * replicas,
        )
    unit = "GPU" if gpus else "CPU"
    return tf.distribute.MirroredStrategy([f"{unit}:{number}" for number in range(replicas)])


def main(arguments: list[str]) -> NoReturn:
    """Do the job in the folder that is named, and report in JSON how it goes."""
    _end_with_parent()
    # Whatever else is printed, by libraries too, goes to standard error.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def report(event: str, **facts: Any) -> None:
        print(json.dumps({"event": event, **facts}), file=out, flush=True)

    folder = Path(arguments[0])
    job = json.loads((folder / JOB).read_text(encoding="utf-8"))
    kind, replicas = job["replicas"]
    cluster = json.loads(os.environ.get("TF_CONFIG", "{}"))
    rank = int(cluster["task"]["index"]) if cluster else 0
    try:
        device.prepare()
        strategy = strategy_for(kind, replicas, rank)
        recipe = Recipe(**json.loads(job["recipe"]))
        pairs = split(recipe, _dataset(recipe, folder / PICTURES))
        with loop.scope(strategy):
            model = loop.build(recipe)
        checkpoint = Checkpoint(Path(job["file"]), job["key"], job["disposable"])
        loop.fit(
            recipe, model, pairs, checkpoint, report, strategy=strategy,
            device=f"{_machine.device()} x {replicas} {kind}", chief=rank == 0,
        )  # fmt: skip
        report("end")
        threading.Event().wait()  # A worker that left now would be missed by the others.
    except tf.errors.OpError as error:
        traceback.print_exc()
        message = _reason(error)
        if "gRPC server" in message:
            message += f" at {cluster['cluster']['worker'][rank]}; is the port in use?"
        report("error", kind="OpError", message=message)
    except (RuntimeError, ValueError) as error:
        report("error", kind=type(error).__name__, message=str(error))
    except Exception:  # An error of this program; its last line is reported.
        traceback.print_exc()
    finally:
        os._exit(1)  # Leaving a cluster properly takes the consent of the others.


def _dataset(recipe: Recipe, file: Path) -> Split:
    """Return the pictures of a file; those that the recipe names if it is not there."""
    if not file.exists():
        return fashion_mnist() if recipe.dataset == "fashion_mnist" else mnist()
    with np.load(file) as arrays:
        return (arrays["x"], arrays["y"]), (arrays["test_x"], arrays["test_y"])


def _reason(error: tf.errors.OpError) -> str:
    """Return what TensorFlow's message says happened, without where in the graph it noticed."""
    lines = [line.strip() for line in error.message.splitlines()]
    said = [line for line in lines if line and not line.startswith(("[[", "The error could be"))]
    start = next((n for n, line in enumerate(said) if line.startswith("Collective ops")), -1)
    return shorten(" ".join(said[start:]), 200)


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
