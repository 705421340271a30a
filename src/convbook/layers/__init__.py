"""Hand-made TensorFlow layers: what a layer does, one operation of TensorFlow a line.

Here is the pipeline of 2016, :func:`convolve`, and the layers of a network with their variables
handed in. A "convolution" of TensorFlow, and so of this module, is a cross-correlation: the
kernel is not flipped.
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
