"""How long each example takes alone, against a bare ``import tensorflow`` of the same run.

Not a test: ``nox -s benchmark`` prints it. The aim is a ratio below 1, script against import + 3 s.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ALLOWED = 3.0  # seconds beyond the import
ENVIRONMENT = {**os.environ, "MPLBACKEND": "agg", "TF_CPP_MIN_LOG_LEVEL": "3"}


def seconds(*arguments: str) -> float:
    """Run Python with these arguments; return the seconds by the clock."""
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], env=ENVIRONMENT, check=True, capture_output=True)
    return time.perf_counter() - started


def main() -> None:
    """Print a line a script, slowest last."""
    bare = statistics.median(seconds("-c", "import tensorflow") for _ in range(5))
    print(f"import tensorflow alone: {bare:.1f} s")
    scripts = sorted(Path("examples").glob("*/plot_*.py"))
    times = {script.stem: seconds(str(script)) for script in scripts}
    for name, taken in sorted(times.items(), key=lambda item: item[1]):
        print(f"{name:32} {taken:5.1f} s  ratio {taken / (bare + ALLOWED):.2f}")


if __name__ == "__main__":
    main()
