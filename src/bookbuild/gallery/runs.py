"""Which scripts run: those whose output is missing, unfinished or of another fingerprint.

Before a script runs, its old output is deleted and its fingerprint written; sphinx-gallery notes
by a file of its own (``.py.md5``) that the script passed, and writes its ``.zip`` last. So a build
that was killed keeps what was finished, and runs the rest again.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.util import logging

from bookbuild.gallery.catalogue import (
    EXAMPLES,
    GALLERY,
    chapters,
    fingerprint_file,
    is_finished,
    read_json,
    scripts,
    target_of,
    write_json,
)  # fmt: skip
from bookbuild.gallery.fingerprint import Fingerprints
from bookbuild.state import state_of
from convbook import pretrained

TRAINING = ("convbook.training", "convbook.pretrained")
TRAIN = ("-m", "convbook", "train", "--book")

logger = logging.getLogger(__name__)


def order_topics(app: Sphinx, config: Config) -> None:
    """Let the gallery show its topics in the order of the chapters."""
    order = [f"{EXAMPLES}/{chapter}" for chapter in chapters(Path(app.srcdir))]
    config.sphinx_gallery_conf["subsection_order"] = [*order, "*"]


def choose_scripts(app: Sphinx) -> None:
    """Before the gallery: clear the output of scripts that must run, and train what they load."""
    book, gallery_conf = Path(app.srcdir), app.config.sphinx_gallery_conf
    targets = {target_of(book, script): script for script in scripts(book)}
    names = [target.stem for target in targets]
    for name in {name for name in names if names.count(name) > 1}:
        raise ExtensionError(f"two scripts are named {name}.py; a figure is addressed by its name")
    _clear_orphans(book, set(targets))
    fingerprints = Fingerprints()
    missing = state_of(app.env).missing
    due = _due(targets, fingerprints)
    able = [targets[target] for target in due if target.stem not in missing]
    if any(fingerprints.uses(script, *TRAINING) for script in able):
        _train_networks()
        due = _due(targets, fingerprints)  # the pretrained weights may have come just now
    for target in targets.keys() - due.keys():
        missing.pop(target.stem, None)  # its output is there
    for target, (_, fingerprint) in due.items():
        _delete_output(target)
        tensorflow = fingerprints.uses(targets[target], "tensorflow", "keras")
        content = {"fingerprint": fingerprint, "tensorflow": tensorflow}
        write_json(fingerprint_file(target), content)
    reasons = [f"{target.stem} ({reason})" for target, (reason, _) in due.items()
               if target.stem not in missing]  # fmt: skip
    logger.info("%d of %d scripts run: %s", len(reasons), len(targets), ", ".join(reasons) or "-")
    if missing:
        logger.info("not run, for want of data: %s", ", ".join(sorted(missing)))
        gallery_conf["filename_pattern"] = rf"/(?!({'|'.join(missing)})\.py$)plot_"
    if not reasons:  # Worker processes would be started to find every script cached.
        gallery_conf["parallel"] = False


def _due(targets: Mapping[Path, Path], fingerprints: Fingerprints) -> dict[Path, tuple[str, str]]:
    """Return why each script that is to run does so, and its fingerprint, by its target."""
    weights = [name for name in pretrained.NAMES if pretrained.missing(name) is None]
    due = {}
    for target, script in targets.items():
        try:
            loads_weights = fingerprints.uses(script, "convbook.pretrained")
            fingerprint = fingerprints.of(script, *(weights if loads_weights else ()))
        except SyntaxError as error:
            raise ExtensionError(f"{script} is not Python: {error}") from error
        if reason := _reason_to_run(target, fingerprint):
            due[target] = reason, fingerprint
    return due


def uses_tensorflow(target: Path) -> bool:
    """Say whether a script that is about to run imports TensorFlow, itself or through convbook."""
    return bool(read_json(fingerprint_file(target))["tensorflow"])


def warn_of_unfinished(app: Sphinx) -> None:
    """After the gallery: warn of every script that did not run to its end with a figure."""
    book = Path(app.srcdir)
    for script in scripts(book):
        known = script.stem in state_of(app.env).missing
        if not known and not is_finished(target_of(book, script)):
            logger.warning("%s did not run to its end with a figure: no page can show it", script)


def _reason_to_run(target: Path, fingerprint: str) -> str | None:
    try:
        known = read_json(fingerprint_file(target))["fingerprint"]
    except (OSError, ValueError, KeyError, TypeError):
        return "new"
    if known != fingerprint:
        return "changed"
    return None if is_finished(target) else "unfinished"


def _delete_output(target: Path) -> None:
    """Delete every file that a run of the script has written."""
    images = target.parent / "images"
    for file in (
        *target.parent.glob(f"{target.stem}.*"),
        *images.glob(f"sphx_glr_{target.stem}_[0-9][0-9][0-9].*"),
        *images.glob(f"thumb/sphx_glr_{target.stem}_thumb.*"),
        *images.glob(f"panels/{target.stem}_[0-9]*_thumb.*"),
    ):
        file.unlink()


def _clear_orphans(book: Path, targets: set[Path]) -> None:
    """Delete the output of scripts and of topics that are gone."""
    for fingerprint in (book / GALLERY).glob("*/*.fingerprint.json"):
        target = fingerprint.with_name(fingerprint.name.replace(".fingerprint.json", ".py"))
        if target not in targets:
            _delete_output(target)
    topics = {target.parent for target in targets}
    for index in (book / GALLERY).glob("*/index.rst"):
        if index.parent not in topics:
            shutil.rmtree(index.parent)


def _train_networks() -> None:
    """Train the networks that are not cached, one after another, alone on the machine.

    Scripts run in parallel: a network trained by the first that asks for it would be slowed down by
    the others, and its seconds an epoch would say nothing.
    """
    started = time.perf_counter()
    sys.stdout.flush()  # what the command prints comes after what was printed so far
    status = subprocess.run([sys.executable, *TRAIN], stdin=subprocess.DEVNULL).returncode
    if status:
        words = " ".join(("python", *TRAIN))
        raise SystemExit(f"the networks are not trained: '{words}' ended with {status}")
    logger.info("the networks are there, after %.0f s", time.perf_counter() - started)
