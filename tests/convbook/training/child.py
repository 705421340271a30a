"""A process that trains and is killed: ``python -m tests...training.child HOW FOLDER RECIPE``.

It trains slowly, so that there is time to kill it, and prints how many epochs it found. HOW is

- ``save``: kill itself in the middle of the fourth file that it writes;
- ``wait``: be ready, and train once FOLDER/go is there; whoever started it kills it, or does not;
- ``command``: the same with the command ``train mlp --epochs 500 --quiet``;
- ``script``: the same, and end as a reader's script does.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

from convbook import cli, training
from convbook.training import networks, store
from tests.convbook.training.helpers import patterns

SLOW = 0.15  # seconds a checkpoint


def main(how: str, folder: Path, recipe: training.Recipe) -> None:
    save, write, written = store.save, Path.write_bytes, []

    def slow(*arguments):
        time.sleep(SLOW)
        save(*arguments)

    def half(path, content):
        written.append(path)
        if len(written) == 4:
            write(path, content[: len(content) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        return write(path, content)

    store.save = slow
    if how == "save":
        Path.write_bytes = half
    else:
        (folder / f"ready-{os.getpid()}").touch()
        while not (folder / "go").exists():
            time.sleep(0.01)
    if how == "command":
        # A job in the background of a shell ignores interrupts, and so would this.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        networks.mnist = patterns
        sys.exit(cli.main(["train", "mlp", "--epochs", "500", "--batch-size", "50", "--quiet"]))
    if how == "script":
        signal.signal(signal.SIGINT, signal.default_int_handler)
    trained = training.train(recipe, patterns())
    print(trained.found)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), training.Recipe(**json.loads(sys.argv[3])))
