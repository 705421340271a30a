"""A small denoiser: convolutions that say what the noise is, which is then subtracted."""

import keras
from keras import layers

from convbook._checks import integer, positive
from convbook.models._parts import he, open_input, seeds

__all__ = ["build"]


def build(*, width: int = 16, depth: int = 5, seed: int = 0) -> keras.Model:
    """Build 3x3 convolutions with ReLU, the last to one map without, and the difference.

    It takes pictures (n, H, W, 1) of any size and returns pictures of the same size. The last
    kernel begins at zero: the untrained network returns its input.

    Parameters
    ----------
    width : int, default 16
        Feature maps of each convolution but the last.
    depth : int, default 5
        Convolutions, at least 2. The receptive field has 2 depth + 1 pixels a side.
    seed
        As :mod:`convbook.models` says.

    References
    ----------
    K. Zhang, W. Zuo, Y. Chen, D. Meng and L. Zhang, "Beyond a Gaussian Denoiser: Residual Learning
    of Deep CNN for Image Denoising", arXiv:1608.03981, 2016; without its batch normalization.

    Examples
    --------
    >>> build().count_params()
    7265
    """
    maps, seed_of = positive("width", width), seeds(seed)
    x = image = open_input()
    for number in range(1, integer("depth", depth, 2)):
        x = layers.Conv2D(
            maps, 3, padding="same", activation="relu", kernel_initializer=he(seed_of),
            name=f"conv{number}",
        )(x)  # fmt: skip
    x = layers.Conv2D(1, 3, padding="same", kernel_initializer="zeros", name="noise")(x)
    return keras.Model(image, layers.Subtract(name="difference")([image, x]), name="denoiser")
