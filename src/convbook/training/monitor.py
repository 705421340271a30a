"""What a user sees of a training: a line that says what is trained, a bar, and how to go on."""

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import keras

from convbook.training.board import Board
from convbook.training.recipe import Recipe
from convbook.training.store import Epoch, Progress

_MEASURES = ["loss", "accuracy"]


class Interrupted(SystemExit, KeyboardInterrupt):
    """A training that Ctrl-C ended in a script: Python ends with a status and no traceback."""


class Monitor:
    """Keeps the history that a training reports; shows it on standard error, and on a `board`.

    `kept` is the folder or file that the network goes to, for the line that says so.
    """

    def __init__(self, recipe: Recipe, kept: Path, board: Board | None, shown: bool) -> None:
        self._recipe, self._kept, self._board, self._shown = recipe, kept, board, shown
        self._bar: keras.utils.Progbar | None = None
        self.progress = Progress()
        self.found = 0
        """How many epochs had been trained before."""

    def report(self, event: str, **facts: Any) -> None:
        """Take note of an event; `convbook.training.loop.fit` says which there are."""
        if event == "note":
            print(facts["message"], file=sys.stderr)
        elif event == "steps":
            if self._bar is not None:
                with redirect_stdout(sys.stderr):
                    self._bar.update(facts["step"], [(name, facts[name]) for name in _MEASURES])
        else:
            self.progress.history += [Epoch(*epoch) for epoch in facts["history"]]
            epochs, total = len(self.progress.history), self._recipe.epochs
            self._bar = None
            if event == "start":
                self.found = epochs
            elif self._board is not None:
                self._board.update(self.progress)
            if self._shown and epochs < total:
                if event == "start":
                    part = f"epochs {epochs + 1} to {total}" if epochs else _epochs(total)
                    text = f"training {self._recipe.network} once, {part}; kept in {self._kept}"
                    print(text, file=sys.stderr)
                self._begin(epochs + 1, total, facts["steps"])

    def _begin(self, epoch: int, total: int, steps: int) -> None:
        print(f"Epoch {epoch}/{total}", file=sys.stderr)
        verbose = 1 if sys.stderr.isatty() else 2  # a bar, or a line for each epoch
        with redirect_stdout(sys.stderr):
            self._bar = keras.utils.Progbar(steps, verbose=verbose, stateful_metrics=_MEASURES)

    def interrupted(self) -> Interrupted:
        """Say how to go on; return what ends a script with the status that shells expect."""
        epochs = len(self.progress.history)
        way = f"go on after epoch {epochs}" if epochs else "start over"
        self.end_line()
        print(f"interrupted; run it again to {way}", file=sys.stderr)
        return Interrupted(130)

    def end_line(self) -> None:
        """Finish the line of a bar that goes no further."""
        if self._bar is not None and sys.stderr.isatty():
            print(file=sys.stderr)
        self._bar = None


def _epochs(number: int) -> str:
    return f"{number} epoch{'s' if number > 1 else ''}"
