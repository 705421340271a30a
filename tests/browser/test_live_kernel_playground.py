"""The kernel playground: what it shows is what TensorFlow and the package compute."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from playwright.sync_api import Browser, Locator, Page

from convbook import data, kernels
from tests.browser.live import (
    at,
    choose_file,
    code_of,
    opened,
    place_of,
    printed,
    red,
    reload,
    said,
    settle,
    start,
)
from tests.browser.test_pages import AXE, LAPTOP, PHONE, check_layout

NAME = "kernel_playground"
NUMBER = r"[−-]?[\d.]+(?:e[+-]?\d+)?"


def parsed(text: str) -> float:
    return float(text.replace("−", "-").replace(",", "."))


def facts(place: Locator) -> dict[str, tuple[str, str]]:
    lines = place.locator(".kernel-facts p").all()
    texts = [line.locator("span").all_text_contents() for line in lines]
    return {name: (value, words) for name, value, words in texts}


def kernel(place: Locator) -> np.ndarray:
    """Return the weights in the fields, divided."""
    taps = [parsed(f.input_value()) for f in place.get_by_label("Weights, row").all()]
    k = round(len(taps) ** 0.5)
    by = parsed(place.get_by_label("Divided by", exact=True).input_value())
    return (np.reshape(taps, (k, k)) / by).astype(np.float32)


def table_of(place: Locator, name: str) -> list[float]:
    table = place.get_by_role("img", name=name, exact=True)
    return [parsed(text) for text in table.locator("span").all_text_contents()]


def run(place: Locator) -> list[list[float]]:
    """Run the code that the figure shows, and return the numbers of each line."""
    text = printed(code_of(place))
    return [[float(number) for number in re.findall(r"-?[\d.]+(?:e[+-]?\d+)?", line)]
            for line in text.splitlines()]  # fmt: skip


STATES = (
    "",
    "preset=emboss&colours=grey&operation=convolve",
    "preset=binomial_7&colours=grey&padding=SAME&dilation=2&row=2&column=100",
    "preset=outline&stride=3&scale=automatic&row=255&column=255",
    "preset=box_5&colours=grey&stride=2&dilation=3&padding=SAME&row=128&column=0",
    "taps=0.5 -1.25 3;0 1e-3 2;7 8 -9&divisor=-3&operation=convolve&colours=grey&scale=automatic",
)


@pytest.mark.parametrize("state", STATES)
def test_the_page_the_code_and_the_canvas_agree(server: str, page: Page, state: str) -> None:
    place = opened(page, server, NAME, state)
    (total, norm, rank), (height, width, least, most, value) = run(place)
    fact = facts(place)
    digits = {"rtol": 6e-3, "atol": 1e-6}
    np.testing.assert_allclose(parsed(fact["Sum"][0]), total, **digits)
    np.testing.assert_allclose(parsed(fact["Norm"][0]), norm, **digits)
    assert int(fact["Rank"][0]) == rank
    limits = [parsed(text) for text in fact["Answer"][0].split(" to ")]
    np.testing.assert_allclose(limits, (least, most), **digits)
    assert fact["Answer"][1].startswith(f"{height:g} × {width:g},")
    words = said(place)
    np.testing.assert_allclose(
        parsed(re.findall(rf"add up to ({NUMBER})\.$", words)[0]), value, atol=6e-4
    )
    # What the canvas shows, from the taps in the fields.
    w = kernel(place)
    if "convolve" in state:
        w = kernels.flip(w)
    options = dict(part.split("=") for part in state.split("&") if part)
    y = tf.nn.conv2d(
        data.chelsea_grey()[None, :, :, None],
        kernels.to_hwio(w),
        int(options.get("stride", 1)),
        options.get("padding", "VALID"),
        dilations=int(options.get("dilation", 1)),
    )[0, :, :, 0].numpy()
    canvas = place.locator(".kernel-maps canvas[tabindex]:visible").last
    found = red(canvas)
    assert found.shape == y.shape == (height, width)
    if options.get("colours") == "grey":
        ends = (y.min(), y.max()) if "automatic" in state else (0, 1)
        expected = np.clip((y - ends[0]) / (ends[1] - ends[0]) * 256, 0, 255)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1.01)
    # The products of the window add up to its number.
    products = table_of(place, "Pixels times weights")
    np.testing.assert_allclose(sum(products), value, atol=0.06 * max(1, np.abs(w).max()))


def test_the_kernels_are_those_of_the_package(server: str, page: Page) -> None:
    place = start(page, server, NAME)
    select = place.locator("select")
    names = [option.get_attribute("value") or "" for option in select.locator("option").all()]
    blurs = {f"{name}_{size}": getattr(kernels, name)(size)
             for size in (5, 7) for name in ("box", "binomial")}  # fmt: skip
    expected = {name: kernels.get(name) for name in kernels.names()} | blurs
    assert {*names} == {*expected, "own"}
    for name, weights in expected.items():
        select.select_option(name)
        settle(page)
        np.testing.assert_array_equal(kernel(place), weights, err_msg=name)
        words = place.locator(".kernel-description").text_content()
        known = kernels.CLASSICAL.get(name)
        assert words == (known.description if known else words), name
        assert place.get_by_label(f"{len(weights)} × {len(weights)}").is_checked()
        assert place.get_by_label("grey").is_checked() == (weights.sum() > 0.5), name


def test_words_about_a_kernel_are_true(server: str, page: Page) -> None:
    place = start(page, server, NAME)
    for name in ("box_blur", "sharpen", "laplacian", "sobel_x", "emboss", "doubled", "negated"):
        place.locator("select").select_option(name)
        settle(page)
        w, fact = kernels.get(name), facts(place)
        flat = tf.nn.conv2d(np.full((1, 5, 5, 1), 0.5, np.float32), kernels.to_hwio(w), 1, "VALID")
        words = {0.5: "flat areas stay", 0: "flat areas vanish"}
        assert fact["Sum"][1] == words.get(round(float(flat[0, 0, 0, 0]), 6), fact["Sum"][1])
        assert fact["Sum"][1] in words.values() or name in ("doubled", "negated")
        noise = "shrinks" if np.linalg.norm(w) < 0.99 else "grows"
        if abs(np.linalg.norm(w) - 1) < 1e-6:
            noise = "stays"
        assert fact["Norm"][1] == f"independent noise {noise}"
        turned = {"the same": kernels.flip(w), "opposite": -kernels.flip(w)}
        agrees = [word for word, other in turned.items() if np.array_equal(other, w)]
        assert fact["Half turn"][0] == (agrees or ["different"])[0]
    # The share that an editor would clip, as the chapter's figure has it.
    for name, share in (("edge_enhance", "48"), ("laplacian", "50"), ("emboss", "6")):
        place.locator("select").select_option(name)
        settle(page)  # A kernel chooses its scale, and the reader then another.
        place.get_by_label("grey").check()
        settle(page)
        off = re.findall(r", ([\d.]+) % off the scale", facts(place)["Answer"][1])
        assert f"{float(off[0]):.0f}" == share


def test_the_waves_are_those_of_numpy(server: str, page: Page) -> None:
    place = opened(page, server, NAME, "preset=sobel_x&dilation=2")
    spread = np.zeros((64, 64))
    spread[:6:2, :6:2] = kernels.get("sobel_x")
    expected = np.abs(np.fft.fftshift(np.fft.fft2(spread)))
    found = red(place.locator(".kernel-reading canvas").first)
    expected = np.minimum(expected / expected.max() * 256, 255)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1.01)


def test_the_window_obeys_keys_mouse_and_touch(server: str, phone: Page) -> None:
    place = opened(phone, server, NAME, "stride=2")
    picture = place.get_by_role("application", name="Picture")
    answer = place.locator("canvas[aria-label^=Answer]:visible")
    assert "At row 28, column 35 of" in said(place)
    picture.press("ArrowDown")
    picture.press("Shift+ArrowRight")
    phone.wait_for_url(re.compile("row=58&column=80&"))
    answer.press("ArrowUp")
    answer.press("ArrowLeft")
    phone.wait_for_url(re.compile("column=79&"))
    assert "At row 28, column 39 of" in said(place)
    picture.tap(position=at(picture, 0.5, 0.25))
    phone.wait_for_url(re.compile(r"row=6\d&column=12\d&"))
    answer.hover(position={"x": 2, "y": 2})
    settle(phone)
    assert re.match(r"At row [1-3], column [1-3] of", said(place))
    # What is framed is what the numbers below are of.
    x = data.chelsea_grey()
    i, j = map(int, re.findall(r"row (\d+), column (\d+)", said(place))[0])
    under = x[2 * i : 2 * i + 3, 2 * j : 2 * j + 3]
    np.testing.assert_allclose(
        table_of(place, "The pixels under the taps"), under.ravel(), rtol=0, atol=0.0051
    )


def test_by_keyboard_alone(server: str, page: Page) -> None:
    place = start(page, server, NAME, "Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")  # from sobel_x to sobel_y
    page.wait_for_url(re.compile("preset=sobel_y"))
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    settle(page)
    assert kernel(place).shape == (5, 5)
    np.testing.assert_array_equal(kernel(place)[1:4, 1:4], kernels.get("sobel_y"))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # to the row below
    page.keyboard.type("-,5")
    page.wait_for_url(re.compile(r"taps=.*-0\.5"))
    assert kernel(place)[1, 0] == -0.5
    reload(place)
    assert kernel(place)[1, 0] == -0.5, "the address keeps the weights"
    place.get_by_role("button", name="Reset").press("Enter")
    page.wait_for_url(re.compile("html$"))
    np.testing.assert_array_equal(kernel(place), kernels.get("sobel_x"))


def test_a_kernel_is_divided_by_its_sum(server: str, page: Page) -> None:
    place = opened(page, server, NAME, "preset=own&taps=1 2 1;2 4 2;1 2 1")
    place.get_by_role("button", name="their sum").click()
    settle(page)
    assert facts(place)["Sum"] == ("1", "flat areas stay")
    assert place.locator("select").input_value() == "own"
    place.locator("select").select_option("outline")
    settle(page)
    place.get_by_role("button", name="their sum").click()
    assert "The weights sum to zero" in said(place)
    assert place.get_by_label("Divided by", exact=True).input_value() == "1"


REFUSED = {
    "": "Row 2, column 2: The field is empty",
    "a": "Row 2, column 2: “a” is not a number",
    "1e400": "Row 2, column 2: 1e400 is larger than any number",
}


def test_what_is_no_number_is_refused(server: str, page: Page) -> None:
    place = start(page, server, NAME)
    before = facts(place)
    field = place.get_by_label("Weights, row 2, column 2")
    for typed, words in REFUSED.items():
        field.fill(typed)
        assert words in said(place)
        assert facts(place) == before
    field.fill("3e38")
    place.get_by_label("Divided by", exact=True).fill("1e-20")
    assert "The weights are larger than any number" in said(place)
    place.get_by_label("Divided by", exact=True).fill("0")
    assert "cannot be divided by zero" in said(place)
    place.get_by_label("Divided by", exact=True).fill("1")
    for column in (1, 3):
        place.get_by_label(f"Weights, row 2, column {column}").fill("3e38")
    assert "The sums are larger than any number" in said(place)
    place.get_by_role("button", name="Reset").click()
    settle(page)
    assert facts(place) == before


def test_an_address_with_other_sizes_can_be_left(server: str, page: Page) -> None:
    place = opened(page, server, NAME, "taps=1 2;3 4")
    assert "The address holds 2 × 2 taps." in said(place)
    place.get_by_label("5 × 5").check()
    settle(page)
    assert kernel(place).shape == (5, 5)
    assert kernel(place).sum() == 10


# A picture whose left half is white and whose right half is black falls on the figure.
DROP = """async () => {
  const canvas = new OffscreenCanvas(256, 256);
  const context = canvas.getContext("2d");
  context.fillRect(0, 0, 256, 256);
  context.fillStyle = "#fff";
  context.fillRect(0, 0, 71, 256);
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([await canvas.convertToBlob()], "half.png"));
  document.querySelector(".live-body").dispatchEvent(new DragEvent("drop", { dataTransfer }));
}"""


def test_a_picture_of_one_s_own(root: str, page: Page, tmp_path: Path) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    place = start(page, root, NAME)
    pixels = np.random.default_rng(1).integers(0, 256, (256, 256, 3)).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "own.png")
    Image.fromarray(pixels[:1, :1]).save(tmp_path / "pixel.png")
    place.get_by_label("Your own").check()
    assert "Choose a picture of this device" in said(place)
    assert place.get_by_text("the page sends nothing").is_visible()
    before = len(asked)
    choose_file(place, tmp_path / "own.png")
    place.get_by_role("application", name="Picture").press("ArrowRight")
    settle(page)
    grey = data.to_grey(data.to_float(pixels))
    [(*_, rank), [value]] = run(place)
    words = said(place)
    i, j = map(int, re.findall(r"row (\d+), column (\d+)", words)[0])
    window = grey[i : i + 3, j : j + 3]
    np.testing.assert_allclose(value, (window * kernels.get("sobel_x")).sum(), atol=1e-5)
    assert f"add up to {value:.3f}.".replace("-", "−") in words
    assert rank == 1
    for name in ("pixel.png", "notes.txt"):
        (tmp_path / "notes.txt").write_text("no picture")
        choose_file(place, tmp_path / name)
    place.get_by_text("“notes.txt” is not a picture").wait_for()
    # Dropped, it is read as well.
    page.evaluate(DROP)
    place.get_by_text("the products add up to −4.000.").wait_for()
    assert [url for url in asked[before:] if "favicon" not in url] == [], "nothing is sent"
    assert "own" not in json.dumps(page.url)


@pytest.mark.parametrize("width", [PHONE, LAPTOP])
def test_the_picture_on_the_cover_becomes_the_playground(
    root: str, chromium: Browser, width: int
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900}, has_touch=True)
    page = context.new_page()
    page.goto(f"{root}/index.html")
    place, row = place_of(page, NAME), page.locator(".panel-links")
    place.get_by_role("button", name="Try it").tap()
    place.locator(".live-body").wait_for()
    settle(page)
    check_layout(page)
    found = AXE.run(page, context=".stage")
    assert found.response["violations"] == [], found.generate_report()
    # As long as it is there, the row of kernels chooses among them.
    for word, name in (("Blur", "box_7"), ("Emboss", "emboss"), ("Laplacian", "laplacian")):
        row.get_by_role("link", name=word).tap()
        settle(page)
        assert place.locator("select").input_value() == name
    page.wait_for_url(re.compile(r"index\.html#kernel_playground\?preset=laplacian"))
    place.get_by_role("button", name="Back to the picture").tap()
    row.get_by_role("link", name="Blur").tap()
    page.wait_for_url(re.compile(r"kernels\.html#blur$"))
    # The film may still be on its way to the page before.
    address = f"{root}/index.html#{NAME}?preset=emboss&colours=grey"
    page.goto(address, wait_until="domcontentloaded")
    place.locator(".live-body").wait_for()
    assert place.locator("select").input_value() == "emboss"
    context.close()
