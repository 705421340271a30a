"""Layers merged into blocks."""

from __future__ import annotations

from typing import Any

import pytest

from convbook import models, studies
from convbook.models import blocks, tables

ROWS = [
    {"name": name, "output_shape": shape, "parameters": p, "macs": m, "receptive_field": field}
    for name, shape, p, m, field in (
        ("image", [8, 8, 3], 0, 0, [1, 1]),
        ("a_conv", [8, 8, 4], 10, 100, [3, 3]),
        ("a_relu", [8, 8, 4], 0, 0, [3, 3]),
        ("b_conv", [4, 4, 5], 20, 50, [7, 7]),
        ("fc", [10], 30, 30, None),
    )
]
EDGES = [("image", "a_conv"), ("a_conv", "a_relu"), ("a_relu", "b_conv"), ("b_conv", "fc"),
         ("a_conv", "b_conv")]  # fmt: skip


def test_a_block_has_the_sums_of_its_layers_and_the_shape_of_the_last() -> None:
    found, _ = blocks.collapse(ROWS, EDGES, r"([ab])_")
    assert list(found) == ["image", "a", "b", "fc"]
    assert found["a"] == ("a", ("a_conv", "a_relu"), (8, 8, 4), 10, 100, (3, 3))
    assert found["fc"].receptive_field is None


def test_edges_within_a_block_vanish_and_others_come_once() -> None:
    _, edges = blocks.collapse(ROWS, EDGES, r"([ab])_")
    assert edges == [("image", "a"), ("a", "b"), ("b", "fc")]


def test_the_last_group_that_matched_names_the_block() -> None:
    found, _ = blocks.collapse(ROWS, EDGES, r"(im)age|[ab]_(conv)")
    assert list(found) == ["im", "conv", "a_relu", "fc"]


def test_without_a_match_nothing_is_merged() -> None:
    found, edges = blocks.collapse(ROWS, EDGES, r"(nothing)")
    assert [block.layers for block in found.values()] == [(row["name"],) for row in ROWS]
    assert edges == EDGES


def test_rows_of_a_model_serve_as_well() -> None:
    model = models.build("lenet")
    rows: list[dict[str, Any]] = [row._asdict() for row in tables.layer_table(model)]
    found, edges = blocks.collapse(rows, tables.graph(model).edges, r"(?:conv|pool)(\d)")
    assert sum(block.parameters for block in found.values()) == model.count_params()
    assert found["2"].output_shape == (7, 7, 6)
    assert ("1", "2") in edges


def test_a_pattern_needs_a_group() -> None:
    with pytest.raises(ValueError, match="pattern: expected a group"):
        blocks.collapse(ROWS, EDGES, "conv")


def test_an_edge_must_name_layers_that_are_there() -> None:
    with pytest.raises(ValueError, match="'fc', 'logits'"):
        blocks.collapse(ROWS, [("fc", "logits")], "(x)")


@pytest.mark.parametrize("name", models.IMAGENET)
def test_every_architecture_becomes_a_chain_of_blocks(name: str) -> None:
    network = studies.load("layer_tables").result(network=name)
    pattern = {
        "googlenet": r"(inception\d[a-e])",
        "inception_v3": r"(mixed\d+)",
        "resnet50": r"(conv[2-5]_\d)",
        "se_resnet50": r"(conv[2-5]_\d)",
        "densenet121": r"(dense\d_\d+)",
        "mobilenet_v2": r"(block\d[a-d])",
        "convnext_tiny": r"(stage\d_\d)",
        "efficientnet_lite0": r"(block\d[a-d])",
    }.get(name, "(x)")
    found, edges = blocks.collapse(network["rows"], network["edges"], pattern)
    assert edges == list(zip(list(found)[:-1], list(found)[1:], strict=True))
