"""Live figures: what a reader presses, moves, types, drops and copies, over HTTP and from disk."""

import json
import re
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route

from tests.browser.live import LIVE, place_of, printed, settle, start, status
from tests.browser.markup import SITE
from tests.browser.test_pages import AXE, LAPTOP, PHONE, Visit, check_layout

SLOWEST = {1: 50, 4: 150}  # milliseconds of an update, at full speed and at a quarter


@pytest.mark.parametrize("name", sorted(LIVE))
def test_nothing_is_loaded_before_the_reader_asks(root: str, page: Page, name: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    visit = Visit(page, f"{root}/{LIVE[name]}")
    place = place_of(page, name)
    assert [url for url in asked if "/live/" in url and "/live/loader.js" not in url] == []
    assert place.locator("img:visible, video:visible").count() == 1
    place.get_by_role("button", name="Try it").click()
    place.get_by_role("button", name="Back to the picture").wait_for()
    assert place.locator(".live-body").is_visible()
    assert place.locator("img:visible, video:visible").count() == 0
    files = (place.get_attribute("data-files") or "").split()
    assert [file for file in files if not any(f"_static/{file}" in url for url in asked)] == []
    assert [url for url in asked if not url.startswith((root, "data:"))] == []
    assert page.evaluate("Object.isFrozen(convbook)")
    place.get_by_role("button", name="Back to the picture").click()
    assert place.locator("img:visible, video:visible").count() == 1
    assert visit.problems == []


@pytest.mark.parametrize("name", sorted(LIVE))
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, LAPTOP])
def test_a_started_figure_is_accessible_and_fits(
    server: str, chromium: Browser, width: int, scheme: Any, name: str
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, has_touch=width == PHONE
    )
    page = context.new_page()
    page.goto(f"{server}/{LIVE[name]}")
    place = place_of(page, name)
    button = place.get_by_role("button", name="Try it")
    if width == PHONE:
        button.tap()
    else:
        button.click()
    place.get_by_role("button", name="Back to the picture").wait_for()
    settle(page)
    check_layout(page)
    found = AXE.run(page, context=f'[data-live="{name}"]')
    assert found.response["violations"] == [], found.generate_report()
    context.close()


@pytest.mark.parametrize("name", sorted(LIVE))
@pytest.mark.parametrize("slower", SLOWEST)
def test_updates_are_fast(server: str, page: Page, slower: int, name: str) -> None:
    place = start(page, server, name)
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    sliders = place.locator("input[type=range]:visible:enabled").all()
    pointed = place.locator("[role=application]:visible").all()
    for moved in (sliders[:2] + pointed[:1]) * 4:
        moved.press("ArrowRight")
        settle(page)
    times = page.evaluate(f"performance.getEntriesByName('live {name}').map((e) => e.duration)")
    print(f"{name}: {median(times):.1f} ms in the median of {len(times)} updates, speed 1/{slower}")
    assert median(times) < SLOWEST[slower]


def test_without_scripts_there_is_no_button(server: str, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}/{LIVE['size_calculator']}")
    assert page.locator(".live-start").count() >= 1
    assert page.locator(".live-start:visible").count() == 0
    assert place_of(page, "size_calculator").locator("img:visible").count() == 1
    context.close()


@pytest.mark.parametrize("file", ["start.js", "engine.js", "figures/size_calculator.js"])
def test_a_file_that_is_missing_is_named(server: str, page: Page, file: str) -> None:
    page.route(f"**/live/{file}*", lambda route: route.abort())
    page.goto(f"{server}/{LIVE['size_calculator']}")
    place = place_of(page, "size_calculator")
    place.get_by_role("button", name="Try it").click()
    place.get_by_text(f"This figure cannot be started: live/{file} is missing.").wait_for()
    assert place.locator("img:visible").count() == 1
    page.unroute(f"**/live/{file}*")
    place.get_by_role("button", name="Try it").click()
    place.locator(".live-body").wait_for()
    assert "4 outputs" in (status(place).text_content() or "")


def test_a_file_that_is_cut_off_is_named(server: str, page: Page) -> None:
    def cut(route: Route) -> None:
        text = (SITE / "_static/live/engine.js").read_text("utf-8")
        route.fulfill(body=text[: len(text) // 2], content_type="text/javascript")

    page.route("**/live/engine.js*", cut)
    page.goto(f"{server}/{LIVE['size_calculator']}")
    place = place_of(page, "size_calculator")
    place.get_by_role("button", name="Try it").click()
    place.get_by_role("alert").wait_for()
    assert "live/engine.js is damaged" in (place.get_by_role("alert").text_content() or "")
    assert place.locator("img:visible").count() == 1


# What the calculator is set to, and what it says then.
STATES = {
    "": "4 outputs; 2 zeros before, 3 after; no pixel unread.",
    "n=9": "5 outputs; 3 zeros before, 3 after; no pixel unread.",
    "k=3&padding=VALID": "3 outputs; 0 zeros before, 0 after; 1 pixel unread.",
    "k=3&s=1&d=2&padding=SAME": "8 outputs; 2 zeros before, 2 after; no pixel unread.",
    "padding=explicit&before=1&after=0": "2 outputs; 1 zero before, 0 after; no pixel unread.",
    "n=4&k=4&s=2&transposed=true": "8 outputs; 1 cut off before, 1 after.",
    "n=3&k=2&s=3&padding=VALID&transposed=true": "9 outputs; 0 cut off before, 0 after.",
    "n=3&k=5&padding=explicit&before=1&after=2&transposed=true":
        "6 outputs; 1 cut off before, 2 after.",
}  # fmt: skip


def test_the_calculator_and_its_code_agree(server: str, page: Page) -> None:
    for state, words in STATES.items():
        page.goto("about:blank")
        page.goto(f"{server}/{LIVE['size_calculator']}#size_calculator?{state}")
        place = place_of(page, "size_calculator")
        place.locator(".live-body").wait_for()
        assert status(place).text_content() == words, state
        place.get_by_text("The same in TensorFlow").click()
        place.get_by_text("import tensorflow").wait_for()
        code = place.locator(".live-code pre").text_content() or ""
        sums = re.findall(r"\d+", place.locator(".size-words").text_content() or "")
        expected = [float(number) for number in sums]
        size, _, rest = printed(code).partition(" ")
        assert (int(size), json.loads(rest)) == (len(expected), expected), state
        assert words.startswith(f"{size} output")
        assert f"= {size}" in (place.locator(".size-formula").text_content() or "")


def test_the_calculator_obeys_the_keyboard(root: str, page: Page) -> None:
    page.goto(f"{root}/{LIVE['size_calculator']}")
    place = place_of(page, "size_calculator")
    place.get_by_role("button", name="Try it").press("Enter")
    place.locator(".live-body").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "range"
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile(r"#size_calculator\?n=9$"))
    assert status(place).text_content() == STATES["n=9"]
    for _ in range(4):
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")  # from SAME to VALID
    page.wait_for_url(re.compile("padding=VALID"))
    assert "2 outputs" in (status(place).text_content() or "")
    page.reload()
    place.locator(".live-body").wait_for()
    assert "2 outputs" in (status(place).text_content() or ""), "the address keeps the state"
    place.get_by_role("button", name="Reset").press("Enter")
    page.wait_for_url(re.compile(r"html$"))
    assert status(place).text_content() == STATES[""]


def test_the_calculator_says_why_there_is_nothing(server: str, page: Page) -> None:
    place = start(page, server, "size_calculator")
    place.get_by_label("VALID").check()
    place.get_by_label("Dilation d").fill("4")
    settle(page)
    assert status(place).text_content() == (
        "No window fits: the taps reach over 25 pixels, and there are 8."
    )
    place.get_by_label("Dilation d").fill("1")
    settle(page)
    assert "1 output;" in (status(place).text_content() or "")


@pytest.mark.parametrize("state", ["n=99", "n=x", "n=1e400", "m=3", "padding=FULL", "n=8,5", "%E0"])
def test_an_address_of_another_edition_is_left_out(server: str, page: Page, state: str) -> None:
    problems: list[object] = []
    page.on("pageerror", lambda error: problems.append(error))
    page.goto(f"{server}/{LIVE['size_calculator']}#size_calculator?{state}")
    place = place_of(page, "size_calculator")
    place.locator(".live-body").wait_for()
    assert "a state that this figure does not know" in (status(place).text_content() or "")
    assert "m = ⌈8 / 2⌉ = 4" in (place.locator(".size-formula").text_content() or "")
    assert problems == []


def test_the_code_is_copied(server: str, chromium: Browser) -> None:
    context = chromium.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    place = start(page, server, "size_calculator")
    place.get_by_text("The same in TensorFlow").click()
    place.get_by_role("button", name="Copy as TensorFlow").click()
    place.get_by_text("The code is copied.").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == place.locator(".live-code pre").text_content()
    context.close()


def test_on_paper_there_is_the_picture(server: str, page: Page) -> None:
    place = start(page, server, "size_calculator")
    page.emulate_media(media="print")
    assert place.locator(".live-body").is_hidden()
    assert place.locator("img:visible").count() == 1


def pictures(folder: Path) -> dict[str, tuple[Path, tuple[int, int], list[int]]]:
    """Return files of pictures, the sizes that they are read in, and the colour of a corner."""
    red, saved = (200, 30, 40), {}

    def save(name: str, image: Image.Image, size: tuple[int, int], corner: Any, **how: Any) -> None:
        image.save(folder / name, **how)
        saved[name] = (folder / name, size, list(corner))

    save("plain.jpg", Image.new("RGB", (60, 40), red), (40, 60), red, quality=95)
    alpha = Image.new("RGBA", (30, 20), (0, 0, 0, 0))
    save("alpha.png", alpha, (20, 30), (255, 255, 255))
    save("grey.png", Image.new("L", (10, 12), 90), (12, 10), (90, 90, 90))
    turned = Image.new("RGB", (60, 40), (20, 20, 20))
    turned.paste(red, (0, 0, 30, 40))
    exif = Image.Exif()
    exif[0x0112] = 6  # a camera held upright: its left side is up
    save("turned.jpg", turned, (60, 40), red, exif=exif, quality=95)
    save("huge.png", Image.new("RGB", (8000, 6000), red), (384, 512), red)
    save("pixel.png", Image.new("RGB", (1, 1), red), (1, 1), red)
    return saved


def test_a_reader_s_own_pictures_are_read(server: str, page: Page, tmp_path: Path) -> None:
    start(page, server, "size_calculator")
    page.evaluate(
        """document.body.append(Object.assign(document.createElement("input"),
        { type: "file", id: "own" }))"""
    )
    read = """async () => {
      const [file] = document.getElementById("own").files;
      try {
        const { data, shape } = await ConvbookLive.drawing.readPicture(file);
        return { shape, corner: [...data.subarray(0, 3)].map((v) => Math.round(255 * v)) };
      } catch (error) { return error.message; }
    }"""
    for name, (file, size, corner) in pictures(tmp_path).items():
        page.set_input_files("#own", file)
        found = page.evaluate(read)
        assert found["shape"] == [1, *size, 3], name
        np.testing.assert_allclose(found["corner"], corner, atol=4, err_msg=name)
    for name in ("notes.txt", "cut.png"):
        (tmp_path / name).write_bytes(b"\x89PNG\r\n\x1a\n, and nothing more")
        page.set_input_files("#own", tmp_path / name)
        assert page.evaluate(read) == (
            f"“{name}” is not a picture that this browser can read, such as a JPEG or PNG."
        )
