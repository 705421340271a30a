"""Appendix A: every call of the sources has its row, and every row says what is so.

``test_tables`` checks the words of the tables' last column, and that no call is missing. The others
run old calls beside new ones: `shows` notes which rows a test stands for.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

v1 = tf.compat.v1

RNG = np.random.default_rng(1)
PICTURES = RNG.normal(size=(2, 9, 9, 3)).astype(np.float32)
TAPS = RNG.normal(size=(3, 3, 3, 4)).astype(np.float32)
TABLE = RNG.normal(size=(5, 10)).astype(np.float32)
BYTES = RNG.integers(0, 256, (4, 5), np.uint8)

SHOWN: set[str] = set()
"""What the tests below show, by `shows`."""


def shows(*old: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Note which rows of the appendix a test shows, with both sides."""
    SHOWN.update(old)
    return lambda test: test


def in_session(build: Callable[[], Any], **feed: Any) -> Any:
    """Return the value of what `build` adds to a graph of its own, as TensorFlow 1 computed it."""
    with tf.Graph().as_default(), v1.Session() as session:
        placeholders = {name: v1.placeholder(tf.float32, None, name) for name in feed}
        fetched = build(**placeholders)
        session.run(v1.global_variables_initializer())
        return session.run(fetched, {placeholders[name]: value for name, value in feed.items()})
