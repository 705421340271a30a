"""The registry of data, read from ``data_registry.toml`` beside this file."""

import hashlib
import tomllib
from pathlib import Path
from typing import Any

DATA = ("data_registry.toml",)  # a figure depends on it
REGISTRY = Path(__file__).with_name(*DATA)


class ChecksumError(RuntimeError):
    """Data that are not the ones that the registry describes."""


def tables(kind: str) -> dict[str, Any]:
    """Return the registry's tables of one kind, ``pictures`` or ``datasets``, by name."""
    content: dict[str, Any] = tomllib.loads(REGISTRY.read_text(encoding="utf-8"))[kind]
    return content


def check_file(path: Path, sha256: str) -> None:
    """Raise a ChecksumError that names the file and both sums unless it has the one expected."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        raise ChecksumError(f"{path}: expected SHA-256 {sha256}, got {found}")
