"""A cache of its own for every test."""

import pytest

from tests.convbook.training.helpers import patterns


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """The empty cache folder of this test."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("CONVBOOK_CACHE", str(folder))
    return folder


@pytest.fixture(scope="session")
def dataset():
    return patterns()
