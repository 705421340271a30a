"""Which part of an image a class depends on: by covering it, and by the last feature maps."""

from collections.abc import Callable
from functools import partial
from typing import SupportsFloat, SupportsIndex

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from convbook import arithmetic
from convbook._checks import finite, positive
from convbook.interpretability._inputs import (
    Integers,
    as_classes,
    as_image,
    as_images,
    of_probability,
    one_hot,
)
from convbook.interpretability._networks import (
    PIXELS_A_BATCH,
    Floats,
    Network,
    class_count,
    compiled,
    derivative,
    in_batches,
    logits,
    output_of,
)


def occlusion(
    model: keras.Model,
    image: npt.ArrayLike,
    class_index: SupportsIndex | None = None,
    *,
    size: SupportsIndex,
    stride: SupportsIndex = 1,
    fill: SupportsFloat = 0.0,
    of: str = "logit",
) -> Floats:
    r"""Return how far a class's score falls when a square of the image is covered.

    .. math:: D_{uv} = y_c(x) - y_c(x \text{ with the square at } (s u, s v) \text{ filled})

    Nothing is differentiated: the network sees every covered image. A positive value says that
    the square spoke for the class, a negative value that it spoke against it.

    Parameters
    ----------
    model : keras.Model
        With one NHWC input and one output of logits, shape (N, classes).
    image : array_like of shape (H, W, C), floating
        Prepared as the network takes it.
    class_index : int, optional
        Unless given, the class with the largest logit.
    size : int
        Side of the square, in pixels, at most that of the image.
    stride : int, default 1
        Pixels :math:`s` from one position to the next, along both axes.
    fill : float, default 0
        Value of the covered pixels, prepared as the image is. The paper takes grey.
    of : {"logit", "probability"}, default "logit"
        The score :math:`y_c`. The paper takes the probability.

    Returns
    -------
    ndarray of shape (Ho, Wo), float32
        Ho = floor((H - size) / stride) + 1, and Wo likewise: all positions inside the image. Entry
        [u, v] belongs to the square whose upper left pixel is [stride * u, stride * v].

    References
    ----------
    M. D. Zeiler, R. Fergus, "Visualizing and understanding convolutional networks", ECCV 2014,
    section 4.2; arXiv:1311.2901.

    Examples
    --------
    >>> inputs = keras.Input((2, 2, 1))
    >>> dense = keras.layers.Dense(1)
    >>> model = keras.Model(inputs, dense(keras.layers.Flatten()(inputs)))
    >>> dense.set_weights([np.array([[1], [2], [3], [-4]]), np.array([9])])
    >>> occlusion(model, np.ones((2, 2, 1)), size=1)
    array([[ 1.,  2.],
           [ 3., -4.]], dtype=float32)
    """
    count = class_count(model)
    x = as_image("image", image, model)
    side, step = positive("size", size), positive("stride", stride)
    colour = np.float32(finite("fill", fill))
    as_probability = of_probability(of)
    height, width = x.shape[:2]
    if side > min(height, width):
        raise ValueError(f"size: expected at most {min(height, width)}, the image's, got {side}")
    chosen = int(as_classes("class_index", class_index, model, x[np.newaxis], count)[0])
    rows = arithmetic.output_size(height, side, step)
    columns = arithmetic.output_size(width, side, step)

    def score(images: Floats) -> Floats:
        values = logits(model, images)
        if as_probability:
            values = np.exp(values - values.max(axis=1, keepdims=True))
            values /= values.sum(axis=1, keepdims=True)
        return values[:, chosen]

    scores = np.empty(rows * columns, np.float32)
    # As many copies of the image at a time as the network takes at a time, never all of them.
    at_once = max(1, PIXELS_A_BATCH // (height * width))
    for first in range(0, scores.size, at_once):
        positions = range(first, min(first + at_once, scores.size))
        covered = np.repeat(x[np.newaxis], len(positions), axis=0)
        for copy, position in zip(covered, positions, strict=True):
            top, left = step * (position // columns), step * (position % columns)
            copy[top : top + side, left : left + side] = colour
        scores[positions.start : positions.stop] = score(covered)
    return (score(x[np.newaxis]) - scores).reshape(rows, columns)


def grad_cam(
    model: keras.Model,
    images: npt.ArrayLike,
    layer: str,
    classes: Integers | None = None,
    *,
    of: str = "logit",
) -> Floats:
    r"""Return where in the image a layer finds evidence for a class.

    .. math::

       \alpha_k = \frac{1}{h w} \sum_{ij} \frac{\partial y_c}{\partial A_{ijk}},
       \qquad
       L_{ij} = \max \Bigl( 0, \sum_k \alpha_k A_{ijk} \Bigr)

    :math:`A` is the layer's output with its :math:`h \times w` positions. Each channel counts as
    much as its mean gradient says, and what speaks against the class is set to 0. The map is
    brought to the size of the image by bilinear interpolation. It is not scaled to a maximum of
    1, so that maps can be compared with one another.

    With global average pooling and one fully connected layer after `layer`, the sum is the class
    activation map of Zhou et al. divided by :math:`h w`.

    Parameters
    ----------
    model, images, classes
        As for :func:`convbook.interpretability.saliency`.
    layer : str
        Name of a layer with spatial axes, mostly the last convolution.
    of : {"logit", "probability"}, default "logit"
        The score :math:`y_c`. The paper differentiates before the softmax. ``"probability"``
        shows why: where :math:`p_c` is close to 1 all gradients are close to 0, and what is left
        of the map is also that of the other classes.

    Returns
    -------
    ndarray of shape (N, H, W), float32
        At least 0, in units of the score.

    References
    ----------
    R. R. Selvaraju et al., "Grad-CAM: visual explanations from deep networks via gradient-based
    localization", ICCV 2017, equations 1 and 2; arXiv:1610.02391.
    B. Zhou et al., "Learning deep features for discriminative localization", CVPR 2016;
    arXiv:1512.04150.

    Examples
    --------
    >>> inputs = keras.Input((28, 28, 1))
    >>> maps = keras.layers.Conv2D(4, 5, strides=2, activation="relu", name="conv1")(inputs)
    >>> model = keras.Model(inputs, keras.layers.Dense(10)(keras.layers.Flatten()(maps)))
    >>> grad_cam(model, np.ones((3, 28, 28, 1)), "conv1").shape
    (3, 28, 28)
    """
    count = class_count(model)
    x = as_images("images", images, model)
    make = CAM_OF_PROBABILITY if of_probability(of) else CAM_OF_LOGIT
    shape = output_of("layer", model, layer).shape
    if len(shape) != 4:
        raise ValueError(
            f"layer: expected one with spatial axes, (N, h, w, channels), got {layer!r} "
            f"of shape {tuple(shape)}"
        )
    targets = one_hot(as_classes("classes", classes, model, x, count), count)
    return in_batches(compiled(model, make, layer, None), x, targets)[0]


def _cam(
    network: Network, score: Callable[[tf.Tensor], tf.Tensor]
) -> Callable[..., list[tf.Tensor]]:
    """Make the function that gives the maps of Grad-CAM at the size of the images."""

    def cam(images: tf.Tensor, targets: tf.Tensor) -> list[tf.Tensor]:
        with tf.GradientTape() as tape:
            tape.watch(images)
            maps, output = network(images)
            chosen = tf.reduce_sum(score(tf.cast(output, tf.float32)) * targets, axis=1)
        weights = tf.reduce_mean(derivative(tape, chosen, maps), axis=(1, 2), keepdims=True)
        found = tf.nn.relu(tf.reduce_sum(weights * tf.cast(maps, tf.float32), 3, keepdims=True))
        return [tf.image.resize(found, tf.shape(images)[1:3], "bilinear")[..., 0]]

    return cam


CAM_OF_LOGIT, CAM_OF_PROBABILITY = (
    partial(_cam, score=score) for score in (tf.identity, tf.nn.softmax)
)
