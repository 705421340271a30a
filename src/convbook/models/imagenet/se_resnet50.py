"""SE-ResNet-50: ResNet-50, whose blocks weigh their maps by what the whole picture holds."""

from collections.abc import Iterator

import keras
from keras import layers

from convbook.models._parts import glorot, he
from convbook.models.imagenet import resnet50
from convbook.models.imagenet._parts import CLASSES

__all__ = ["REDUCTION", "build"]

REDUCTION = 16
"""How many maps share a number in the middle of the two dense layers."""


def build(*, classes: int = CLASSES, seed: int = 0) -> keras.Model:
    """Build SE-ResNet-50, for pictures of 224x224 pixels.

    It is ResNet-50, without the biases of its convolutions, which normalization makes superfluous.
    Before a block adds its input, the mean of each of its maps goes through two small dense layers,
    to a factor between 0 and 1 for each map.

    It has 28,141,144 parameters for 1,000 classes; 28,088,024 are trained, and 53,120 are means and
    variances.

    Notes
    -----
    Layers have the names of :mod:`convbook.models.imagenet.resnet50`. Those that weigh the first
    block's maps are ``conv2_1_squeeze``, ``conv2_1_reduce``, ``conv2_1_excite`` and
    ``conv2_1_weigh``.

    References
    ----------
    J. Hu, L. Shen and G. Sun, "Squeeze-and-Excitation Networks", arXiv:1709.01507, 2017: section 3
    and Table 1.

    Examples
    --------
    >>> with keras.StatelessScope(initialize_variables=False):  # Shapes, and no weights.
    ...     model = build()
    >>> model.count_params(), model.get_layer("conv2_1_reduce").output.shape
    (28141144, (None, 1, 1, 16))
    """
    return resnet50.assemble(
        "se_resnet50", classes=classes, seed=seed, use_bias=False, weigh=_weighed
    )


def _weighed(x: keras.KerasTensor, name: str, seed_of: Iterator[int]) -> keras.KerasTensor:
    """Return each map times a factor that the means of all maps decide."""
    maps = x.shape[-1]
    gate = layers.GlobalAveragePooling2D(keepdims=True, name=f"{name}_squeeze")(x)
    start = he(seed_of)
    gate = layers.Dense(maps // REDUCTION, "relu", kernel_initializer=start, name=f"{name}_reduce")(
        gate
    )
    start = glorot(seed_of)
    gate = layers.Dense(maps, "sigmoid", kernel_initializer=start, name=f"{name}_excite")(gate)
    return layers.Multiply(name=f"{name}_weigh")([x, gate])
