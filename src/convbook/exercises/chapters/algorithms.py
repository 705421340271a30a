"""Exercises of the chapter on algorithms."""

import numpy as np

from convbook import reference
from convbook.exercises.exercise import Exercise, Mistake, Part, Pencil

GRADIENTS_BY_HAND = Pencil(
    "gradients-by-hand",
    parts=(
        Part(
            "the output",
            (4, 4, -1),
            {
                (5, 2, -2): "The kernel is not turned: 2 meets the earlier value.",
                (2, 5, 2, -2, -1): "VALID keeps whole windows only.",
            },
        ),
        Part(
            "the gradient of the kernel",
            (-1, -1),
            {
                (1, 5): "g slides over x as it is, not turned.",
                (-1, -1, -1): "The kernel has two taps, so its gradient has two numbers.",
            },
        ),
        Part(
            "the gradient of the input",
            (2, -1, 5, 3),
            {
                (1, 1, 1, 6): "The stamps are the kernel as it is, not turned.",
                (1, 1): "Each entry of g stamps the kernel: all four values get something.",
            },
        ),
        Part(
            "with stride 2 and k = 1: the places of the input's zeros, counted from 0",
            (1, 3),
            {
                (0, 2): "Those are the places that the windows read.",
                (2, 4): "Count from 0.",
            },
        ),
    ),
)

WINOGRAD_BY_HAND = Pencil(
    "winograd-by-hand",
    parts=(
        Part(
            "the four products",
            (2, 1, 2, -3),
            {
                (1, 1, 1, -3): "Those are the sums of pixels: multiply them by the kernel's.",
                (2, 1, 2, 1): "Those are the kernel's sums: multiply them by the pixels'.",
            },
        ),
        Part(
            "the two outputs",
            (5, 2),
            {
                (5, -4): "The second output subtracts the last product.",
                (2, 5): "The first output comes first.",
            },
        ),
        Part(
            "the products for 8 outputs with F(2, 3)",
            16,
            {24: "That is by the definition.", 32: "A tile of four products gives two outputs."},
        ),
        Part(
            "the products for 8 outputs by the definition",
            24,
            {16: "That is with F(2, 3).", 8: "Each output takes three."},
        ),
    ),
    hint="The transforms of the chapter turn four pixels into four sums, and three taps into four.",
)

BREAK_EVEN = Pencil(
    "algorithms-break-even",
    parts=(
        Part(
            "the odd kernel size for C = 1",
            9,
            {5: "That is for 64 channels.", 7: "That is with the spectra kept."},
        ),
        Part(
            "the odd kernel size for C = 64",
            5,
            {9: "That is for one channel.", 3: "That is with the spectra kept."},
        ),
        Part(
            "the odd kernel size for C = 64 with the spectra kept",
            3,
            {
                5: "That transforms the kernels in every call.",
                1: "One tap costs a product for each pair of channels: transforms cost more.",
            },
        ),
    ),
)


def my_conv2d(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Return a convolution, VALID and with stride 1, from slices, matrix products and sums.

    Parameters
    ----------
    x : ndarray of shape (N, H, W, C), float64
        Pictures.
    w : ndarray of shape (k, k, C, O), float64
        Kernels.

    Returns
    -------
    ndarray of shape (N, H - k + 1, W - k + 1, O)
        As `tf.nn.conv2d` returns it. Its backward pass is not checked here.
    """
    return reference.conv2d(x, w)


UNKNOWN_KERNEL = Exercise(
    "unknown-kernel",
    answer=my_conv2d,
    inputs=lambda rng: (
        (rng.standard_normal((n, *size, c)), rng.standard_normal((k, k, c, o)))
        for n, size, k, c, o in ((2, (7, 8), 3, 3, 4), (1, (5, 5), 2, 2, 1), (3, (32, 32), 3, 8, 8))
    ),
    mistakes=(
        Mistake(
            "That is true convolution: TensorFlow does not turn the kernel.",
            lambda x, w: reference.conv2d(x, w[::-1, ::-1]),
        ),
        Mistake(
            "Rows and columns of the taps are exchanged.",
            lambda x, w: reference.conv2d(x, w.transpose(1, 0, 2, 3)),
        ),
        Mistake("That is SAME.", lambda x, w: reference.conv2d(x, w, padding="same")),
    ),
    slowest=40,
)

EXERCISES = (GRADIENTS_BY_HAND, WINOGRAD_BY_HAND, BREAK_EVEN, UNKNOWN_KERNEL)
