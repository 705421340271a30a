"""Zip archives whose bytes depend on nothing but names and contents."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

_READABLE = 0o100644 << 16  # a plain file that everybody may read, for systems that ask
_UNIX = 3


def zipped(files: Mapping[str, Path]) -> bytes:
    """Return an archive of files by their names in it, in this order.

    A file named ``mimetype`` is stored as it is, which EPUB asks for; all others are deflated.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, file in files.items():
            entry = zipfile.ZipInfo(name)  # of 1 January 1980
            entry.create_system, entry.external_attr = _UNIX, _READABLE
            if name != "mimetype":
                entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, file.read_bytes())
    return buffer.getvalue()


def zipped_folder(folder: Path, top: str) -> bytes:
    """Return a folder as an archive with one folder in it, `top`, without the hidden files."""
    files = (file for file in folder.rglob("*") if file.is_file() and file.name[0] != ".")
    named = {f"{top}/{file.relative_to(folder).as_posix()}": file for file in files}
    return zipped(dict(sorted(named.items())))
