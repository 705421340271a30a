"""Transposed convolution: the adjoint of `conv2d`, used to enlarge feature maps."""

from collections.abc import Sequence

import numpy.typing as npt

from convbook.reference._checks import Array, PerAxis
from convbook.reference._windows import Padding
from convbook.reference.gradients import adjoint


def conv2d_transpose(
    y: npt.ArrayLike,
    w: npt.ArrayLike,
    output_shape: Sequence[int],
    stride: PerAxis = 1,
    padding: Padding = "valid",
) -> Array:
    """Apply the transposed convolution, as `tf.nn.conv2d_transpose` does.

    It is the adjoint of `conv2d`, and the same computation as `conv2d_input_gradient`:
    ``<conv2d(x, w), y> == <x, conv2d_transpose(y, w, x.shape)>``. It is no inverse
    ("deconvolution"): it restores the shape of x, not its values.

    Parameters
    ----------
    y : array_like of shape (N, Hy, Wy, I)
        Feature maps; dtypes as in `conv2d`.
    w : array_like of shape (kh, kw, O, I)
        Kernels. The input channels come last, because this is the kernel of the forward
        convolution that leads from the output here to `y`.
    output_shape : (int, int, int, int)
        Shape (N, H, W, O) of the result. With a stride above 1 several sizes are possible.
    stride, padding
        Of the forward convolution, as in `conv2d`.

    Returns
    -------
    ndarray of shape (N, H, W, O)

    Raises
    ------
    ValueError
        If the forward convolution of `output_shape` does not have the shape of `y`.

    References
    ----------
    V. Dumoulin, F. Visin, "A guide to convolution arithmetic for deep learning", 2016.
    arXiv:1603.07285, chapter 4.

    Examples
    --------
    >>> import numpy as np
    >>> y = np.array([1.0, 2.0]).reshape(1, 1, 2, 1)
    >>> conv2d_transpose(y, np.ones((2, 2, 1, 1)), (1, 2, 4, 1), stride=2)[0, :, :, 0]
    array([[1., 1., 2., 2.],
           [1., 1., 2., 2.]])
    """
    return adjoint(y, w, output_shape, stride, padding, 1, names=("y", "output_shape"))
