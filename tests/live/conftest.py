"""The scripts of src/live in the node that comes with Playwright, without a browser."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import ROOT

LIVE = ROOT / "src" / "live"


class Refused(Exception):
    """What a function of the page has thrown."""


class Node:
    """Calls functions of the page, all in a single process."""

    def __init__(self, folder: Path, scripts: Sequence[Path]) -> None:
        self.folder, self.scripts = folder, scripts
        self.calls: list[dict[str, Any]] = []
        self.numbers: list[np.ndarray] = []
        self.length = 0

    def call(self, code: str, *values: Any) -> int:
        """Note a call of a function, an expression of JavaScript; arrays become tensors."""
        self.calls.append({"code": code, "values": [self._sent(value) for value in values]})
        return len(self.calls) - 1

    def run(self) -> list[Any]:
        """Make the calls, and return what each returned, or what it threw as a `Refused`."""
        (self.folder / "calls.json").write_text(json.dumps(self.calls), "utf-8")
        sent = np.concatenate([np.zeros(0, np.float32), *self.numbers])
        (self.folder / "arguments.bin").write_bytes(sent.tobytes())
        driver = Path(__file__).with_name("run_calls.js")
        subprocess.run([node(), driver, self.folder, *self.scripts], check=True)
        self.received = np.fromfile(self.folder / "results.bin", np.float32)
        answers = json.loads((self.folder / "results.json").read_text("utf-8"))
        return [
            Refused(answer["error"]) if "error" in answer else self._received(answer.get("value"))
            for answer in answers
        ]

    def _sent(self, value: Any) -> Any:
        if isinstance(value, np.ndarray):
            self.numbers.append(np.ravel(value).astype(np.float32))
            self.length += value.size
            return {"tensor": [self.length - value.size, value.shape]}
        if isinstance(value, dict):
            return {key: self._sent(inner) for key, inner in value.items()}
        return value

    def _received(self, value: Any) -> Any:
        if isinstance(value, dict) and set(value) == {"tensor"}:
            start, shape = value["tensor"]
            return self.received[start : start + int(np.prod(shape))].reshape(shape)
        if isinstance(value, dict):
            return {key: self._received(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._received(inner) for inner in value]
        return value


def node() -> Path:
    """Return the node that Playwright brings."""
    playwright = pytest.importorskip("playwright")
    driver = Path(playwright.__file__).with_name("driver")
    return next(file for file in (driver / "node", driver / "node.exe") if file.is_file())


@pytest.fixture
def page(tmp_path: Path) -> Node:
    """The engine as a page has it."""
    return Node(tmp_path, [LIVE / "engine.js", LIVE / "network.js"])
