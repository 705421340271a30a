"""AlexNet as its paper of 2012 describes it, in one column, and in a short version of 2016."""

import keras
from keras import layers

from convbook._checks import one_of
from convbook.models._parts import glorot, logits, picture_input, seeds
from convbook.models.imagenet._parts import CLASSES, LocalResponseNormalization

__all__ = ["build"]

# Not the paper's 224: (224 - 11) / 4 is no whole number, and (227 - 11) / 4 + 1 is its 55.
SHAPE = (227, 227, 3)

# Feature maps, kernel, stride, whether the columns stay apart, and the initial bias.
CONVOLUTIONS = (
    (96, 11, 4, False, 0),
    (256, 5, 1, True, 1),
    (384, 3, 1, False, 0),
    (384, 3, 1, True, 1),
    (256, 3, 1, True, 1),
)


def build(*, version: str = "two_columns", classes: int = CLASSES, seed: int = 0) -> keras.Model:
    """Build AlexNet: five convolutions, two hidden dense layers of 4,096, dropout 0.5.

    It takes pictures of 227x227 pixels.
    The original ran on two graphics processors, half of the feature maps on each. Only its third
    convolution and its dense layers see both halves; in the others each half sees itself, which is
    a convolution in two groups.

    Parameters
    ----------
    version : {"two_columns", "one_column", "short"}, default "two_columns"
        The original; the same with every convolution connected to all maps; or the network whose
        graph a post of 2016 shows: SAME padding and tanh throughout, a stride of 2 in ``conv2``,
        no normalization, one column, a third hidden layer of 1,000 units, and a dropout that
        keeps one number in five.
    classes, seed
        As :mod:`convbook.models` says.

    Notes
    -----
    As in Caffe's copy of the network, the normalization runs over all maps: those on either side
    of the seam between the columns see one another. The initial weights are the paper's: a
    deviation of 0.01, and biases of 1 in ``conv2``, ``conv4``, ``conv5``, ``fc6`` and ``fc7``, to
    feed their ReLUs something positive. Building takes seconds, for the memory of 61 million
    weights; see :func:`convbook.models.imagenet.vgg16.build` for how to do without.

    References
    ----------
    A. Krizhevsky, I. Sutskever and G. E. Hinton, "ImageNet Classification with Deep Convolutional
    Neural Networks", NIPS 2012: Figure 2; section 3.3 for the normalization, 3.4 for the pooling.

    M. Mourafiq, "Playing with convolutions in TensorFlow", 2016, shows only the graph of the short
    version; its layers are those of ``alexnet.py`` in the repository that the post names,
    mmourafiq/tensorflow-convolution-models.

    Examples
    --------
    >>> model = build(version="short", classes=10)
    >>> [model.get_layer(name).output.shape[1] for name in ("conv1", "pool1", "conv2", "pool5")]
    [57, 29, 15, 4]
    """
    one_of("version", version, ("two_columns", "one_column", "short"))
    short = version == "short"
    activation = "tanh" if short else "relu"
    seed_of = seeds(seed)

    def weights() -> keras.Initializer:
        if short:
            return glorot(seed_of)
        return keras.initializers.RandomNormal(stddev=0.01, seed=next(seed_of))

    def hidden(x: keras.KerasTensor, units: int, number: int) -> keras.KerasTensor:
        x = layers.Dense(
            units,
            activation=activation,
            kernel_initializer=weights(),
            bias_initializer=keras.initializers.Constant(0 if short else 1),
            name=f"fc{number}",
        )(x)
        rate = 0.8 if short else 0.5
        return layers.Dropout(rate, seed=next(seed_of), name=f"dropout{number}")(x)

    x = image = picture_input(SHAPE)
    for number, (maps, kernel, stride, apart, bias) in enumerate(CONVOLUTIONS, start=1):
        x = layers.Conv2D(
            maps,
            kernel,
            strides=2 if short and number == 2 else stride,
            padding="same" if short or number > 1 else "valid",
            groups=2 if apart and version == "two_columns" else 1,
            activation=activation,
            kernel_initializer=weights(),
            bias_initializer=keras.initializers.Constant(0 if short else bias),
            name=f"conv{number}",
        )(x)
        if number < 3 and not short:
            x = LocalResponseNormalization(name=f"norm{number}")(x)
        if number in (1, 2, 5):
            padding = "same" if short else "valid"
            x = layers.MaxPooling2D(3, strides=2, padding=padding, name=f"pool{number}")(x)
    x = layers.Flatten(name="flatten")(x)
    for number, units in ((6, 4096), (7, 4096), (8, 1000))[: 3 if short else 2]:
        x = hidden(x, units, number)
    last = keras.initializers.Zeros() if short else weights()
    return keras.Model(image, logits(x, last, classes), name="alexnet")
