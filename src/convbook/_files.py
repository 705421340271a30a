"""The folder that keeps what was downloaded or trained, and files written whole under a lock."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

VARIABLE = "CONVBOOK_CACHE"


class CacheError(RuntimeError):
    """A folder that cannot be created or written, or a disk that is full."""


def cache_folder(*parts: str) -> Path:
    """Return the absolute path of the folder that keeps what is costly to get again, or below it.

    It is the folder that the environment variable ``CONVBOOK_CACHE`` names if it is set, else the
    platform's folder for caches. It is not created here.
    """
    named = os.environ.get(VARIABLE)
    if named:
        # Path.expanduser raises where no home folder is known; this leaves the name as it is.
        return Path(os.path.expanduser(named)).absolute().joinpath(*parts)  # noqa: PTH111
    import platformdirs  # Only here: most modules that import this one never ask.

    return platformdirs.user_cache_path("convbook", appauthor=False).joinpath(*parts)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let one process at a time work on a file or folder, which need not exist.

    A process that has to wait says so, in one line on standard error. The lock is a file beside
    `path` that stays there, in a folder that is created; a process that is killed gives the lock
    back. It raises a CacheError if the lock cannot be written.
    """
    from filelock import FileLock, Timeout  # Only here: it costs more than the rest of this module.

    lock = FileLock(path.with_name(path.name + ".lock"))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            print(f"Another process is working on {path}; waiting for it.", file=sys.stderr)
            lock.acquire()
    except OSError as error:
        raise cannot_write(path.parent, error) from error
    try:
        yield
    finally:
        lock.release()


def write(path: Path, content: bytes) -> None:
    """Write a whole file or none: a kill or a full disk leaves no half of one.

    The file is replaced if it is there, and the folder around it created. Two processes that may
    write the same file take :func:`locked` around it. It raises a CacheError if the folder cannot
    be created or written, or the disk is full.
    """
    aside = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_bytes(content)
        aside.replace(path)
    except OSError as error:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        raise cannot_write(path.parent, error) from error


def cannot_write(folder: Path, error: OSError) -> CacheError:
    """Return the error that names the folder, the reason and, in the cache, the way out."""
    message = f"cannot write in {folder}: {error.strerror or error}"
    if folder.is_relative_to(cache_folder()):
        message += f"; set the environment variable {VARIABLE} to a folder that can be written"
    return CacheError(message)
