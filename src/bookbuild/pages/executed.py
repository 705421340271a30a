"""Executed chapters: kept by jupyter-cache, and only served as they were put in."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

from jupyter_cache.base import CacheBundleIn
from jupyter_cache.cache.db import NbCacheRecord
from jupyter_cache.cache.main import JupyterCacheBase
from myst_nb.core.execute import cache as client
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

from convbook import _files
from bookbuild.gallery.fingerprint import Fingerprints

NOTEBOOKS = "../build/notebooks"  # from the source folder on

logger = logging.getLogger(__name__)


class SealedCache(JupyterCacheBase):  # type: ignore[misc]
    """A cache of executed notebooks that takes a damaged one for none.

    jupyter-cache notes a notebook in its database before it writes the file. After a kill between
    the two, every later build would fail, and the outputs in a damaged file would be published. So
    a file is served if its hash lies beside it, which is written last.
    """

    def cache_notebook_bundle(self, bundle: CacheBundleIn, *options: Any, **named: Any) -> Any:
        """Keep an executed notebook, and then its hash."""
        _, key = self.create_hashed_notebook(bundle.nb)
        shutil.rmtree(self._get_notebook_path_cache(key).parent, ignore_errors=True)
        record = super().cache_notebook_bundle(bundle, *options, **named)
        file = self._get_notebook_path_cache(key)
        _files.write(_seal(file), _hash(file))
        return record

    def match_cache_notebook(self, nb: NotebookNode) -> NbCacheRecord:
        """Find an executed notebook by its cells.

        Raises
        ------
        KeyError
            If there is none, or its file is not as it was: the cells are executed again then.
        """
        record = super().match_cache_notebook(nb)
        file = self._get_notebook_path_cache(record.hashkey)
        try:
            whole = _seal(file).read_bytes() == _hash(file)
        except OSError:
            whole = False
        if not whole:
            logger.info("%s is damaged; its chapter runs again", file)
            raise KeyError(record.hashkey)
        return record


def open_notebook_cache(app: Sphinx, config: Config) -> None:
    """Use a notebook cache that belongs to this state of the package, and drop older ones.

    It happens this early because the cache's place is part of the configuration: Sphinx reads every
    page again when it has changed, and none when it has not.
    """
    client.get_cache = SealedCache
    prints = Fingerprints(always=["sphinxext.scraper"])
    app.convbook_fingerprints = prints  # type: ignore[attr-defined]
    caches = (Path(app.srcdir) / NOTEBOOKS).resolve()
    cache = caches / prints.whole()[:16]
    for old in caches.glob("*"):
        if old != cache:
            shutil.rmtree(old)
    try:
        # Sphinx's processes would race to create the database of the cache.
        SealedCache(cache).list_cache_records()
    except Exception as error:  # whatever a damaged database raises
        logger.info("the notebook cache is damaged (%s); the chapters run again", error)
        shutil.rmtree(cache)
        SealedCache(cache).list_cache_records()
    config.nb_execution_cache_path = str(cache)


def _hash(file: Path) -> bytes:
    return hashlib.sha256(file.read_bytes()).hexdigest().encode()


def _seal(file: Path) -> Path:
    return file.with_name("sha256")
