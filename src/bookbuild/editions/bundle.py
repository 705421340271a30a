"""The book to take along: ``python -m bookbuild.editions.bundle``, when the site has been built.

It is three files beside the site, each written whole or not at all.

The whole site as a zip, whose pages read from disk, search and mathematics included; and the book
without the scripts' pages as an EPUB and as a PDF.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bookbuild.archive import zipped_folder
from bookbuild.editions import epub
from bookbuild.editions.pdf import builder as pdf
from bookbuild.editions.site import LOCK, fail, run_sphinx
from convbook._files import CacheError, locked, write

ZIP, EPUB, PDF = "convbook-site.zip", "convbook.epub", "convbook.pdf"
FOLDER = "convolutions-in-tensorflow"  # that the zip unpacks to


def bundle(root: Path, site: Path, jobs: str = "auto") -> int:
    """Write the files beside the published site, which this state of the checkout has made.

    Return an exit status: zero only if all files are in place and the EPUB is valid. Where there
    is no Java, a line says that it was not checked.
    """
    if not (site / "index.html").is_file():
        return fail(f"{site} holds no site: run 'nox -s site' first")
    try:
        with (
            locked(site.parent / LOCK),
            tempfile.TemporaryDirectory(prefix="convbook-") as folder,
        ):
            write(site.parent / ZIP, zipped_folder(site, FOLDER))
            for make, name in ((_make_epub, EPUB), (_make_pdf, PDF)):
                if status := make(root, site.with_name(name), jobs, Path(folder)):
                    return fail(f"there is no new {name}: see the messages above", status)
    except (CacheError, OSError) as error:
        return fail(str(error))
    for name in (ZIP, EPUB, PDF):
        file = site.parent / name
        print(f"{file}: {file.stat().st_size / 1e6:.1f} MB")
    return 0


def _make_epub(root: Path, target: Path, jobs: str, folder: Path) -> int:
    """Build the EPUB, check it and put it in place."""
    output, doctrees = folder / epub.NAME, folder / "doctrees"
    status = run_sphinx(root, output, jobs, builder=epub.NAME, doctrees=doctrees)
    if status == 0 and (status := check(output / epub.FILE)) == 0:
        write(target, (output / epub.FILE).read_bytes())
    return status


def _make_pdf(root: Path, target: Path, jobs: str, folder: Path) -> int:
    """Build the PDF from the pages that the EPUB was built from, and put it in place."""
    output, doctrees = folder / pdf.NAME, folder / "doctrees"
    status = run_sphinx(root, output, jobs, builder=pdf.NAME, doctrees=doctrees)
    if status == 0:
        write(target, (output / pdf.FILE).read_bytes())
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
    """Read the command line and write the files."""
    parser = argparse.ArgumentParser(prog="python -m bookbuild.editions.bundle")
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="the checkout")
    parser.add_argument("--site", type=Path, default=Path("build/site"), help="the built site")
    parser.add_argument("--jobs", default="auto", help="processes of Sphinx (default: auto)")
    arguments = parser.parse_args()
    root = arguments.root.resolve()
    return bundle(root, root / arguments.site, arguments.jobs)


if __name__ == "__main__":
    sys.exit(main())
