"""The book's own Inception network: small enough to be trained here, on handwritten digits."""

from collections.abc import Iterator

import keras
from keras import layers

from convbook.models._parts import glorot, he, logits, picture_input, seeds

__all__ = ["MODULES", "build"]

REVISION = 1
"""Of the network. Raise it with a change after which it computes or begins otherwise."""

# As in `small_convnet`: an average over some ten steps, since a training has a few hundred.
BATCH_NORM_MOMENTUM = 0.9

STEM = 24

MODULES = {
    "inception1": (16, 16, 24, 8, 12, 12),
    "inception2": (32, 24, 48, 12, 24, 24),
}
"""Feature maps of each module, in the columns of GoogLeNet's table: 1x1, 3x3 reduce, 3x3, 5x5
reduce, 5x5, projection of the pooling branch."""


def build(*, seed: int = 0) -> keras.Model:
    """Build a 5x5 convolution and two Inception modules of four branches each.

    A module's layers are called ``inception1_1x1``, ``inception1_3x3_reduce``, ``inception1_3x3``,
    ``inception1_5x5_reduce``, ``inception1_5x5``, ``inception1_pool`` and ``inception1_pool_proj``;
    their concatenation is ``inception1``. The branches end without ReLU: normalization and ReLU
    come once a module, after it.

    References
    ----------
    C. Szegedy et al., "Going Deeper with Convolutions", arXiv:1409.4842, 2014, for the module.
    S. Ioffe and C. Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing
    Internal Covariate Shift", arXiv:1502.03167, 2015, which normalizes after every convolution.

    Examples
    --------
    >>> model = build()
    >>> model.get_layer("inception1").output.shape, model.get_layer("inception2").output.shape
    ((None, 12, 12, 64), (None, 6, 6, 128))
    """
    seed_of = seeds(seed)
    image = picture_input()
    x = layers.Conv2D(STEM, 5, use_bias=False, kernel_initializer=he(seed_of), name="conv1")(image)
    # Pooling first leaves normalization and ReLU a quarter of the numbers: half the time.
    x = layers.MaxPooling2D(2, name="pool1")(x)
    x = _normalized(x, 1)
    for number, (name, maps) in enumerate(MODULES.items(), start=2):
        x = _module(x, name, maps, seed_of)
        if number == 2:
            x = layers.MaxPooling2D(2, name="pool2")(x)
        x = _normalized(x, number)
    x = layers.GlobalAveragePooling2D(name="global_pool")(x)
    return keras.Model(image, logits(x, glorot(seed_of)), name="mini_inception")


def _normalized(x: keras.KerasTensor, number: int) -> keras.KerasTensor:
    x = layers.BatchNormalization(momentum=BATCH_NORM_MOMENTUM, name=f"norm{number}")(x)
    return layers.ReLU(name=f"relu{number}")(x)


def _module(
    x: keras.KerasTensor, name: str, maps: tuple[int, ...], seed_of: Iterator[int]
) -> keras.KerasTensor:
    """Return the concatenation of four branches."""

    def convolved(
        x: keras.KerasTensor, branch: str, maps: int, kernel: int, activation: str | None = None
    ) -> keras.KerasTensor:
        return layers.Conv2D(
            maps,
            kernel,
            padding="same",
            activation=activation,
            use_bias=activation is not None,  # Elsewhere, the normalization has one.
            kernel_initializer=he(seed_of),
            name=f"{name}_{branch}",
        )(x)

    pointwise, reduced3, three, reduced5, five, projected = maps
    pooled = layers.MaxPooling2D(3, 1, padding="same", name=f"{name}_pool")(x)
    branches = [
        convolved(x, "1x1", pointwise, 1),
        convolved(convolved(x, "3x3_reduce", reduced3, 1, "relu"), "3x3", three, 3),
        convolved(convolved(x, "5x5_reduce", reduced5, 1, "relu"), "5x5", five, 5),
        convolved(pooled, "pool_proj", projected, 1),
    ]
    return layers.Concatenate(name=name)(branches)
