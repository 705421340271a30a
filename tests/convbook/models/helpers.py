"""What tests of large networks share."""

import functools

import keras

from convbook import models


@functools.cache
def weightless(name, **options):
    """The network without memory for its weights: enough for shapes, counts and settings."""
    with keras.StatelessScope(initialize_variables=False):
        return models.build(name, **options)
