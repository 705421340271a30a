"""Fashion-MNIST where no source gives it: what a build then does without.

All other data come with the package or are needed by most of the book, so that there is no build
without them. Here scripts that need the data do not run, chapters that do are not executed, and
`bookbuild.embed.missing` says so on their pages.
"""

import re
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util import logging

from bookbuild.gallery import catalogue
from bookbuild.state import state_of
from convbook import data

_CALL = re.compile(r"\bdata\.fashion_mnist\(")
_CELL = re.compile(r"^```\{code-cell\}.*?^```", re.MULTILINE | re.DOTALL)

logger = logging.getLogger(__name__)


def needs_garments(file: Path) -> bool:
    """Say whether a script, or a cell of a chapter, loads Fashion-MNIST."""
    text = file.read_text(encoding="utf-8")
    return bool(_CALL.search(text if file.suffix == ".py" else "\n".join(_CELL.findall(text))))


def find_missing(app: Sphinx) -> None:
    """Before scripts are chosen: fetch Fashion-MNIST if need be, or note who does without.

    The chapters noted are not executed. Of the scripts, `runs.choose_scripts` strikes those out
    whose output is there from an earlier build.
    """
    book, missing = Path(app.srcdir), state_of(app.env).missing
    missing.clear()
    scripts = list(filter(needs_garments, catalogue.scripts(book)))
    chapters = list(filter(needs_garments, book.glob("*.md")))
    try:
        if scripts or chapters:
            data.fashion_mnist()
    except data.DownloadError as error:
        logger.info("This build does without Fashion-MNIST: %s", error)
        files = [*(catalogue.target_of(book, script) for script in scripts), *chapters]
        missing |= {file.stem: catalogue.page_of(book, file) for file in files}
        app.config.nb_execution_excludepatterns = [chapter.name for chapter in chapters]
