"""Live figures: what a reader presses, moves, types, drops and copies, over HTTP and from disk."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any, Literal

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, Route, ViewportSize, expect

from tests.browser.conftest import STILL
from tests.browser.live import (
    LIVE,
    choose_file,
    code_of,
    opened,
    place_of,
    printed,
    reload,
    said,
    settle,
    start,
)
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


@pytest.fixture(scope="module", params=sorted(LIVE))
def place(request: pytest.FixtureRequest, server: str, chromium: Browser) -> Iterator[Locator]:
    """Each figure, started with a finger, for the tests that every figure has to pass."""
    size = ViewportSize(width=PHONE, height=900)
    context = chromium.new_context(viewport=size, has_touch=True, **STILL)
    page = context.new_page()
    page.goto(f"{server}/{LIVE[request.param]}")
    place = place_of(page, request.param)
    place.get_by_role("button", name="Try it").tap()
    place.get_by_role("button", name="Back to the picture").wait_for()
    yield place
    context.close()


def name_of(place: Locator) -> str:
    return place.get_attribute("data-live") or ""


LOOKS: list[tuple[int, Literal["light", "dark"]]] = [
    (PHONE, "light"), (PHONE, "dark"), (LAPTOP, "dark"), (LAPTOP, "light"),
]  # fmt: skip


def test_a_started_figure_is_accessible_and_fits(place: Locator) -> None:
    for width, scheme in LOOKS:
        place.page.set_viewport_size({"width": width, "height": 900})
        place.page.emulate_media(color_scheme=scheme)
        settle(place.page)
        check_layout(place.page)
        found = AXE.run(place.page, context=f'[data-live="{name_of(place)}"]')
        assert found.response["violations"] == [], (width, scheme, found.generate_report())


@pytest.mark.parametrize("slower", SLOWEST)
def test_updates_are_fast(place: Locator, slower: int) -> None:
    page, name = place.page, name_of(place)
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.evaluate("performance.clearMeasures()")
    sliders = place.locator("input[type=range]:visible:enabled").all()
    pointed = place.locator("[role=application]:visible").all()
    for moved in (sliders[:2] + pointed[:1]) * 4:
        moved.press("ArrowRight")
        settle(page)
    times = page.evaluate(f"performance.getEntriesByName('live {name}').map((e) => e.duration)")
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    print(f"{name}: {median(times):.1f} ms in the median of {len(times)} updates, speed 1/{slower}")
    # What else the machine does makes updates slower, and none of them faster.
    assert min(times) < SLOWEST[slower]


# A state to each word; of another edition, or of another hand.
UNKNOWN = {
    "adversarial_desk": "corner=3 corner=3,28 epsilon=9 aim=10",
    "best_of_n": "n=4 n=x m=500 m=1e400 accuracy=99,45 draw=0",
    "cat_desk": "side=9&side=x&angle=181&blur=0,5,1&t=3&row=1e400&photo=dog&class=1000",
    "digit_lab": "strokes=zz strokes=zzzz map=0 share=1e400 picture=own",
    "gabor_bench": "angle=181 wavelength=2 sigma= phase=1e400 aspect=a scale=own k=3",
    "kernel_playground": "preset=nonsense size=4 taps=1+x+1 row=256 column= stride=1.5 "
    "divisor=1e400 tap=3",
    "lenet5": "map=16 map=x i=10 j=1e400 j= picture=own",
    "logits_to_loss": "z0=9 z0=x z0=1e400 z0= y=10 y=1.5 loss=L1",
    "optimizer_valley": "rate=0.123 rate=x rate=1e400 a=9 b= kappa=0.5 rule=lion n=3",
    "receptive_field": "n=17 k1=8 d2=5 i=256 weights=relu photo=dog",
    "shift_and_pool": "shift=13 shift=0.5 s=1 s=8 against=end photo=own dy=3",
    "size_calculator": "n=99 n=x n=1e400 m=3 padding=FULL n=8,5 %E0",
    "sliding_window": "x=1+2;3+4 w=1 i=5 j=1.5 answer=FULL w=1+2+3;4+5+6",
    "transposed_stamps": "k=6 s=0 w=1+2;3 x=1 at=kernel i=1.5 weights=random",
}
# Starts the figure once more, as its page does with a state in the address.
ANEW = """(place, state) => {
  const { live } = place.dataset;
  history.replaceState(null, "", state ? `#${live}?${state}` : location.pathname);
  place.querySelector(".live-body").remove();
  const body = document.createElement("div");
  body.className = "live-body";
  place.append(body);
  ConvbookLive.figures[live](body);
}"""
# What all controls are at, and all that there is to read but for the line about the address.
SHOWN = """(place) => [
  ...[...place.querySelectorAll("input, select")].map((node) => `${node.value} ${node.checked}`),
  ...[...place.querySelectorAll(".live-inputs, .live-outputs > :not(.live-status, .live-code)")]
    .map((node) => node.innerText),
]"""


def test_an_address_of_another_edition_is_left_out(place: Locator) -> None:
    problems: list[object] = []
    place.page.on("pageerror", lambda error: problems.append(error))

    def start_in(state: str) -> tuple[str, list[str]]:
        place.evaluate(ANEW, state)
        settle(place.page)
        expect(place.locator("[aria-busy]")).to_have_count(0, timeout=60_000)
        return said(place), place.evaluate(SHOWN)

    words, shown = start_in("")
    for state in UNKNOWN[name_of(place)].split():
        left_out = "The address holds a state that this figure does not know, which is left out."
        assert start_in(state) == (f"{left_out} {words}", shown), state
    assert problems == []


def test_what_is_no_picture_is_refused(place: Locator, tmp_path: Path) -> None:
    source = (SITE / f"_static/live/figures/{name_of(place)}.js").read_text("utf-8")
    if not re.search(r"ui\.picture\(|digits\.source\(", source):
        assert place.locator("input[type=file]").count() == 0
        return
    asked: list[str] = []
    place.page.on("request", lambda request: asked.append(request.url))
    place.get_by_label("Your own").check()
    assert re.match("Choose a (file|picture)", said(place))
    assert place.get_by_text("the page sends nothing").is_visible()
    (tmp_path / "notes.txt").write_text("no picture")
    choose_file(place, tmp_path / "notes.txt")
    place.get_by_text("“notes.txt” is not a picture that this browser can read").wait_for()
    assert [url for url in asked if not url.startswith("blob:") and "favicon" not in url] == []


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
    assert "4 outputs" in said(place)


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
        place = opened(page, server, "size_calculator", state)
        assert said(place) == words, state
        sums = re.findall(r"\d+", place.locator(".size-words").text_content() or "")
        expected = [float(number) for number in sums]
        size, _, rest = printed(code_of(place)).partition(" ")
        assert (int(size), json.loads(rest)) == (len(expected), expected), state
        assert words.startswith(f"{size} output")
        assert f"= {size}" in (place.locator(".size-formula").text_content() or "")


def test_the_calculator_obeys_the_keyboard(root: str, page: Page) -> None:
    place = start(page, root, "size_calculator", "Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "range"
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile(r"#size_calculator\?n=9$"))
    assert said(place) == STATES["n=9"]
    for _ in range(4):
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")  # from SAME to VALID
    page.wait_for_url(re.compile("padding=VALID"))
    assert "2 outputs" in said(place)
    reload(place)
    assert "2 outputs" in said(place), "the address keeps the state"
    place.get_by_role("button", name="Reset").press("Enter")
    page.wait_for_url(re.compile(r"html$"))
    assert said(place) == STATES[""]


def test_the_calculator_says_why_there_is_nothing(server: str, page: Page) -> None:
    place = start(page, server, "size_calculator")
    place.get_by_label("VALID").check()
    place.get_by_label("Dilation d").fill("4")
    assert said(place) == ("No window fits: the taps reach over 25 pixels, and there are 8.")
    place.get_by_label("Dilation d").fill("1")
    assert "1 output;" in said(place)


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
