"""The programs that are compared compute the same."""

import numpy as np
import pytest
import tensorflow as tf

from bookbuild.studies import networks


def test_all_modes_compute_one_step(random_digits: None) -> None:
    x, y = (tf.constant(part[:32]) for part in networks.digits())
    losses = [
        float(networks.step_of(networks.build("depthwise"), mode)(x, y)) for mode in networks.MODES
    ]
    np.testing.assert_allclose(losses, losses[0], rtol=1e-4)


def test_precision_compares_the_same_weights(random_digits: None, called_once: None) -> None:
    result = networks.precision("depthwise")
    assert 1e-4 < result["error"] < 0.05
    assert tf.keras.config.dtype_policy().name == "float32"


def test_a_process_that_fails_says_so() -> None:
    with pytest.raises(RuntimeError, match=r"(?s)with 1 threads failed: .*'no such network'"):
        networks.threads("no such network", 1)
