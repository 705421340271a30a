"""The work of the study `roofline`: what the processor and its memory reach, and what layers do."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import tensorflow as tf

from convbook import arithmetic, timing

SIDE = 2048  # rows and columns of the matrices
MEBIBYTE = 2**20
DTYPES = ("float32", "bfloat16")
SIZES = (1, 4, 16, 64, 256)  # mebibytes of each array; the last fits no cache
BATCH = 16
FLOAT = 4  # bytes


Shape: TypeAlias = tuple[int, ...]

COMPUTE: dict[str, Callable[[tf.Tensor, tf.Tensor], tf.Tensor]] = {
    "conv": lambda x, w: tf.nn.conv2d(x, w, 1, "SAME"),
    "depthwise": lambda x, w: tf.nn.depthwise_conv2d(x, w, (1, 1, 1, 1), "SAME"),
    "dense": lambda x, w: tf.matmul(x, w),
    "max pooling": lambda x, _: tf.nn.max_pool2d(x, 2, 2, "VALID"),
    "ReLU": lambda x, _: tf.nn.relu(x),
    "batch norm": lambda x, w: x * w[0] + w[1],
}


class Layer(NamedTuple):
    """What a layer computes, one of `COMPUTE`; its shapes and its operations, for one batch."""

    kind: str
    input_shape: Shape
    weights_shape: Shape
    output_shape: Shape
    operations: int


def peak(dtype: str) -> dict[str, Any]:
    """Time a product of two large square matrices; return its operations a second as well."""
    a = tf.cast(tf.random.stateless_normal((SIDE, SIDE), seed=(0, 1)), dtype)
    taken = timing.measure(lambda: tf.matmul(a, a)[0, 0].numpy(), repeats=7, at_least=1.0)
    operations = 2 * arithmetic.dense_macs(SIDE, SIDE) * SIDE
    return {**taken._asdict(), "operations": operations, "rate": operations / taken.least}


def bandwidth(mebibytes: int) -> dict[str, Any]:
    """Time copies of an array of that size by every core; return the bytes moved a second as well.

    A byte that is read and written counts twice. What a processor reads of an array only in order
    to overwrite it is not counted, as in the STREAM benchmark.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    cores = cores or 1
    source = np.ones(mebibytes * MEBIBYTE // FLOAT, np.float32)
    target = np.zeros_like(source)  # Written, so that its pages are there.
    target[:] = 2
    parts = list(zip(np.array_split(target, cores), np.array_split(source, cores), strict=True))
    turns = max(1, SIZES[-1] // mebibytes)  # Else starting the threads is all that is timed.

    def copy(part: tuple[Any, Any]) -> None:
        for _ in range(turns):
            np.copyto(*part)

    with ThreadPoolExecutor(cores) as pool:
        taken = timing.measure(lambda: list(pool.map(copy, parts)), repeats=7, at_least=0.5)
    moved = 2 * source.nbytes * turns
    return {**taken._asdict(), "bytes": moved, "rate": moved / taken.least}


def layers() -> dict[str, Layer]:
    """Return the book's layers by name, with what each reads, writes and computes."""

    def conv(size: int, k: int, c: int, o: int) -> Layer:
        macs = BATCH * arithmetic.conv_macs(size, k, c, o)
        sides = (BATCH, size, size)
        return Layer("conv", (*sides, c), (k, k, c, o), (*sides, o), 2 * macs)

    def dense(pictures: int) -> Layer:
        operations = 2 * pictures * arithmetic.dense_macs(3136, 1024)
        return Layer("dense", (pictures, 3136), (3136, 1024), (pictures, 1024), operations)

    maps = (BATCH, 56, 56, 64)
    depthwise = BATCH * arithmetic.conv_macs(56, 3, 64, 64, groups=64)
    return {
        "conv 3x3": conv(56, 3, 64, 64),
        "conv 5x5": conv(14, 5, 32, 64),
        "conv 5x5, 1 channel": conv(28, 5, 1, 32),
        "conv 1x1": conv(56, 1, 64, 64),
        "depthwise 3x3": Layer("depthwise", maps, (3, 3, 64, 1), maps, 2 * depthwise),
        "dense": dense(BATCH),
        "dense, 1 picture": dense(1),
        # Three comparisons for the largest of four, one for ReLU, a product and a sum for batch
        # normalization at evaluation.
        "max pooling": Layer(
            "max pooling", maps, (), (BATCH, 28, 28, 64), 3 * BATCH * 28 * 28 * 64
        ),
        "ReLU": Layer("ReLU", maps, (), maps, BATCH * 56 * 56 * 64),
        "batch norm": Layer("batch norm", maps, (2, 64), maps, 2 * BATCH * 56 * 56 * 64),
    }


def one_layer(layer: Layer) -> dict[str, Any]:
    """Time one layer in a traced function; return its intensity and its rate as well.

    The intensity counts every number of input, weights and output once: no computation can move
    less, unless they are in a cache already.
    """
    shapes = layer.input_shape, layer.weights_shape, layer.output_shape
    x = tf.random.stateless_normal(layer.input_shape, seed=(0, 2))
    w = tf.random.stateless_normal(layer.weights_shape, seed=(0, 3))
    traced = tf.function(COMPUTE[layer.kind])
    if tuple(traced(x, w).shape) != layer.output_shape:
        raise ValueError(f"{layer}: got an output of shape {traced(x, w).shape}")
    taken = timing.measure(lambda: traced(x, w), at_least=0.5)
    moved = FLOAT * sum(int(np.prod(shape)) for shape in shapes if shape)
    return {
        **taken._asdict(),
        "operations": layer.operations,
        "bytes": moved,
        "intensity": layer.operations / moved,
        "rate": layer.operations / taken.least,
    }
