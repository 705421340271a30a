"""Build the site aside, then swap it into place: ``python -m bookbuild.editions.site``."""

import argparse
import gc
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bookbuild.editions import inputs
from convbook._files import CacheError, locked

LOCK = ".build"  # what one build of a checkout at a time works on
ROOM = 1 << 20  # bytes: on a disk with less, no build ends


def build(root: Path, site: Path, jobs: str = "auto", *, accept: bool = False) -> int:
    """Build the book into a folder beside the published one and, if all is well, replace that.

    Nothing is built if the sources are those of the published site. The folder `site` holds the
    last good site at every moment but the instant of the swap; what a kill in that instant leaves,
    the next build puts right. `accept` takes every recorded number that has left its tolerance, or
    has no reference value, as the new reference. Another build of the same checkout is waited for.

    Return an exit status: zero only if the site is in place.
    """
    aside = site.with_name(f".{site.name}.new")
    places = (root / "book" / "gallery", site.parent, Path(tempfile.gettempdir()))
    try:
        if problem := _cannot_write(*places):
            return fail(problem)
        with locked(site.parent / LOCK):
            _recover(site)
            sources = inputs.sources(root)
            known = _published(site).get("inputs") if (site / "index.html").is_file() else None
            if known == inputs.digest(sources) and not accept:
                print(f"Nothing has changed since {site} was built.")
                return 0
            shutil.rmtree(aside, ignore_errors=True)
            status = run_sphinx(root, aside, jobs, f"bookbuild_accept={accept:d}")
            if status:
                shutil.rmtree(aside, ignore_errors=True)
                kept = f"; {site} is as it was" if site.exists() else ""
                problem = _cannot_write(*places) or "see the messages above"
                return fail(f"the book does not build: {problem}{kept}", status)
            # The build itself brings pretrained weights, and with `accept` it writes a source.
            sources = inputs.sources(root) if accept else sources
            _publish(aside, site, inputs.digest(sources))
    except CacheError as error:
        return fail(str(error))
    except OSError as error:
        return fail(f"cannot write {error.filename or site}: {error.strerror or error}")
    print(f"The book is in {site}: open {site / 'index.html'}")
    return 0


def run_sphinx(
    root: Path,
    output: Path,
    jobs: str,
    *settings: str,
    builder: str = "html",
    doctrees: Path | None = None,
) -> int:
    """Let Sphinx read and write every page, so that a warning fails it; return its exit status.

    With a folder for what it has read, another builder need not read it again.
    """
    from sphinx.cmd.build import build_main  # Only here: a build that has nothing to do needs none.

    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="convbook-") as passing:
        kept = str(doctrees or passing)
        arguments = ["-b", builder, "-c", str(root / "conf"), "-d", kept, "-j", jobs,
                     "--fail-on-warning", "--nitpicky", "-Dbookbuild_strict=1",
                     *(f"-D{setting}" for setting in settings),
                     str(root / "book"), str(output)]  # fmt: skip
        # Measured: looking for garbage among the nodes of all pages takes two fifths of the time of
        # a build whose scripts and chapters are cached. Without it, it takes 0.8 GB instead of 0.5.
        gc.disable()
        try:
            status = build_main(arguments)
        except SystemExit as stop:
            if not isinstance(stop.code, str):
                raise
            status = fail(stop.code)
        finally:
            gc.enable()
    # Sphinx's hash of its configuration names folders of this machine.
    (output / ".buildinfo").unlink(missing_ok=True)
    print(f"Sphinx took {time.monotonic() - started:.0f} s.")
    return status


def _publish(aside: Path, site: Path, digest: str) -> None:
    """Swap the new site into place; keep what lies in the old one and no build has made."""
    files, before = _files(aside), set(_published(site).get("files", ()))
    if before:
        for name in _files(site) - files - before:
            (aside / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(site / name, aside / name)
    elif site.exists():  # of edition 1, or no site at all
        kept = tempfile.mkdtemp(prefix=f"{site.name}.kept-", dir=site.parent)
        site.replace(kept)
        print(f"{site} was not made by this build: what was there is in {kept}")
    old = _old(site)
    if site.exists():
        site.rename(old)
    aside.rename(site)
    note = json.dumps({"inputs": digest, "files": sorted(files)}, indent=1)
    _note(site).write_text(note, encoding="utf-8")
    shutil.rmtree(old, ignore_errors=True)


def _files(folder: Path) -> set[str]:
    """Return the paths of all files in a folder, from that folder on."""
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def _published(site: Path) -> dict[str, Any]:
    """Return what the last build noted of the site that it published; empty if there is none."""
    try:
        content: dict[str, Any] = json.loads(_note(site).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return content


def _recover(site: Path) -> None:
    """Finish or undo a swap in which the process was killed."""
    old = _old(site)
    if old.exists():
        if site.exists():
            shutil.rmtree(old)
        else:
            old.rename(site)


def _old(site: Path) -> Path:
    return site.with_name(f".{site.name}.old")


def _note(site: Path) -> Path:
    return site.with_name(f".{site.name}.json")


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
    if site.is_file():
        return fail(f"{site} is a file: choose a folder to publish in")
    if site.is_relative_to(root / "book"):
        return fail(f"{site} lies among the sources: choose a folder outside {root / 'book'}")
    if arguments.device == "cpu":
        os.environ["CUDA_VISIBLE_DEVICES"] = "-1"  # for all processes of this build
    elif arguments.device == "gpu" and _gpus() == 0:
        return fail("TensorFlow finds no GPU: see the extra gpu, and the driver with 'nvidia-smi'")
    return build(root, site, arguments.jobs, accept=arguments.accept)


if __name__ == "__main__":
    sys.exit(main())
