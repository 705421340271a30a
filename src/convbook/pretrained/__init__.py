"""Networks that others have trained on ImageNet, with what their pictures must go through.

``load("efficientnet_lite0")`` works wherever MNIST does: its weights come from a wheel of package
indexes, and are read without PyTorch. ``load("inception_v3")`` needs the file that
keras.applications publishes; where it cannot be had, an `UnavailableError` says why in one line,
and `missing` says so beforehand. What the files are and where they come from stands in
``weights_registry.toml`` beside this file; each load verifies them.

An argument of another type than its description says raises a TypeError, and a value that the
description does not allow a ValueError: an unknown network, a shape that is no picture's, pixels
that are out of range, ambiguous, NaN or infinite.

Importing this package imports no TensorFlow.
"""

from convbook.pretrained._network import (
    ImageNetClass,
    Network,
    Prediction,
    classes,
    load,
    probabilities,
)
from convbook.pretrained._weights import NAMES, UnavailableError, fetch, missing

__all__ = [
    "NAMES",
    "ImageNetClass",
    "Network",
    "Prediction",
    "UnavailableError",
    "classes",
    "fetch",
    "load",
    "missing",
    "probabilities",
]
