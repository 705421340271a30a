"""A small residual network for garments and digits, and its plain twin without shortcuts."""

from collections.abc import Iterator, Sequence

import keras
from keras import layers

from convbook._checks import positive
from convbook.models._parts import glorot, he, logits, picture_input, seeds

__all__ = ["build"]

REVISION = 1
"""Of the network. Raise it with a change after which it computes or begins otherwise."""

# As in `small_convnet`: an average over some ten steps, since a training has a few hundred.
BATCH_NORM_MOMENTUM = 0.9


def build(
    *,
    widths: Sequence[int] = (24, 48, 96),
    blocks: int = 1,
    shortcuts: bool = True,
    seed: int = 0,
) -> keras.Model:
    """Build a 3x3 convolution with pooling and stages of residual blocks, each of two convolutions.

    A block adds its input to the output of its second normalization, before the last ReLU. Every
    stage but the first begins by halving height and width, with stride 2; there, and where the
    number of maps changes, the input goes through a 1x1 convolution with normalization. With three
    stages, there are 6n + 2 layers with weights on the longest way, n being the blocks of a stage:
    8, 20 and 56 for 1, 3 and 9.

    Parameters
    ----------
    widths : sequence of int, default (24, 48, 96)
        Feature maps of each stage.
    blocks : int, default 1
        Blocks in each stage.
    shortcuts : bool, default True
        False leaves the additions out, and the 1x1 convolutions with them: the plain network of the
        paper's comparison.
    seed
        As :mod:`convbook.models` says.

    Notes
    -----
    The layers of the first block of the first stage are ``stage1_1_conv1``, ``stage1_1_norm1``,
    ``stage1_1_relu1``, ``stage1_1_conv2``, ``stage1_1_norm2``, ``stage1_1_add`` and
    ``stage1_1_relu2``; a 1x1 convolution is ``stage2_1_shortcut``, with ``stage2_1_shortcut_norm``.

    References
    ----------
    K. He, X. Zhang, S. Ren and J. Sun, "Deep Residual Learning for Image Recognition",
    arXiv:1512.03385, 2015, section 4.2, for the layout. The pooling after the first convolution,
    and the widths, are this book's.

    Examples
    --------
    >>> model = build()
    >>> model.count_params(), model.get_layer("stage3_1_add").output.shape
    (174850, (None, 4, 4, 96))
    """
    if isinstance(widths, str) or not isinstance(widths, Sequence):
        raise TypeError(f"widths: expected a sequence of integers, got {widths!r}")
    if not widths:
        raise ValueError("widths: expected a number for each stage, got none")
    widths = [positive(f"widths[{i}]", maps) for i, maps in enumerate(widths)]
    blocks = positive("blocks", blocks)
    if not isinstance(shortcuts, bool):
        raise TypeError(f"shortcuts: expected True or False, got {shortcuts!r}")
    seed_of = seeds(seed)
    image = picture_input()
    x = _convolve(image, "conv1", widths[0], 3, 1, seed_of)
    # Pooling first leaves normalization and ReLU a quarter of the numbers: half the time.
    x = layers.MaxPooling2D(2, name="pool1")(x)
    x = layers.ReLU(name="relu1")(_normalize(x, "norm1"))
    for stage, maps in enumerate(widths, start=1):
        for block in range(1, blocks + 1):
            stride = 2 if block == 1 and stage > 1 else 1
            x = _block(x, f"stage{stage}_{block}", maps, stride, shortcuts, seed_of)
    x = layers.GlobalAveragePooling2D(name="global_pool")(x)
    return keras.Model(image, logits(x, glorot(seed_of)), name="small_resnet")


def _block(
    x: keras.KerasTensor,
    name: str,
    maps: int,
    stride: int,
    shortcuts: bool,
    seed_of: Iterator[int],
) -> keras.KerasTensor:
    """Return ReLU of two convolutions of the input, to which the input is added or is not."""
    shortcut = x
    x = _normalize(_convolve(x, f"{name}_conv1", maps, 3, stride, seed_of), f"{name}_norm1")
    x = layers.ReLU(name=f"{name}_relu1")(x)
    x = _normalize(_convolve(x, f"{name}_conv2", maps, 3, 1, seed_of), f"{name}_norm2")
    if shortcuts:
        if stride > 1 or shortcut.shape[-1] != maps:
            shortcut = _convolve(shortcut, f"{name}_shortcut", maps, 1, stride, seed_of)
            shortcut = _normalize(shortcut, f"{name}_shortcut_norm")
        x = layers.Add(name=f"{name}_add")([shortcut, x])
    return layers.ReLU(name=f"{name}_relu2")(x)


def _convolve(
    x: keras.KerasTensor, name: str, maps: int, kernel: int, stride: int, seed_of: Iterator[int]
) -> keras.KerasTensor:
    """Return maps without a bias: the normalization after them has one."""
    return layers.Conv2D(
        maps, kernel, stride, "same", use_bias=False, kernel_initializer=he(seed_of), name=name
    )(x)


def _normalize(x: keras.KerasTensor, name: str) -> keras.KerasTensor:
    return layers.BatchNormalization(momentum=BATCH_NORM_MOMENTUM, name=name)(x)
