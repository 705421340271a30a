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
    """Write an archive of files by their names in it, in this order, whole or not at all.

    A file named ``mimetype`` is stored as it is, which EPUB asks for; all others are deflated.
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
    """Write a folder as an archive with one folder in it, `top`, without the hidden files."""
    files = (file for file in folder.rglob("*") if file.is_file() and file.name[0] != ".")
    named = {f"{top}/{file.relative_to(folder).as_posix()}": file for file in files}
    write_archive(target, sorted(named.items()))
