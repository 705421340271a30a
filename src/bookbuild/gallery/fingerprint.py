"""What a figure depends on, in one hash.

sphinx-gallery hashes the script alone, jupyter-cache the cells alone: after an edit in
``src/convbook`` both would serve old output. The fingerprint of a script covers the script's own
text, the code of every module of convbook that it reaches through imports, the data files that
these modules name in ``DATA``, and the releases of the libraries that draw and compute. Comments,
docstrings and layout of the modules play no part.
"""

import ast
import hashlib
import platform
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import grimp

import convbook
from convbook import _machine

SRC = Path(convbook.__file__).parents[1]

# The libraries whose release may move a pixel or a digit. TensorFlow comes under either name.
LIBRARIES = (
    "imageio-ffmpeg", "keras", "matplotlib", "numpy", "pillow", "scikit-image", "scipy",
    "sphinx-gallery", "tensorflow", "tensorflow-cpu",
)  # fmt: skip

# What acts on every script: the hooks around it.
ALWAYS = ("bookbuild.gallery.dark", "bookbuild.gallery.scraper")

# It loads its modules by name, as no import statement shows: who reaches it may use them all.
LOADS_BY_NAME = "convbook.models"


class Fingerprints:
    """Fingerprints of scripts over one reading of the import graph of convbook."""

    def __init__(self) -> None:
        self._graph = grimp.build_graph("convbook", include_external_packages=True, cache_dir=None)
        self._hashes: dict[str, str] = {}
        self._releases = releases()

    def of(self, script: Path, *others: str) -> str:
        """Return the fingerprint of a script and of what else its output depends on.

        The script's text counts to the byte: the page shows it.
        """
        modules = {name for name in self._reached(script) if _is_own(name)}
        hashes = [self._hash(module) for module in sorted(modules.union(ALWAYS))]
        return _digest(script.read_bytes(), *hashes, self._releases, *others)

    def uses(self, script: Path, *names: str) -> bool:
        """Say whether a script imports a library or a module, itself or through convbook."""
        return not self._reached(script).isdisjoint(names)

    def package(self) -> str:
        """Return one hash of all of convbook and of the libraries, for the executed chapters."""
        own = sorted(filter(_is_own, self._graph.modules))
        return _digest(*map(self._hash, own), self._releases)

    def _reached(self, script: Path) -> set[str]:
        names = imported_names(script)
        reached = self._with_upstream(names & self._graph.modules)
        if LOADS_BY_NAME in reached:
            reached |= self._with_upstream(self._graph.find_descendants(LOADS_BY_NAME))
        # Importing a module runs the packages above it.
        for module in list(reached):
            parts = module.split(".")
            reached |= {".".join(parts[:n]) for n in range(1, len(parts))}
        return reached | {name.split(".")[0] for name in names}

    def _with_upstream(self, modules: set[str]) -> set[str]:
        return modules.union(*map(self._graph.find_upstream_modules, modules))

    def _hash(self, module: str) -> str:
        if module not in self._hashes:
            self._hashes[module] = f"{module} {code_hash(source(module))}"
        return self._hashes[module]


def source(module: str) -> Path:
    """Return the file of a module of this checkout, and import nothing."""
    place = SRC.joinpath(*module.split("."))
    package = place / "__init__.py"
    return package if package.is_file() else place.with_suffix(".py")


def code_hash(file: Path) -> str:
    """Return the hash of a module's code and of the files beside it that its ``DATA`` names."""
    tree = ast.parse(file.read_text(encoding="utf-8"), filename=str(file))
    data = [beside.read_bytes() for pattern in _data(tree)
            for beside in sorted(file.parent.glob(pattern))]  # fmt: skip
    return _digest(code_of(tree), *data)


def imported_names(script: Path) -> set[str]:
    """Return every dotted name that a script's import statements may load."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(script.read_text(encoding="utf-8"), filename=str(script))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@cache
def releases() -> str:
    """Return the releases of Python and of the libraries that figures depend on."""
    return str({"python": platform.python_version(), **_machine.releases(LIBRARIES)})


def code_of(tree: ast.Module) -> str:
    """Return a module's code as text that comments, docstrings and layout do not change."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            node.body = [statement for statement in node.body if not _is_text(statement)]
    return ast.dump(tree)


def _data(tree: ast.Module) -> Iterable[str]:
    """Return the patterns of file names that a module assigns to ``DATA``."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "DATA":
            yield from ast.literal_eval(node.value)


def _is_text(node: ast.AST) -> bool:
    """Say whether a statement is a string alone: a docstring of a function, class or attribute."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _is_own(module: str) -> bool:
    return module.split(".")[0] == "convbook"


def _digest(*parts: str | bytes) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(part if isinstance(part, bytes) else part.encode())
    return total.hexdigest()
