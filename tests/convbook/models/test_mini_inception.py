"""The book's own Inception network: its branches, one by one."""

import keras
import numpy as np
import pytest

from convbook import models, reference
from convbook.models import tables
from convbook.models.small import mini_inception

BRANCHES = ("1x1", "3x3", "5x5", "pool_proj")


@pytest.fixture(scope="module")
def model():
    return models.build("mini_inception", seed=3)


@pytest.mark.parametrize("name", mini_inception.MODULES)
def test_a_module_is_its_four_branches_side_by_side(model, name):
    _, edges = tables.graph(model)
    (source,) = {a for a, b in edges if b in {f"{name}_1x1", f"{name}_pool", f"{name}_3x3_reduce"}}
    inner = keras.Model(model.input, [model.get_layer(n).output for n in (source, name)])
    picture = np.random.default_rng(1).random((1, 28, 28, 1)).astype(np.float32)
    x, joined = (maps.numpy() for maps in inner(picture))

    def convolved(x, branch, *, relu=False):
        kernel, *bias = model.get_layer(f"{name}_{branch}").get_weights()
        y = reference.conv2d(x, kernel, padding="same") + (bias[0] if bias else 0)
        return np.maximum(y, 0) if relu else y

    by_hand = [
        convolved(x, "1x1"),
        convolved(convolved(x, "3x3_reduce", relu=True), "3x3"),
        convolved(convolved(x, "5x5_reduce", relu=True), "5x5"),
        convolved(reference.max_pool(x, 3, 1, "same"), "pool_proj"),
    ]
    np.testing.assert_allclose(joined, np.concatenate(by_hand, axis=-1), atol=1e-4)


@pytest.mark.parametrize("name", mini_inception.MODULES)
def test_branches_have_the_widths_of_the_table(model, name):
    widths = tuple(
        model.get_layer(f"{name}_{layer}").filters
        for layer in ("1x1", "3x3_reduce", "3x3", "5x5_reduce", "5x5", "pool_proj")
    )
    assert widths == mini_inception.MODULES[name]
    kernels = [model.get_layer(f"{name}_{branch}").kernel_size for branch in BRANCHES]
    assert kernels == [(1, 1), (3, 3), (5, 5), (1, 1)]


def test_every_module_and_the_stem_are_normalized_once(model):
    names = [layer.name for layer in model.layers]
    assert [name for name in names if name.startswith("norm")] == ["norm1", "norm2", "norm3"]
    _, edges = tables.graph(model)
    assert {("pool1", "norm1"), ("pool2", "norm2"), ("inception2", "norm3")} <= set(edges)
