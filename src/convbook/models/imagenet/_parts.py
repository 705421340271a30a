"""What the networks for colour pictures share beside `convbook.models._parts`."""

from typing import Any

import keras
import tensorflow as tf

CLASSES = 1000


@keras.saving.register_keras_serializable(package="convbook")
class LocalResponseNormalization(keras.layers.Layer):  # type: ignore[misc]
    """Divide each number by a power of the energy of its neighbours in the channels around it.

    ``y = x / (bias + alpha * sum of squares) ** beta``, the sum over `depth_radius` channels to
    either side and the channel itself. The defaults are AlexNet's. Caffe, and so GoogLeNet, divides
    its alpha by the number of channels in the sum.

    Parameters
    ----------
    depth_radius : int, default 2
        Channels to either side.
    bias, alpha, beta : float
        As above.
    **options
        Of every Keras layer: ``name``, ``dtype``.

    References
    ----------
    A. Krizhevsky, I. Sutskever and G. E. Hinton, "ImageNet Classification with Deep Convolutional
    Neural Networks", NIPS 2012, section 3.3.
    """

    def __init__(
        self,
        depth_radius: int = 2,
        bias: float = 2.0,
        alpha: float = 1e-4,
        beta: float = 0.75,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.depth_radius, self.bias, self.alpha, self.beta = depth_radius, bias, alpha, beta

    def call(self, x: tf.Tensor) -> tf.Tensor:
        """Return the normalized feature maps, of the same shape (n, H, W, C)."""
        # TensorFlow has no bfloat16 of it on a CPU, and squares want the range of float32.
        wide = tf.nn.local_response_normalization(
            tf.cast(x, "float32"), self.depth_radius, self.bias, self.alpha, self.beta
        )
        return tf.cast(wide, x.dtype)


@keras.saving.register_keras_serializable(package="convbook")
class LayerScale(keras.layers.Layer):  # type: ignore[misc]
    """Multiply each map with a number of its own, trained, that begins small.

    ``y[..., c] = scale[c] * x[..., c]``, so that a residual block begins as nearly the identity.

    Parameters
    ----------
    initial : float, default 1e-6
        What each scale begins with.
    **options
        Of every Keras layer: ``name``, ``dtype``.

    References
    ----------
    H. Touvron, M. Cord, A. Sablayrolles, G. Synnaeve and H. Jégou, "Going deeper with Image
    Transformers", arXiv:2103.17239, 2021: section 2.
    """

    def __init__(self, initial: float = 1e-6, **options: Any) -> None:
        super().__init__(**options)
        self.initial = initial

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Make the scales, as many as the input has maps."""
        start = keras.initializers.Constant(self.initial)
        self.scale = self.add_weight(shape=shape[-1:], initializer=start, name="scale")

    def call(self, x: tf.Tensor) -> tf.Tensor:
        """Return the scaled maps, of the same shape (n, H, W, C)."""
        return x * self.scale

    def get_config(self) -> dict[str, Any]:
        """Return what the layer can be made from again."""
        return {**super().get_config(), "initial": self.initial}
