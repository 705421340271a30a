"""What a figure does: it opens large, in the page, and an animation plays when it is to."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from tests.browser.conftest import FLAGS
from tests.browser.live import at
from tests.browser.markup import CHAPTERS, SITE, read
from tests.browser.test_pages import AXE, CONTRAST, LAPTOP, PHONE

CHAPTER = "convolution.html"
NARROW = 280  # CSS pixels
CLOSE_TO = pytest.approx

EVERYTHING = {
    "resultTypes": ["violations"],
    "rules": {rule: {"enabled": True} for rule in CONTRAST},
}

Scheme = Literal["light", "dark"]
Opened = Callable[..., Page]


@pytest.fixture
def opened(server: str, chromium: Browser) -> Iterator[Opened]:
    """Open a page as a browser with these options shows it."""
    contexts: list[BrowserContext] = []

    def opened(
        name: str = CHAPTER, width: int = PHONE, start: str = server, **options: Any
    ) -> Page:
        options = {"color_scheme": "light", "reduced_motion": "reduce"} | options
        context = chromium.new_context(viewport={"width": width, "height": 740}, **options)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{start}/{name}")
        return page

    yield opened
    for context in contexts:
        context.close()


def picture(page: Page) -> Locator:
    """Return the link around the first picture of a chapter, in sight."""
    link = page.locator("figure.example-figure > a:visible").first
    link.scroll_into_view_if_needed()
    page.wait_for_function("link => link.firstChild.complete", arg=link.element_handle())
    return link


def moved(page: Page) -> list[float]:
    """Return how far the pane of the viewer is scrolled, to the right and down."""
    position: list[float] = page.locator(".viewer .pane").evaluate(
        "pane => [pane.scrollLeft, pane.scrollTop]"
    )
    return position


def wait_until_large(page: Page) -> None:
    page.locator(".viewer .large").wait_for()


@pytest.mark.parametrize("start", [None, SITE.as_uri()], ids=["http", "file"])
@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (LAPTOP, "dark")])
def test_a_picture_opens_large_and_escape_closes_it(
    width: int, scheme: Scheme, start: str | None, server: str, opened: Opened
) -> None:
    phone = width == PHONE
    page = opened(width=width, start=start or server, color_scheme=scheme, has_touch=phone)
    link = picture(page)
    address, place = page.url, page.evaluate("scrollY")
    if phone:
        link.tap()
    else:
        link.click()
    wait_until_large(page)
    dialog = page.get_by_role("dialog", name="Fig. 2.1")
    large = dialog.get_by_role("img")
    assert large.get_attribute("alt") == link.locator("img").get_attribute("alt")
    assert large.evaluate("node => node.src") == link.evaluate("node => node.href")
    assert (".dark." in (large.get_attribute("src") or "")) == (scheme == "dark")
    box = large.bounding_box()
    assert box is not None
    least = int(link.locator("img").get_attribute("width") or 0)
    assert max(least, 0.9 * min(width, 2 * least)) <= box["width"] <= max(width, least)
    ground = "node => getComputedStyle(node).backgroundColor"
    assert dialog.evaluate(ground) == page.locator("body").evaluate(ground)
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert link.evaluate("node => node === document.activeElement")
    assert (page.url, page.evaluate("scrollY")) == (address, place)


def test_the_keyboard_opens_moves_and_closes(opened: Opened) -> None:
    page = opened()
    link, address = picture(page), page.url
    link.press("Enter")
    wait_until_large(page)
    assert moved(page) == [0, 0]
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.viewer .pane').scrollLeft > 0")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => document.querySelector('.viewer .pane').scrollLeft === 0")
    assert page.url == address  # where no dialog is open, these keys turn the pages
    inside = []
    for _ in range(4):
        page.keyboard.press("Tab")
        inside.append(page.evaluate(
            "document.activeElement.closest('.viewer') !== null || document.activeElement.tagName"
        ))  # fmt: skip
    assert set(inside) <= {True, "BODY"}, "the focus has left the dialog"
    assert inside.count(True) >= 2
    page.get_by_role("button", name="Close").press("Enter")
    page.locator(".viewer").wait_for(state="detached")
    assert link.evaluate("node => node === document.activeElement")
    link.evaluate("node => { node.blur(); node.click(); }")  # as where a mouse focuses no link
    page.keyboard.press("Escape")
    page.locator(".viewer").wait_for(state="detached")
    assert link.evaluate("node => node === document.activeElement")


def test_a_mouse_drags_the_picture(opened: Opened) -> None:
    page = opened()
    link = picture(page)
    # What the reader has pointed at is what there is to see.
    link.click(position=at(link, 0.99, 0.5))
    wait_until_large(page)
    at_the_right, _ = moved(page)
    assert at_the_right > 100
    page.mouse.move(50, 300)
    page.mouse.down()
    page.mouse.move(150, 300, steps=4)
    page.mouse.up()
    assert moved(page)[0] == CLOSE_TO(at_the_right - 100, abs=1)
    page.mouse.move(50, 300)
    assert moved(page)[0] == CLOSE_TO(at_the_right - 100, abs=1)


def test_a_finger_moves_the_picture(opened: Opened) -> None:
    page = opened(has_touch=True, is_mobile=True)
    link = picture(page)
    link.tap(position={"x": 2, "y": 2})
    wait_until_large(page)
    assert moved(page)[0] == 0
    finger = page.context.new_cdp_session(page)
    for x in range(250, 100, -10):
        touch = {
            "type": "touchMove" if x < 250 else "touchStart",
            "touchPoints": [{"x": x, "y": 300}],
        }
        finger.send("Input.dispatchTouchEvent", touch)
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert moved(page)[0] > 80


@pytest.mark.parametrize("how", [{"modifiers": ["Control"]}, {"button": "middle"}])
def test_a_new_tab_still_has_the_file(how: dict[str, Any], opened: Opened) -> None:
    page = opened(width=LAPTOP)
    link = picture(page)
    with page.context.expect_page() as tab:
        link.click(**how)
    assert tab.value.url == link.evaluate("node => node.href")
    assert page.locator(".viewer").count() == 0


def test_without_scripts_a_picture_links_to_its_file(opened: Opened) -> None:
    page = opened(java_script_enabled=False)
    assert page.locator("video[controls]").count() >= 1
    link = page.locator("figure.example-figure > a:visible").first
    target = link.get_attribute("href") or "nowhere"
    link.click()
    page.wait_for_url(f"**/{target}")


# Whether the text that stands for a picture is whole: as high as a paragraph of the same words.
TEXT_IS_WHOLE = """() => {
  const image = document.querySelector(".viewer img"), pane = image.parentElement;
  const box = image.getBoundingClientRect(), padding = parseFloat(getComputedStyle(image).padding);
  const text = document.createElement("p");
  text.textContent = image.alt;
  text.style.cssText = `position: absolute; margin: 0; width: ${box.width - 2 * padding}px`;
  pane.append(text);
  const height = text.getBoundingClientRect().height;
  text.remove();
  return [box.left >= 0 && box.right <= innerWidth, box.height >= height,
          pane.scrollHeight >= height, height > 40];
}"""


@pytest.mark.parametrize(
    "flag", [[], ["--blink-settings=imagesEnabled=false"]], ids=["fail", "off"]
)
def test_the_words_of_a_picture_that_is_missing_can_be_read(
    flag: list[str], server: str, chromium: Browser
) -> None:
    start = chromium.browser_type.launch
    browser = start(executable_path=shutil.which("chromium"), args=FLAGS + flag)
    page = browser.new_page()
    page.route("**/*.webp", lambda route: route.abort())
    page.goto(f"{server}/{CHAPTER}")
    page.add_style_tag(content="html { font-size: 200% }")
    for width in (NARROW, LAPTOP):
        page.set_viewport_size({"width": width, "height": 500})
        page.locator("figure.example-figure > a:visible").first.press("Enter")
        page.locator(".viewer img").wait_for()
        # The browser lays the words out once it has given the picture up.
        page.wait_for_function(f"() => ({TEXT_IS_WHOLE})().every((whole) => whole)")
        page.keyboard.press("Escape")
    browser.close()


# What of the viewer reaches out of the window, or out of what scrolls it.
OUTSIDE = """() => [...document.querySelectorAll(".viewer .figure-bar, .viewer .figure-bar *")]
  .filter((node) => {
    const { left, right } = node.getBoundingClientRect();
    return left < 0 || right > innerWidth || node.scrollWidth > node.clientWidth + 1;
  }).map((node) => node.outerHTML)"""


@pytest.mark.parametrize("name", [CHAPTER, "gallery/convolution/plot_connections.html"])
def test_large_letters_leave_the_viewer_whole(name: str, opened: Opened) -> None:
    page = opened(name)
    page.add_style_tag(content="html { font-size: 200% }")
    page.locator("article a:visible:has(> img.example-image)").first.press("Enter")
    wait_until_large(page)
    button = page.get_by_role("button", name="Close")
    for width, height in ((NARROW, 500), (PHONE, 740), (740, PHONE)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(OUTSIDE) == []
        assert page.locator(".viewer .pane").evaluate("node => node.clientHeight") > 0.5 * height
        close = button.bounding_box()
        assert close is not None
        assert close["y"] + close["height"] <= height
    button.click()
    page.locator(".viewer").wait_for(state="detached")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_keep_the_viewer_readable(scheme: Scheme, opened: Opened) -> None:
    page = opened(color_scheme=scheme, forced_colors="active")
    picture(page).press("Enter")
    wait_until_large(page)
    canvas = page.evaluate("""() => {
      const probe = document.body.appendChild(document.createElement("i"));
      probe.style.cssText = "color: CanvasText; background: Canvas";
      const { color, backgroundColor } = getComputedStyle(probe);
      return [color, backgroundColor];
    }""")
    colours = "node => [getComputedStyle(node).color, getComputedStyle(node).backgroundColor]"
    assert page.locator(".viewer").evaluate(colours) == canvas
    button = page.get_by_role("button", name="Close")
    text, ground = button.evaluate(colours)
    assert text != ground
    assert button.evaluate("node => getComputedStyle(node).borderTopStyle") == "solid"


def test_the_viewer_leaves_nobody_out(opened: Opened) -> None:
    page = opened()
    looks: list[tuple[int, Scheme]] = [(PHONE, "light"), (PHONE, "dark"), (LAPTOP, "dark"),
                                       (LAPTOP, "light")]  # fmt: skip
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 740})
        page.emulate_media(color_scheme=scheme)
        picture(page).click()
        wait_until_large(page)
        found = AXE.run(page, options=EVERYTHING)
        assert found.violations_count == 0, found.generate_report()
        page.keyboard.press("Escape")


def film(page: Page) -> tuple[Locator, Locator, Locator]:
    """Return the first film of a page in sight, its slider, and its button to play it."""
    around = page.locator("div:has(> video.example-image):visible").first
    around.scroll_into_view_if_needed()
    slider = around.get_by_role("slider")
    return around.locator("video"), slider, around.get_by_role("button").first


def wait_for(page: Page, video: Locator, condition: str) -> None:
    page.wait_for_function(f"video => {condition}", arg=video.element_handle())


@pytest.mark.parametrize("first", ["play", "seek"])
def test_animations_wait_and_obey_the_keyboard(first: str, opened: Opened) -> None:
    page = opened()
    errors: list[object] = []
    page.on("pageerror", lambda error: errors.append(error))
    played = 0
    for name in (name for name in CHAPTERS if any("poster" in i for i in read(name).images)):
        page.goto(page.url.replace(page.url.rpartition("/")[2], name))
        for figure in page.locator("figure.example-figure:has(video)").all():
            video = figure.locator("video:visible")
            slider = figure.locator("input[type=range]:visible")
            assert video.evaluate("node => node.paused && !node.autoplay && !node.controls")
            assert slider.input_value() == slider.get_attribute("max"), "the poster is the end"
            # Nothing of it is loaded yet, whatever the reader does first.
            if first == "play":
                figure.get_by_role("button", name="Play").press("Enter")
                figure.get_by_role("button", name="Pause").press("Enter")
            slider.press("Home")
            wait_for(page, video, "video.duration > 0 && video.currentTime === 0")
            slider.press("End")
            wait_for(page, video, "video.currentTime > 0.9 * video.duration")
            played += 1
    assert errors == []
    assert played >= 3


def test_the_slider_stands_where_the_picture_does(opened: Opened) -> None:
    page = opened()
    video, slider, button = film(page)
    # The poster, the last frame, is still shown when the browser knows how long the film is.
    video.evaluate("video => { video.preload = 'auto'; video.load(); }")
    wait_for(page, video, "video.readyState >= 1 && video.currentTime === 0")
    assert slider.input_value() == slider.get_attribute("max")
    button.click()
    wait_for(page, video, "video.currentTime > 0.3")
    button.click()
    place = video.evaluate("video => video.currentTime / video.duration")
    page.wait_for_timeout(300)  # a film tells every quarter of a second where it is
    share = float(slider.input_value()) / float(slider.get_attribute("max") or 0)
    assert share == CLOSE_TO(place, abs=0.01)


def test_an_animation_opens_large(opened: Opened) -> None:
    page = opened()
    video, _, _ = film(page)
    enlarge = page.get_by_role("button", name="Enlarge").first
    enlarge.press("Enter")
    dialog = page.get_by_role("dialog", name="Fig. 2.2")
    copy = dialog.locator("video")
    assert video.evaluate("video => video.poster") == copy.evaluate("video => video.poster")
    box = copy.bounding_box()
    assert box is not None
    assert box["width"] >= int(video.get_attribute("width") or 0)
    dialog.get_by_role("button", name="Play").press("Enter")
    wait_for(page, copy, "video.currentTime > 0.3")
    dialog.get_by_role("slider").press("Home")
    wait_for(page, copy, "video.currentTime === 0 && video.paused")
    found = AXE.run(page, options=EVERYTHING)
    assert found.violations_count == 0, found.generate_report()
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert enlarge.evaluate("node => node === document.activeElement")


@pytest.mark.parametrize("start", [None, SITE.as_uri()], ids=["http", "file"])
def test_the_cover_s_animation_plays_once_when_it_is_seen(
    start: str | None, server: str, opened: Opened
) -> None:
    page = opened("index.html", start=start or server, reduced_motion="no-preference")
    page.set_viewport_size({"width": PHONE, "height": 100})  # it is below what is to be seen
    page.reload()
    video = page.locator("video.plays-once:visible")
    slider = page.get_by_role("slider")
    wait_for(page, video, "video.readyState >= 2")
    assert video.evaluate("video => video.paused && video.currentTime < 0.01 && !video.poster")
    assert float(slider.input_value()) < 0.01
    page.set_viewport_size({"width": PHONE, "height": 740})
    video.scroll_into_view_if_needed()
    wait_for(page, video, "!video.paused && video.currentTime > 0.3")
    assert float(slider.input_value()) < 0.5
    video.evaluate("video => { video.currentTime = video.duration - 0.3; }")
    wait_for(page, video, "video.ended")
    page.wait_for_function("node => node.value > 0.99", arg=slider.element_handle())
    assert page.get_by_role("button", name="Play").is_visible()


def test_where_motion_is_to_be_reduced_it_waits(opened: Opened) -> None:
    page = opened("index.html")
    video = page.locator("video.plays-once:visible")
    video.scroll_into_view_if_needed()
    wait_for(page, video, "video.readyState >= 2")
    page.wait_for_timeout(500)
    assert video.evaluate("video => video.paused && video.currentTime < 0.01")
    page.route("**/*.mp4", lambda route: route.abort())
    page.reload()
    assert page.get_by_role("slider").input_value() == "0", "no film is loaded yet"
