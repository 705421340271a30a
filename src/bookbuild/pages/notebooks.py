"""Chapters whose cells are executed: where the results are cached, and in which order they run."""

import os
import shutil
from pathlib import Path

from jupyter_cache import get_cache
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from bookbuild.gallery.fingerprint import Fingerprints

CACHES = "../build/notebooks"  # from the source folder on

logger = logging.getLogger(__name__)


def choose_cache(app: Sphinx, config: Config) -> None:
    """Cache executed chapters for this state of convbook and its libraries, and for no other.

    jupyter-cache compares cells alone. So each state has a cache of its own; older ones are
    deleted, and so is one that a killed build has left incomplete.
    """
    caches = (Path(app.srcdir) / CACHES).resolve()
    folder = caches / Fingerprints().package()[:16]
    for old in caches.glob("*"):
        if old != folder:
            shutil.rmtree(old)
    if not _is_whole(folder):
        logger.info("the notebook cache is damaged; the chapters run again")
        shutil.rmtree(folder)
    # Sphinx's processes would race to create the database.
    get_cache(folder).list_cache_records()
    config.nb_execution_cache_path = str(folder)


def _is_whole(folder: Path) -> bool:
    """Say whether a cache can be read and every notebook in its database is there."""
    if not folder.exists():
        return True
    try:
        cache = get_cache(folder)
        for record in cache.list_cache_records():
            cache.get_cache_bundle(record.pk)
    except Exception:  # whatever a database or a notebook raises that is damaged
        return False
    return True


def spread_chapters(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Deal the pages out like cards: Sphinx's processes take runs of them as they come.

    In alphabetical order one process would execute all chapters while the others are done.
    """
    hands = 2 * (os.cpu_count() or 1)
    docnames[:] = [name for hand in range(hands) for name in docnames[hand::hands]]
