"""A checkpoint is whole, of this training, or refused; nothing that was saved is lost."""

import subprocess
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from convbook._files import CacheError
from convbook.training import CheckpointError, loop, networks, store, train
from tests.convbook.training.helpers import TINY, weights


@pytest.fixture(scope="module")
def content(tmp_path_factory, dataset):
    """The checkpoint of a complete training."""
    file = tmp_path_factory.mktemp("kept") / "kept.npz"
    train(TINY, dataset, checkpoint=file)
    return file.read_bytes()


@pytest.fixture
def kept(tmp_path, content):
    """The same, in a file of the caller's choice."""
    file = tmp_path / "kept.npz"
    file.write_bytes(content)
    return file


@pytest.fixture
def variables(dataset):
    """Variables that the checkpoint of `kept` fits."""
    model = loop.build(TINY)
    optimizer = loop.optimizer(TINY, 6)
    optimizer.build(model.trainable_variables)
    return [*model.variables, *optimizer.variables]


def test_a_file_of_one_s_own_is_gone_on_from_and_the_cache_left_alone(kept, dataset, cache):
    again = train(TINY, dataset, checkpoint=kept)
    assert again.found == TINY.epochs
    assert not list(cache.glob("**/*.npz"))
    assert weights(again) == weights(train(TINY, dataset))


def test_the_checkpoint_of_another_training_is_refused_and_named(kept, content, dataset):
    with pytest.raises(CheckpointError, match=r"another training: mlp, seed 0, 2 epochs, key") as e:
        train(TINY.but(seed=1), dataset, checkpoint=kept)
    assert str(kept) in str(e.value)
    assert kept.read_bytes() == content


def broken(content):
    """Return what a file can have become: cut off, overwritten, changed in one bit."""
    flipped = bytearray(content)
    flipped[len(content) // 2] ^= 1
    return {
        "empty": b"", "cut": content[:-100], "short": content[:50], "text": b"no checkpoint",
        "flipped": bytes(flipped), "pickle": b"\x80\x04N.",
    }  # fmt: skip


@pytest.mark.parametrize("damage", sorted(broken(bytes(200))))
def test_a_damaged_checkpoint_is_refused_where_the_caller_named_it(damage, kept, dataset):
    kept.write_bytes(broken(kept.read_bytes())[damage])
    with pytest.raises(CheckpointError, match=r"kept\.npz is damaged, or no checkpoint: "):
        train(TINY, dataset, checkpoint=kept)


def test_a_folder_is_no_checkpoint(tmp_path, dataset):
    with pytest.raises(CheckpointError, match="cannot be read: Is a directory"):
        train(TINY, dataset, checkpoint=tmp_path)


def test_a_damaged_network_in_the_cache_is_reported_and_trained_anew(dataset, cache, capfd):
    first = train(TINY, dataset)
    (file,) = cache.glob("networks/*/trained.npz")
    file.write_bytes(broken(file.read_bytes())["flipped"])
    capfd.readouterr()
    again = train(TINY, dataset)
    assert again.found == 0
    assert weights(again) == weights(first)
    line = capfd.readouterr().err.splitlines()[0]
    assert f"{file} is damaged" in line
    assert line.endswith("; training again.")


def test_a_damaged_state_in_the_cache_is_reported_and_made_anew(dataset, cache, capfd, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(store, "save", failing_at(2, store.save))
        with pytest.raises(Stop):
            train(TINY, dataset)
    (file,) = cache.glob("networks/*/checkpoint.npz")
    file.write_bytes(b"")
    capfd.readouterr()
    assert train(TINY, dataset).found == 0
    assert "; starting from the first epoch." in capfd.readouterr().err


class Stop(Exception):
    """Ends a training from within."""


def failing_at(number, save):
    """Return `save`, which raises `Stop` when it is called for the time of that number."""
    calls = []

    def saving(*arguments):
        calls.append(arguments)
        if len(calls) == number:
            raise Stop
        save(*arguments)

    return saving


def test_any_changed_byte_is_noticed_or_changes_nothing(kept, content, variables, dataset, rng):
    key = networks.key_of(TINY, dataset)
    store.load(kept, key, variables)
    expected = [np.array(variable) for variable in variables]
    refused = 0
    for _ in range(300):
        changed = bytearray(content)
        changed[rng.integers(len(content))] ^= 1 << rng.integers(8)
        kept.write_bytes(changed)
        try:
            progress = store.load(kept, key, variables)
        except CheckpointError:
            refused += 1
            continue
        assert len(progress.history) == TINY.epochs
        for variable, array in zip(variables, expected, strict=True):
            assert np.array_equal(variable, array)
    assert refused > 200


def test_what_is_refused_changes_no_variable(kept, variables):
    before = [np.array(variable) for variable in variables]
    with pytest.raises(CheckpointError):
        store.load(kept, "another key", variables)
    for variable, array in zip(variables, before, strict=True):
        assert np.array_equal(variable, array)


@pytest.fixture
def no_step(monkeypatch):
    def steps(*_):
        pytest.fail("it began to train")

    monkeypatch.setattr(loop, "batches", steps)


@pytest.mark.usefixtures("no_step")
@pytest.mark.parametrize("place", ["cache", "network", "checkpoint", "logs"])
def test_what_cannot_be_written_is_found_out_before_the_first_step(
    place, dataset, cache, tmp_path, monkeypatch
):
    (tmp_path / "file").touch()
    files = {}
    if place == "cache":
        monkeypatch.setenv("CONVBOOK_CACHE", str(tmp_path / "file"))
    elif place == "network":
        folder = cache / "networks" / f"mlp-{networks.key_of(TINY, dataset)[:16]}"
        folder.parent.mkdir(parents=True)
        folder.touch()
    else:
        files[place] = tmp_path / "file" / "below"
    with pytest.raises((CacheError, CheckpointError), match=r"cannot (write in|be read)"):
        train(TINY, dataset, **files)


@pytest.fixture
def small_disk(tmp_path, monkeypatch):
    """A real file system of 256 KiB as the cache."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount")
    if done.returncode:
        pytest.skip("mounting takes the rights of an administrator")
    monkeypatch.setenv("CONVBOOK_CACHE", str(folder))
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_loses_nothing_that_was_saved(small_disk, dataset, tmp_path, monkeypatch):
    recipe = TINY.but(epochs=3)
    filler, save, calls = small_disk / "filler", store.save, []

    def filling(*arguments):
        calls.append(arguments)
        if len(calls) == 3:  # after the second epoch
            with suppress(OSError), filler.open("wb", 0) as file:
                while True:
                    file.write(bytes(4096))
        save(*arguments)

    monkeypatch.setattr(store, "save", filling)
    with pytest.raises(CacheError, match="No space left on device"):
        train(recipe, dataset)
    assert [file.name for file in small_disk.glob("networks/*/*")] == ["checkpoint.npz"]
    filler.unlink()
    resumed = train(recipe, dataset)
    assert resumed.found == 1
    monkeypatch.setenv("CONVBOOK_CACHE", str(tmp_path / "cache"))
    assert weights(resumed) == weights(train(recipe, dataset))


def test_a_disk_that_fills_up_says_so_on_every_machine(dataset, cache, monkeypatch):
    write, calls = Path.write_bytes, []

    def full(path, content):
        calls.append(path)
        if len(calls) == 3:
            write(path, content[:100])
            raise OSError(28, "No space left on device")
        return write(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(CacheError, match=r"No space left on device.*CONVBOOK_CACHE"):
            train(TINY, dataset)
    assert [file.name for file in cache.glob("networks/*/*")] == ["checkpoint.npz"]
    assert train(TINY, dataset).found == 1
