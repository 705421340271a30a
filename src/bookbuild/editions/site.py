"""Build the site aside, then swap it into place: ``python -m bookbuild.editions.site``."""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from filelock import FileLock, Timeout
from sphinx.cmd.build import build_main

from bookbuild.gallery import catalogue
from bookbuild.pages import reproducible

LOCK = ".build.lock"
PUBLISHED = "published"  # in Sphinx's memory of the pages: the hash of what was published with it
CONFIGURATION = ".buildinfo"  # Sphinx's hash of its configuration, folders of this machine among it
ROOM = 1 << 20  # bytes: on a disk with less, no build ends


def build(
    root: Path, site: Path, jobs: str = "auto", *, accept: bool = False, waits: float = 3600.0
) -> int:
    """Build the book into a folder beside the published one and, if all is well, replace that.

    Parameters
    ----------
    root : Path
        The checkout: ``book``, ``conf``, ``examples``.
    site : Path
        The folder to publish. It holds the last good site at every moment but the instant of the
        swap; what a kill in that instant leaves, the next build puts right.
    jobs : str
        Processes of Sphinx: a number or ``auto``.
    accept : bool
        Take every recorded number that has left its tolerance, or has no reference value, as the
        new reference.
    waits : float
        How long to wait for another build of the same checkout, in seconds.

    Returns
    -------
    int
        The exit status: zero only if the new site is in place.
    """
    aside, old = site.with_name(f".{site.name}.new"), site.with_name(f".{site.name}.old")
    doctrees = doctrees_of(site)
    places = (root / "book" / catalogue.GALLERY, site.parent, Path(tempfile.gettempdir()))
    try:
        if problem := _cannot_write(*places):
            return fail(problem)
        with lock(site.parent / LOCK, waits):
            _recover(site, old)
            shutil.rmtree(aside, ignore_errors=True)
            if _is_as_published(site, doctrees):  # where nothing changes, nothing is written again
                shutil.copytree(site, aside)
                shutil.copy2(doctrees / CONFIGURATION, aside)
            else:
                shutil.rmtree(doctrees, ignore_errors=True)
            (doctrees / PUBLISHED).unlink(missing_ok=True)
            status = run_sphinx(root, aside, doctrees, jobs, f"convbook_accept={accept:d}")
            if status:
                kept = f"; {site} is as it was" if site.exists() else ""
                problem = _cannot_write(*places) or "see the messages above"
                return fail(f"the book does not build: {problem}{kept}", status)
            (aside / CONFIGURATION).replace(doctrees / CONFIGURATION)
            _swap(aside, site, old)
            (doctrees / PUBLISHED).write_text(_digest(site, doctrees), encoding="ascii")
    except Timeout:
        return fail(f"another build of {root} has run for {waits:.0f} s; try again when it ends")
    except shutil.Error as errors:  # of copytree, which goes on after the first one
        _, file, reason = errors.args[0][0]
        return fail(f"cannot write {file}: {reason}")
    except OSError as error:
        return fail(f"cannot write {error.filename or site}: {error.strerror or error}")
    print(f"The book is in {site}: open {site / 'index.html'}")
    return 0


def lock(path: Path, waits: float = 3600.0) -> FileLock:
    """Return the lock that builds of one checkout take, after saying so if one has to wait."""
    taken = FileLock(path, timeout=waits)
    try:
        taken.acquire(timeout=0)
        taken.release()
    except Timeout:
        print("Another build of this checkout is running; waiting for it.", file=sys.stderr)
    return taken


def run_sphinx(
    root: Path, output: Path, doctrees: Path, jobs: str, *settings: str, builder: str = "html"
) -> int:
    """Run Sphinx so that a warning fails it; return its exit status."""
    arguments = ["-b", builder, "-c", str(root / "conf"), "-d", str(doctrees), "-j", jobs,
                 "--fail-on-warning", "--nitpicky", *(f"-D{one}" for one in settings),
                 str(root / "book"), str(output)]  # fmt: skip
    started = time.monotonic()
    try:
        status = build_main(arguments)
    except SystemExit as stop:
        if not isinstance(stop.code, str):
            raise
        status = fail(stop.code)
    print(f"Sphinx took {time.monotonic() - started:.0f} s.")
    return status


def doctrees_of(site: Path) -> Path:
    """Return the folder in which Sphinx keeps what it has read for a site."""
    return site.with_name(f".{site.name}.doctrees")


def _is_as_published(site: Path, doctrees: Path) -> bool:
    """Say whether the site and Sphinx's memory of it are what the last good build left.

    They are not after a build that failed or was killed: of what Sphinx has read already, it would
    not repeat the warnings. Nor are they if a file has been damaged or edited, or the build was of
    an edition that published its configuration.
    """
    if not (doctrees / CONFIGURATION).is_file():
        return False
    try:
        return (doctrees / PUBLISHED).read_text(encoding="ascii") == _digest(site, doctrees)
    except (FileNotFoundError, UnicodeDecodeError):
        return False


def _digest(*folders: Path) -> str:
    """Return one hash of all files in some folders, `PUBLISHED` aside."""
    total = hashlib.sha256()
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and file.name != PUBLISHED:
                content = hashlib.sha256(file.read_bytes()).hexdigest()
                total.update(f"{file.relative_to(folder).as_posix()} {content}\n".encode())
    return total.hexdigest()


def _cannot_write(*folders: Path) -> str | None:
    """Say why a file of some size cannot be written into one of some folders; None if it can."""
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder) as trial:  # that no kill leaves behind
                trial.write(bytes(ROOM))
        except OSError as error:
            return f"cannot write in {folder}: {error.strerror or error}"
    return None


def _swap(aside: Path, site: Path, old: Path) -> None:
    if site.exists():
        site.rename(old)
    aside.rename(site)
    shutil.rmtree(old, ignore_errors=True)


def _recover(site: Path, old: Path) -> None:
    """Finish or undo a swap in which the process was killed."""
    if old.exists():
        if site.exists():
            shutil.rmtree(old)
        else:
            old.rename(site)


def _gpus() -> int:
    """Return the number of GPUs that TensorFlow finds, asked in a process of its own."""
    question = "import tensorflow as tf; print(len(tf.config.list_physical_devices('GPU')))"
    asked = subprocess.run([sys.executable, "-c", question], capture_output=True, text=True)
    return int(asked.stdout) if asked.returncode == 0 else 0


def fail(message: str, status: int = 1) -> int:
    """Print what went wrong and return the exit status."""
    print(f"error: {message}", file=sys.stderr)
    return status


def main() -> int:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(prog="python -m bookbuild.editions.site", description=__doc__)
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="the checkout")
    parser.add_argument("--site", type=Path, default=Path("build/site"), help="where to publish")
    parser.add_argument("--jobs", default="auto", help="processes of Sphinx (default: auto)")
    parser.add_argument("--accept", action="store_true",
                        help="take the recorded numbers as the new reference values")  # fmt: skip
    parser.add_argument("--device", choices=("cpu", "gpu"),
                        help="refuse to build without it, or leave the GPU alone")  # fmt: skip
    arguments = parser.parse_args()
    root = arguments.root.resolve()
    if not (root / "conf" / "conf.py").is_file():
        return fail(f"{root} is not a checkout of the book: it has no conf/conf.py")
    site = (root / arguments.site).resolve()
    try:
        reproducible.epoch()
    except ValueError as error:  # of which Sphinx would complain with a traceback
        return fail(str(error))
    if arguments.device == "cpu":
        os.environ["CUDA_VISIBLE_DEVICES"] = "-1"  # for all processes of this build
    elif arguments.device == "gpu" and _gpus() == 0:
        return fail("TensorFlow finds no GPU: see the extra gpu, and the driver with 'nvidia-smi'")
    return build(root, site, arguments.jobs, accept=arguments.accept)


if __name__ == "__main__":
    sys.exit(main())
