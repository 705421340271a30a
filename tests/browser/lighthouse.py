"""Let Lighthouse judge the built site as a slow phone would see it: ``nox -s lighthouse``.

With folders of sites, ``nox -s lighthouse -- BEFORE AFTER`` compares them.
"""

from __future__ import annotations

import functools
import gzip
import http.server
import io
import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from statistics import median
from typing import Any, BinaryIO

from tests.browser.conftest import FLAGS, Quiet
from tests.browser.markup import SITE

LIGHTHOUSE = "lighthouse@12.8.2"  # of npm
PAGES = ("index.html", "convolution.html", "inception.html",
         "gallery/sizes/plot_same_padding.html")  # fmt: skip
LEAST = 0.95
ROUNDS = 5
PAINT = "first-contentful-paint"
COMPRESSED = {".html", ".css", ".js", ".svg"}


class Compressing(Quiet):
    """A server that compresses text, as every real host does."""

    protocol_version = "HTTP/1.1"

    def send_head(self) -> BinaryIO | Any:
        """Send the head of an answer and return the body."""
        file = Path(self.translate_path(self.path))
        if file.suffix not in COMPRESSED or not file.is_file():
            return super().send_head()
        self.range = None  # what RangeHTTPServer looks for when it sends the body
        body = gzip.compress(file.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(file))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return io.BytesIO(body)


def judge(address: str) -> dict[str, Any]:
    """Return the report of Lighthouse's mobile preset on one page."""
    command = ["npx", "--yes", LIGHTHOUSE, address, "--quiet", "--output=json",
               f"--chrome-flags=--headless {' '.join(FLAGS)}"]  # fmt: skip
    environment = {**os.environ, "CHROME_PATH": shutil.which("chromium") or ""}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def serve(site: Path) -> str:
    """Serve a site until the program ends; return its address."""
    handler = functools.partial(Compressing, directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"


def main(*sites: str) -> int:
    """Print the medians for each page of each site, judged in turn; fail if a score is too low."""
    lowest = 1.0
    addresses = {site: serve(Path(site)) for site in sites or (str(SITE),)}
    for page in PAGES:
        rounds = [{site: judge(f"{at}/{page}") for site, at in addresses.items()}
                  for _ in range(ROUNDS)]  # fmt: skip
        for site in addresses:
            reports = [reports[site] for reports in rounds]
            scores = {name: median(report["categories"][name]["score"] for report in reports)
                      for name in reports[0]["categories"]}  # fmt: skip
            paint = median(report["audits"][PAINT]["numericValue"] for report in reports)
            shown = ", ".join(f"{name} {100 * score:.0f}" for name, score in scores.items())
            print(f"{site}: {page}: {shown}; first contentful paint {paint:.0f} ms", flush=True)
            lowest = min(lowest, *scores.values())
    return int(lowest < LEAST)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
