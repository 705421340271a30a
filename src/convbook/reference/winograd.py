"""Convolution with 3x3 kernels by Winograd's minimal filtering: fewer multiplications."""

import numpy as np
import numpy.typing as npt

from convbook.reference._checks import FLOATS, Array, check_operands, wide
from convbook.reference._windows import Padding, geometry, pad, windows

# F(2x2, 3x3) of Lavin and Gray (2016), section 4.1. The three maps turn a 4x4 tile of the input,
# a 3x3 kernel, and the 4x4 elementwise product of both into a 2x2 tile of the output.
INPUT_TRANSFORM = np.array([[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]], "float64")
KERNEL_TRANSFORM = np.array([[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]], "float64")
OUTPUT_TRANSFORM = np.array([[1, 1, 1, 0], [0, 1, -1, -1]], "float64")

TILE = 2  # output pixels along each side of a tile


def conv2d_winograd(x: npt.ArrayLike, w: npt.ArrayLike, padding: Padding = "valid") -> Array:
    r"""Compute `conv2d` for 3x3 kernels with the Winograd algorithm F(2x2, 3x3).

    A tile of 2x2 outputs takes 36 multiplications per channel from the definition. Here it
    takes 16, because the transforms of tile and kernel only add, subtract and halve.

    .. math::

        Y = A^T \left[ (G g G^T) \odot (B^T d B) \right] A

    Parameters
    ----------
    x : array_like of shape (N, H, W, C)
        Images; float16, float32 or float64, since the kernel transform halves.
    w : array_like of shape (3, 3, C, O)
        Kernels, of the dtype of `x`.
    padding : str, int or sequence, optional
        As in `conv2d`. The stride and the dilation are 1.

    References
    ----------
    A. Lavin, S. Gray, "Fast algorithms for convolutional neural networks", CVPR 2016.
    arXiv:1509.09308.

    Examples
    --------
    >>> x = np.arange(16.0).reshape(1, 4, 4, 1)
    >>> conv2d_winograd(x, np.ones((3, 3, 1, 1)))[0, :, :, 0]
    array([[45., 54.],
           [81., 90.]])
    """
    x, w = check_operands(x, w, ("NHWC", "HWIO"), FLOATS)
    if w.shape[:2] != (3, 3):
        raise ValueError(f"w: got a kernel of {w.shape[0]}x{w.shape[1]} taps, expected 3x3")
    shape = geometry(x.shape[1:3], (3, 3), 1, padding)
    to_input, to_kernel, to_output = (
        matrix.astype(wide(x.dtype))
        for matrix in (INPUT_TRANSFORM, KERNEL_TRANSFORM, OUTPUT_TRANSFORM)
    )
    # An odd output lacks a row or column of its last tiles: zeros complete them.
    extra = [(0, size % TILE) for size in shape.output]
    complete = np.pad(pad(x, shape), ((0, 0), *extra, (0, 0)))
    tiling = geometry(complete.shape[1:3], (TILE + 2, TILE + 2), stride=TILE)
    tiles = windows(complete, tiling)  # (N, rows of tiles, columns of tiles, C, 4, 4)

    tile_spectrum = to_input @ tiles @ to_input.T
    kernel_spectrum = to_kernel @ np.moveaxis(w, (0, 1), (2, 3)) @ to_kernel.T  # (C, O, 4, 4)
    product = np.einsum("nijcab,coab->nijoab", tile_spectrum, kernel_spectrum)
    outputs = to_output @ product @ to_output.T  # (N, rows of tiles, columns of tiles, O, 2, 2)

    rows, columns = (TILE * count for count in tiling.output)
    y: Array = outputs.transpose(0, 1, 4, 2, 5, 3).reshape(len(x), rows, columns, w.shape[3])
    return y[:, : shape.output[0], : shape.output[1]].astype(x.dtype)
