"""Builds that are asked to be reproducible leave out what differs from run to run.

Who sets ``SOURCE_DATE_EPOCH`` wants two builds to give the same bytes: no page then tells how long
a script ran, and the build's date is the one that was given.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

VARIABLE = "SOURCE_DATE_EPOCH"
TIMING = "sphx-glr-timing"  # the class of sphinx-gallery's line on a script's run time


def epoch() -> int | None:
    """Return the time that the build is to give as its own, None if it is not told one.

    Raises
    ------
    ValueError
        If the variable is set and holds no time.
    """
    given = os.environ.get(VARIABLE)
    if given is None:
        return None
    try:
        datetime.fromtimestamp(int(given), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ValueError(f"{VARIABLE}: expected seconds since 1970, got {given!r}") from error
    return int(given)


def note_epoch(app: Sphinx, config: Config) -> None:
    """Make the time part of the configuration: Sphinx reads every page again when it changes."""
    config.convbook_epoch = epoch()


def drop_run_time(app: Sphinx, doctree: nodes.document) -> None:
    """Take sphinx-gallery's line on the run time off a script's page, if the build leaves it out.

    It is done on the page, not by sphinx-gallery's ``min_reported_time``, because the gallery's
    files are kept from build to build, of either kind.
    """
    if app.config.convbook_epoch is None:
        return
    for paragraph in list(doctree.findall(nodes.paragraph)):
        if TIMING in paragraph["classes"]:
            paragraph.parent.remove(paragraph)
