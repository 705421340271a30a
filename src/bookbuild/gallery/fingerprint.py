"""What an output depends on, in one hash.

sphinx-gallery hashes the script alone, jupyter-cache the cells alone: after an edit in
``src/convbook`` both would serve old output. The fingerprint of a script covers the script's own
text, every module of the package that it reaches through imports, the data files beside those
modules, and the versions of the libraries that draw and compute. That of modules covers the code of
these and of what they import: trained networks are kept under it.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import platform
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path

import grimp

PACKAGE = "convbook"

# The libraries whose release may move a pixel or a digit. TensorFlow comes under either name.
LIBRARIES = (
    "imageio-ffmpeg", "keras", "matplotlib", "numpy", "pillow", "scikit-image", "scipy",
    "sphinx-gallery", "tensorflow", "tensorflow-cpu",
)  # fmt: skip

# Packages that load their modules by name, as no import statement shows. A script that reaches one
# may use all its modules. A fingerprint of modules is told which, and the list of names is not code
# that computes: it may grow.
LOOKUPS = (f"{PACKAGE}.models",)


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
        self._versions = versions()  # which takes longer than all the rest of a fingerprint

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
        total.update(self._versions.encode())
        return total.hexdigest()

    def reach(self, script: Path) -> set[str]:
        """Return the modules of the package that act on a script, imported or not."""
        reached = self._closure(script) | self._with_upstream(self._always)
        return {name for name in reached if name.split(".")[0] == self._package}

    def uses(self, script: Path, name: str) -> bool:
        """Say whether a script imports a library or a module, itself or through the package."""
        return name in self._closure(script)

    def whole(self) -> str:
        """Return one hash of the whole package but its Sphinx side, for the chapters' cache."""
        total = hashlib.sha256(self._versions.encode())
        for module in sorted(self._graph.modules):
            own = module.split(".")[0] == self._package
            if own and not module.startswith(f"{self._package}.sphinxext"):
                total.update(f"{module} {self._hash(module)}\n".encode())
        return total.hexdigest()

    def _closure(self, script: Path) -> set[str]:
        names = imported_names(script)
        reached = self._with_upstream(names & self._graph.modules)
        for package in reached.intersection(LOOKUPS):
            reached |= self._with_upstream(self._graph.find_descendants(package))
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
            file = source(module)
            digest = hashlib.sha256(file.read_bytes())
            for beside in data_files(file):
                digest.update(beside.read_bytes())
            self._hashes[module] = digest.hexdigest()
        return self._hashes[module]


def of_modules(names: Iterable[str], libraries: Iterable[str]) -> str:
    """Return the fingerprint of what some modules compute, as 64 hexadecimal digits.

    It covers the code of these modules and of every module of the package that they import,
    directly or through others, wherever the import stands; the data files that these modules name
    and that lie beside them; and the releases of `libraries`. It does not cover comments,
    docstrings and layout, nor an ``__init__`` that does no more than import names from the modules
    of its package, nor one of `LOOKUPS`: what such a package loads by name has to be among `names`.
    What a passed-over ``__init__`` imports counts nevertheless. So, for a key that other modules of
    a package leave alone, the code imports from the module, not from the package.

    The files are read once in a process, which goes on computing with what it has imported.

    Parameters
    ----------
    names : iterable of str
        Full names of modules of one package, such as ``"convbook.training.loop"``.
    libraries : iterable of str
        Names of distributions, such as ``"numpy"``. One that is not installed is passed over.

    Raises
    ------
    ModuleNotFoundError
        If there is no such module.

    Examples
    --------
    >>> key = of_modules(["convbook.kernels.gaussian"], ["numpy"])
    >>> len(key)
    64
    >>> key == of_modules(["convbook.kernels.classical"], ["numpy"])
    False
    """
    total = hashlib.sha256()
    for module in sorted(closure(names)):
        code = _code_hash(module)
        if code is not None:
            total.update(f"{module} {code}\n".encode())
    for name, release in sorted(releases(libraries).items()):
        total.update(f"{name} {release}\n".encode())
    return total.hexdigest()


def closure(names: Iterable[str]) -> set[str]:
    """Return some modules, by their full names, and every module of their package they import.

    Raises
    ------
    ModuleNotFoundError
        If there is no such module.
    """
    wanted = set(names)
    reached = set(wanted)
    for name in wanted:
        graph = _graph(name.split(".")[0])
        if name not in graph.modules:
            raise ModuleNotFoundError(f"no module {name!r} in the package")
        reached |= graph.find_upstream_modules(name)
    return reached


def source(module: str) -> Path:
    """Return the file of a module of an importable package, and import nothing.

    ``importlib.util.find_spec`` imports the packages above a module, some of which take seconds.

    Raises
    ------
    ModuleNotFoundError
        If there is no such file.
    """
    package, *rest = module.split(".")
    spec = importlib.util.find_spec(package)
    if spec is not None and spec.origin is not None:
        folder = Path(spec.origin).parent.joinpath(*rest)
        for file in (folder / "__init__.py", folder.with_suffix(".py")):
            if file.is_file():
                return file
    raise ModuleNotFoundError(f"no source file for {module}")


def data_files(file: Path) -> list[Path]:
    """Return the files beside a module that its text names: they are read, not imported.

    It names one by its whole name, or all of a kind by a star, a dot and their suffix.
    """
    text = file.read_text(encoding="utf-8")
    return [
        beside
        for beside in sorted(file.parent.iterdir())
        if beside.is_file()
        and beside.suffix not in ("", ".py")
        and (beside.name in text or f"*{beside.suffix}" in text)
    ]


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
    lines = [f"{name} {release}" for name, release in releases(LIBRARIES).items()]
    return "\n".join([f"python {platform.python_version()}", *lines])


def releases(libraries: Iterable[str]) -> dict[str, str]:
    """Return the release of each of some distributions that is installed, by its name."""
    found = {}
    for name in libraries:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def code_of(node: ast.AST) -> str:
    """Return the code below a syntax node as text that comments and docstrings do not change.

    It is the same for all releases of Python that read the code alike, which ``ast.dump`` is not.
    """
    fields = dict(ast.iter_fields(node))
    if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        fields["body"] = [one for one in node.body if not _is_text(one)]
    # Younger releases have fields that older ones do not know: they are empty in common code.
    filled = {name: one for name, one in fields.items() if one is not None and one != []}
    return f"{type(node).__name__}({', '.join(f'{n}={_value(one)}' for n, one in filled.items())})"


def _value(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return code_of(value) if isinstance(value, ast.AST) else repr(value)


def _is_text(node: ast.AST) -> bool:
    """Say whether a statement is a string alone: a docstring of a function, class or attribute."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


@cache
def _graph(package: str) -> grimp.ImportGraph:
    return grimp.build_graph(package, cache_dir=None)


@cache
def _code_hash(module: str) -> str | None:
    """Return the hash of a module's code and data files, None for an ``__init__`` without code."""
    file = source(module)
    tree = ast.parse(file.read_text(encoding="utf-8"))
    if file.name == "__init__.py" and (module in LOOKUPS or all(map(_re_exports, tree.body))):
        return None
    digest = hashlib.sha256(code_of(tree).encode())
    for beside in data_files(file):
        digest.update(beside.read_bytes())
    return digest.hexdigest()


def _re_exports(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assign):
        return [getattr(target, "id", None) for target in node.targets] == ["__all__"]
    return isinstance(node, (ast.Import, ast.ImportFrom)) or _is_text(node)
