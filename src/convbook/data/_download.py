"""One file from one source, or a reason in one line why that source does not give it."""

import errno
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from convbook import _files

ANSWER = 6.0
"""Seconds in which a server must begin to answer, looking its name up included."""

RETRIES = ("-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=10")
"""Options by which apt-get gives up soon where there is no network."""

SILENCE = 30.0
"""Seconds without a byte after which a download has been cut."""


class DownloadError(RuntimeError):
    """Data that no source gives. The message has one line a source, and the way out by hand."""


class SourceError(RuntimeError):
    """One source does not give the file. The message is the reason, in one line."""


def from_url(url: str, sha256: str | None, path: Path) -> None:
    """Download the file of that SHA-256 to `path`, under a progress bar on standard error.

    Without a sum the caller has to verify what it finds in the file. Nothing is left there unless
    it is whole. It raises a SourceError if the server does not answer, the download is cut, or the
    file is another, and a CacheError if it cannot be written.
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
            expected = f"sha256:{sha256}" if sha256 else None
            if expected is None:  # pooch asks its users to note the sum; here nobody can.
                pooch.get_logger().setLevel("WARNING")
            pooch.retrieve(url, expected, path.name, path.parent, downloader=downloader)
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


def from_debian(path: Path) -> None:
    """Download Debian's package of the name that `path` has before ``.deb``; install nothing of it.

    apt-get looks at its signed index before it keeps a package, of whichever version. A machine
    without an index, such as a fresh container, gets one beside `path` for this one time. It raises
    a SourceError if there is no apt-get or it does not get the package, and a CacheError if the
    folder cannot be written or the disk is full.
    """
    if shutil.which("apt-get") is None:
        raise SourceError("no apt-get on this machine")
    state = path.parent / "apt"
    try:
        for folder in (state / "lists" / "partial", state / "cache" / "archives" / "partial"):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _files.cannot_write(path.parent, error) from error
    own = ["-o", f"Dir::State::Lists={state / 'lists'}", "-o", f"Dir::Cache={state / 'cache'}"]
    said = _apt_get(path.parent, "download", path.stem)
    if said is not None:
        failed = _apt_get(path.parent, *own, "update")
        said = failed or _apt_get(path.parent, *own, "download", path.stem)
    if said is not None:
        raise SourceError(said)
    found = sorted(path.parent.glob(f"{path.stem}_*.deb"))
    if not found:
        raise SourceError(f"apt-get brought no {path.stem}")
    found[-1].rename(path)


def _apt_get(folder: Path, *arguments: str) -> str | None:
    """Run apt-get in a folder; return None, or why it failed, in one line."""
    command = ["apt-get", *RETRIES, *arguments]
    # As pip: what it tells of its progress on standard output goes to our standard error.
    apt = subprocess.run(
        command, cwd=folder, env={**os.environ, "LC_ALL": "C"}, stdout=2, stderr=subprocess.PIPE,
        text=True, errors="replace", check=False,
    )  # fmt: skip
    if os.strerror(errno.ENOSPC) in apt.stderr:
        error = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        raise _files.cannot_write(folder, error)
    if not apt.returncode:
        return None
    reasons = [line[3:] for line in apt.stderr.splitlines() if line.startswith("E: ")]
    return " ".join(reasons) or f"apt-get ended with status {apt.returncode}"


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
