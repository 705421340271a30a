"""One file from one source, or a reason in one line why that source does not give it."""

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

from convbook import _files

ANSWER = 6.0
"""Seconds in which a server must begin to answer, looking its name up included."""

SILENCE = 30.0
"""Seconds without a byte after which a download has been cut."""


class DownloadError(RuntimeError):
    """Data that no source gives. The message has one line a source, and the way out by hand."""


class SourceError(RuntimeError):
    """One source does not give the file. The message is the reason, in one line."""


def from_url(url: str, sha256: str, path: Path) -> None:
    """Download the file of that SHA-256 to `path`, under a progress bar on standard error.

    Nothing is left there unless it is whole. It raises a SourceError if the server does not answer,
    the download is cut, or the file is another, and a CacheError if it cannot be written.
    """
    import pooch  # Only here, as the next two: whoever has the data needs none of them.
    import requests
    from tqdm import tqdm

    try:
        _wait_for_an_answer(url)
        # A bar of our own: pooch leaves its bar open, and the line unfinished, if it is cut. pooch
        # sets the total, and takes a bar without one for none.
        with tqdm(total=1, unit="B", unit_scale=True, ncols=79) as bar:
            downloader = pooch.HTTPDownloader(
                progressbar=bar, chunk_size=1 << 16, timeout=(ANSWER, SILENCE)
            )
            pooch.retrieve(url, f"sha256:{sha256}", path.name, path.parent, downloader=downloader)
    except (requests.RequestException, ValueError) as error:  # A wrong hash is a ValueError.
        raise SourceError(_reason(error)) from error
    except OSError as error:
        raise _files.cannot_write(path.parent, error) from error


def from_package_index(requirement: str, sha256: str, path: Path) -> None:
    """Download a wheel with pip as the user has configured it; install and run nothing of it.

    The requirement is as in ``name==1.0``, and the path in an existing folder, under the name that
    the wheel has in the index. It raises a SourceError if there is no pip or it does not get the
    wheel of that SHA-256, and a CacheError if the folder cannot be written or the disk is full.
    """
    wanted = path.with_suffix(".txt")
    _files.write(wanted, f"{requirement} --hash=sha256:{sha256}\n".encode())
    command = [
        sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes",
        "--only-binary", ":all:", "--no-input", "--retries", "1",
        "--dest", str(path.parent), "--requirement", str(wanted),
    ]  # fmt: skip
    # pip draws its progress bar on its standard output, which here is our standard error.
    pip = subprocess.run(
        command, stdout=2, stderr=subprocess.PIPE, text=True, errors="replace", check=False
    )
    if f"[Errno {errno.ENOSPC}]" in pip.stderr:
        error = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        raise _files.cannot_write(path.parent, error)
    if pip.returncode:
        raise SourceError(_last_words(pip.stderr) or f"pip ended with status {pip.returncode}")
    if not path.is_file():
        raise SourceError(f"pip brought no {path.name}")


def _wait_for_an_answer(url: str) -> None:
    # A time limit of requests holds for each of a server's addresses, and none for its name. Where
    # packets vanish, the sum is minutes: so the server is asked in a thread that is not waited for.
    import requests

    failed: list[requests.RequestException] = []

    def ask() -> None:
        try:
            requests.head(url, timeout=ANSWER)
        except requests.RequestException as error:
            failed.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(ANSWER)
    if thread.is_alive() or (failed and isinstance(failed[0], requests.Timeout)):
        raise requests.Timeout(f"no answer within {ANSWER:g} s")
    if failed:
        raise failed[0]


def _reason(error: BaseException) -> str:
    """Return what is at the bottom of an error; requests wraps it three times over."""
    while error.__context__ is not None:
        error = error.__context__
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _last_words(said: str) -> str:
    """Return pip's error, or else the last line of what it said, in one line."""
    lines = said.strip().splitlines()
    first = next((n for n, line in enumerate(lines) if line.startswith("ERROR:")), -1)
    return " ".join(" ".join(lines[first:]).replace("ERROR:", "").split())
