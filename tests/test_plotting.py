"""The drawings of `convbook.plotting`, compared with committed ones, and what it refuses."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from convbook import kernels, plotting
from tests.conftest import ROOT

PINNED = next(
    line.partition("==")[2].strip()
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if line.startswith("matplotlib==")
)

# The reference images hold for one release: another one may move every letter by a pixel.
figure_test = pytest.mark.skipif(
    matplotlib.__version__ != PINNED, reason=f"reference images are of matplotlib {PINNED}"
)
compare = pytest.mark.mpl_image_compare(
    baseline_dir="baseline", style=str(plotting.STYLE), savefig_kwargs={"dpi": 60}, tolerance=1
)


@figure_test
@compare
def test_numbers_on_three_scales() -> Figure:
    fig, axes = plt.subplots(1, 3, figsize=(6.4, 2.4))
    plotting.show_numbers(axes[0], kernels.get("emboss"), "signed", limit=2)
    plotting.show_numbers(
        axes[1], np.arange(9).reshape(3, 3) / 8, "grey", limits=(0, 1), spec=".1f"
    )
    plotting.show_numbers(axes[2], np.eye(3), "white")
    plotting.outline(axes[2], 0, 0, 2, 2)
    return fig


@figure_test
@compare
def test_images_with_colour_bar() -> Figure:
    ramp = np.linspace(0, 1, 16).reshape(4, 4)
    fig, axes = plt.subplots(1, 3, figsize=(6.4, 2.4))
    plotting.show_image(axes[0], ramp, "grey")
    plotting.show_image(axes[1], np.stack([ramp, ramp.T, 1 - ramp], axis=2), "colour")
    drawn = plotting.show_signed(axes[2], ramp - 0.5, 0.5, "signed")
    plotting.colour_bar(fig, drawn, axes[2], "value")
    return fig


def test_signed_scale_is_symmetric_and_not_the_data_s_own() -> None:
    _, ax = plt.subplots()
    drawn = plotting.show_signed(ax, np.array([[1.0, 2.0]]), 4)
    assert drawn.get_clim() == (-4, 4)
    assert drawn.cmap(drawn.norm(0.0))[:3] == pytest.approx((1, 1, 1), abs=0.05)


def test_image_scale_is_the_stated_one() -> None:
    _, ax = plt.subplots()
    assert plotting.show_image(ax, np.array([[0.4, 0.6]])).get_clim() == (0, 1)


def test_numbers_are_written_with_a_minus_sign() -> None:
    _, ax = plt.subplots()
    plotting.show_numbers(ax, [[-1, 2]])
    assert [text.get_text() for text in ax.texts] == ["\u22121", "2"]


def test_dark_cells_have_white_numbers() -> None:
    _, ax = plt.subplots()
    plotting.show_numbers(ax, [[0.0, 1.0]], limits=(0, 1))
    assert [text.get_color() for text in ax.texts] == ["white", "black"]


@pytest.mark.parametrize("shape", [(4,), (4, 4, 2), (1, 4, 4, 1)])
def test_images_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    _, ax = plt.subplots()
    with pytest.raises(ValueError, match="image must have shape"):
        plotting.show_image(ax, np.zeros(shape))


def test_what_cannot_be_drawn_is_refused() -> None:
    fig, ax = plt.subplots()
    with pytest.raises(ValueError, match="limit must be positive"):
        plotting.show_signed(ax, np.zeros((2, 2)), 0)
    with pytest.raises(ValueError, match="not both"):
        plotting.show_numbers(ax, np.zeros((2, 2)), limit=1, limits=(0, 1))
    with pytest.raises(ValueError, match="shape"):
        plotting.show_numbers(ax, np.zeros(3))
    with pytest.raises(ValueError, match="finite"):
        plotting.symmetric_limit([1.0, np.nan])
    with pytest.raises(ValueError, match="at least one value"):
        plotting.symmetric_limit([])
    with pytest.raises(ValueError, match="whole sentences"):
        plotting.describe(fig, "A cat.")


def test_only_the_masked_cells_are_tinted() -> None:
    ax = Figure().add_subplot()
    plotting.show_numbers(ax, np.zeros((2, 3)))
    mask = np.array([[True, False, False], [False, False, True]])
    tint = np.asarray(plotting.shade(ax, mask, plotting.BLUE, 0.4).get_array())
    np.testing.assert_array_equal(tint[..., 3], np.where(mask, 0.4, 0))
    np.testing.assert_allclose(tint[0, 0, :3], matplotlib.colors.to_rgb(plotting.BLUE))


def test_a_mask_is_of_booleans_and_two_dimensional() -> None:
    ax = Figure().add_subplot()
    with pytest.raises(TypeError, match="mask must be of booleans"):
        plotting.shade(ax, [[0, 1]])
    with pytest.raises(ValueError, match=r"mask must have shape \(H, W\)"):
        plotting.shade(ax, [True, False])
