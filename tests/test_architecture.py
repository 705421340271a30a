"""What lint-imports does not hold: a module is short enough to be read at once."""

from tests.conftest import ROOT

LONGEST = 450  # lines


def test_no_module_is_too_long_to_read_in_one_sitting() -> None:
    modules = list((ROOT / "src").rglob("*.py"))
    assert modules
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in modules
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}
