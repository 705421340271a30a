"""Wrong input to every function that convolves: the right exception, naming the argument."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from convbook import reference
from convbook.reference import (
    conv1d,
    conv2d,
    conv2d_fft,
    conv2d_im2col,
    conv2d_loops,
    conv2d_toeplitz,
    conv2d_winograd,
    conv3d,
    convolve2d,
    correlate2d,
    depthwise_conv2d,
    im2col,
    toeplitz_matrix,
)

X, W = np.ones((1, 5, 6, 2)), np.ones((3, 3, 2, 4))

ALGORITHMS = [
    conv2d,
    conv2d_loops,
    conv2d_im2col,
    conv2d_toeplitz,
    conv2d_fft,
    conv2d_winograd,
    depthwise_conv2d,
]
WITH_STRIDE = [algorithm for algorithm in ALGORITHMS if algorithm is not conv2d_winograd]


def spoiled(array: np.ndarray, value: float) -> np.ndarray:
    copy = array.copy()
    copy.flat[-1] = value
    return copy


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize(
    ("x", "w", "error", "message"),
    [
        (X.astype("uint8"), W, TypeError, r"^x: got dtype uint8.*x\.astype.*overflow"),
        (X, W.astype("uint8"), TypeError, r"^w: got dtype uint8.*w\.astype.*overflow"),
        (X.astype("int16"), W, TypeError, r"^x: got dtype int16"),
        (X > 0, W, TypeError, r"^x: got dtype bool"),
        (X * 1j, W, TypeError, r"^x: got dtype complex128"),
        (X.astype(str), W, TypeError, r"^x: got dtype str"),
        (None, W, TypeError, r"^x: got dtype object"),
        (X.astype("float32"), W, TypeError, r"^w: got dtype float64, expected float32.*of x"),
        (X[0], W, ValueError, r"^x: got 3 axes, shape \(5, 6, 2\), expected 4 axes \(N, H, W, C\)"),
        (X, W[..., 0], ValueError, r"^w: got 3 axes, shape \(3, 3, 2\), expected 4 axes \(H, W"),
        (X[:0], W, ValueError, r"^x: got shape \(0, 5, 6, 2\), expected no axis of length 0"),
        (X, W[:, :0], ValueError, r"^w: got shape \(3, 0, 2, 4\), expected no axis of length 0"),
        (spoiled(X, np.nan), W, ValueError, r"^x: expected finite numbers, got NaN"),
        (spoiled(X, -np.inf), W, ValueError, r"^x: expected finite numbers, got NaN"),
        (X, spoiled(W, np.inf), ValueError, r"^w: expected finite numbers, got NaN"),
        (X[..., :1], W, ValueError, r"^w: got 2 input channels.*expected 1.*of x"),
        (X[:, :2], W, ValueError, r"^w: 3 taps .*axis H, padding='valid'"),
        (X[:, :, :1], W, ValueError, r"^w: 3 taps .*axis W"),
    ],
)
def test_wrong_arrays(
    algorithm: Callable[..., Any], x: Any, w: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        algorithm(x, w)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize(
    ("padding", "error", "message"),
    [
        ("full", ValueError, r"^padding: .*got 'full'"),
        (-1, ValueError, r"^padding: .*got -1"),
        ((1, -1), ValueError, r"^padding: .*got \(1, -1\)"),
        (((0, 0), (0, -1)), ValueError, r"^padding: .*got \(0, -1\)"),
        ((1, 1, 1), ValueError, r"^padding: .*got \(1, 1, 1\)"),
        (((1, 1),), ValueError, r"^padding: got 1 pairs.*expected 2"),
        (((1, 1), (1, 1, 1)), ValueError, r"^padding: .*got \(1, 1, 1\)"),
        (1.5, TypeError, r"^padding: .*got 1.5"),
        (True, TypeError, r"^padding: .*got True"),
        (None, TypeError, r"^padding: .*got None"),
        ((1, 0.5), TypeError, r"^padding: .*0\.5"),
        (("same", "valid"), TypeError, r"^padding: .*'same', 'valid'\)"),
    ],
)
def test_wrong_padding(
    algorithm: Callable[..., Any], padding: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        algorithm(X, W, padding=padding)


@pytest.mark.parametrize("algorithm", WITH_STRIDE)
@pytest.mark.parametrize("argument", ["stride", "dilation"])
@pytest.mark.parametrize(
    ("value", "error"),
    [
        (0, ValueError),
        (-2, ValueError),
        ((1, 0), ValueError),
        ((1, 1, 1), ValueError),
        ((), ValueError),
        (1.0, TypeError),
        (True, TypeError),
        (None, TypeError),
        ("2", TypeError),
        ((1, 2.5), TypeError),
    ],
)
def test_wrong_steps(
    algorithm: Callable[..., Any], argument: str, value: Any, error: type[Exception]
) -> None:
    with pytest.raises(error, match=f"^{argument}: "):
        algorithm(X, W, **{argument: value})


@pytest.mark.parametrize("algorithm", WITH_STRIDE)
def test_a_dilated_kernel_larger_than_the_image(algorithm: Callable[..., Any]) -> None:
    with pytest.raises(ValueError, match=r"^w: 3 taps .*dilation 3.*axis H"):
        algorithm(X, W, dilation=3)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_numpy_integers_and_lists_are_welcome(algorithm: Callable[..., Any]) -> None:
    expected = algorithm(X, W, padding=1)
    np.testing.assert_array_equal(algorithm(X, W, padding=np.int64(1)), expected)
    np.testing.assert_array_equal(algorithm(X.tolist(), W.tolist(), padding=[1, 1]), expected)
    if algorithm in WITH_STRIDE:
        strided = algorithm(X, W, (2, 2), 1, (1, 1))
        np.testing.assert_array_equal(algorithm(X, W, np.int32(2), 1, np.uint8(1)), strided)


@pytest.mark.parametrize("algorithm", [conv2d_fft, conv2d_winograd])
def test_algorithms_that_leave_the_integers_say_so(algorithm: Callable[..., Any]) -> None:
    with pytest.raises(TypeError, match=r"^x: got dtype int32, expected one of float"):
        algorithm(X.astype("int32"), W.astype("int32"))


def test_fft_refuses_the_precision_that_numpy_lacks() -> None:
    with pytest.raises(TypeError, match=r"^x: got dtype float16, expected one of float32, float64"):
        conv2d_fft(X.astype("float16"), W.astype("float16"))


@pytest.mark.parametrize(
    ("convolution", "x", "w", "message"),
    [
        (conv1d, np.ones((1, 5, 6, 2)), np.ones((3, 2, 1)), r"^x: got 4 axes.*\(N, W, C\)"),
        (conv1d, np.ones((1, 5, 2)), np.ones((3, 3, 2, 1)), r"^w: got 4 axes.*\(W, I, O\)"),
        (conv1d, np.ones((1, 2, 2)), np.ones((3, 2, 1)), r"^w: 3 taps.*axis W"),
        (conv3d, np.ones((1, 5, 6, 2)), np.ones((3, 3, 3, 2, 1)), r"^x: got 4 axes"),
        (conv3d, np.ones((1, 5, 5, 5, 2)), np.ones((3, 3, 2, 1)), r"^w: got 4 axes"),
        (conv3d, np.ones((1, 2, 5, 5, 2)), np.ones((3, 3, 3, 2, 1)), r"^w: 3 taps.*axis D"),
    ],
)
def test_other_dimensions(
    convolution: Callable[..., Any], x: np.ndarray, w: np.ndarray, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        convolution(x, w)


@pytest.mark.parametrize("slide", [correlate2d, convolve2d])
@pytest.mark.parametrize(
    ("image", "kernel", "padding", "error", "message"),
    [
        (np.ones((5, 5, 1)), np.ones((3, 3)), "valid", ValueError, r"^image: got 3 axes"),
        (np.ones((5, 5)), np.ones((3, 3, 1)), "valid", ValueError, r"^kernel: got 3 axes"),
        (np.ones((5, 5)), np.ones((3, 3), int), "valid", TypeError, r"^kernel: got dtype int64"),
        (np.ones((5, 5), "uint8"), np.ones((3, 3)), "same", TypeError, r"^image: got dtype uint8"),
        (
            np.ones((5, 5)),
            np.ones((3, 3)),
            "reflect",
            ValueError,
            r"^padding: .* full, got 'reflect'",
        ),
        (np.ones((5, 5)), np.ones((3, 3)), 1, TypeError, r"^padding: .*full, got 1"),
        (np.ones((2, 2)), np.ones((3, 3)), "valid", ValueError, r"^kernel: 3 taps"),
    ],
)
def test_single_pictures(
    slide: Callable[..., Any],
    image: np.ndarray,
    kernel: np.ndarray,
    padding: Any,
    error: type[Exception],
    message: str,
) -> None:
    with pytest.raises(error, match=message):
        slide(image, kernel, padding)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: im2col(X, 0), ValueError, r"^kernel_size: .*at least 1, got 0"),
        (lambda: im2col(X, (3, 3, 3)), ValueError, r"^kernel_size: expected 2 integers"),
        (lambda: im2col(X, 2.5), TypeError, r"^kernel_size: .*got 2.5"),
        (lambda: im2col(X, 6), ValueError, r"^kernel_size: 6 taps.*axis H"),
        (lambda: toeplitz_matrix(W, (5, 6)), ValueError, r"^input_shape: expected 3 integers"),
        (lambda: toeplitz_matrix(W, (5, 6, 1)), ValueError, r"^input_shape: got 1 channels"),
        (lambda: toeplitz_matrix(W, (5, 0, 2)), ValueError, r"^input_shape: .*got 0"),
        (lambda: toeplitz_matrix(W, (2, 6, 2)), ValueError, r"^w: 3 taps.*axis H"),
    ],
)
def test_matrices(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize(
    ("dtype", "remedy", "reason"),
    [
        ("uint8", True, True),
        ("int16", True, True),
        ("float16", True, False),
        ("bool", True, False),
        ("complex64", False, False),
        ("object", False, False),
        ("str", False, False),
    ],
)
def test_a_refused_dtype_gets_the_remedy_and_the_reason_that_are_its_own(
    dtype: str, remedy: bool, reason: bool
) -> None:
    with pytest.raises(TypeError) as caught:
        conv2d_fft(X.astype(dtype), W)
    assert ("x.astype" in str(caught.value)) == remedy
    assert ("overflow" in str(caught.value)) == reason


def test_messages_name_every_form_that_is_accepted() -> None:
    with pytest.raises(TypeError, match=r"^stride: expected an integer, or 2 of them \(H, W\)"):
        conv2d(X, W, stride=1.5)  # type: ignore[arg-type]
    for padding in ("full", ((1, 2, 3), (1, 2))):
        with pytest.raises(
            ValueError, match=r"^padding: .*, or one such pair for each axis \(H, W"
        ):
            conv2d(X, W, padding=padding)


def test_arrays_of_integers_stand_for_tuples() -> None:
    np.testing.assert_array_equal(
        conv2d(X, W, np.array([1, 2]), np.array([[1, 0], [2, 1]]), np.array([1, 1])),
        conv2d(X, W, (1, 2), ((1, 0), (2, 1))),
    )


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: correlate2d(X[0, :, :, 0], np.ones((9, 9))), "kernel"),
        (lambda: reference.blur_pool(X, np.full((9, 9), 1 / 81), padding="valid"), "kernel"),
        (lambda: reference.separable_conv2d(X, np.ones((9, 9, 2, 1)), W), "depthwise_kernel"),
        (lambda: reference.conv2d_kernel_gradient(X, X, 9), "kernel_size"),
        (lambda: reference.max_pool(X, 9), "pool_size"),
        (lambda: reference.average_pool_gradient(X, X.shape, 9), "pool_size"),
    ],
)
def test_a_window_that_does_not_fit_is_named_as_the_argument_is(
    call: Callable[[], Any], name: str
) -> None:
    with pytest.raises(ValueError, match=f"^{name}: 9 taps .* axis H"):
        call()


@pytest.mark.parametrize("algorithm", [a for a in ALGORITHMS[:-1] if a is not conv2d_fft])
def test_halves_are_added_in_single_precision(algorithm: Callable[..., Any]) -> None:
    x, w = np.ones((1, 3, 3, 512), "float16"), np.ones((3, 3, 512, 1), "float16")
    result = algorithm(x, w)
    assert result.dtype == np.float16
    assert result.item() == 9 * 512


def test_windows_of_halves_are_added_in_single_precision() -> None:
    ones, centre = np.ones((1, 70, 70, 1), "float16"), (0, 69, 69, 0)
    shape = (1, 139, 139, 1)  # The pixel in the middle lies in all 70 x 70 windows.
    peak = np.zeros(shape, "float16")
    peak[centre] = 1
    assert reference.max_pool_gradient(peak, ones, 70, 1)[centre] == np.float16(4900)
    assert reference.average_pool_gradient(ones, shape, 70, 1)[centre] == 1


def test_inputs_are_left_as_they_were() -> None:
    x, w = X.copy(), W.copy()
    for algorithm in ALGORITHMS:
        algorithm(x, w, padding="same")
    reference.max_pool(x, padding="same")
    reference.conv2d_input_gradient(np.ones((1, 3, 4, 4)), w, x.shape)
    np.testing.assert_array_equal(x, X)
    np.testing.assert_array_equal(w, W)


def test_public_names_are_those_that_are_exported() -> None:
    public = {
        name
        for name, thing in vars(reference).items()
        if callable(thing) and not name.startswith("_")
    }
    assert public == set(reference.__all__)
