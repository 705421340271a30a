"""The book to take along: ``python -m bookbuild.editions.bundle``, when the site has been built.

It is two files beside the site, each written whole or not at all.

The whole site as a zip, whose pages read from disk, search and mathematics included; and the book
without the scripts' pages as an EPUB.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bookbuild.archive import zipped_folder
from bookbuild.editions import epub
from bookbuild.editions.site import LOCK, fail, run_sphinx
from convbook._files import CacheError, locked, write

ZIP, EPUB = "convbook-site.zip", "convbook.epub"
FOLDER = "convolutions-in-tensorflow"  # that the zip unpacks to


def bundle(root: Path, site: Path, jobs: str = "auto") -> int:
    """Write both files beside the published site, which this state of the checkout has made.

    Return an exit status: zero only if both files are in place and the EPUB is valid. Where there
    is no Java, a line says that it was not checked.
    """
    if not (site / "index.html").is_file():
        return fail(f"{site} holds no site: run 'nox -s site' first")
    try:
        with locked(site.parent / LOCK):
            write(site.parent / ZIP, zipped_folder(site, FOLDER))
            status = _make_epub(root, site, jobs)
    except (CacheError, OSError) as error:
        return fail(str(error))
    if status:
        return fail("there is no new EPUB: see the messages above", status)
    for name in (ZIP, EPUB):
        file = site.parent / name
        print(f"{file}: {file.stat().st_size / 1e6:.1f} MB")
    return 0


def _make_epub(root: Path, site: Path, jobs: str) -> int:
    """Build the EPUB, check it and put it in place."""
    with tempfile.TemporaryDirectory(prefix="convbook-") as folder:
        file = Path(folder, epub.FILE)
        status = run_sphinx(root, Path(folder), jobs, builder=epub.NAME) or check(file)
        if status == 0:
            write(site.with_name(EPUB), file.read_bytes())
    return status


def check(file: Path) -> int:
    """Let epubcheck look at an EPUB; return its exit status, zero too where it cannot run."""
    if shutil.which("java") is None:
        print("The EPUB is not checked: epubcheck needs Java ('apt-get install "
              "default-jre-headless' on Debian).", file=sys.stderr)  # fmt: skip
        return 0
    status = subprocess.run([sys.executable, "-m", "epubcheck", str(file)]).returncode
    if status == 0:
        print("epubcheck finds nothing wrong in the EPUB.")
    return status


def main() -> int:
    """Read the command line and write both files."""
    parser = argparse.ArgumentParser(prog="python -m bookbuild.editions.bundle")
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="the checkout")
    parser.add_argument("--site", type=Path, default=Path("build/site"), help="the built site")
    parser.add_argument("--jobs", default="auto", help="processes of Sphinx (default: auto)")
    arguments = parser.parse_args()
    root = arguments.root.resolve()
    return bundle(root, root / arguments.site, arguments.jobs)


if __name__ == "__main__":
    sys.exit(main())
