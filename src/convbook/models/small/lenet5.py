"""LeNet-5 as its paper of 1998 describes it, but for the output layer."""

import math
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from convbook.models._parts import glorot, logits, picture_input, seeds

__all__ = ["C3_CONNECTIONS", "PartialConv2D", "Subsampling", "build", "features", "scaled_tanh"]

REVISION = 1
"""Of the network. Raise it with a change after which it computes or begins otherwise."""

# Table I of the paper: three neighbouring maps, counted in a circle; four neighbouring ones; four
# in two pairs; all six.
C3_CONNECTIONS = (
    (0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5),
    (0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5),
    (0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5),
    (0, 1, 2, 3, 4, 5),
)  # fmt: skip
"""For each of the 16 maps of C3, the maps of S2 that it is computed from."""


@keras.saving.register_keras_serializable("convbook")  # type: ignore[untyped-decorator]
def scaled_tanh(x: tf.Tensor) -> tf.Tensor:
    """Return ``1.7159 tanh(2 x / 3)``, the paper's squashing function: it takes 1 to about 1.

    Parameters
    ----------
    x : Tensor of floats
        Weighted sums.

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-Based Learning Applied to Document
    Recognition", Proceedings of the IEEE 86(11), appendix A, 1998.

    Examples
    --------
    >>> print(scaled_tanh(tf.constant([-1.0, 0.0, 1.0])).numpy().round(3))
    [-1.  0.  1.]
    """
    return 1.7159 * keras.ops.tanh(2 / 3 * x)


@keras.saving.register_keras_serializable("convbook")
class Subsampling(layers.Layer):  # type: ignore[misc]
    """The sum of each 2x2 window, times a trainable number a map, plus a trainable bias, squashed.

    It takes (n, H, W, C) and returns (n, H // 2, W // 2, C), and has 2 C parameters.
    """

    pool_size = strides = (2, 2)

    def __init__(self, seed: int, **options: Any) -> None:
        super().__init__(**options)
        self.seed = seed

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the coefficient and the bias of each map."""
        shape = (input_shape[-1],)
        start = _uniform(fan_in=4, seed=self.seed)
        self.coefficient = self.add_weight(shape=shape, initializer=start, name="coefficient")
        self.bias = self.add_weight(shape=shape, initializer="zeros", name="bias")

    def call(self, x: tf.Tensor) -> tf.Tensor:
        """Return the subsampled maps."""
        sums = 4 * keras.ops.average_pool(x, 2)
        return scaled_tanh(sums * self.coefficient + self.bias)


@keras.saving.register_keras_serializable("convbook")
class PartialConv2D(layers.Layer):  # type: ignore[misc]
    """A VALID convolution in which each output map sees some of the input maps, squashed.

    Only the slices of the kernel that are connected exist as weights. They are put in their places
    among zeros at every call, and one ordinary convolution does the rest.

    Parameters
    ----------
    connections : sequence of sequences of int
        For each output map, the input maps that it sees.
    kernel_size : (int, int)
        Height and width of the kernel, in pixels.
    seed : int
        Fixes the initial weights.
    **options
        Of every Keras layer: ``name``, ``dtype``.
    """

    strides = (1, 1)

    def __init__(
        self,
        connections: tuple[tuple[int, ...], ...],
        kernel_size: tuple[int, int],
        seed: int,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.connections = tuple(tuple(maps) for maps in connections)
        self.kernel_size = tuple(kernel_size)
        self.seed = seed

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make one slice of kernel for each connection, and one bias for each output map."""
        size, seed_of = self.kernel_size, seeds(self.seed)
        channels, maps = int(input_shape[-1] or 0), len(self.connections)
        pairs = [(seen, o) for o, all_seen in enumerate(self.connections) for seen in all_seen]
        # Row p of `places` is 1 where connection p lies in the (input map, output map) table.
        self.places = np.zeros((len(pairs), channels, maps), np.float32)
        for p, (seen, o) in enumerate(pairs):
            self.places[p, seen, o] = 1

        def start(shape: tuple[int, ...], dtype: object = None) -> tf.Tensor:
            return keras.ops.concatenate(
                [
                    _uniform(math.prod(size) * len(seen), next(seed_of))(
                        (*size, len(seen)), dtype=dtype
                    )
                    for seen in self.connections
                ],
                axis=-1,
            )

        self.slices = self.add_weight(shape=(*size, len(pairs)), initializer=start, name="slices")
        self.bias = self.add_weight(shape=(maps,), initializer="zeros", name="bias")

    def call(self, x: tf.Tensor) -> tf.Tensor:
        """Return the feature maps."""
        places = keras.ops.cast(self.places, self.compute_dtype)
        kernel = keras.ops.tensordot(self.slices, places, axes=1)
        return scaled_tanh(keras.ops.conv(x, kernel, padding="valid") + self.bias)


def build(*, seed: int = 0) -> keras.Model:
    """Build LeNet-5: C1, S2, C3, S4, C5 and F6, named as in the paper, and ten logits.

    The picture is padded to 32x32 and its values are moved to -0.1 (background) and 1.175 (ink),
    as in the paper, so that their mean is near 0. Every weight up to F6
    begins uniform between plus and minus 2.4 over the number of inputs of its unit.

    The paper's output layer compares F6 with ten fixed bitmaps of 7 by 12 pixels, one radial basis
    function a digit, and its loss uses the distances. Here a trainable dense layer gives logits,
    so that the network is trained and compared as all the others are.

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-Based Learning Applied to Document
    Recognition", Proceedings of the IEEE 86(11), sections II.B and II.C, table I and appendix A,
    1998, doi:10.1109/5.726791.

    Examples
    --------
    The paper counts 60,000 trainable parameters, without the output layer:

    >>> model = build()
    >>> model.count_params() - model.get_layer("logits").count_params()
    60000
    """
    seed_of = seeds(seed)

    def start(fan_in: int) -> keras.Initializer:
        return _uniform(fan_in, next(seed_of))

    image = picture_input()
    x = layers.ZeroPadding2D(2, name="pad")(image)
    x = layers.Rescaling(1.275, offset=-0.1, name="rescale")(x)
    x = layers.Conv2D(6, 5, activation=scaled_tanh, kernel_initializer=start(25), name="C1")(x)
    x = Subsampling(next(seed_of), name="S2")(x)
    x = PartialConv2D(C3_CONNECTIONS, (5, 5), next(seed_of), name="C3")(x)
    x = Subsampling(next(seed_of), name="S4")(x)
    x = layers.Conv2D(120, 5, activation=scaled_tanh, kernel_initializer=start(16 * 25), name="C5")(
        x
    )
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(84, activation=scaled_tanh, kernel_initializer=start(120), name="F6")(x)
    return keras.Model(image, logits(x, glorot(seed_of)), name="lenet5")


def _uniform(fan_in: int, seed: int) -> keras.Initializer:
    """Return appendix A's initializer, for units with so many inputs."""
    limit = 2.4 / fan_in
    return keras.initializers.RandomUniform(-limit, limit, seed=seed)


def features(model: keras.Model) -> keras.Model:
    """Return LeNet-5 up to C5, for pictures (n, H, W, 1) of any size.

    What it returns, (n, H', W', 120), is C5 of each window of 32x32 pixels of the padded picture,
    every fourth pixel down and across. The weights are those of the model, which `build` made.

    Examples
    --------
    >>> features(build())(np.zeros((1, 36, 28, 1), np.float32)).shape
    TensorShape([1, 3, 1, 120])
    """
    image = keras.Input((None, None, 1))
    maps = image
    for name in ("pad", "rescale", "C1", "S2", "C3", "S4", "C5"):
        maps = model.get_layer(name)(maps)
    return keras.Model(image, maps)
