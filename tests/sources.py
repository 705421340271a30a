"""Where downloads come from in tests: a server that can fail in every way, and wheels."""

import hashlib
import io
import subprocess
import threading
import time
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def wheel(distribution: str, member: str, content: bytes) -> bytes:
    """Return a wheel of release 1.0 that holds one file."""
    info = f"{distribution.replace('-', '_')}-1.0.dist-info"
    files = {
        member: content,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": "",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


FULL_DISK = [
    "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n",
    "ERROR: Exception:\nTraceback (most recent call last):\n  File ...\n"
    "OSError: [Errno 28] No space left on device\n",
]
"""What pip says of a full disk, which a test cannot have without an administrator's rights."""


def let_pip_fail(monkeypatch, said: str) -> None:
    """Let every command that is run say this on standard error, and fail."""
    failed = subprocess.CompletedProcess([], 2, stderr=said)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Server:
    """An HTTP server on this machine that gives one file, whatever is asked for.

    Attributes
    ----------
    body, status : bytes, int
        What it answers.
    cut : int or None
        Close the connection after so many bytes.
    delay : float
        Seconds before it sends the body.
    gets : int
        How often the file itself was asked for.
    """

    def __init__(self) -> None:
        self.body, self.status = b"", 200
        self.cut: int | None = None
        self.delay, self.gets = 0.0, 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(outer.body)))
                self.end_headers()

            def do_GET(self) -> None:
                outer.gets += 1
                self.do_HEAD()
                time.sleep(outer.delay)
                self.wfile.write(outer.body[: outer.cut])

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/tiny.npz"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
