"""PyTorch's legacy weights files, read without PyTorch and without running what is in them.

Such a file is five pickles and then raw numbers: a magic number, the version of the format, the
sizes of the integers of the machine that wrote it, the tensors by name, and the keys of their
storages; then each storage, in that order, as a count and its values. A pickle can name, and so
call, any function. Here it gets four names, and none of them is PyTorch's.
"""

import pickle
import struct
from collections import OrderedDict
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

MAGIC = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001


class _Kind(NamedTuple):
    """Stands for a type of storage. It cannot be called."""

    dtype: str


class _Storage(NamedTuple):
    kind: _Kind
    key: str
    length: int


class _Tensor(NamedTuple):
    """A view of a storage: where it begins, its shape, and its strides in numbers."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def _tensor(
    storage: _Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: object
) -> _Tensor:
    return _Tensor(storage, offset, shape, strides)


ALLOWED: dict[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch", "FloatStorage"): _Kind("<f4"),
    ("torch", "LongStorage"): _Kind("<i8"),
}
"""Everything that a file of weights names, and what stands for it here."""


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in ALLOWED:
            raise pickle.UnpicklingError(f"refused a pickle that names {module}.{name}")
        return ALLOWED[module, name]

    def persistent_load(self, reference: Any) -> _Storage:
        tag, kind, key, _, length, view = reference
        if tag != "storage" or not isinstance(kind, _Kind) or length < 0 or view is not None:
            raise pickle.UnpicklingError(f"refused a reference to {reference!r}")
        return _Storage(kind, key, length)


def read(file: BinaryIO) -> dict[str, npt.NDArray[Any]]:
    """Return the tensors of a file, read-only, by their names and in the order of axes of PyTorch.

    Raises
    ------
    pickle.UnpicklingError
        If the file is cut, is of another format, or asks for anything but tensors of float32 or
        int64. The message says what it asked for.
    """
    try:
        return _read(file)
    except pickle.UnpicklingError:
        raise
    # What an unpickler raises on damaged bytes is not documented, and these are what was seen.
    except (
        EOFError, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError,
        MemoryError, struct.error,
    ) as error:  # fmt: skip
        raise pickle.UnpicklingError(
            f"not a whole file of weights in PyTorch's legacy format: {error or type(error)}"
        ) from error


def _read(file: BinaryIO) -> dict[str, npt.NDArray[Any]]:
    magic, protocol, machine = (_Unpickler(file).load() for _ in range(3))
    if magic != MAGIC or protocol != PROTOCOL or not machine["little_endian"]:
        raise ValueError(f"it begins with {magic!r}, {protocol!r}, {machine!r}")
    tensors = _Unpickler(file).load()
    found = {name: tensor for name, tensor in tensors.items() if isinstance(tensor, _Tensor)}
    if len(found) < len(tensors):
        raise ValueError(f"{next(iter(tensors.keys() - found))!r} is no tensor")
    storages = {tensor.storage.key: tensor.storage for tensor in found.values()}
    values = {}
    for key in _Unpickler(file).load():
        values[key] = _values(file, storages[key])
    return {
        name: np.ndarray(
            tensor.shape,
            values[tensor.storage.key].dtype,
            values[tensor.storage.key].data,  # NumPy refuses a view that leaves this buffer.
            tensor.offset * values[tensor.storage.key].itemsize,
            [stride * values[tensor.storage.key].itemsize for stride in tensor.strides],
        )
        for name, tensor in found.items()
    }


def _values(file: BinaryIO, storage: _Storage) -> npt.NDArray[Any]:
    (count,) = struct.unpack("<q", file.read(8))
    if count != storage.length:
        raise ValueError(f"storage {storage.key}: expected {storage.length} numbers, got {count}")
    dtype = np.dtype(storage.kind.dtype)
    content = file.read(count * dtype.itemsize)
    if len(content) < count * dtype.itemsize:
        raise EOFError(f"storage {storage.key} is cut")
    return np.frombuffer(content, dtype)
