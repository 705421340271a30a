"""What the tests of kernels share: TensorFlow's correlation, coordinates, Hypothesis settings."""

import numpy as np
import tensorflow as tf
from hypothesis import settings
from hypothesis import strategies as st

from convbook import kernels

sigmas = st.floats(0.3, 5)
angles = st.floats(-360, 360)
repeatable = settings(deadline=None, derandomize=True, max_examples=60)


def correlate(image, kernel):
    """Return TensorFlow's VALID "convolution" of a 2D image with a 2D kernel."""
    x = tf.constant(np.asarray(image, np.float32)[np.newaxis, ..., np.newaxis])
    return tf.nn.conv2d(x, kernels.to_hwio(kernel), 1, "VALID").numpy()[0, ..., 0]


def grid(radius):
    """Return the coordinates x, to the right, and y, downwards, of a square of pixels."""
    steps = np.arange(-radius, radius + 1.0)
    return np.meshgrid(steps, steps)
