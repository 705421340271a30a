"""The work of the studies on small networks: what is rounded, what is removed, what learns."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from bookbuild.studies import small
from convbook import models, reference


@pytest.fixture(scope="module")
def model() -> keras.Model:
    return models.build("strided_convnet", seed=3)


@pytest.fixture
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the studies learn from a few random pictures of two kinds, bright and dark."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 400)
    x = (rng.uniform(0, 1, (400, 28, 28, 1)) * (0.2 + 0.8 * y[:, None, None, None])).astype("f4")
    monkeypatch.setattr(small, "pictures", lambda dataset: ((x[:300], y[:300]), (x[300:], y[300:])))
    trained = {**small.TRAINED, "pictures": 300, "batch_size": 30}
    monkeypatch.setattr(small, "TRAINED", trained)


def test_kernels_are_rounded_and_biases_are_not(model: keras.Model) -> None:
    weights = [tf.convert_to_tensor(w) for w in model.trainable_variables]
    for before, after in zip(weights, small.rounded(3)(weights), strict=True):
        if len(before.shape) == 1:
            np.testing.assert_array_equal(before, after)
            continue
        scale = reference.symmetric_scale(before.numpy(), 3)
        whole = after.numpy() / scale
        np.testing.assert_allclose(whole, np.rint(whole), atol=1e-4)
        assert abs(whole).max() < 3.001


def test_the_smallest_weights_of_each_kernel_are_removed(model: keras.Model) -> None:
    masks = small.weakest(model.trainable_variables, 0.75)
    for variable, mask in zip(model.trainable_variables, masks, strict=True):
        values = np.abs(variable.numpy())
        if values.ndim == 1:
            assert mask.all()
            continue
        np.testing.assert_allclose(mask.mean(), 0.25, atol=0.01)
        assert values[mask == 0].max() <= values[mask == 1].min()


def test_a_narrower_network_computes_what_the_kept_maps_do(model: keras.Model) -> None:
    x = np.random.default_rng(1).uniform(0, 1, (3, 28, 28, 1)).astype(np.float32)
    same = small.narrower(model, 0)
    np.testing.assert_allclose(same.predict(x, verbose=0), model.predict(x, verbose=0), atol=1e-6)
    # With the weakest maps and units silenced, nothing changes when they are taken out.
    silenced = small.changed_copy(model)
    for layer in silenced.layers[1:-1]:
        if layer.weights:
            kernel, bias = layer.get_weights()
            strength = np.abs(kernel).sum(axis=tuple(range(kernel.ndim - 1)))
            weak = np.argsort(strength)[: len(bias) // 2]
            kernel[..., weak], bias[weak] = 0, 0
            layer.set_weights([kernel, bias])
    half = small.narrower(silenced, 0.5)
    assert half.get_layer("conv2").filters == 16
    assert half.get_layer("logits").units == 10
    np.testing.assert_allclose(
        half.predict(x, verbose=0), silenced.predict(x, verbose=0), atol=1e-5
    )


@pytest.mark.usefixtures("_few")
@pytest.mark.parametrize("bits", [None, 2])
def test_a_network_learns_through_what_changes_its_weights(model: keras.Model, bits) -> None:
    through = small.rounded(bits) if bits else small.same
    trained = small.changed_copy(model)
    before = small.right(trained, through)
    small.fit(trained, 3, 0, rate=0.003, through=through)
    assert small.right(trained, through) > max(before, 80)


@pytest.mark.usefixtures("_few")
def test_masked_weights_stay_away(model: keras.Model) -> None:
    masks = small.weakest(model.trainable_variables, 0.9)
    through = small.masked(masks)
    trained = small.changed_copy(model)
    small.fit(trained, 1, 0, rate=0.003, through=through)
    for w, mask in zip(through(trained.trainable_variables), masks, strict=True):
        assert not np.asarray(w)[mask == 0].any()
