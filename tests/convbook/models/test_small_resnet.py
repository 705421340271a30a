"""The small residual network: its layers, what its shortcuts do, and what it refuses."""

import numpy as np
import pytest

from convbook import models
from convbook.models.small import small_resnet

PICTURES = np.random.default_rng(8).random((2, 28, 28, 1)).astype(np.float32)


@pytest.mark.parametrize(("blocks", "layers"), [(1, 8), (3, 20), (9, 56)])
@pytest.mark.parametrize("shortcuts", [True, False])
def test_three_stages_have_as_many_layers_as_the_paper_s(blocks, layers, shortcuts):
    model = small_resnet.build(widths=(4, 4, 4), blocks=blocks, shortcuts=shortcuts)
    weighted = [
        layer.name for layer in model.layers if layer.name == "logits" or "conv" in layer.name
    ]
    assert len(weighted) == layers


def test_sizes_halve_where_stages_begin_and_parameters_are_counted():
    model = models.build("small_resnet")
    assert {name: model.get_layer(f"{name}_relu2").output.shape[1:] for name in
            ("stage1_1", "stage2_1", "stage3_1")} == {
        "stage1_1": (14, 14, 24), "stage2_1": (7, 7, 48), "stage3_1": (4, 4, 96)
    }  # fmt: skip
    convolutions = 9 * 24 * (1 + 24 + 24) + 9 * 48 * (24 + 48) + 9 * 96 * (48 + 96)
    shortcuts = 24 * 48 + 48 * 96
    normalizations = 4 * (3 * 24 + 3 * 48 + 3 * 96)
    assert model.count_params() == convolutions + shortcuts + normalizations + 96 * 10 + 10


def test_a_block_whose_residual_is_zero_passes_its_input_on():
    model = small_resnet.build(widths=(4,), blocks=2)
    before, after = (model.get_layer(name).output for name in ("stage1_1_relu2", "stage1_2_relu2"))
    model.get_layer("stage1_2_conv2").set_weights([np.zeros((3, 3, 4, 4), np.float32)])
    inner = type(model)(model.input, [before, after])
    np.testing.assert_array_equal(*inner(PICTURES))


def test_the_plain_network_has_the_same_main_path_and_no_additions():
    residual, plain = (small_resnet.build(blocks=2, shortcuts=each) for each in (True, False))
    names = {layer.name for layer in residual.layers}
    assert {layer.name for layer in plain.layers} == {
        name for name in names if "shortcut" not in name and not name.endswith("_add")
    }


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"widths": ()}, ValueError, "widths: expected a number for each stage"),
        ({"widths": 8}, TypeError, "widths: expected a sequence of integers, got 8"),
        ({"widths": "8"}, TypeError, "widths: expected a sequence of integers, got '8'"),
        ({"widths": (8, 0)}, ValueError, r"widths\[1\]: .* at least 1, got 0"),
        ({"blocks": 0}, ValueError, "blocks: expected an integer of at least 1, got 0"),
        ({"blocks": 1.5}, TypeError, "blocks: expected an integer, got 1.5"),
        ({"shortcuts": 1}, TypeError, "shortcuts: expected True or False, got 1"),
    ],
)
def test_wrong_options_are_refused_by_their_names(options, error, message):
    with pytest.raises(error, match=message):
        small_resnet.build(**options)
