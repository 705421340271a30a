"""Super-resolution from maps at low resolution, enlarged at the very end in one of four ways."""

import keras
from keras import layers

from convbook._checks import one_of, positive
from convbook.models._parts import glorot, open_input, seeds

__all__ = ["UPSAMPLINGS", "PixelShuffle", "build"]

UPSAMPLINGS = ("nearest", "bilinear", "transposed", "pixel_shuffle")
"""The ways to enlarge."""


@keras.saving.register_keras_serializable("convbook")
class PixelShuffle(layers.Layer):  # type: ignore[misc]
    """Lay the channels of each pixel out as a square of scale x scale pixels.

    It takes (n, H, W, scale ** 2 C) and returns (n, scale H, scale W, C), and has no parameters.
    """

    def __init__(self, scale: int, **options: object) -> None:
        super().__init__(**options)
        self.scale = scale

    def call(self, x: keras.KerasTensor) -> keras.KerasTensor:
        """Return the enlarged maps."""
        ops, s = keras.ops, self.scale
        _, height, width, channels = ops.shape(x)
        x = ops.reshape(x, (-1, height, width, s, s, channels // s**2))
        x = ops.transpose(x, (0, 1, 3, 2, 4, 5))
        return ops.reshape(x, (-1, height * s, width * s, channels // s**2))

    def get_config(self) -> dict[str, object]:
        """Return what a saved model needs to make the layer anew."""
        return {**super().get_config(), "scale": self.scale}


def build(
    *, scale: int = 2, upsampling: str = "pixel_shuffle", width: int = 16, seed: int = 0
) -> keras.Model:
    """Build a 5x5 and a 3x3 convolution with tanh, an enlargement to one map, and a sum.

    It takes pictures (n, H, W, 1) and returns (n, scale H, scale W, 1): its last map added to the
    picture enlarged by bicubic interpolation, which the paper's network is not. The last kernel
    begins at zero: the untrained network interpolates.

    Parameters
    ----------
    scale : int, default 2
        Factor of height and width.
    upsampling : {"nearest", "bilinear", "transposed", "pixel_shuffle"}
        Nearest neighbours or bilinear interpolation, then a 3x3 convolution; a transposed
        convolution with a 3x3 kernel and a stride of `scale`; or a 3x3 convolution to
        ``scale ** 2`` maps whose channels become pixels, the paper's sub-pixel convolution.
    width : int, default 16
        Feature maps of the two first convolutions.
    seed
        As :mod:`convbook.models` says.

    References
    ----------
    W. Shi et al., "Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel
    Convolutional Neural Network", CVPR 2016, arXiv:1609.05158.

    Examples
    --------
    >>> [build(upsampling=way).count_params() for way in UPSAMPLINGS]
    [2881, 2881, 2881, 3316]
    """
    way, factor = one_of("upsampling", upsampling, UPSAMPLINGS), positive("scale", scale)
    maps, seed_of = positive("width", width), seeds(seed)
    x = image = open_input()
    for number, kernel in enumerate((5, 3), start=1):
        x = layers.Conv2D(
            maps, kernel, padding="same", activation="tanh",
            kernel_initializer=glorot(seed_of), name=f"conv{number}",
        )(x)  # fmt: skip
    if way == "transposed":
        x = layers.Conv2DTranspose(
            1, 3, strides=factor, padding="same", kernel_initializer="zeros", name="enlarge"
        )(x)
    elif way == "pixel_shuffle":
        x = layers.Conv2D(factor**2, 3, padding="same", kernel_initializer="zeros", name="last")(x)
        x = PixelShuffle(factor, name="enlarge")(x)
    else:
        x = layers.UpSampling2D(factor, interpolation=way, name="enlarge")(x)
        x = layers.Conv2D(1, 3, padding="same", kernel_initializer="zeros", name="last")(x)
    smooth = layers.UpSampling2D(factor, interpolation="bicubic", name="bicubic")(image)
    return keras.Model(image, layers.Add(name="sum")([smooth, x]), name="espcn")
