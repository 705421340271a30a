"""ResNet-50: sixteen bottleneck blocks, each added to what enters it."""

from collections.abc import Iterator

import keras
from keras import layers

from convbook.models._imagenet import CLASSES, logits, picture_input
from convbook.models._parts import seeds

__all__ = ["STAGES", "build"]

SIZE = 224

STAGES = ((2, 3, 64), (3, 4, 128), (4, 6, 256), (5, 3, 512))
"""For ``conv2_x`` to ``conv5_x`` of the paper: number, blocks, and feature maps of the 3x3
convolutions, a quarter of what leaves the block."""

EPSILON = 1.001e-5  # Keras's, so that exchanged weights give equal outputs.


def build(*, classes: int = CLASSES, seed: int = 0) -> keras.Model:
    """Build ResNet-50 as its paper has it.

    A block is three convolutions, 1x1, 3x3 and 1x1, each with batch normalization, and adds its
    input to their output before the last ReLU. Where a stage begins, the input goes through a 1x1
    convolution, to have as many maps; there stages 3 to 5 halve the picture as well, in their
    first 1x1 convolution.

    Parameters
    ----------
    classes : int, default 1000
        Numbers in the output.
    seed : int, default 0
        Fixes the initial weights.

    Returns
    -------
    keras.Model
        Untrained, from (n, 224, 224, 3) pictures to (n, classes) logits. It has 25,636,712
        parameters for 1,000 classes, as ``keras.applications.ResNet50``: 53,120 of them are means
        and variances that are not trained, and 26,560 are biases that batch normalization makes
        superfluous.

    Raises
    ------
    TypeError, ValueError
        If an option has another type or value.

    Notes
    -----
    The layers of the first block of ``conv2_x`` are ``conv2_1_conv1``, ``conv2_1_norm1``,
    ``conv2_1_relu1``, up to 3, and ``conv2_1_shortcut``, ``conv2_1_shortcut_norm``,
    ``conv2_1_add``; the others in the same way.

    References
    ----------
    K. He, X. Zhang, S. Ren and J. Sun, "Deep Residual Learning for Image Recognition",
    arXiv:1512.03385, 2015: Table 1 for the layers, section 3.4 for the rest.

    Examples
    --------
    >>> with keras.StatelessScope(initialize_variables=False):  # Shapes, and no weights.
    ...     model = build()
    >>> model.get_layer("conv5_3_add").output.shape
    (None, 7, 7, 2048)
    """
    seed_of = seeds(seed)
    x = image = picture_input(SIZE)
    x = layers.ZeroPadding2D(3, name="conv1_pad")(x)
    x = _convolve(x, 64, 7, "conv1", seed_of, stride=2)
    x = layers.BatchNormalization(epsilon=EPSILON, name="norm1")(x)
    x = layers.ReLU(name="relu1")(x)
    x = layers.ZeroPadding2D(1, name="pool1_pad")(x)
    x = layers.MaxPooling2D(3, strides=2, name="pool1")(x)
    for stage, blocks, maps in STAGES:
        for block in range(1, blocks + 1):
            stride = 2 if block == 1 and stage > 2 else 1
            x = _block(x, maps, f"conv{stage}_{block}", seed_of, stride=stride, project=block == 1)
    x = layers.GlobalAveragePooling2D(name="global_pool")(x)
    last = keras.initializers.GlorotUniform(seed=next(seed_of))
    return keras.Model(image, logits(x, classes, last), name="resnet50")


def _block(
    x: keras.KerasTensor,
    maps: int,
    name: str,
    seed_of: Iterator[int],
    *,
    stride: int,
    project: bool,
) -> keras.KerasTensor:
    """Return ReLU of the input, projected to the shape of the output if need be, plus its residual.

    The numbers of maps of the three convolutions are `maps`, `maps` and four times `maps`.
    """
    shortcut = x
    if project:
        shortcut = _convolve(x, 4 * maps, 1, f"{name}_shortcut", seed_of, stride=stride)
        shortcut = layers.BatchNormalization(epsilon=EPSILON, name=f"{name}_shortcut_norm")(
            shortcut
        )
    for number, (width, kernel) in enumerate(((maps, 1), (maps, 3), (4 * maps, 1)), start=1):
        x = _convolve(
            x, width, kernel, f"{name}_conv{number}", seed_of, stride=stride if number == 1 else 1
        )
        x = layers.BatchNormalization(epsilon=EPSILON, name=f"{name}_norm{number}")(x)
        if number < 3:
            x = layers.ReLU(name=f"{name}_relu{number}")(x)
    x = layers.Add(name=f"{name}_add")([shortcut, x])
    return layers.ReLU(name=f"{name}_relu3")(x)


def _convolve(
    x: keras.KerasTensor,
    maps: int,
    kernel: int,
    name: str,
    seed_of: Iterator[int],
    *,
    stride: int = 1,
) -> keras.KerasTensor:
    """Return the maps before normalization; the first convolution has its padding before it."""
    return layers.Conv2D(
        maps,
        kernel,
        strides=stride,
        padding="same" if kernel == 3 else "valid",
        kernel_initializer=keras.initializers.HeNormal(seed=next(seed_of)),
        name=name,
    )(x)
