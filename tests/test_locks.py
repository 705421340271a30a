"""What is locked together can be installed together."""

import itertools

import pytest
from packaging.requirements import Requirement

from tests.conftest import ROOT

LOCKS = {file.stem: file.read_text(encoding="utf-8") for file in (ROOT / "locks").glob("*.txt")}
LINUX = {"sys_platform": "linux", "platform_machine": "x86_64"}
MAC = {"sys_platform": "darwin", "platform_machine": "arm64"}
WINDOWS = {"sys_platform": "win32", "platform_machine": "AMD64"}


def pins(name: str, machine: dict[str, str]) -> dict[str, str]:
    """Return what a lock pins on a machine: versions by names."""
    lines = (line.removesuffix(" \\") for line in LOCKS[name].splitlines() if line[:1].isalnum())
    wanted = [
        pin for pin in map(Requirement, lines) if pin.marker is None or pin.marker.evaluate(machine)
    ]
    assert len({pin.name for pin in wanted}) == len(wanted)
    return {pin.name: str(pin.specifier) for pin in wanted}


def test_every_pin_is_one_version_with_a_hash() -> None:
    for name, text in LOCKS.items():
        blocks = [b for b in text.replace(" \\\n    ", " ").splitlines() if b[:1].isalnum()]
        assert blocks, name
        for block in blocks:
            assert "==" in block.split()[0], (name, block)
            assert "--hash=sha256:" in block, (name, block)


def test_no_lock_names_a_host() -> None:
    assert not [name for name, text in LOCKS.items() if "://" in text]


@pytest.mark.parametrize("machine", [LINUX, MAC, WINDOWS], ids=["linux", "mac", "windows"])
def test_locks_that_are_installed_together_agree(machine: dict[str, str]) -> None:
    cpu, checks = pins("cpu", machine), pins("checks", machine)
    both = cpu.keys() & checks.keys()
    assert {name: cpu[name] for name in both} == {name: checks[name] for name in both}


def test_a_gpu_changes_no_version() -> None:
    cpu, gpu = pins("cpu", LINUX), pins("gpu", LINUX)
    for name in (cpu.keys() & gpu.keys()) - {"tensorflow"}:
        assert cpu[name] == gpu[name], name
    assert cpu["tensorflow-cpu"] == gpu["tensorflow"]


@pytest.mark.parametrize(
    ("name", "machine"),
    [*itertools.product(["cpu"], [LINUX, MAC, WINDOWS]), ("gpu", LINUX)],
    ids=["linux", "mac", "windows", "gpu"],
)
def test_there_is_one_tensorflow(name: str, machine: dict[str, str]) -> None:
    assert len(pins(name, machine).keys() & {"tensorflow", "tensorflow-cpu"}) == 1
