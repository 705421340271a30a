"""What tests of large networks share."""

import functools

import keras

from convbook import models


@functools.lru_cache(maxsize=None, typed=True)  # typed: 1 is not True
def weightless(name, **options):
    """The network without memory for its weights: enough for shapes, counts and settings."""
    with keras.StatelessScope(initialize_variables=False):
        model = models.build(name, **options)
    keras.utils.clear_session()  # or the next layer of one's own gives all of it its memory
    return model
