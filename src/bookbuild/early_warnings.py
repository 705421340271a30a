"""A strict build stops as soon as it is clear that a warning will fail it, not at its end."""

import logging

from sphinx.application import Sphinx
from sphinx.util.logging import is_suppressed_warning

NAMESPACE = "sphinx"  # of the loggers of Sphinx and its extensions


class _Counter(logging.Handler):
    """Counts the warnings of a build that its configuration does not suppress."""

    def __init__(self, app: Sphinx) -> None:
        super().__init__(logging.WARNING)
        self._app = app
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        kind, subtype = getattr(record, "type", None), getattr(record, "subtype", None)
        suppressed = self._app.config.suppress_warnings
        if kind is None or not is_suppressed_warning(kind, subtype or "", suppressed):
            self.count += 1


def listen(app: Sphinx) -> None:
    """Begin to count. Sphinx takes all handlers away when the next build begins."""
    logging.getLogger(NAMESPACE).addHandler(_Counter(app))


def stop(app: Sphinx) -> None:
    """End a strict build that has warned: before the scripts run, and before the pages are read.

    Sphinx would print a traceback with an error of its own kind.
    """
    handlers = logging.getLogger(NAMESPACE).handlers
    [counter] = [handler for handler in handlers if isinstance(handler, _Counter)]
    if app.config.bookbuild_strict and counter.count:
        raise SystemExit("the warnings above would fail this build at its end; it stops now")
