"""A small network that learns fast: convolutions, batch normalization, and one dense layer."""

from collections.abc import Sequence
from functools import partial

import keras
from keras import layers

from convbook._checks import positive
from convbook.models._parts import DIGIT, glorot, he, logits, picture_input, seeds

__all__ = ["build"]

REVISION = 1
"""Of the network. Raise it with a change after which it computes or begins otherwise."""

# Keras's 0.99 averages over about a hundred steps, and a short training has a few hundred.
BATCH_NORM_MOMENTUM = 0.9


def build(
    *,
    widths: Sequence[int] = (16, 32, 32),
    kernels: Sequence[int] = (5, 3, 3),
    pools: Sequence[int] = (2, 1, 2),
    seed: int = 0,
) -> keras.Model:
    """Build VALID convolutions with max pooling, batch normalization and ReLU, and one dense layer.

    Parameters
    ----------
    widths : sequence of int, default (16, 32, 32)
        Feature maps of each convolution; its length is the number of convolutions.
    kernels : sequence of int, default (5, 3, 3)
        Height and width of each kernel, in pixels. A convolution has no bias: the normalization
        after it has one.
    pools : sequence of int, default (2, 1, 2)
        Height, width and stride of the pooling window after each convolution; 1 for no pooling.
    seed
        As :mod:`convbook.models` says.

    Raises
    ------
    ValueError
        If the three sequences differ in length or are empty, or a kernel or a window is larger than
        the feature map that it meets.

    References
    ----------
    S. Ioffe and C. Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing
    Internal Covariate Shift", arXiv:1502.03167, 2015.

    Examples
    --------
    >>> model = build()
    >>> model.count_params(), model.get_layer("pool3").output.shape
    (19674, (None, 4, 4, 32))
    """
    blocks = list(zip(*_numbers(widths=widths, kernels=kernels, pools=pools).values(), strict=True))
    _check_sizes(blocks)
    conv = partial(layers.Conv2D, use_bias=False)
    seed_of = seeds(seed)
    x = image = picture_input()
    for number, (maps, kernel, pool) in enumerate(blocks, start=1):
        x = conv(maps, kernel, kernel_initializer=he(seed_of), name=f"conv{number}")(x)
        # Pooling first leaves normalization and ReLU a quarter of the numbers: half the time.
        if pool > 1:
            x = layers.MaxPooling2D(pool, name=f"pool{number}")(x)
        x = layers.BatchNormalization(momentum=BATCH_NORM_MOMENTUM, name=f"norm{number}")(x)
        x = layers.ReLU(name=f"relu{number}")(x)
    x = layers.Flatten(name="flatten")(x)
    return keras.Model(image, logits(x, glorot(seed_of)), name="small_convnet")


def _numbers(**options: object) -> dict[str, tuple[int, ...]]:
    """Return the options as tuples of as many integers as there are convolutions."""
    checked: dict[str, tuple[int, ...]] = {}
    for name, values in options.items():
        if not isinstance(values, Sequence) or isinstance(values, str | bytes):
            raise TypeError(f"{name}: expected a sequence of integers, got {values!r}")
        checked[name] = tuple(positive(f"{name}[{i}]", value) for i, value in enumerate(values))
        if len(values) != len(checked["widths"]) or not values:
            raise ValueError(
                f"{name}: expected one number a convolution, as many as widths has, got {values!r}"
            )
    return checked


def _check_sizes(blocks: list[tuple[int, ...]]) -> None:
    """Refuse a window that does not fit: TensorFlow returns an empty tensor or ends the process."""
    size = DIGIT[0]
    for i, (_, kernel, pool) in enumerate(blocks):
        if kernel > size:
            raise ValueError(f"kernels[{i}]: expected at most {size}, got {kernel}")
        size -= kernel - 1
        if pool > size:
            raise ValueError(f"pools[{i}]: expected at most {size}, got {pool}")
        size //= pool
