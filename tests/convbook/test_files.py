"""The cache lies where it is told to; a file is whole or absent; one process works at a time."""

import errno
import subprocess
import sys
import time
from pathlib import Path

import platformdirs
import pytest

from convbook import _files

# A process that takes the lock, says so, and keeps it until its standard input ends.
HOLDER = """
import sys
from pathlib import Path
from convbook import _files
with _files.locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def full_disk(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


def hold(path: Path) -> subprocess.Popen[str]:
    """Start a process that holds the lock beside a path, and return once it does."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=-1, stdout=-1, stderr=-1, text=True
    )
    assert process.stdout.readline() == "held\n"
    return process


def test_the_variable_moves_the_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("CONVBOOK_CACHE", str(tmp_path / "elsewhere"))
    assert _files.cache_folder("mnist", "raw") == tmp_path / "elsewhere" / "mnist" / "raw"
    assert not (tmp_path / "elsewhere").exists()


def test_the_variable_may_name_a_home_or_a_relative_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CONVBOOK_CACHE", "~/kept")
    assert _files.cache_folder() == tmp_path / "home" / "kept"
    monkeypatch.setenv("CONVBOOK_CACHE", "kept")
    assert _files.cache_folder() == tmp_path / "kept"


@pytest.mark.parametrize("value", [None, ""])
def test_without_the_variable_it_is_the_platform_s_folder(value, monkeypatch):
    monkeypatch.delenv("CONVBOOK_CACHE", raising=False)
    if value is not None:
        monkeypatch.setenv("CONVBOOK_CACHE", value)
    expected = Path(platformdirs.user_cache_dir("convbook", appauthor=False))
    assert _files.cache_folder("a") == expected / "a"


def test_a_file_is_written_whole_into_a_folder_that_was_not_there(tmp_path):
    path = tmp_path / "new" / "folder" / "file.bin"
    _files.write(path, b"first")
    _files.write(path, b"2nd")
    assert path.read_bytes() == b"2nd"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("step", ["write_bytes", "replace"])
def test_a_full_disk_leaves_the_old_file_and_no_half_of_the_new(tmp_path, monkeypatch, step):
    path = tmp_path / "file.bin"
    path.write_bytes(b"old")
    whole = Path.write_bytes

    def half(self, content):
        whole(self, content[: len(content) // 2])
        full_disk()

    monkeypatch.setattr(Path, step, half if step == "write_bytes" else full_disk)
    with pytest.raises(_files.CacheError, match="No space left on device") as caught:
        _files.write(path, b"the new content")
    assert str(tmp_path) in str(caught.value)
    assert isinstance(caught.value.__cause__, OSError)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("do", [lambda path: _files.write(path, b""), lambda path: lock(path)])
def test_a_folder_that_cannot_be_made_is_named_with_the_variable(tmp_path, monkeypatch, do):
    (tmp_path / "file").touch()
    monkeypatch.setenv("CONVBOOK_CACHE", str(tmp_path / "file"))
    with pytest.raises(_files.CacheError, match="CONVBOOK_CACHE") as caught:
        do(_files.cache_folder("mnist", "file.bin"))
    assert f"cannot write in {tmp_path / 'file' / 'mnist'}: Not a directory" in str(caught.value)


def lock(path):
    with _files.locked(path):
        pytest.fail("the lock was given without a file")


def test_outside_the_cache_the_variable_is_no_remedy(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("CONVBOOK_CACHE", str(tmp_path / "cache"))
    with pytest.raises(_files.CacheError) as caught:
        _files.write(tmp_path / "file" / "x", b"")
    assert "CONVBOOK_CACHE" not in str(caught.value)


def test_who_finds_the_lock_free_says_nothing(tmp_path, capfd):
    for _ in range(2):
        with _files.locked(tmp_path / "new" / "thing"):
            pass
    assert capfd.readouterr() == ("", "")


def test_an_error_gives_the_lock_back_and_comes_through(tmp_path):
    with pytest.raises(OSError, match="from within"), _files.locked(tmp_path / "thing"):
        raise OSError("from within")
    with _files.locked(tmp_path / "thing"):
        pass


def test_who_has_to_wait_says_for_what_in_one_line_and_goes_on(tmp_path):
    first, path = hold(tmp_path / "thing"), tmp_path / "thing"
    second = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=-1, stdout=-1, stderr=-1, text=True
    )
    said = second.stderr.readline()
    assert said == f"Another process is working on {path}; waiting for it.\n"
    time.sleep(0.2)
    assert second.poll() is None
    first.communicate(timeout=30)
    assert second.communicate(timeout=30) == ("held\n", "")


def test_a_killed_process_gives_the_lock_back(tmp_path, capfd):
    process = hold(tmp_path / "thing")
    process.kill()
    process.communicate(timeout=30)
    with _files.locked(tmp_path / "thing"):
        pass
    assert capfd.readouterr().err == ""
