"""Network in network: after every convolution two of 1x1, and no dense layer at the end."""

from functools import partial

import keras
from keras import layers

from convbook._checks import positive
from convbook.models._parts import picture_input, seeds
from convbook.models.imagenet._parts import CLASSES

__all__ = ["build"]

SHAPE = (224, 224, 3)

# Of the convolution that begins each block: feature maps, kernel, stride, padding, and the
# deviation of its initial weights.
BLOCKS = (
    (96, 11, 4, "valid", 0.01),
    (256, 5, 1, "same", 0.05),
    (384, 3, 1, "same", 0.01),
    (1024, 3, 1, "same", 0.05),
)


def build(*, classes: int = CLASSES, seed: int = 0) -> keras.Model:
    """Build the network in network that its authors published for ImageNet.

    It takes pictures of 224x224 pixels and has 7,595,176 parameters for 1,000 classes. No logit is
    below zero.

    A convolution and the two 1x1 convolutions after it, all with ReLU, are a small dense network
    that slides over the picture. The last of them has one feature map a class, whose mean is that
    class's logit. The layers are ``conv1`` to ``conv4``, ``cccp1`` to ``cccp8`` (for cascaded
    cross-channel parametric pooling, the paper's name for them), and ``pool1`` to ``pool3``.

    Notes
    -----
    Caffe lets a pooling window hang over the right and lower edge, where SAME padding puts its
    odd pixel too. So ``pool1`` goes from 54 pixels a side to 27 as it does there.

    References
    ----------
    M. Lin, Q. Chen and S. Yan, "Network In Network", arXiv:1312.4400, 2013. The paper describes the
    idea and smaller networks; this one is "NIN-Imagenet" of Caffe's model zoo, by the same authors,
    from which the deviations of the initial weights come as well.

    Examples
    --------
    >>> build(classes=10).get_layer("pool3").output.shape
    (None, 6, 6, 384)
    """
    conv = partial(layers.Conv2D, padding="same", activation="relu")
    seed_of = seeds(seed)
    classes = positive("classes", classes)

    def normal(deviation: float = 0.05) -> keras.Initializer:
        return keras.initializers.RandomNormal(stddev=deviation, seed=next(seed_of))

    x = image = picture_input(SHAPE)
    for number, (maps, kernel, stride, padding, deviation) in enumerate(BLOCKS, start=1):
        options = {"strides": stride, "padding": padding, "name": f"conv{number}"}
        x = conv(maps, kernel, kernel_initializer=normal(deviation), **options)(x)
        x = conv(maps, 1, kernel_initializer=normal(), name=f"cccp{2 * number - 1}")(x)
        if number < len(BLOCKS):
            x = conv(maps, 1, kernel_initializer=normal(), name=f"cccp{2 * number}")(x)
            window = "same" if number == 1 else "valid"
            x = layers.MaxPooling2D(3, strides=2, padding=window, name=f"pool{number}")(x)
        if number == 3:
            x = layers.Dropout(0.5, seed=next(seed_of), name="dropout")(x)
    x = conv(classes, 1, kernel_initializer=normal(0.01), name="cccp8")(x)
    x = layers.GlobalAveragePooling2D(dtype="float32", name="logits")(x)
    return keras.Model(image, x, name="network_in_network")
