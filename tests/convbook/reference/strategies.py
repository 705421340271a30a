"""Hypothesis strategies for convolutions and poolings that fit, shared by these tests."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import settings
from hypothesis import strategies as st

Array = npt.NDArray[Any]
Pads = str | tuple[tuple[int, int], ...]

# Derandomized, so that a run of the suite repeats; TensorFlow's first calls are slow.
quick = settings(deadline=None, derandomize=True, max_examples=40)
thorough = settings(quick, max_examples=100)

ONE, TO_3, TO_4 = st.just(1), st.integers(1, 3), st.integers(1, 4)


@dataclass(frozen=True)
class Case:
    """One convolution: what every algorithm takes, in the order in which it takes it."""

    x: Array
    w: Array
    stride: tuple[int, ...]
    padding: Pads
    dilation: tuple[int, ...]
    seed: int = field(repr=False)

    @property
    def how(self) -> dict[str, Any]:
        return {"stride": self.stride, "padding": self.padding, "dilation": self.dilation}

    @property
    def tf_padding(self) -> Any:
        if isinstance(self.padding, str):
            return self.padding.upper()
        return [[0, 0], *map(list, self.padding), [0, 0]]

    @property
    def tolerance(self) -> float:
        """Rounding of a sum of products in [-1, 1], with room for other orders of summation."""
        if self.x.dtype.kind != "f":
            return 0.0
        terms = self.w[..., 0].size
        return 4 * terms * float(np.finfo(self.x.dtype).eps)

    def noise(self, shape: tuple[int, ...]) -> Array:
        """Return another array of values like those of x, such as a gradient of the output."""
        return values(np.random.default_rng(self.seed + 1), shape, self.x.dtype.name)

    def assert_equal(self, actual: Any, desired: Any) -> None:
        actual, desired = np.asarray(actual), np.asarray(desired)
        assert actual.dtype == desired.dtype
        assert actual.shape == desired.shape
        np.testing.assert_allclose(
            actual.astype("float64"), desired.astype("float64"), rtol=0, atol=self.tolerance
        )


def with_zeros_between(w: Array, dilation: tuple[int, ...]) -> Array:
    """Return the undilated kernel that equals `w` with a dilation.

    TensorFlow on a CPU has no dilation in some operations and precisions; this stands for it.
    """
    taps = w.shape[: len(dilation)]
    span = [d * (k - 1) + 1 for k, d in zip(taps, dilation, strict=True)]
    spread = np.zeros((*span, *w.shape[-2:]), w.dtype)
    spread[tuple(slice(None, None, d) for d in dilation)] = w
    return spread


def values(rng: np.random.Generator, shape: tuple[int, ...], dtype: str) -> Array:
    """Draw floats of [-1, 1), or ints from -9 to 9."""
    if dtype.startswith("int"):
        return rng.integers(-9, 10, shape, dtype)
    return rng.uniform(-1, 1, shape).astype(dtype)


@st.composite
def convolutions(
    draw: st.DrawFn,
    axes: int = 2,
    dtypes: tuple[str, ...] = ("float32", "float64"),
    paddings: tuple[str, ...] = ("same", "valid", "explicit"),
    kernels: st.SearchStrategy[int] = TO_4,
    strides: st.SearchStrategy[int] = TO_3,
    dilations: st.SearchStrategy[int] = TO_3,
) -> Case:
    """Draw a convolution whose kernel fits: even and odd sizes, every stride, a side of 1."""
    per_axis = [st.tuples(*[strategy] * axes) for strategy in (kernels, strides, dilations)]
    kernel, stride, dilation = (draw(strategy) for strategy in per_axis)
    padding: Pads = draw(st.sampled_from(paddings))
    span = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    room = draw(st.tuples(*[st.integers(0, 5)] * axes))
    if padding == "same":
        size = [1 + extra for extra in room]
    elif padding == "valid":
        size = [s + extra for s, extra in zip(span, room, strict=True)]
    else:
        padding = draw(st.tuples(*[st.tuples(st.integers(0, 3), st.integers(0, 3))] * axes))
        size = [
            max(1, s - sum(pads) + extra)
            for s, pads, extra in zip(span, padding, room, strict=True)
        ]
    batch, c_in, c_out = draw(st.tuples(*[st.integers(1, 3)] * 3))
    dtype = draw(st.sampled_from(dtypes))
    seed = draw(st.integers(0, 2**16))
    rng = np.random.default_rng(seed)
    x = values(rng, (batch, *size, c_in), dtype)
    w = values(rng, (*kernel, c_in, c_out), dtype)
    return Case(x, w, stride, padding, dilation, seed)


@dataclass(frozen=True)
class Pooling:
    """One pooling: an image and a window that fits into it."""

    x: Array
    pool_size: tuple[int, int]
    stride: tuple[int, int]
    padding: str

    @property
    def how(self) -> dict[str, Any]:
        return {"pool_size": self.pool_size, "stride": self.stride, "padding": self.padding}

    @property
    def tf_how(self) -> dict[str, Any]:
        return {"ksize": self.pool_size, "strides": self.stride, "padding": self.padding.upper()}


@st.composite
def poolings(
    draw: st.DrawFn, dtypes: tuple[str, ...] = ("float32", "float64"), ties: bool = False
) -> Pooling:
    """Draw a pooling; with `ties`, an image of few distinct values."""
    pair = st.tuples(TO_4, TO_4)
    pool, stride, room = draw(pair), draw(pair), draw(pair)
    padding = draw(st.sampled_from(("same", "valid")))
    size = [p - 1 + extra for p, extra in zip(pool, room, strict=True)]
    if padding == "same":
        size = list(room)
    shape = (draw(st.integers(1, 2)), *size, draw(st.integers(1, 3)))
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    dtype = draw(st.sampled_from(dtypes))
    x = rng.integers(-2, 1, shape).astype(dtype) if ties else values(rng, shape, dtype)
    return Pooling(x, pool, stride, padding)
