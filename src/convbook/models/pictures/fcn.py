"""A fully convolutional network: scores of coarse maps, enlarged and added to those of finer."""

from collections.abc import Sequence

import keras
from keras import layers

from convbook._checks import boolean, positive
from convbook.models._parts import conv_norm_relu, glorot, open_input, seeds

__all__ = ["build"]


def build(
    *,
    widths: Sequence[int] = (8, 16, 32),
    classes: int = 11,
    skips: bool = True,
    seed: int = 0,
) -> keras.Model:
    """Build three levels of two convolutions each, a score for each class, and its enlargement.

    It takes pictures (n, H, W, 1) of any height and width that are multiples of 4, and returns
    logits (n, H, W, classes).

    Parameters
    ----------
    widths : sequence of 3 ints, default (8, 16, 32)
        Feature maps of each level; between levels the height and width are halved.
    classes : int, default 11
        Numbers for each pixel.
    skips : bool, default True
        Whether the scores of the middle level are added to those of the coarsest, enlarged
        (the paper's FCN-16s), or these are enlarged four times alone (FCN-32s).
    seed
        As :mod:`convbook.models` says.

    References
    ----------
    J. Long, E. Shelhamer and T. Darrell, "Fully Convolutional Networks for Semantic Segmentation",
    CVPR 2015, arXiv:1411.4038.

    Examples
    --------
    >>> build().output.shape, build().count_params() - build(skips=False).count_params()
    ((None, None, None, 11), 187)
    """
    if len(widths) != 3:
        raise ValueError(f"widths: expected three numbers, got {widths!r}")
    first, second, third = (positive(f"widths[{i}]", width) for i, width in enumerate(widths))
    seed_of = seeds(seed)
    x = image = open_input()
    x = conv_norm_relu(x, first, seed_of, "level1", 2)
    x = layers.MaxPooling2D(2, name="pool1")(x)
    x = middle = conv_norm_relu(x, second, seed_of, "level2", 2)
    x = layers.MaxPooling2D(2, name="pool2")(x)
    x = conv_norm_relu(x, third, seed_of, "level3", 2)

    def score(x: keras.KerasTensor, name: str) -> keras.KerasTensor:
        return layers.Conv2D(
            positive("classes", classes), 1, kernel_initializer=glorot(seed_of), name=name
        )(x)

    x = score(x, "score3")
    if boolean("skips", skips):
        x = layers.UpSampling2D(2, interpolation="bilinear", name="enlarge3")(x)
        x = layers.Add(name="add2")([x, score(middle, "score2")])
    factor = 2 if skips else 4
    x = layers.UpSampling2D(factor, interpolation="bilinear", dtype="float32", name="logits")(x)
    return keras.Model(image, x, name="fcn")
