"""A small U-Net: down three levels and up again, with a shortcut across at each level."""

from collections.abc import Sequence

import keras
from keras import layers

from convbook._checks import boolean, positive
from convbook.models._parts import conv_norm_relu, glorot, he, open_input, seeds

__all__ = ["build"]


def build(
    *,
    widths: Sequence[int] = (8, 16, 32),
    classes: int = 11,
    skips: bool = True,
    seed: int = 0,
) -> keras.Model:
    """Build two 3x3 convolutions a level, max pooling down, and transposed convolutions up.

    It takes pictures (n, H, W, 1) whose height and width can be halved between all levels, and
    returns logits (n, H, W, classes). In the paper convolutions are VALID and the skipped maps are
    cropped; here they are SAME, with batch normalization.

    Parameters
    ----------
    widths : sequence of 2 or more ints, default (8, 16, 32)
        Feature maps of each level; between levels the height and width are halved.
    classes : int, default 11
        Numbers for each pixel.
    skips : bool, default True
        Whether each level of the way up also gets the maps of its level of the way down.
    seed
        As :mod:`convbook.models` says.

    References
    ----------
    O. Ronneberger, P. Fischer and T. Brox, "U-Net: Convolutional Networks for Biomedical Image
    Segmentation", MICCAI 2015, arXiv:1505.04597.

    Examples
    --------
    >>> build().output.shape, build().count_params() - build(skips=False).count_params()
    ((None, None, None, 11), 2880)
    """
    if len(widths) < 2:
        raise ValueError(f"widths: expected two numbers or more, got {widths!r}")
    numbers = [positive(f"widths[{i}]", width) for i, width in enumerate(widths)]
    seed_of = seeds(seed)
    x = image = open_input()
    across = []
    for level, maps in enumerate(numbers[:-1], start=1):
        x = conv_norm_relu(x, maps, seed_of, f"down{level}", 2)
        across.append(x)
        x = layers.MaxPooling2D(2, name=f"pool{level}")(x)
    x = conv_norm_relu(x, numbers[-1], seed_of, "bottom", 2)
    for level in range(len(across), 0, -1):
        maps = numbers[level - 1]
        x = layers.Conv2DTranspose(
            maps, 2, strides=2, kernel_initializer=he(seed_of), name=f"enlarge{level}"
        )(x)
        if boolean("skips", skips):
            x = layers.Concatenate(name=f"skip{level}")([across[level - 1], x])
        x = conv_norm_relu(x, maps, seed_of, f"up{level}", 2)
    x = layers.Conv2D(
        positive("classes", classes), 1, kernel_initializer=glorot(seed_of), dtype="float32",
        name="logits",
    )(x)  # fmt: skip
    return keras.Model(image, x, name="unet")
