"""A data set like MNIST but tiny, in all the forms in which its sources give it."""

import gzip
import io
import struct
import tarfile

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
    return {
        "title": "MNIST",
        "official": {"url": url, "file": "tiny.npz", "sha256": sources.digest(official)},
        "mirror": {
            "distribution": "tiny-digits", "version": "1.0", "file": WHEEL, "member": MEMBER,
            "sha256": sources.digest(mirror),
        },
        "parts": _parts(),
    }  # fmt: skip


def _parts() -> list[dict]:
    return [
        {"file": f"{name}-idx", "shape": list(array.shape), "sha256": sources.digest(idx(array))}
        for name, array in arrays().items()
    ]


PACKAGE, FOLDER = "dataset-tiny", "tiny"


def garments_table(url: str) -> dict:
    """Return the registry's table of the tiny data set as if it were Fashion-MNIST."""
    debian = {"package": PACKAGE, "folder": FOLDER}
    return {"title": "Fashion-MNIST", "official": {"url": url}, "debian": debian, "parts": _parts()}


def packed(content: dict[str, np.ndarray]) -> dict[str, bytes]:
    """Return the four files as their authors compress them, by name."""
    return {f"{name}-idx.gz": gzip.compress(idx(array)) for name, array in content.items()}


def deb(files: dict[str, bytes], folder: str = f"./usr/share/datasets/{FOLDER}") -> bytes:
    """Return a Debian package that holds these files, written down from deb(5)."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:xz") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(f"{folder}/{name}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    # The control archive has an odd length: a byte is put in so that the next one begins even.
    return ar(
        {"debian-binary": b"2.0\n", "control.tar.xz": b"odd", "data.tar.xz": buffer.getvalue()}
    )


def ar(members: dict[str, bytes]) -> bytes:
    """Return an archive in the format of ar."""
    whole = b"!<arch>\n"
    for name, content in members.items():
        whole += f"{name:16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n".encode()
        whole += content + b"\n" * (len(content) % 2)
    return whole
