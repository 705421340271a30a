"""What comes out of a network: feature maps inside it, right and wrong answers at its end."""

from collections.abc import Sequence
from typing import SupportsIndex

import keras
import numpy as np
import numpy.typing as npt

from convbook._arrays import as_array
from convbook._checks import positive
from convbook.interpretability._inputs import as_images, as_indices
from convbook.interpretability._networks import Floats, compiled, forward, in_batches, output_of


def feature_maps(
    model: keras.Model, images: npt.ArrayLike, layers: Sequence[str]
) -> dict[str, Floats]:
    """Return what the named layers give out for the images.

    Parameters
    ----------
    model : keras.Model
        With one NHWC input. Its output may be anything, a softmax too.
    images : array_like of shape (N, H, W, C), floating
        Prepared as the network takes them.
    layers : sequence of str
        Names of layers, at least one, as ``model.summary()`` lists them.

    Returns
    -------
    dict of str to ndarray, float32
        In the order asked for. Shape (N, Ho, Wo, O) for a convolution or a pooling, (N, units)
        for a fully connected layer. A layer that holds its activation gives the activated map.

    Examples
    --------
    >>> inputs = keras.Input((28, 28, 1))
    >>> maps = keras.layers.Conv2D(4, 5, name="conv1")(inputs)
    >>> model = keras.Model(inputs, keras.layers.MaxPooling2D(name="pool1")(maps))
    >>> found = feature_maps(model, np.zeros((3, 28, 28, 1)), ["conv1", "pool1"])
    >>> {name: values.shape for name, values in found.items()}
    {'conv1': (3, 24, 24, 4), 'pool1': (3, 12, 12, 4)}
    """
    x = as_images("images", images, model)
    if isinstance(layers, str) or not isinstance(layers, Sequence):
        raise TypeError(f"layers: expected a sequence of names, got {layers!r}")
    for name in layers:
        output_of("layers", model, name)
    if not layers:
        raise ValueError("layers: expected at least one name, got none")
    outputs = in_batches(compiled(model, forward, *layers), x)
    return dict(zip(layers, outputs, strict=True))


def confusion_matrix(
    labels: npt.ArrayLike, predictions: npt.ArrayLike, classes: SupportsIndex
) -> npt.NDArray[np.int64]:
    """Count how often each class was taken for each other.

    Parameters
    ----------
    labels, predictions : array_like of shape (N,), integer
        The true classes, and those with the largest logit.
    classes : int
        How many classes there are.

    Returns
    -------
    ndarray of shape (classes, classes), int64
        Entry [t, p] counts the images of class t that were taken for class p. A row is a true
        class, the diagonal holds the right answers, and the trace over the sum is the accuracy.

    Examples
    --------
    >>> confusion_matrix([0, 0, 1, 1], [0, 1, 1, 1], 2)
    array([[1, 1],
           [0, 2]])
    """
    count = positive("classes", classes)
    true, guessed = as_array("labels", labels), as_array("predictions", predictions)
    if true.ndim != 1 or true.size == 0 or guessed.shape != true.shape:
        raise ValueError(
            f"labels, predictions: expected two of the same shape (N,), not empty, "
            f"got {true.shape} and {guessed.shape}"
        )
    truth = as_indices("labels", true, true.size, count)
    guess = as_indices("predictions", guessed, true.size, count)
    pairs = np.bincount(truth * count + guess, minlength=count**2)
    return pairs.reshape(count, count).astype(np.int64)
