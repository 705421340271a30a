"""What libraries say as they load or work, and nobody can act on: dropped."""

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def silence() -> Iterator[None]:
    """Drop warnings, and what libraries in C++ write to standard error past all settings."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    logger = logging.getLogger("absl")
    level = logger.level
    os.dup2(nowhere, 2)
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
