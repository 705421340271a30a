"""Every gallery script runs alone, as a reader would run it who has only the package."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ADDRESS, ROOT

SCRIPTS = sorted((ROOT / "examples").glob("*/plot_*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_script_runs_alone(script: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning:__main__", str(script)],
        cwd=tmp_path,
        env={**os.environ, "MPLBACKEND": "agg", "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not ADDRESS.search(done.stdout)
    assert list(tmp_path.iterdir()) == [], "the script left files behind"
