"""What the tests of scripts rely on: a script that fails is seen to fail."""

from pathlib import Path

import pytest

from tests.alone import run_alone

SCRIPTS = {
    "prints": ("print('done')", 0, "done\n", ""),
    "raises": ("raise ValueError('no such kernel')", 1, "", "ValueError: no such kernel"),
    "warns": ("import warnings; warnings.warn('hear', stacklevel=1)", 1, "", "UserWarning: hear"),
    "exits": ("raise SystemExit(3)", 3, "", ""),
}


@pytest.mark.parametrize(("text", "code", "printed", "said"), SCRIPTS.values(), ids=SCRIPTS)
def test_the_end_of_a_script_is_seen(
    text: str, code: int, printed: str, said: str, tmp_path: Path
) -> None:
    script = tmp_path / "plot_one.py"
    script.write_text(text, encoding="utf-8")
    done = run_alone(script, tmp_path, timeout=300)
    assert (done.returncode, done.stdout) == (code, printed)
    assert said in done.stderr
