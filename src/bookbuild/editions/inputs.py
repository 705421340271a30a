"""One hash of all that a site is made of: if it is what it was, there is nothing to build.

It imports neither Sphinx nor TensorFlow: to find out that nothing has changed takes half a second.
"""

import hashlib
import os
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from bookbuild.checkout import commit_of
from convbook import pretrained
from convbook._files import cache_folder

FOLDERS = ("book", "conf", "examples", "src")
FILES = ("CITATION.cff",)
MADE_BY_BUILDS = ("book/gallery", "book/generated", "book/jupyter_execute", "__pycache__")
VARIABLES = ("CONVBOOK_REPOSITORY", "CONVBOOK_SITE", "CUDA_VISIBLE_DEVICES", "SOURCE_DATE_EPOCH")


def sources(root: Path) -> str:
    """Return the hash of a checkout's sources and its commit."""
    total = hashlib.sha256(repr(commit_of(root)).encode())
    for file in sorted(_sources(root)):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        total.update(f"{file.relative_to(root).as_posix()} {content}\n".encode())
    return total.hexdigest()


def digest(sources: str) -> str:
    """Return the hash of sources and of the surroundings of the build, as they are now.

    The surroundings are the releases of all installed packages, the pretrained weights at hand, the
    files of Fashion-MNIST, without which there is a site as well, and the variables of the
    environment that a page depends on.
    """
    releases = sorted(f"{package.name} {package.version}" for package in metadata.distributions())
    garments = sorted(file.name for file in cache_folder("fashion_mnist").glob("*"))
    weights = [name for name in pretrained.NAMES if pretrained.missing(name) is None]
    variables = [os.environ.get(name) for name in VARIABLES]
    surroundings = (sources, releases, weights, garments, variables)
    return hashlib.sha256(repr(surroundings).encode()).hexdigest()


def _sources(root: Path) -> Iterator[Path]:
    for folder in FOLDERS:
        for file in (root / folder).rglob("*"):
            name = file.relative_to(root).as_posix()
            if not any(part in name for part in MADE_BY_BUILDS) and file.is_file():
                yield file
    yield from (root / name for name in FILES if (root / name).is_file())
