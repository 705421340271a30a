"""The checkout of git that the book is built from."""

import subprocess
from pathlib import Path
from typing import Any


def commit_of(checkout: Path, *paths: str) -> dict[str, Any]:
    """Return the commit of a checkout, its date, and whether anything there has changed since.

    With paths, as git takes them from the checkout on, only changes of these count.
    A file that git neither knows nor ignores is a change. All are None if it is no checkout.
    """
    git = ["git", "--no-optional-locks", f"--git-dir={checkout}/.git", f"--work-tree={checkout}"]
    answers = []
    for question in (["log", "-1", "--format=%H %cI"], ["status", "--porcelain", "--", *paths]):
        try:
            answer = subprocess.run(
                [*git, *question],
                cwd=checkout, capture_output=True, text=True, check=True, timeout=60,
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError):
            return {"commit": None, "date": None, "uncommitted_changes": None}
        answers.append(answer.stdout.strip())
    commit, date = answers[0].split()
    return {"commit": commit, "date": date, "uncommitted_changes": bool(answers[1])}
