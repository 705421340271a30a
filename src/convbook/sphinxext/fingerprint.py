"""What a gallery script's output depends on, in one hash.

sphinx-gallery hashes the script alone, jupyter-cache the cells alone: after an edit in
``src/convbook`` both would serve old output. A fingerprint covers the script's own text, every
module of the package that it reaches through imports, the data files beside those modules, and
the versions of the libraries that draw and compute.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import platform
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

import grimp

PACKAGE = "convbook"

# The libraries whose release may move a pixel or a digit. TensorFlow comes under either name.
LIBRARIES = (
    "imageio-ffmpeg", "keras", "matplotlib", "numpy", "pillow", "scikit-image", "scipy",
    "sphinx-gallery", "tensorflow", "tensorflow-cpu",
)  # fmt: skip


class Fingerprints:
    """Fingerprints of scripts over one reading of the package's import graph.

    Parameters
    ----------
    package : str
        The package whose modules count; importable.
    always : iterable of str
        Modules, without the package's name, that act on every script: the image scraper.
    """

    def __init__(self, package: str = PACKAGE, always: Iterable[str] = ()) -> None:
        self._package = package
        self._graph = grimp.build_graph(package, include_external_packages=True, cache_dir=None)
        self._always = {f"{package}.{name}" for name in always}
        self._hashes: dict[str, str] = {}

    def of(self, script: Path) -> str:
        """Return the fingerprint of one script as 64 hexadecimal digits.

        Raises
        ------
        SyntaxError
            If the script is not Python.
        """
        total = hashlib.sha256(script.read_bytes())
        for module in sorted(self.reach(script)):
            total.update(f"{module} {self._hash(module)}\n".encode())
        total.update(versions().encode())
        return total.hexdigest()

    def reach(self, script: Path) -> set[str]:
        """Return the modules of the package that act on a script, imported or not."""
        reached = self._closure(script) | self._with_upstream(self._always)
        return {name for name in reached if name.split(".")[0] == self._package}

    def uses(self, script: Path, library: str) -> bool:
        """Say whether a script imports a library, directly or through the package's modules."""
        return library in self._closure(script)

    def whole(self) -> str:
        """Return one hash of the whole package but its Sphinx side, for the chapters' cache."""
        total = hashlib.sha256(versions().encode())
        for module in sorted(self._graph.modules):
            own = module.split(".")[0] == self._package
            if own and not module.startswith(f"{self._package}.sphinxext"):
                total.update(f"{module} {self._hash(module)}\n".encode())
        return total.hexdigest()

    def _closure(self, script: Path) -> set[str]:
        names = imported_names(script)
        reached = self._with_upstream(names & self._graph.modules)
        # Importing a module runs the packages above it.
        for module in list(reached):
            parts = module.split(".")
            reached |= {".".join(parts[:n]) for n in range(1, len(parts))}
        external = {name.split(".")[0] for name in names}
        return reached | external

    def _with_upstream(self, modules: set[str]) -> set[str]:
        return modules.union(*map(self._graph.find_upstream_modules, modules))

    def _hash(self, module: str) -> str:
        if module not in self._hashes:
            spec = importlib.util.find_spec(module)
            if spec is None or spec.origin is None:
                raise ModuleNotFoundError(f"no source file for {module}")
            source = Path(spec.origin)
            digest = hashlib.sha256(source.read_bytes())
            text = source.read_text(encoding="utf-8")
            # The style sheet and the data registry are read, not imported: a module that names a
            # file beside it depends on that file.
            for file in sorted(source.parent.iterdir()):
                if file.is_file() and file.suffix != ".py" and file.name in text:
                    digest.update(file.read_bytes())
            self._hashes[module] = digest.hexdigest()
        return self._hashes[module]


def imported_names(script: Path) -> set[str]:
    """Return every dotted name that a script's import statements may load."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(script.read_text(encoding="utf-8"), filename=str(script))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def versions() -> str:
    """Return the releases of Python and of the libraries that figures depend on, a line each."""
    lines = [f"python {platform.python_version()}"]
    for name in LIBRARIES:
        try:
            lines.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    return "\n".join(lines)
