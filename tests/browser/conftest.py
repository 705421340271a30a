"""The built site behind a local server, and Debian's Chromium in front of it."""

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from RangeHTTPServer import RangeRequestHandler

from tests.browser.markup import SITE

# A site that knows its address expects to lie below that path of its host.
PREFIX = urlsplit(os.environ.get("CONVBOOK_SITE", "")).path.rstrip("/")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip


class Quiet(RangeRequestHandler):
    # Without range requests, which every real host answers, no browser seeks in a video.
    def translate_path(self, path: str) -> str:
        """Return the file at an address; what does not lie below the site's is nowhere."""
        below = path.startswith(f"{PREFIX}/")
        return super().translate_path(path.removeprefix(PREFIX) if below else "/nowhere")

    def send_error(self, code: int, *_: object) -> None:
        """Send the site's own page where there is none, as real hosts do."""
        body = (SITE / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    handler = functools.partial(Quiet, directory=str(SITE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_address[1]}{PREFIX}"
        running.shutdown()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=["http", "file"])
def root(request: pytest.FixtureRequest, server: str) -> str:
    """The site's address, behind a server and on a disk."""
    return server if request.param == "http" else SITE.as_uri()


# A page that scrolls smoothly has moved on when the mouse comes to where something was.
STILL: dict[str, Any] = {"reduced_motion": "reduce"}


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, **STILL)
    yield context.new_page()
    context.close()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    size = ViewportSize(width=360, height=800)
    context = chromium.new_context(viewport=size, has_touch=True, **STILL)
    yield context.new_page()
    context.close()
