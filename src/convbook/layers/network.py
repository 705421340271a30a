"""The layers of a network, each a function of its input and of variables that are handed in."""

from __future__ import annotations  # Sphinx mocks TensorFlow, and a mock makes no union.

import math
from collections.abc import Sequence
from typing import Any, SupportsFloat, SupportsIndex, TypeAlias

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from convbook._arrays import as_array
from convbook._checks import boolean, integer, kind, plain, positive, share, word
from convbook.layers._checks import PADDINGS, slid

TensorLike: TypeAlias = "tf.Tensor | tf.Variable | npt.ArrayLike"


def conv_relu(
    x: TensorLike,
    kernel: TensorLike,
    bias: TensorLike,
    *,
    stride: SupportsIndex = 1,
    padding: str = "SAME",
) -> tf.Tensor:
    """Convolve, add a bias to each feature map, and cut off what is below zero.

    Parameters
    ----------
    x : Tensor, Variable or array of shape (n, H, W, C), floating
        A batch of pictures or of feature maps.
    kernel : Tensor, Variable or array of shape (kh, kw, C, O), of the same dtype
        In HWIO layout; not flipped.
    bias : Tensor, Variable or array of shape (O,), of the same dtype
        One number a feature map.
    stride : int, default 1
        Pixels from one position of the kernel to the next, along both axes.
    padding : {"SAME", "VALID"}, default "SAME"
        In upper or lower case.

    Returns
    -------
    Tensor of shape (n, Ho, Wo, O)
        ``relu(conv2d(x, kernel) + bias)``.

    References
    ----------
    C. Huyen, "Convolutions in TensorFlow", lecture note 7 of CS 20, Stanford University, 2018.

    Examples
    --------
    >>> x = tf.ones((1, 28, 28, 1))
    >>> conv_relu(x, tf.ones((5, 5, 1, 32)), tf.zeros(32), padding="VALID").shape
    TensorShape([1, 24, 24, 32])
    """
    x = _tensor("x", x, ("n", "H", "W", "C"))
    kernel = _tensor("kernel", kernel, ("kh", "kw", x.shape[3], "O"), x.dtype)
    bias = _tensor("bias", bias, (kernel.shape[3],), x.dtype)
    step, border = positive("stride", stride), word("padding", padding, PADDINGS).upper()
    slid("kernel", tuple(x.shape[1:3]), tuple(kernel.shape[:2]), step, border)

    if x.shape[0] == 0:  # TensorFlow gives an empty batch a wrong number of channels on a CPU.
        filled = tf.pad(x, [[0, 1], [0, 0], [0, 0], [0, 0]])
        return conv_relu(filled, kernel, bias, stride=step, padding=border)[:0]
    weighted = tf.nn.conv2d(x, kernel, strides=step, padding=border)
    return tf.nn.relu(tf.nn.bias_add(weighted, bias))


def max_pool(
    x: TensorLike,
    size: SupportsIndex = 2,
    stride: SupportsIndex | None = None,
    padding: str = "VALID",
) -> tf.Tensor:
    """Keep the largest value of each window, map by map.

    Parameters
    ----------
    x : Tensor, Variable or array of shape (n, H, W, C), floating
        A batch of feature maps.
    size : int, default 2
        Height and width of the window, in pixels of the feature map.
    stride : int, optional
        Pixels from one window to the next; `size` unless given.
    padding : {"VALID", "SAME"}, default "VALID"
        In upper or lower case. SAME pads with what is smaller than any number.

    Returns
    -------
    Tensor of shape (n, Ho, Wo, C)
        The maxima.

    Examples
    --------
    >>> max_pool(tf.reshape(tf.range(16.0), (1, 4, 4, 1)))[0, ..., 0].numpy().tolist()
    [[5.0, 7.0], [13.0, 15.0]]
    """
    x = _tensor("x", x, ("n", "H", "W", "C"))
    window = positive("size", size)
    step = window if stride is None else positive("stride", stride)
    border = word("padding", padding, PADDINGS).upper()
    slid("size", tuple(x.shape[1:3]), (window, window), step, border)
    return tf.nn.max_pool2d(x, window, step, border)


def fully_connected(x: TensorLike, weights: TensorLike, bias: TensorLike) -> tf.Tensor:
    """Return one weighted sum of all features for each output, plus a bias. No activation.

    Parameters
    ----------
    x : Tensor, Variable or array of shape (n, features), floating
        A batch of flat rows of numbers. Feature maps must be flattened before: a dense layer that
        took them as they are would multiply along the channels alone, as a 1x1 convolution does.
    weights : Tensor, Variable or array of shape (features, outputs), of the same dtype
        One column an output.
    bias : Tensor, Variable or array of shape (outputs,), of the same dtype
        One number an output.

    Returns
    -------
    Tensor of shape (n, outputs)
        ``x @ weights + bias``.

    Examples
    --------
    >>> maps = tf.ones((2, 7, 7, 64))
    >>> flat = tf.reshape(maps, (2, 7 * 7 * 64))
    >>> fully_connected(flat, tf.ones((3136, 10)), tf.zeros(10)).shape
    TensorShape([2, 10])
    """
    x = _floating("x", x)
    if x.shape.rank not in (None, 2):
        features = math.prod(n or -1 for n in x.shape[1:])
        hint = f"tf.reshape(x, (-1, {features}))" if features > 0 else "tf.reshape"
        raise ValueError(
            f"x: expected a flattened tensor of shape (n, features), got {_shape(x)}. "
            "A dense layer would multiply along the last axis alone and keep the others; "
            f"flatten x first, with {hint}"
        )
    x = _tensor("x", x, ("n", "features"))
    weights = _tensor("weights", weights, (x.shape[1], "outputs"), x.dtype)
    bias = _tensor("bias", bias, (weights.shape[1],), x.dtype)
    return tf.matmul(x, weights) + bias


def dropout(
    x: TensorLike,
    rate: SupportsFloat,
    *,
    training: bool,
    seed: Sequence[SupportsIndex] | npt.NDArray[np.integer] | tf.Tensor,
) -> tf.Tensor:
    """In training, leave out a share of the numbers and scale up the others; else change nothing.

    This is inverted dropout. The scale ``1 / (1 - rate)`` keeps the mean of each number, so that
    evaluation needs no scale of its own.

    Parameters
    ----------
    x : Tensor, Variable or array of any shape, floating
        The outputs of a layer.
    rate : float
        Share of the numbers to set to zero, from 0 to below 1: the opposite of a probability of
        keeping.
    training : bool
        Which of the two modes.
    seed : two integers of 64 bits, or an array or Tensor of shape (2,) of integers
        Say, the seed of the training and the step. The same two always leave out the same numbers;
        in evaluation they are not used.

    References
    ----------
    N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov, "Dropout: A Simple
    Way to Prevent Neural Networks from Overfitting", Journal of Machine Learning Research 15, 2014,
    section 10 for the scale in training.

    Examples
    --------
    >>> x = tf.ones(8)
    >>> sorted(set(dropout(x, 0.75, training=True, seed=(0, 1)).numpy().tolist()))
    [0.0, 4.0]
    >>> bool(tf.reduce_all(dropout(x, 0.75, training=False, seed=(0, 1)) == x))
    True
    """
    x = _floating("x", x)
    left_out = share("rate", rate)
    pair = _seed(seed)
    if not boolean("training", training):
        return x
    kept = tf.random.stateless_uniform(tf.shape(x), pair, dtype=x.dtype) >= left_out
    return tf.where(kept, x / (1 - left_out), tf.zeros_like(x))


def _tensor(
    name: str, value: TensorLike, shape: tuple[str | int, ...], dtype: tf.DType | None = None
) -> tf.Tensor:
    """Return `value` as a tensor, if it has the given shape; a word stands for any length above 0.

    The first axis, if it is called n, may have any length, and one that is not known yet.
    """
    tensor = _floating(name, value)
    if dtype is not None and tensor.dtype != dtype:
        raise TypeError(f"{name}: expected {dtype.name}, as x has, got {tensor.dtype.name}")
    # conv2d ends the process when a tensor has too few axes, so that the rank comes first.
    if tensor.shape.rank != len(shape) or not all(
        axis == "n" or (n == axis if isinstance(axis, int) else n)
        for n, axis in zip(tensor.shape, shape, strict=True)
    ):
        wanted = ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "")
        raise ValueError(f"{name}: expected shape ({wanted}), got {_shape(tensor)}")
    return tensor


def _floating(name: str, value: TensorLike) -> tf.Tensor:
    if isinstance(value, np.ndarray):
        value = as_array(name, value)  # TensorFlow would read what is masked.
    try:
        tensor = tf.convert_to_tensor(value)
    except (TypeError, ValueError):  # TensorFlow's message does not say which argument.
        raise TypeError(
            f"{name}: expected a tensor or an array of numbers, got an object of {kind(value)}"
        ) from None
    if not tensor.dtype.is_floating:
        raise TypeError(f"{name}: expected floating numbers, got {tensor.dtype.name}")
    return tensor


def _seed(seed: Any) -> tf.Tensor:
    if tf.is_tensor(seed):
        if not seed.dtype.is_integer:
            raise TypeError(f"seed: expected integers, got a tensor of {seed.dtype.name}")
        if seed.shape != (2,):
            raise ValueError(f"seed: expected two integers, got shape {_shape(seed)}")
        return seed
    pair = plain(seed)
    if not isinstance(pair, Sequence) or isinstance(pair, str | bytes):
        raise TypeError(f"seed: expected two integers, got {seed!r}")
    numbers = [integer("seed", number) for number in pair]
    if len(numbers) != 2 or not all(-(2**63) <= number < 2**63 for number in numbers):
        raise ValueError(f"seed: expected two integers of 64 bits, got {seed!r}")
    return tf.constant(numbers, tf.int64)


def _shape(tensor: tf.Tensor) -> tuple[int | None, ...] | str:
    return "unknown" if tensor.shape.rank is None else tuple(tensor.shape)
