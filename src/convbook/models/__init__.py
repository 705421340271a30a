"""The book's networks, one a file, each with a function ``build`` that returns a Keras model.

Every network takes pictures of shape (28, 28, 1), float32 from 0 to 1, and returns ten logits, in
float32 under a mixed-precision policy too. A ``seed`` fixes the initial weights and what the
dropout leaves out. Layers carry the names of the field: ``conv1``, ``pool1``, ``flatten``,
``fc1``, ``dropout``, ``logits``; those of ``lenet5`` carry its paper's.

Importing this package imports no network, and so no TensorFlow.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

__all__ = ["NAMES", "build"]

NAMES = ("lenet", "lenet5", "mnist_convnet", "strided_convnet", "mlp", "small_convnet")
"""The networks, in the order in which the book meets them."""


def build(name: str, **options: object) -> keras.Model:
    """Build one of the book's networks by its name.

    Parameters
    ----------
    name : str
        One of `NAMES`.
    **options
        What the ``build`` function of that network's module takes; all have a ``seed``.

    Returns
    -------
    keras.Model
        Untrained, from (n, 28, 28, 1) pictures to (n, 10) logits.

    Raises
    ------
    ValueError
        If there is no such network, or an option has a value that the network cannot take.
    TypeError
        If the network has no such option, or an option has a value of another type.

    Examples
    --------
    >>> build("lenet", padding="VALID").get_layer("pool2").output.shape
    (None, 4, 4, 6)
    """
    if name not in NAMES:
        raise ValueError(f"name: expected one of {', '.join(NAMES)}, got {name!r}")
    model: keras.Model = importlib.import_module(f"convbook.models.{name}").build(**options)
    return model
