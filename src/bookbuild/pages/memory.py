"""The peak of a script's memory, as Linux counts it."""

from __future__ import annotations

import re
from pathlib import Path

# Written to, the first makes the kernel forget the peak that the second tells.
FORGET, STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")
_PEAK_OF_RESIDENT = "5"

_forgotten: list[bool] = [False]


def forget_peak() -> None:
    """Begin to measure: what this process needed before does not count."""
    try:
        FORGET.write_text(_PEAK_OF_RESIDENT, encoding="ascii")
        _forgotten[0] = True
    except OSError:  # another system than Linux, or one that forbids it
        _forgotten[0] = False


def peak() -> int | None:
    """Return the largest memory that this process has held since `forget_peak`, in megabytes.

    Returns
    -------
    int or None
        10**6 bytes of resident memory: the process's own and the pages of libraries that it uses.
        None where the system does not tell, or would tell of an earlier script.
    """
    if not _forgotten[0]:
        return None
    try:
        found = re.search(r"^VmHWM:\s*(\d+) kB$", STATUS.read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        return None
    return round(int(found[1]) * 1024 / 1e6) if found else None
