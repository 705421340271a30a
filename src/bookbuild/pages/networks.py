"""Networks are trained before the gallery runs: one after another, alone on the machine.

Scripts run in parallel. If they trained, the first to ask would train while others compute, and its
seconds an epoch would say as much about them as about the network. So they only load.
"""

from __future__ import annotations

import subprocess
import sys
import time

from sphinx.application import Sphinx
from sphinx.util import logging

TRAINS = ("convbook.training", "convbook.pretrained")
COMMAND = ("-m", "convbook", "train", "--book")

logger = logging.getLogger(__name__)


def train_networks(app: Sphinx) -> None:
    """Train and fetch the book's networks, if a script that is about to run loads any.

    Raises
    ------
    SystemExit
        If the command that trains them fails; it has said why. What Sphinx prints about its own
        errors, a traceback among it, would hide that.
    """
    ran, _ = app.convbook_run  # type: ignore[attr-defined]
    if not any(ran.values()):
        return
    started = time.perf_counter()
    sys.stdout.flush()  # what the command prints comes after what was printed so far
    status = subprocess.run([sys.executable, *COMMAND], stdin=subprocess.DEVNULL).returncode
    if status:
        words = " ".join(("python", *COMMAND))
        raise SystemExit(f"the networks are not trained: '{words}' ended with {status}")
    ended = time.perf_counter()
    logger.info("the networks are there, after %.0f s", ended - started)
    app.convbook_run = (ran, ended)  # type: ignore[attr-defined]
