"""What papers report, and the book's own models beside it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from convbook import models, studies
from convbook.models import published
from convbook.models.published import Count
from tests.conftest import ROOT

BIBLIOGRAPHY = ROOT / "book" / "references.bib"


@pytest.fixture(params=published.names())
def network(request: pytest.FixtureRequest) -> published.Published:
    return published.load(request.param)


@pytest.fixture(scope="module")
def rows() -> dict[str, list[dict[str, Any]]]:
    recorded = studies.load("layer_tables").units
    return {unit.parameters["network"]: unit.result["rows"] for unit in recorded}


def total(rows: list[dict[str, Any]], what: str) -> int:
    return sum(row[what] for row in rows)


def test_every_architecture_of_the_chapter_is_there() -> None:
    assert set(published.names()) == {"lenet5", *models.IMAGENET}


def test_names_are_in_the_order_of_their_years() -> None:
    years = [published.load(name).year for name in published.names()]
    assert years == sorted(years)


def test_every_entry_is_cited_and_says_where_it_was_checked(network: published.Published) -> None:
    assert re.search(rf"^@\w+\{{{network.citation},", BIBLIOGRAPHY.read_text("utf-8"), re.M)
    entries = [*network.reports, *filter(None, (network.parameters, network.macs))]
    assert all(entry.source and entry.checked for entry in entries)


def test_every_report_has_an_error_and_top_5_forgives(network: published.Published) -> None:
    assert network.reports
    for report in network.reports:
        errors = [error for error in (report.top1, report.top5) if error is not None]
        assert errors
        assert all(0 < error < 100 for error in errors)
        assert errors == sorted(errors, reverse=True)


def test_more_crops_make_fewer_errors() -> None:
    pairs = [
        (report.top1, single.top1)
        for network in map(published.load, published.names())
        if (single := network.single_crop()) and single.top1 is not None
        for report in network.reports
        if report.protocol != "single crop" and report.pictures == single.pictures
        if report.top1 is not None
    ]
    assert len(pairs) >= 4
    assert [pair for pair in pairs if pair[0] >= pair[1]] == []


@pytest.mark.parametrize("name", models.IMAGENET)
def test_every_network_for_pictures_has_a_comparable_error(name: str) -> None:
    report = published.load(name).single_crop()
    assert report is not None
    assert report.top1 is not None
    assert report.pictures.startswith("ILSVRC 2012, validation")


def test_inception_v3_was_measured_on_fewer_pictures_than_its_weights_in_keras() -> None:
    reports = published.load("inception_v3").reports
    paper, keras = (report for report in reports if report.protocol == "single crop")
    assert "48,238" in paper.pictures
    assert "48,238" not in keras.pictures
    assert paper.top1 is not None
    assert keras.top1 is not None
    assert paper.top1 + 0.2 < keras.top1


def test_googlenet_has_its_authors_own_single_crop() -> None:
    report = published.load("googlenet").single_crop()
    assert report is not None
    assert (report.top1, report.by) == (29.0, "the authors, a year later")


def test_what_is_checked_by_memory_alone_is_lenet5_s_error() -> None:
    remembered = [
        (name, report.source)
        for name in published.names()
        for report in published.load(name).reports
        if "memory" in report.checked
    ]
    assert remembered == [("lenet5", "section III.B, trained without distortions")]


def test_parameters_are_the_papers(rows: dict[str, list[dict[str, Any]]]) -> None:
    agreeing = {}
    for name in published.names():
        count = published.load(name).parameters
        if count:
            agreeing[name] = [
                what for what in ("parameters", "trained") if count.agrees(total(rows[name], what))
            ]
    assert agreeing == {
        "lenet5": [],  # its output layer is drawn by hand: below
        "alexnet": ["parameters", "trained"],
        "vgg16": ["parameters", "trained"],
        "googlenet": [],  # its table has no biases, and errors of its own: below
        "inception_v3": ["parameters", "trained"],
        "resnet50": ["parameters", "trained"],
        "densenet121": ["trained"],
        "mobilenet": ["parameters", "trained"],
        "se_resnet50": ["trained"],
        "mobilenet_v2": [],  # its authors count no normalization: below
        "efficientnet_lite0": ["parameters", "trained"],
        "convnext_tiny": ["parameters", "trained"],
    }


def test_lenet5_has_the_papers_parameters_without_its_output(
    rows: dict[str, list[dict[str, Any]]],
) -> None:
    count = published.load("lenet5").parameters
    assert count
    assert (
        total([row for row in rows["lenet5"] if row["name"] != "logits"], "trained") == count.value
    )


def test_googlenet_has_nearly_the_sum_of_the_papers_table(
    rows: dict[str, list[dict[str, Any]]],
) -> None:
    count = published.load("googlenet").parameters
    assert count
    biases = sum(row["output_shape"][-1] for row in rows["googlenet"] if row["parameters"])
    assert total(rows["googlenet"], "parameters") - biases == pytest.approx(count.value, rel=0.01)


def test_network_in_network_has_the_size_of_the_published_file(
    rows: dict[str, list[dict[str, Any]]],
) -> None:
    assert round(4 * total(rows["network_in_network"], "parameters") / 2**20) == 29


def test_macs_are_the_papers(rows: dict[str, list[dict[str, Any]]]) -> None:
    agreeing = {
        name: count.agrees(total(rows[name], "macs"))
        for name in published.names()
        if (count := published.load(name).macs)
    }
    assert agreeing == {
        "alexnet": True,
        "vgg16": False,  # MobileNet's paper leaves out the dense layers: below
        "googlenet": True,
        "inception_v3": False,  # its paper's table has fewer: below
        "resnet50": True,
        "densenet121": False,  # normalization and pooling were counted: below
        "mobilenet": True,
        "mobilenet_v2": True,
        "efficientnet_lite0": False,  # its authors count something more: below
        "convnext_tiny": True,
    }


def test_vgg_s_convolutions_have_the_reported_macs(rows: dict[str, list[dict[str, Any]]]) -> None:
    count = published.load("vgg16").macs
    assert count
    assert count.agrees(total([r for r in rows["vgg16"] if r["kind"] == "Conv2D 3x3"], "macs"))


def test_inception_v3_costs_a_fifth_more_than_its_paper_s_table_says(
    rows: dict[str, list[dict[str, Any]]],
) -> None:
    count = published.load("inception_v3").macs
    assert count
    assert total(rows["inception_v3"], "macs") / count.value == pytest.approx(1.19, abs=0.005)


def test_densenet_s_reported_macs_are_less_than_two_per_cent_more(
    rows: dict[str, list[dict[str, Any]]],
) -> None:
    count = published.load("densenet121").macs
    assert count
    assert 1 < count.value / total(rows["densenet121"], "macs") < 1.02


def test_mobilenet_v2_has_the_reported_parameters_without_normalization(
    rows: dict[str, list[dict[str, Any]]],
) -> None:
    count = published.load("mobilenet_v2").parameters
    assert count
    kept = [row for row in rows["mobilenet_v2"] if row["kind"] != "BatchNormalization"]
    assert count.agrees(total(kept, "parameters"))


def test_lite0_s_reported_macs_are_six_per_cent_more(
    rows: dict[str, list[dict[str, Any]]],
) -> None:
    count = published.load("efficientnet_lite0").macs
    assert count
    assert count.value / total(rows["efficientnet_lite0"], "macs") == pytest.approx(1.057, abs=1e-3)


@pytest.mark.parametrize(
    ("counted", "expected"),
    [(137_499_999, False), (137_500_000, True), (138_999_999, True), (139_000_000, False)],
)
def test_a_count_agrees_when_rounded_or_cut_off(counted: int, expected: bool) -> None:
    assert Count(138_000_000, 1_000_000, "Table 2", "read").agrees(counted) is expected


def test_a_bound_is_kept_below_it() -> None:
    bound = Count(25, 1, "abstract", "read", below=True)
    assert bound.agrees(24)
    assert not bound.agrees(25)


def test_an_error_without_a_single_crop_is_not_comparable() -> None:
    assert published.load("lenet5").single_crop() is None


@pytest.mark.parametrize("name", ["resnet", "", "LeNet5"])
def test_an_unknown_network_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(ValueError, match=r"name: .*lenet5.*alexnet"):
        published.load(name)


def test_a_name_must_be_a_word() -> None:
    with pytest.raises(TypeError, match="name"):
        published.load(5)  # type: ignore[arg-type]
