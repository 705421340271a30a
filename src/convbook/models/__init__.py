"""The book's networks, one a file, each with a function ``build`` that returns a Keras model.

`small` has the networks that the book trains, `imagenet` those for photographs, `pictures` those
whose answer is a picture. `tables` counts their layers, `blocks` merges layers into blocks,
`published` has what papers report.

Those in `NAMES` take digits of shape (28, 28, 1), float32 from 0 to 1, and return ten logits. Those
in `IMAGENET` take colour pictures of their paper's size, preprocessed, and return as many logits as
``classes`` says, by default a thousand. Those in `PICTURES` take grey pictures (H, W, 1), float32
from 0 to 1, and return a picture, or logits for each pixel. Logits are float32 under a
mixed-precision policy too. Layers carry the names of the field: ``conv1``, ``pool1``, ``flatten``,
``fc1``, ``dropout``, ``logits``, or their paper's.

What is the same for every ``build`` stands here and not there. The model that it returns is
untrained. The option ``seed``, an integer of at least 0 and by default 0, fixes the initial weights
and what the dropout leaves out. An option of another type raises a TypeError, and one with a value
that its description does not allow a ValueError.

Importing this package imports no network, and so no TensorFlow.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

from convbook._checks import one_of

if TYPE_CHECKING:
    import keras

__all__ = ["IMAGENET", "NAMES", "PICTURES", "build", "revision"]

NAMES = (
    "lenet", "lenet5", "mnist_convnet", "strided_convnet", "mlp", "small_convnet", "mini_inception",
    "small_resnet",
)  # fmt: skip
"""The networks for digits, in the order in which the book meets them."""

IMAGENET = (
    "alexnet", "vgg16", "network_in_network", "googlenet", "inception_v3", "resnet50",
    "densenet121", "mobilenet", "se_resnet50", "mobilenet_v2", "efficientnet_lite0",
    "convnext_tiny",
)  # fmt: skip
"""The architectures of the two chapters on them, in the order of their papers."""

PICTURES = ("fcn", "unet", "denoiser", "espcn")
"""The networks whose answer is a picture, in the order of their chapter."""


def build(name: str, **options: object) -> keras.Model:
    """Build one of the book's networks by its name, one of `NAMES`, `IMAGENET`, `PICTURES`.

    The options are those of the ``build`` function of that network's module.

    Examples
    --------
    >>> build("lenet", padding="VALID").get_layer("pool2").output.shape
    (None, 4, 4, 6)
    """
    one_of("name", name, NAMES + IMAGENET + PICTURES)
    model: keras.Model = _module(name).build(**options)
    return model


def revision(name: str) -> int:
    """Return the revision of one of `NAMES`: trained weights are kept under it.

    It grows when the network computes or begins otherwise.
    """
    one_of("name", name, NAMES)
    number: int = _module(name).REVISION
    return number


def _module(name: str) -> ModuleType:
    folders = {"small": NAMES, "imagenet": IMAGENET, "pictures": PICTURES}
    folder = next(folder for folder, names in folders.items() if name in names)
    return importlib.import_module(f"convbook.models.{folder}.{name}")
