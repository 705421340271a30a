"""What README.md and CONTRIBUTING.md name is there, and runs in CI as it stands."""

import ast
import importlib.util
import re

import pytest

from tests.conftest import ROOT

DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
TEXTS = {name: (ROOT / name).read_text(encoding="utf-8") for name in DOCUMENTS}
CI = (".ci/run", ".github/workflows/book.yml", "Dockerfile")
BUILT = ("book/gallery", "build", ".nox", ".venv")


def words_in_code(text: str) -> list[str]:
    """Return what stands in code spans, and the words of indented and fenced code."""
    spans = re.findall(r"`([^`\n]+)`", text)
    blocks = re.findall(r"^(?: {4}|[.\w/]*python |[.\w/]*nox ).*$", text, re.M)
    return [word.strip("`.,;:()\"'") for part in [*spans, *blocks] for word in part.split()]


def sessions() -> set[str]:
    """Return the names of the noxfile's sessions."""
    tree = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return {node.name for node in functions if "nox.session" in map(decorator, node.decorator_list)}


def decorator(node: ast.expr) -> str:
    return ast.unparse(node.func if isinstance(node, ast.Call) else node)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_path_is_there(name: str) -> None:
    tops = {path.name for path in ROOT.iterdir()}
    paths = [
        word
        for word in words_in_code(TEXTS[name])
        if "/" in word and word.split("/")[0] in tops and not word.startswith(BUILT)
        and not re.search(r"NN|NAME|noun|\*", word)
    ]  # fmt: skip
    assert name == "CHANGELOG.md" or len(paths) > 5
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_link_leads_to_a_file() -> None:
    links = [link for text in TEXTS.values() for link in re.findall(r"\]\(([^)#:]+)\)", text)]
    assert len(links) > 3
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_map_has_every_room_and_every_file_beside_the_rooms() -> None:
    builder = ROOT / "src" / "bookbuild"
    beside = {file.name for file in builder.glob("*.py")} - {"__init__.py"}
    rooms = {f"src/bookbuild/{folder.parent.name}" for folder in builder.glob("*/__init__.py")}
    assert len(rooms) > 4
    text = TEXTS["CONTRIBUTING.md"]
    assert [name for name in sorted(beside | rooms) if name not in text] == []


def test_every_session_is_there() -> None:
    texts = [*TEXTS.values(), *((ROOT / name).read_text(encoding="utf-8") for name in CI)]
    texts += [page.read_text(encoding="utf-8") for page in (ROOT / "book").rglob("*.md")]
    found = [re.findall(r"[a-z]+", names) for text in texts
             for names in re.findall(r"nox -s((?: [a-z]+)+)", text)]  # fmt: skip
    named = {name for names in found for name in names}
    assert {"site", "tests", "lint", "browser", "studies"} <= named
    assert named - sessions() == set()


def test_every_module_that_a_command_runs_is_there() -> None:
    texts = [*TEXTS.values(), *((ROOT / name).read_text(encoding="utf-8") for name in CI)]
    texts += [(ROOT / "noxfile.py").read_text(encoding="utf-8").replace('", "', " ")]
    run = re.compile(r"-m ((?:convbook|bookbuild|tests)[\w.]*)")
    modules = {name for text in texts for name in run.findall(text)}
    assert len(modules) > 4
    assert [name for name in modules if importlib.util.find_spec(name) is None] == []


def test_ci_runs_the_commands_of_the_readme_as_they_stand() -> None:
    commands = re.findall(r"^python3 -m venv .*nox -s (?:site|tests)$", TEXTS["README.md"], re.M)
    assert len(commands) == 2
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [command for command in commands if command not in lines] == []
