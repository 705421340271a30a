"""Scripts in processes of their own, as a reader would start them, but sooner."""

import functools
import gc
import multiprocessing
import os
import runpy
import sys
import tempfile
import warnings
from multiprocessing.context import BaseContext
from pathlib import Path
from subprocess import CompletedProcess


def run_alone(script: Path, folder: Path, timeout: float) -> CompletedProcess[str]:
    """Run a script in a folder, in a fresh process that has nothing of the package imported.

    A warning that the script itself causes is an error.
    """
    with tempfile.TemporaryDirectory() as aside:
        printed = [Path(aside, "output"), Path(aside, "errors")]
        process = _processes().Process(target=_run, args=(script, folder, printed))
        process.start()
        process.join(timeout)
        process.kill()
        process.join()
        return CompletedProcess(
            [script], process.exitcode, *(file.read_text(encoding="utf-8") for file in printed)
        )


@functools.cache
def _processes() -> BaseContext:
    """Return a way to start processes that have the heavy libraries imported.

    To import TensorFlow takes most of the time of most scripts. On Windows, where processes cannot
    be forked, each imports it itself. This file imports little: every process imports it.
    """
    context = multiprocessing.get_context(multiprocessing.get_all_start_methods()[-1])
    context.set_forkserver_preload(["matplotlib.pyplot", "scipy.ndimage", "tensorflow"])
    return context


def _run(script: Path, folder: Path, printed: list[Path]) -> None:
    for stream, file in enumerate(printed, start=1):
        os.dup2(os.open(file, os.O_CREAT | os.O_WRONLY), stream)
    os.environ.pop("DISPLAY", None)  # with a screen, agg warns that it cannot show a figure there
    os.chdir(folder)
    sys.argv = [str(script)]
    warnings.filterwarnings("error", category=UserWarning, module="__main__")
    runpy.run_path(str(script), run_name="__main__")
    gc.collect()  # an animation that was never drawn says so when it is deleted
