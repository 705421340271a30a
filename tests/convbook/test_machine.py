"""What a measurement was made on, in words."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from convbook import _machine


@pytest.fixture(autouse=True)
def _anew() -> None:
    _machine.machine.cache_clear()


@pytest.mark.parametrize(
    ("cpuinfo", "cores", "words"),
    [
        ("processor : 0\nmodel name\t: Fast CPU 3000\n", 2, "Fast CPU 3000, 2 cores"),
        ("processor : 0\nvendor_id : none\n", 1, "a processor, 1 core"),
    ],
)
def test_the_machine_is_its_processor_and_its_cores(
    cpuinfo: str, cores: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cpuinfo"
    file.write_text(cpuinfo, encoding="utf-8")
    monkeypatch.setattr(_machine, "CPUINFO", file)
    monkeypatch.setattr("platform.processor", lambda: "a processor")
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(cores)), raising=False)
    assert _machine.machine() == words


def test_without_tensorflow_the_device_is_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    assert _machine.device() == "CPU"
    assert "tensorflow" not in sys.modules


@pytest.mark.parametrize(("gpus", "device"), [([], "CPU"), (["gpu:0", "gpu:1"], "Fast GPU")])
def test_with_tensorflow_it_is_the_first_gpu(
    gpus: list[str], device: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    details = {"gpu:0": {"device_name": "Fast GPU"}, "gpu:1": {"device_name": "Other"}}
    config = SimpleNamespace(
        list_physical_devices=lambda _: gpus,
        experimental=SimpleNamespace(get_device_details=details.__getitem__),
    )
    monkeypatch.setitem(sys.modules, "tensorflow", SimpleNamespace(config=config))
    assert _machine.device() == device
