"""What a user sees of a training: one line about what is trained, a bar, and how to go on."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import keras

from convbook.training.board import Board
from convbook.training.recipe import Recipe
from convbook.training.store import Epoch, Progress

__all__ = ["Interrupted", "Monitor"]

_MEASURES = ["loss", "accuracy"]


class Interrupted(SystemExit, KeyboardInterrupt):
    """A training that Ctrl-C ended in a script: Python ends with a status and no traceback."""


class Monitor:
    """Shows on standard error what a training reports, and keeps its history.

    Parameters
    ----------
    recipe : Recipe
        What is trained.
    kept : Path
        Where the network or the checkpoint is kept, for the line that says so.
    board : Board, optional
        A log for TensorBoard that grows with the history.
    shown : bool
        Whether the line and the bar are shown.
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
            self._advance(facts["step"], [(name, facts[name]) for name in _MEASURES])
        else:
            self.progress.history += [Epoch(*epoch) for epoch in facts["history"]]
            if event == "start":
                self._start()
            elif self._board is not None:
                self._board.update(self.progress)
            self._begin_epoch(facts["steps"])

    def interrupted(self) -> Interrupted:
        """Say how to go on; return what ends a script with the status that shells expect."""
        epochs = len(self.progress.history)
        way = f"go on after epoch {epochs}" if epochs else "begin again"
        self.end_line()
        print(f"interrupted; run it again to {way}", file=sys.stderr)
        return Interrupted(130)

    def end_line(self) -> None:
        """Finish the line of a bar that goes no further."""
        if self._bar is not None and sys.stderr.isatty():
            print(file=sys.stderr)
        self._bar = None

    def _start(self) -> None:
        self.found, total = len(self.progress.history), self._recipe.epochs
        if self._shown and self.found < total:
            which = f"from epoch {self.found + 1} of {total} on" if self.found else f"{total} epoch"
            which += "s" if total > 1 and not self.found else ""
            print(
                f"training {self._recipe.network} once, {which}; kept in {self._kept}",
                file=sys.stderr,
            )

    def _begin_epoch(self, steps: int) -> None:
        number, self._bar = len(self.progress.history) + 1, None
        if self._shown and number <= self._recipe.epochs:
            print(f"Epoch {number}/{self._recipe.epochs}", file=sys.stderr)
            verbose = 1 if sys.stderr.isatty() else 2  # a bar, or a line for each epoch
            with redirect_stdout(sys.stderr):
                self._bar = keras.utils.Progbar(steps, verbose=verbose, stateful_metrics=_MEASURES)

    def _advance(self, step: int, measured: list[tuple[str, float]]) -> None:
        if self._bar is not None:
            with redirect_stdout(sys.stderr):
                self._bar.update(step, measured)
