"""Every gallery script runs alone, as a reader would run it who has only the package."""

from pathlib import Path

import pytest

from tests.alone import run_alone
from tests.conftest import ADDRESS, ROOT

SCRIPTS = sorted((ROOT / "examples").glob("*/plot_*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_script_runs_alone(script: Path, tmp_path: Path) -> None:
    done = run_alone(script, tmp_path, timeout=300)
    assert done.returncode == 0, done.stderr
    assert not ADDRESS.search(done.stdout)
    assert "without rendering anything" not in done.stderr, "draw the animation's figure"
    assert list(tmp_path.iterdir()) == [], "the script left files behind"
