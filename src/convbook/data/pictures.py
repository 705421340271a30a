"""The book's pictures, as ``data_registry.toml`` describes them, and their conversions."""

import hashlib
import importlib.util
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from convbook._arrays import as_array, as_real, check_finite, to_float32
from convbook.data._registry import ChecksumError, tables

# Described in the package, where autodoc finds them under the names by which they are used.
LUMA = (0.2989, 0.5870, 0.1140)
MEAN = (1 / 3, 1 / 3, 1 / 3)
GREY_CROP = np.s_[-256:, 100:356]
COLOUR_CROP = np.s_[:299, 100:399]
SMALL_CROP = np.s_[58:192, 112:352]


@dataclass(frozen=True)
class Picture:
    """A picture in the registry.

    Attributes
    ----------
    description : str
        What it shows.
    sha256 : str
        SHA-256 of the array's bytes in C order, as hexadecimal digits.
    shape : tuple of int
        Height, width and channels.
    dtype : str
        Name of the array's dtype.
    distribution, package, member : str
        Name of the distribution that carries the file, name of its package, and the file's path
        inside the package.
    licence, credit, source : str
        SPDX identifier of the licence, the photographer, and where the picture is documented.
    """

    description: str
    sha256: str
    shape: tuple[int, ...]
    dtype: str
    distribution: str
    package: str
    member: str
    licence: str
    credit: str
    source: str


@cache
def pictures() -> Mapping[str, Picture]:
    """Return the registry, a read-only mapping of each picture's name to its `Picture`.

    Examples
    --------
    >>> pictures()["chelsea"].licence
    'CC0-1.0'
    """
    return MappingProxyType(
        {
            name: Picture(**{**table, "shape": tuple(table["shape"])})
            for name, table in tables("pictures").items()
        }
    )


def _function_for(name: str) -> Callable[[], npt.NDArray[np.uint8]]:
    """Return the function that returns a picture, documented from the registry."""
    picture = pictures()[name]

    def load() -> npt.NDArray[np.uint8]:
        return _load(name)

    load.__name__ = load.__qualname__ = name
    load.__doc__ = f"""Return the picture `{name}`: {picture.description}.

    Returns
    -------
    ndarray of shape {picture.shape}, {picture.dtype}
        Grey values, or red, green and blue, in 0 to 255. A fresh, writable array.

    Raises
    ------
    ImportError
        If {picture.distribution}, which carries the picture, is not installed.
    FileNotFoundError
        If the installed {picture.distribution} does not hold it.
    ChecksumError
        If the picture is not the one in the registry.

    References
    ----------
    Photograph by {picture.credit} ({picture.licence}); ``{picture.source}``.

    Examples
    --------
    >>> {name}().shape
    {picture.shape}
    """
    return load


chelsea = _function_for("chelsea")
coffee = _function_for("coffee")
rocket = _function_for("rocket")
astronaut = _function_for("astronaut")
camera = _function_for("camera")


def chelsea_grey() -> npt.NDArray[np.float32]:
    """Return Chelsea's face in grey, the picture that most of the book's figures begin with.

    It is luma in 0 to 1 of the crop :data:`GREY_CROP`, float32.

    Examples
    --------
    >>> chelsea_grey().shape
    (256, 256)
    """
    return to_grey(to_float(chelsea()[GREY_CROP]))


def to_grey(image: npt.ArrayLike, weights: Sequence[float] = LUMA) -> npt.NDArray[np.float32]:
    """Return a colour image as a weighted sum of its channels.

    Parameters
    ----------
    image : array_like of shape (H, W, 3), uint8 or floating; or PIL.Image.Image
        Red, green and blue.
    weights : sequence of 3 floats, default LUMA
        Finite weight of each channel: :data:`LUMA`, :data:`MEAN` or others.

    Returns
    -------
    ndarray of shape (H, W), float32
        Grey values in the units of `image`: an image in 0 to 255 stays in 0 to 255.

    References
    ----------
    Recommendation ITU-R BT.601-7, section 2.5.1, 2011, for the luma weights.

    Examples
    --------
    >>> to_grey(np.full((2, 2, 3), 90, np.uint8), MEAN)
    array([[90., 90.],
           [90., 90.]], dtype=float32)
    """
    pixels = as_array("image", image)
    if pixels.dtype != np.uint8 and pixels.dtype.kind != "f":
        raise TypeError(f"image: expected uint8 or a floating dtype, got {pixels.dtype}")
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.size == 0:
        raise ValueError(
            f"image: expected shape (H, W, 3) with at least one pixel, got {pixels.shape}"
        )
    check_finite("image", pixels)
    shares = as_real("weights", weights).astype(np.float64)
    if shares.shape != (3,):
        raise ValueError(f"weights: expected three numbers, got {weights!r}")
    check_finite("weights", shares)
    with np.errstate(over="ignore"):  # Infinity is refused.
        return to_float32("image", (pixels * shares).sum(axis=2))


def to_float(image: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """Return an image of bytes as floating-point numbers from 0 to 1.

    Parameters
    ----------
    image : array_like of any shape, uint8; or PIL.Image.Image
        Values in 0 to 255. An image of floats has its scale already, and is refused.

    Returns
    -------
    ndarray, float32
        ``image / 255``, of the same shape: 255 becomes 1. Dividing by 256 would leave white at
        0.996.

    Examples
    --------
    >>> to_float(np.array([0, 51, 255], np.uint8))
    array([0. , 0.2, 1. ], dtype=float32)
    """
    values = as_array("image", image)
    if values.dtype != np.uint8:
        raise TypeError(f"image: expected uint8, got {values.dtype}")
    return np.asarray(values / np.float32(255), np.float32)


def normalize(image: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """Return an image shifted and scaled to mean 0 and variance 1.

    Parameters
    ----------
    image : array_like of any shape; or PIL.Image.Image
        Finite real numbers, not all the same. All of them share one mean and one variance,
        channels included.

    Returns
    -------
    ndarray, float32
        ``(image - mean) / standard deviation``, of the same shape.

    Examples
    --------
    >>> normalize([[1, 3], [3, 1]])
    array([[-1.,  1.],
           [ 1., -1.]], dtype=float32)
    """
    values = as_real("image", image)
    if values.dtype.kind == "f":
        values = values.astype(np.float64)
    if values.size == 0:
        raise ValueError(f"image: expected at least one value, got shape {values.shape}")
    check_finite("image", values)
    if values.min() == values.max():
        raise ValueError(
            f"image: expected values that differ, got {values.flat[0]} everywhere; "
            "a constant has no variance to divide by"
        )
    if values.dtype.kind in "iu" and values.itemsize == 8:
        # Neighbours among the largest integers are one number in double precision, and their
        # differences are not. These are exact, since unsigned integers wrap.
        values = values.astype(np.uint64) - values.min().astype(np.uint64)
    # A power of two changes no digit, and keeps the squares of the largest and smallest in range.
    exact = np.ldexp(values.astype(np.float64), -np.frexp(float(np.abs(values).max()))[1])
    return np.asarray((exact - exact.mean()) / exact.std(), np.float32)


def _load(name: str) -> npt.NDArray[np.uint8]:
    from PIL import Image  # Only here: most users of this module convert, and load nothing.

    picture = pictures()[name]
    path = _member(picture)
    try:
        with Image.open(path) as file:
            array = np.array(file)
    except OSError as error:
        raise ChecksumError(
            f"{name}: {path} cannot be read as a picture ({error}); "
            f"expected SHA-256 {picture.sha256}; reinstall {picture.distribution}"
        ) from error
    found = hashlib.sha256(array.tobytes()).hexdigest()
    got = (array.shape, array.dtype.name, found)
    expected = (picture.shape, picture.dtype, picture.sha256)
    if got != expected:
        raise ChecksumError(
            f"{name}: the picture in {path} is not the one this book was made with; "
            "expected shape {}, {}, SHA-256 {}; ".format(*expected)
            + "got shape {}, {}, SHA-256 {}; ".format(*got)
            + f"reinstall {picture.distribution}"
        )
    return array


def _member(picture: Picture) -> Path:
    # Finding a package does not import it: scikit-image's own loader takes half a second.
    spec = importlib.util.find_spec(picture.package)
    if spec is None or not spec.submodule_search_locations:
        raise ImportError(
            f"{picture.source} comes with {picture.distribution}, which is not installed; "
            f"run: python -m pip install {picture.distribution}",
            name=picture.package,
        )
    path = Path(spec.submodule_search_locations[0], picture.member)
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} is missing: the installed {picture.distribution} does not carry it; "
            f"expected the file of {picture.source}, so install another version"
        )
    return path
