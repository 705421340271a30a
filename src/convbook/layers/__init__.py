"""Hand-made TensorFlow layers: what a layer does, one operation of TensorFlow a line.

Here is the pipeline of 2016, :func:`convolve`, and the layers of a network with their variables
handed in. A "convolution" of TensorFlow, and so of this module, is a cross-correlation: the
kernel is not flipped.

An argument of another type than its description says raises a TypeError, and a value that the
description does not allow a ValueError: another shape, an axis but that of the batch that is
unknown or empty, NaN or infinity in a picture, a size below 1, an unknown word, a VALID kernel or
window larger than what it slides over. TensorFlow answers some of these with garbage, and dies of
others.
"""

from convbook.layers.network import conv_relu, dropout, fully_connected, max_pool
from convbook.layers.pipeline import Activation, Stages, convolve

__all__ = [
    "Activation",
    "Stages",
    "conv_relu",
    "convolve",
    "dropout",
    "fully_connected",
    "max_pool",
]
