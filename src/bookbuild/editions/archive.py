"""Zip archives whose bytes depend on nothing but names and contents."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

from convbook._files import write

_READABLE = 0o100644 << 16  # a plain file that everybody may read, for systems that ask
_UNIX = 3


def write_archive(target: Path, contents: Iterable[tuple[str, Path]]) -> None:
    """Write an archive whole or not at all.

    Parameters
    ----------
    target : Path
        The archive; it is replaced if it is there.
    contents : iterable of (str, Path)
        The name of each file in the archive, and where it lies. The order is kept. A file named
        ``mimetype`` is stored as it is, which EPUB asks for; all others are deflated.

    Raises
    ------
    CacheError
        If the folder cannot be written, or the disk is full.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in contents:
            entry = zipfile.ZipInfo(name)  # of 1 January 1980
            entry.create_system, entry.external_attr = _UNIX, _READABLE
            if name != "mimetype":
                entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, file.read_bytes())
    write(target, buffer.getvalue())


def zip_folder(folder: Path, target: Path, top: str) -> None:
    """Write a folder as an archive with one folder in it.

    Parameters
    ----------
    folder : Path
        What is packed, but for files whose names begin with a dot.
    target : Path
        The archive; it is replaced if it is there.
    top : str
        The name of the folder that it unpacks to.

    Raises
    ------
    CacheError
        If the folder of the archive cannot be written, or the disk is full.
    """
    files = (file for file in folder.rglob("*") if file.is_file() and file.name[0] != ".")
    named = {f"{top}/{file.relative_to(folder).as_posix()}": file for file in files}
    write_archive(target, sorted(named.items()))
