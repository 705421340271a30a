"""The drawings of `convbook.plotting`, compared with committed ones, and what it refuses."""

import os
import subprocess
import sys

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

from convbook import kernels, plotting
from convbook.models import blocks
from convbook.plotting.style import letters
from tests.conftest import ROOT

PINNED = next(
    line.partition("==")[2].removesuffix(" \\")
    for line in (ROOT / "locks" / "cpu.txt").read_text(encoding="utf-8").splitlines()
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


MODULE = {
    "input": "input\n28x28x192", "1x1": "1x1\n64", "reduce": "1x1\n96", "3x3": "3x3\n128",
    "pool": "pool", "proj": "1x1\n32", "concat": "concat\n28x28x224",
}  # fmt: skip
MODULE_EDGES = [
    ("input", "1x1"), ("input", "reduce"), ("reduce", "3x3"), ("input", "pool"), ("pool", "proj"),
    ("1x1", "concat"), ("3x3", "concat"), ("proj", "concat"),
]  # fmt: skip


@figure_test
@compare
def test_graph_with_branches() -> Figure:
    fig, ax = plt.subplots(figsize=(4.8, 3.2))
    boxes = plotting.show_graph(ax, MODULE, MODULE_EDGES)
    boxes["3x3"].set_backgroundcolor("lightblue")
    return fig


def test_boxes_of_a_graph_leave_room_for_the_arrows() -> None:
    with plt.style.context(plotting.STYLE):
        fig, ax = plt.subplots(figsize=(4.8, 3.2))
        boxes = plotting.show_graph(ax, MODULE, MODULE_EDGES)
        fig.canvas.draw()
    extents = [box.get_bbox_patch().get_window_extent() for box in boxes.values()]
    frame = fig.bbox
    for number, extent in enumerate(extents):
        assert frame.x0 < extent.x0 < extent.x1 < frame.x1
        assert frame.y0 < extent.y0 < extent.y1 < frame.y1
        for other in extents[:number]:
            assert not extent.padded(5).overlaps(other)


def test_arrows_of_a_graph_end_at_the_boxes_and_not_in_their_text() -> None:
    fig, ax = plt.subplots(figsize=(3, 3))
    boxes = plotting.show_graph(ax, {"a": "above", "b": "below"}, [("a", "b")])
    fig.canvas.draw()
    above, below = (boxes[name].get_bbox_patch().get_window_extent() for name in "ab")
    (arrow,) = ax.patches
    path = arrow.get_path()
    drawn = path.vertices[path.codes != path.CLOSEPOLY]
    heights = ax.transData.transform(drawn)[:, 1]
    assert heights.min() == pytest.approx(below.y1, abs=3)
    assert heights.max() == pytest.approx(above.y0, abs=3)


CHAIN = {"image": "image", "left": "half", "right": "half", "pool": "pool"}
CHAIN_EDGES = [("image", "left"), ("image", "right"), ("left", "pool"), ("right", "pool")]
BLOCKS = [
    blocks.Block("image", (), (8, 8, 3), 0, 0, (1, 1)),
    blocks.Block("halves", (), (8, 8, 4), 1_250_000, 2_000_000_000, (3, 3)),
    blocks.Block("pool", (), (4,), 0, 0, None),
]


def test_each_row_of_blocks_has_what_it_sees_and_costs_and_is_tinted_if_it_learns() -> None:
    fig = Figure(figsize=(6.4, 3))
    plotting.show_blocks(fig, CHAIN, CHAIN_EDGES, BLOCKS)
    graph, sees, parameters, macs = fig.axes
    tints = [matplotlib.colors.to_hex(box.get_bbox_patch().get_facecolor()) for box in graph.texts]
    assert tints == ["#ffffff", plotting.PALE_BLUE, plotting.PALE_BLUE, "#ffffff"]
    assert [text.get_text() for text in sees.texts] == ["1 px", "3 px", "all"]
    assert [text.get_position()[1] for text in sees.texts] == [0, 1, 2]
    assert [text.get_text() for text in parameters.texts] == ["", "1.25", ""]
    assert [text.get_text() for text in macs.texts] == ["", "2,000", ""]
    assert [bar.get_width() for bar in parameters.patches] == [0, 1.25, 0]
    assert macs.patches[1].get_y() == pytest.approx(0.7)


@pytest.mark.parametrize("several", [BLOCKS[:2], BLOCKS * 2])
def test_there_is_one_block_a_row(several: list[blocks.Block]) -> None:
    with pytest.raises(ValueError, match=f"each of 3 rows, got {len(several)}"):
        plotting.show_blocks(Figure(), CHAIN, CHAIN_EDGES, several)


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
    with pytest.raises(ValueError, match="limit: expected a number above 0, got 0"):
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


def test_panels_get_bold_letters_before_their_titles() -> None:
    fig, axes = plt.subplots(1, 3)
    drawn = plotting.show_image(axes[0], np.zeros((2, 2)), "Chelsea")
    axes[1].set_title("Loss", loc="left", size=7, color="C1")
    plotting.colour_bar(fig, drawn, axes[0], "brightness")
    plotting.describe(fig, "Three panels, of which only two have a title of their own.")
    assert axes[0].get_title() == r"$\mathbf{a}$  Chelsea"
    assert axes[1].get_title("left") == r"$\mathbf{b}$  Loss"
    assert axes[2].get_title("left") == r"$\mathbf{c}$"
    assert letters(fig) == "abc"
    drawn_texts = axes[1].findobj(Text)
    [kept] = [text for text in drawn_texts if "Loss" in text.get_text()]
    assert (kept.get_size(), kept.get_color()) == (7, "C1")


def test_a_script_says_which_panels_get_letters() -> None:
    fig, axes = plt.subplots(2, 4)
    text = "Eight pictures in two rows, of which each row is a panel."
    plotting.describe(fig, text)
    assert {ax.get_title("left") for ax in axes.flat} == {""}
    plotting.describe(fig, text, panels=axes[:, 0])
    assert [ax.get_title("left") for ax in axes[:, 0]] == [r"$\mathbf{a}$", r"$\mathbf{b}$"]
    assert letters(fig) == "ab"


NO_TOOLKIT = """
import sys
toolkits = "PyQt5", "PyQt6", "PySide2", "PySide6", "_tkinter", "gi", "wx"
sys.modules |= dict.fromkeys((*toolkits, "matplotlib.backends._macosx"))
import matplotlib
{choice}
from convbook import plotting
import matplotlib.pyplot as plt
plotting.describe(plt.figure(), "A figure of no content, with words enough about it.")
"""


@pytest.mark.parametrize(
    ("choice", "variable", "hints"),
    [("", None, 1), ("", "agg", 0), ("matplotlib.use('agg')", None, 0)],
    ids=["nobody chose", "MPLBACKEND", "use"],
)
def test_without_a_toolkit_one_hint_says_how_to_see_a_figure(
    choice: str, variable: str | None, hints: int
) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    done = subprocess.run(
        [sys.executable, "-c", NO_TOOLKIT.format(choice=choice)],
        env=environment | ({"MPLBACKEND": variable} if variable else {}),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stderr.count("no window can open") == hints
    assert done.stderr.count("pip install PySide6") == hints


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


def test_a_mosaic_keeps_the_order_and_leaves_gaps_white():
    pictures = np.arange(5 * 2 * 3).reshape(5, 2, 3)
    laid = plotting.mosaic(pictures, 3, gap=2)
    assert laid.shape == (2 * 2 + 2, 3 * 3 + 2 * 2)
    for i, picture in enumerate(pictures):
        top, left = i // 3 * 4, i % 3 * 5
        np.testing.assert_array_equal(laid[top : top + 2, left : left + 3], picture)
    assert np.isnan(laid).sum() == laid.size - pictures.size
    drawn = plotting.show_image(Figure().add_subplot(), laid, limits=(0, 30))
    assert drawn.to_rgba(laid)[2, 0, 3] == 0  # Transparent, so that the page shows through.


@pytest.mark.parametrize(
    ("pictures", "columns", "gap"),
    [(np.zeros((2, 3)), 1, 1), (np.zeros((0, 2, 2)), 1, 1), (np.zeros((1, 2, 2)), 0, 1),
     (np.zeros((1, 2, 2)), 1, -1)],
)  # fmt: skip
def test_a_mosaic_refuses_what_it_cannot_lay(pictures, columns, gap):
    with pytest.raises(ValueError, match=r"pictures must|columns: .* got 0|gap: .* got -1"):
        plotting.mosaic(pictures, columns, gap=gap)


@pytest.mark.parametrize("colour", [*(f"C{number}" for number in range(7)), "white", "0.7"])
def test_words_are_dark_enough_to_be_read_on_white(colour: str) -> None:
    def luminance(rgb: tuple[float, ...]) -> float:  # of WCAG 2
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
        return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))

    with plt.style.context(plotting.STYLE):
        before, after = luminance(to_rgb(colour)), luminance(to_rgb(plotting.ink(colour)))
    assert 1.05 / (after + 0.05) >= 4.5
    assert after == pytest.approx(min(before, 1.05 / 4.6 - 0.05), abs=0.004)


def test_no_angle_of_the_hue_circle_is_lighter_or_duller_than_another() -> None:
    from skimage.color import rgb2lab

    lab = rgb2lab(plotting.hue_circle()(np.arange(256))[:, :3])
    np.testing.assert_allclose(lab[:, 0], 68, atol=0.1)
    np.testing.assert_allclose(np.hypot(lab[:, 1], lab[:, 2]), 36, atol=0.1)
    steps = np.hypot(*np.diff(lab[:, 1:], axis=0, append=lab[:1, 1:]).T)
    np.testing.assert_allclose(steps, steps.mean(), rtol=0.05)
