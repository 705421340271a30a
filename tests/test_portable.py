"""What Windows and macOS would refuse, as far as it shows on any machine."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import PurePosixPath

import pytest

from tests.conftest import ROOT

RESERVED = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{n}" for port in ("com", "lpt") for n in range(10)),
}
FORBIDDEN = set('<>:"\\|?*')
LONGEST = 150  # characters below the checkout; Windows takes 260 with the folders above it
COMMANDS = (["--help"], ["train", "--help"], ["export", "--help"], ["train", "no_such_network"])


def tracked() -> list[PurePosixPath]:
    """Return the paths that a checkout has, from its root on."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    if listed.returncode:
        pytest.skip("no checkout of git")
    return [PurePosixPath(name) for name in listed.stdout.split("\0") if name]


def test_every_file_can_be_checked_out_anywhere() -> None:
    paths = tracked()
    assert len(paths) > 500
    folded = Counter(str(path).casefold() for path in paths)
    assert [path for path, count in folded.items() if count > 1] == [], "differ by case alone"
    parts = {part for path in paths for part in path.parts}
    assert {part for part in parts if part.split(".")[0].lower() in RESERVED} == set()
    assert {part for part in parts if FORBIDDEN & set(part) or part[-1] in ". "} == set()
    assert [path for path in paths if len(str(path)) > LONGEST] == []


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_commands_speak_where_the_console_knows_few_letters(words: list[str]) -> None:
    # A Windows console that is not set to UTF-8, or whose output goes into a file.
    command = [sys.executable, "-X", "utf8=0", "-m", "convbook", *words]
    latin = {**os.environ, "PYTHONIOENCODING": "cp1252"}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, env=latin)
    assert b"UnicodeEncodeError" not in done.stderr
    assert done.returncode == (0 if "--help" in words else 2)
