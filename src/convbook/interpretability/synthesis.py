"""Images made by following a gradient: what a unit responds to, and what misleads a network."""

from collections.abc import Callable
from typing import NamedTuple, SupportsFloat, SupportsIndex

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf
from scipy import ndimage

from convbook._arrays import as_array
from convbook._checks import integer, positive, positive_float
from convbook.interpretability._inputs import (
    Integers,
    Range,
    as_image,
    as_images,
    as_indices,
    as_range,
    as_seed,
    check_within,
    not_negative,
    one_hot,
)
from convbook.interpretability._networks import (
    Floats,
    Network,
    class_count,
    compiled,
    derivative,
    in_batches,
    input_shape,
    output_of,
    refuse_softmax,
    unit_gradient,
)


class Maximized(NamedTuple):
    """What :func:`activation_maximization` found.

    Attributes
    ----------
    images : ndarray of shape (U, H, W, C), float32
        One a unit.
    activations : ndarray of shape (U, steps + 1), float32
        The activation of the unit before each step, as the shifted image gives it if there is
        jitter, and at the end that of the image that came out.
    """

    images: Floats
    activations: Floats


def activation_maximization(
    model: keras.Model,
    layer: str,
    units: Integers,
    *,
    start: npt.ArrayLike | None = None,
    steps: SupportsIndex = 100,
    step_size: SupportsFloat = 0.05,
    l2: SupportsFloat = 0.0,
    total_variation: SupportsFloat = 0.0,
    jitter: SupportsIndex = 0,
    blur: SupportsFloat = 0.0,
    value_range: Range = (0.0, 1.0),
    seed: SupportsIndex = 0,
) -> Maximized:
    r"""Climb from noise to an image that a unit of a layer responds to most.

    .. math::

       F(x) = a(x) - \frac{\lambda}{n} \sum_{ijk} x_{ijk}^2
       - \frac{\tau}{n} \sum_{ijk} \bigl( |x_{i+1,jk} - x_{ijk}| + |x_{i,j+1,k} - x_{ijk}| \bigr)

    The activation :math:`a` is the mean of a channel over all positions, or a logit. :math:`n` is
    the number of values in an image, so :math:`\lambda` and :math:`\tau` mean the same at every
    size. Step :math:`t` of :math:`T` goes up the gradient, by a length that does not depend on
    the gradient's own and shrinks to 0, so that the image settles:

    .. math::

       x \leftarrow x + \eta \, \Bigl( 1 - \frac{t}{T} \Bigr) \,
       \frac{\sqrt{n} \, \nabla F}{\lVert \nabla F \rVert},
       \qquad t = 0, \ldots, T - 1

    Then the image is blurred and clipped to `value_range`. What comes back is a :class:`Maximized`.

    Behind a ReLU a unit may be silent at the start. It has no gradient then, its activations stay
    at 0, and its image shows nothing but the start: take another `start` or `seed`.

    Parameters
    ----------
    model : keras.Model
        With one NHWC input.
    layer : str
        Name of a layer with output (N, h, w, channels) or (N, units), such as that of the logits.
    units : int or array_like of shape (U,), integer
        Channels of the feature map, or elements of the vector. Several are climbed at once, from
        the same start with the same shifts, and do not influence one another.
    start : array_like of shape (H, W, C), floating, optional
        The first image, within `value_range`. Unless given, the middle of the range with normal
        noise, whose standard deviation is 0.01 of the range; 0 and 0.01 if the range is None. A
        model that takes any size needs it.
    steps : int, default 100
        Number of steps :math:`T`.
    step_size : float, default 0.05
        Root mean square change of the pixels in the first step, :math:`\eta`.
    l2 : float, default 0
        Weight :math:`\lambda` of the mean square. It holds back pixels that matter little.
    total_variation : float, default 0
        Weight :math:`\tau` of the differences between neighbours. It makes plane areas.
    jitter : int, default 0
        Before each step the image is shifted, wrapping around, by up to so many pixels along both
        axes at random, and shifted back after it. It holds back patterns that fit one position
        only.
    blur : float, default 0
        Standard deviation, in pixels, of a Gaussian after the first step. It shrinks as the steps
        do.
    value_range : (float, float) or None, default (0, 1)
        Smallest and largest value of a pixel, as the network takes it. None sets no limits: then
        a penalty has to hold the image.
    seed : int, default 0
        Of the noise and of the shifts. Nothing else is random.

    References
    ----------
    D. Erhan, Y. Bengio, A. Courville, P. Vincent, "Visualizing higher-layer features of a deep
    network", technical report 1341, Université de Montréal, 2009.
    K. Simonyan, A. Vedaldi, A. Zisserman, "Deep inside convolutional networks", ICLR workshop
    2014, section 2 (the L2 penalty); arXiv:1312.6034.
    A. Mahendran, A. Vedaldi, "Understanding deep image representations by inverting them", CVPR
    2015 (total variation); arXiv:1412.0035.
    A. Mordvintsev, C. Olah, M. Tyka, "Inceptionism: going deeper into neural networks", Google
    Research Blog, 2015 (jitter); see A. Mahendran, A. Vedaldi, "Visualizing deep convolutional
    neural networks using natural pre-images", IJCV 120, 2016; arXiv:1512.02017.
    J. Yosinski et al., "Understanding neural networks through deep visualization", ICML workshop
    2015 (blur); arXiv:1506.06579.

    Examples
    --------
    A kernel with an L2 penalty: the image becomes the kernel, up to a factor.

    >>> inputs = keras.Input((1, 2, 1))
    >>> conv = keras.layers.Conv2D(1, (1, 2), name="conv1")
    >>> model = keras.Model(inputs, conv(inputs))
    >>> conv.set_weights([np.array([3.0, -1.0]).reshape(1, 2, 1, 1), np.zeros(1)])
    >>> found = activation_maximization(model, "conv1", 0, l2=1, value_range=None)
    >>> found.images.round(2).ravel()
    array([ 3., -1.], dtype=float32)
    """
    height, width, channels = input_shape(model)
    output = output_of("layer", model, layer)
    refuse_softmax("layer", output)
    shape = tuple(output.shape)
    if len(shape) not in (2, 4) or shape[-1] is None:
        raise ValueError(
            f"layer: expected an output (N, h, w, channels) or (N, units), got {layer!r} "
            f"of shape {shape}"
        )
    number = as_array("units", units).size
    if number == 0:
        raise ValueError("units: expected at least one, got none")
    targets = one_hot(as_indices("units", units, number, shape[-1]), shape[-1])
    count, reach = positive("steps", steps), integer("jitter", jitter, 0)
    eta = positive_float("step_size", step_size)
    decay, flatness = not_negative("l2", l2), not_negative("total_variation", total_variation)
    sigma = not_negative("blur", blur)
    rng = as_seed(seed)
    low, high = as_range(value_range)
    if start is not None:
        first = as_image("start", start, model)
        check_within("start", first, low, high)
    elif height is None or width is None:
        raise ValueError("start: expected an image, since the model takes any size, got None")
    else:
        middle, span = ((low + high) / 2, high - low) if value_range is not None else (0.0, 1.0)
        noise = rng.standard_normal((height, width, channels), np.float32)
        first = np.float32(middle) + np.float32(0.01 * span) * noise

    climb = compiled(model, unit_gradient, layer)
    x = np.repeat(first[np.newaxis], len(targets), axis=0)
    activations = []
    for t in range(count):
        shift = rng.integers(-reach, reach, size=2, endpoint=True)
        activation, gradient = in_batches(climb, np.roll(x, shift, axis=(1, 2)), targets)
        gradient = np.roll(gradient, -shift, axis=(1, 2))
        gradient -= _penalty_gradient(x, decay, flatness)
        length = np.sqrt(np.mean(np.square(gradient), axis=(1, 2, 3), keepdims=True))
        # Without a gradient there is no direction, and the image stays.
        direction = np.divide(gradient, length, out=np.zeros_like(x), where=length > 0)
        shrinking = 1 - t / count
        moved = x + np.float32(eta * shrinking) * direction
        if sigma > 0:  # A blur that stayed while the steps shrink would wash the image out.
            moved = ndimage.gaussian_filter(moved, sigma * shrinking, mode="nearest", axes=(1, 2))
        x = moved.clip(low, high)
        activations.append(activation)
    activations.append(in_batches(climb, x, targets)[0])
    return Maximized(x, np.stack(activations, axis=1))


def _penalty_gradient(x: Floats, decay: float, flatness: float) -> Floats:
    """Return the gradient of both penalties with respect to each image."""
    gradient = 2 * decay * x
    for axis in (1, 2):
        signs = flatness * np.sign(np.diff(x, axis=axis))
        # A difference counts for the pixel that it leads to, and against the one it leaves.
        zero = np.zeros_like(x[:, :1] if axis == 1 else x[:, :, :1])
        gradient += np.concatenate([zero, signs], axis) - np.concatenate([signs, zero], axis)
    result: Floats = (gradient / x[0].size).astype(np.float32)
    return result


def adversarial(
    model: keras.Model,
    images: npt.ArrayLike,
    labels: Integers,
    *,
    epsilon: SupportsFloat,
    steps: SupportsIndex = 1,
    value_range: Range = (0.0, 1.0),
) -> Floats:
    r"""Change every pixel by at most epsilon so that the network's loss grows.

    One step is the fast gradient sign method:

    .. math:: x' = x + \varepsilon \, \operatorname{sign} \nabla_x J(x, y)

    where :math:`J` is the cross-entropy of the label :math:`y`. Of all changes by at most
    :math:`\varepsilon` a pixel, this one raises the loss most, to first order by
    :math:`\varepsilon \lVert \nabla_x J \rVert_1`. Several steps take shorter ones, each by the
    gradient at the place reached, and after each go back into the cube of half side
    :math:`\varepsilon` around the image: projected gradient descent from the image itself.

    Parameters
    ----------
    model, images
        As for :func:`convbook.interpretability.saliency`; no pixel leaves `value_range`.
    labels : int or array_like of shape (N,), integer
        The true classes, whose loss is raised.
    epsilon : float
        Largest change of a pixel, in units of the prepared pixels.
    steps : int, default 1
        Several have a length of 2.5 epsilon / steps each, at most epsilon.
    value_range : (float, float) or None, default (0, 1)
        Smallest and largest value of a pixel, as the network takes it. The result is clipped to
        it, since a camera or a file could not hold anything else. None sets no limits.

    Returns
    -------
    ndarray of shape (N, H, W, C), float32
        The changed images. Nothing promises that the network takes them for another class.

    References
    ----------
    I. J. Goodfellow, J. Shlens, C. Szegedy, "Explaining and harnessing adversarial examples",
    ICLR 2015, section 4; arXiv:1412.6572.
    A. Madry, A. Makelov, L. Schmidt, D. Tsipras, A. Vladu, "Towards deep learning models
    resistant to adversarial attacks", ICLR 2018, section 2.1; arXiv:1706.06083.

    Examples
    --------
    >>> inputs = keras.Input((1, 2, 1))
    >>> dense = keras.layers.Dense(2)
    >>> model = keras.Model(inputs, dense(keras.layers.Flatten()(inputs)))
    >>> dense.set_weights([np.array([[1, 0], [0, 3]]), np.zeros(2)])
    >>> adversarial(model, np.full((1, 1, 2, 1), 0.5), 0, epsilon=0.25).ravel()
    array([0.25, 0.75], dtype=float32)
    """
    count = class_count(model)
    x = as_images("images", images, model)
    targets = one_hot(as_indices("labels", labels, len(x), count), count)
    reach = positive_float("epsilon", epsilon)
    times = positive("steps", steps)
    low, high = as_range(value_range)
    check_within("images", x, low, high)
    nearest, farthest = (
        np.maximum(x - np.float32(reach), low),
        np.minimum(x + np.float32(reach), high),
    )
    climb = compiled(model, _loss_gradient, None)
    changed = x
    for _ in range(times):
        gradient = in_batches(climb, changed, targets)[0]
        step = np.float32(min(reach, 2.5 * reach / times)) * np.sign(gradient)
        changed = (changed + step).clip(nearest, farthest)
    return changed


def _loss_gradient(network: Network) -> Callable[..., list[tf.Tensor]]:
    """Make the function that gives the gradient of the cross-entropy with respect to images."""

    def gradient(images: tf.Tensor, targets: tf.Tensor) -> list[tf.Tensor]:
        with tf.GradientTape() as tape:
            tape.watch(images)
            output = tf.cast(network(images)[0], tf.float32)
            loss = tf.nn.softmax_cross_entropy_with_logits(targets, output)
        return [derivative(tape, loss, images)]

    return gradient
