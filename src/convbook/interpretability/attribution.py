"""Which pixels a class depends on: three readings of the gradient with respect to the image."""

from typing import SupportsFloat, SupportsIndex

import keras
import numpy as np
import numpy.typing as npt

from convbook._arrays import as_array
from convbook._checks import finite, positive, positive_float
from convbook.interpretability._inputs import (
    Integers,
    as_classes,
    as_image,
    as_images,
    as_seed,
    one_hot,
)
from convbook.interpretability._networks import (
    Floats,
    class_count,
    compiled,
    in_batches,
    unit_gradient,
)


def saliency(model: keras.Model, images: npt.ArrayLike, classes: Integers | None = None) -> Floats:
    r"""Return the gradient of a class's logit with respect to every pixel.

    .. math:: S_{ijk} = \frac{\partial z_c}{\partial x_{ijk}}

    A positive value says that a brighter pixel raises the logit, a negative value that it lowers
    it. The paper shows the absolute value, the largest of the three channels; here the sign stays.

    The logit :math:`z_c` is taken, not the probability :math:`p_c`, because

    .. math::

       \frac{\partial p_c}{\partial x} =
       p_c \Bigl( \frac{\partial z_c}{\partial x} - \sum_j p_j \frac{\partial z_j}{\partial x}
       \Bigr)

    is close to 0 where the network is sure, and mixes what speaks for the class with what speaks
    against the others.

    Parameters
    ----------
    model : keras.Model
        With one NHWC input and one output of logits, shape (N, classes).
    images : array_like of shape (N, H, W, C), floating
        Prepared as the network takes them.
    classes : int or array_like of shape (N,), integer, optional
        One for all images or one an image; unless given, the class with the largest logit.

    Returns
    -------
    ndarray of shape (N, H, W, C), float32
        In units of the logit a unit of the pixel.

    References
    ----------
    K. Simonyan, A. Vedaldi, A. Zisserman, "Deep inside convolutional networks: visualising image
    classification models and saliency maps", ICLR workshop 2014, section 3; arXiv:1312.6034.

    Examples
    --------
    The gradient of a linear network is its weights:

    >>> inputs = keras.Input((1, 2, 1))
    >>> dense = keras.layers.Dense(2)
    >>> model = keras.Model(inputs, dense(keras.layers.Flatten()(inputs)))
    >>> dense.set_weights([np.array([[1, -2], [3, 4]]), np.zeros(2)])
    >>> saliency(model, np.zeros((1, 1, 2, 1)), 1).ravel()
    array([-2.,  4.], dtype=float32)
    """
    count = class_count(model)
    x = as_images("images", images, model)
    targets = one_hot(as_classes("classes", classes, model, x, count), count)
    return in_batches(compiled(model, unit_gradient, None), x, targets)[1]


def smooth_gradient(
    model: keras.Model,
    images: npt.ArrayLike,
    classes: Integers | None = None,
    *,
    deviation: SupportsFloat = 0.1,
    samples: SupportsIndex = 25,
    seed: SupportsIndex = 0,
) -> Floats:
    r"""Return the mean of the saliency over noisy copies of each image.

    .. math::

       \hat S = \frac{1}{n} \sum_{t=1}^{n}
       \frac{\partial z_c}{\partial x} (x + \sigma \varepsilon_t),
       \qquad \varepsilon_t \sim \mathcal{N}(0, 1)

    In a network of ReLUs the gradient jumps from one pixel value to the next. The mean is a
    gradient of the logit blurred by :math:`\sigma`, and what changes with every small step goes.

    Parameters
    ----------
    model, images, classes
        As for :func:`saliency`. Unless given, a class is that of the image without noise.
    deviation : float, default 0.1
        Standard deviation :math:`\sigma` of the noise, in units of the pixels. The paper takes
        0.1 to 0.2 of the difference between the largest and the smallest pixel. Above 0.
    samples : int, default 25
        Noisy copies of each image.
    seed : int, default 0
        Of the noise.

    Returns
    -------
    ndarray of shape (N, H, W, C), float32
        In units of the logit a unit of the pixel.

    References
    ----------
    D. Smilkov, N. Thorat, B. Kim, F. Viégas, M. Wattenberg, "SmoothGrad: removing noise by
    adding noise", 2017, section 2; arXiv:1706.03825.

    Examples
    --------
    >>> inputs = keras.Input((4, 4, 1))
    >>> model = keras.Model(inputs, keras.layers.Dense(2)(keras.layers.Flatten()(inputs)))
    >>> images = np.zeros((3, 4, 4, 1))
    >>> bool(np.allclose(smooth_gradient(model, images, 1), saliency(model, images, 1)))
    True
    """
    count = class_count(model)
    x = as_images("images", images, model)
    sigma = positive_float("deviation", deviation)
    copies = positive("samples", samples)
    rng = as_seed(seed)
    targets = one_hot(as_classes("classes", classes, model, x, count), count)
    gradient = compiled(model, unit_gradient, None)
    total = np.zeros(x.shape)  # Sums and divides in double precision.
    for _ in range(copies):
        noisy = x + np.float32(sigma) * rng.standard_normal(x.shape, np.float32)
        total += in_batches(gradient, noisy, targets)[1]
    return (total / copies).astype(np.float32)


def integrated_gradients(
    model: keras.Model,
    images: npt.ArrayLike,
    classes: Integers | None = None,
    *,
    baseline: npt.ArrayLike = 0.0,
    steps: SupportsIndex = 50,
) -> Floats:
    r"""Share the difference in logit between an image and a baseline among the pixels.

    .. math::

       G_{ijk} = (x_{ijk} - b_{ijk}) \int_0^1
       \frac{\partial z_c}{\partial x_{ijk}} \bigl( b + \alpha (x - b) \bigr) \, d\alpha

    The shares are complete, which no gradient at a single point is:

    .. math:: \sum_{ijk} G_{ijk} = z_c(x) - z_c(b)

    The integral is a sum over the midpoints of `steps` equal parts, so the equation holds up to
    the error of that sum: exactly where the gradient is linear along the path, and in a network of
    ReLUs, whose gradient jumps, with an error that falls as `steps` rise.

    Parameters
    ----------
    model, images, classes
        As for :func:`saliency`. Unless given, a class is that of the image, not of the baseline.
    baseline : float or array_like of shape (H, W, C), default 0
        The image :math:`b` that stands for nothing to see. A pixel that equals it gets no share.
    steps : int, default 50
        Parts of the path.

    Returns
    -------
    ndarray of shape (N, H, W, C), float32
        In units of the logit.

    References
    ----------
    M. Sundararajan, A. Taly, Q. Yan, "Axiomatic attribution for deep networks", ICML 2017,
    equations 1 and 3, proposition 1; arXiv:1703.01365.

    Examples
    --------
    >>> inputs = keras.Input((1, 2, 1))
    >>> dense = keras.layers.Dense(1)
    >>> model = keras.Model(inputs, dense(keras.layers.Flatten()(inputs)))
    >>> dense.set_weights([np.array([[1], [3]]), np.array([5])])
    >>> integrated_gradients(model, np.full((1, 1, 2, 1), 2.0)).ravel()
    array([2., 6.], dtype=float32)
    """
    count = class_count(model)
    x = as_images("images", images, model)
    parts = positive("steps", steps)
    start = as_array("baseline", baseline)
    if start.ndim == 0:
        start = np.full(x.shape[1:], finite("baseline", start[()]))
    b = as_image("baseline", start, model)
    if b.shape != x.shape[1:]:  # Where the model takes any size, as_image lets every size pass.
        raise ValueError(f"baseline: expected shape {x.shape[1:]}, as images, got {b.shape}")
    targets = one_hot(as_classes("classes", classes, model, x, count), count)
    gradient = compiled(model, unit_gradient, None)
    total = np.zeros(x.shape)
    for alpha in (np.arange(parts) + 0.5) / parts:
        total += in_batches(gradient, b + np.float32(alpha) * (x - b), targets)[1]
    return ((x - b) * total / parts).astype(np.float32)
