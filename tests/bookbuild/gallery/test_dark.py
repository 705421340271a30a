"""Figures for pages with a dark ground."""

import io
from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure

from bookbuild.gallery.dark import GROUND, dark, darken
from convbook import plotting

SHARE = st.floats(0, 1, width=32)


def luminance(rgb: tuple[float, ...]) -> float:
    """Return the relative luminance of WCAG 2."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb[:3]]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def contrast(first: tuple[float, ...], other: tuple[float, ...]) -> float:
    low, high = sorted((luminance(first), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.fixture
def figure() -> Iterator[Figure]:
    with plt.style.context(plotting.STYLE):
        fig, axes = plt.subplots(1, 2, figsize=(6, 3))
    plotting.show_image(axes[0], np.zeros((8, 8)), "title")
    axes[0].text(4, 4, "on the picture", color="white")
    axes[1].plot([0, 1], [0, 1], color="black")
    axes[1].text(0, 1, "framed", bbox={"facecolor": "white", "edgecolor": "0.4"})
    axes[1].annotate("arrow", (0, 0), (1, 1), arrowprops={"color": "black"})
    axes[1].scatter([0, 1], [0, 1], c=[0.2, 0.8], cmap="viridis")
    fig.draw_without_rendering()
    darken(fig)
    yield fig
    plt.close(fig)


def test_ground_is_the_page_s(figure: Figure) -> None:
    assert to_hex(figure.get_facecolor()) == "#131416"
    assert figure.axes[1].get_facecolor()[:3] == pytest.approx(GROUND)


def test_a_picture_in_the_middle_leaves_the_ground_dark() -> None:
    fig, ax = plt.subplots()
    ax.imshow(np.zeros((2, 2)))
    fig.draw_without_rendering()
    darken(fig)
    assert to_hex(fig.get_facecolor()) == "#131416"
    plt.close(fig)


def test_ink_is_light(figure: Figure) -> None:
    ax = figure.axes[1]
    framed, arrow = ax.texts
    inks = [ax.lines[0].get_color(), framed.get_color(), arrow.arrow_patch.get_edgecolor(),
            figure.axes[0].title.get_color(), ax.spines["left"].get_edgecolor(),
            ax.get_xticklabels()[0].get_color()]  # fmt: skip
    for ink in inks:
        assert contrast(to_rgba(ink), GROUND) > 10
    assert framed.get_bbox_patch().get_facecolor()[:3] == pytest.approx(GROUND)


def test_ink_is_light_after_saving_with_other_dots_an_inch() -> None:
    fig, (_, ax) = plt.subplots(1, 2, figsize=(6, 4), width_ratios=(1, 3), layout="constrained")
    ax.imshow(np.zeros((9, 9)))
    ax.set_ylabel("beside")
    fig.savefig(io.BytesIO(), dpi=2 * fig.dpi)
    darken(fig)
    assert contrast(to_rgba(ax.yaxis.label.get_color()), GROUND) > 10
    plt.close(fig)


def test_tint_of_cells_is_seen() -> None:
    fig, ax = plt.subplots()
    tint = plotting.shade(ax, np.eye(2, dtype=bool), "black", 0.25)
    fig.draw_without_rendering()
    darken(fig)
    colours = tint.get_array()
    assert contrast(tuple(colours[0, 0]), GROUND) > 10
    assert colours[..., 3].tolist() == [[0.25, 0], [0, 0.25]]
    plt.close(fig)


def test_what_lies_on_a_picture_stays(figure: Figure) -> None:
    assert figure.axes[0].texts[0].get_color() == "white"


def test_colours_of_data_stay(figure: Figure) -> None:
    points = figure.axes[1].collections[0]
    points.update_scalarmappable()
    expected = plt.get_cmap("viridis")(points.norm([0.2, 0.8]))
    assert points.get_facecolor() == pytest.approx(expected)


def test_second_time_changes_what_was_added_since(figure: Figure) -> None:
    ax = figure.axes[1]
    old = ax.lines[0].get_color()
    (added,) = ax.plot([0, 1], [1, 0], color="black")
    darken(figure)
    assert ax.lines[0].get_color() is old
    assert contrast(to_rgba(added.get_color()), GROUND) > 10


@pytest.mark.parametrize("number", range(7))
def test_colours_of_the_cycle_stand_out(number: int) -> None:
    with plt.style.context(plotting.STYLE):
        colour = to_rgba(f"C{number}")
    assert contrast(tuple(dark([colour])[0]), GROUND) > 4.5


@given(grey=SHARE, other=SHARE)
def test_greys_mirror_their_order(grey: float, other: float) -> None:
    first, second = dark([(grey, grey, grey, 1), (other, other, other, 1)])[:, :3]
    assert (luminance(first) - luminance(second)) * (grey - other) <= 1e-12


@given(colour=st.tuples(SHARE, SHARE, SHARE, SHARE))
def test_a_colour_becomes_a_colour_of_the_same_opacity(colour: tuple[float, ...]) -> None:
    (red, green, blue, opacity) = dark([colour])[0]
    assert min(red, green, blue) >= 0
    assert max(red, green, blue) <= 1
    assert opacity == pytest.approx(colour[3])
