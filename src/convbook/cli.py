"""``python -m convbook``: train the book's networks, export one, check answers to exercises."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import convbook
from convbook import models
from convbook._checks import one_of
from convbook._silence import silence

if TYPE_CHECKING:
    from convbook.training import Recipe, Trained

PROGRAM = "python -m convbook"

# What a recipe is changed by: its attributes, their types, and how they are described.
CHANGES: dict[str, tuple[type, str, str]] = {
    "epochs": (int, "N", "passes over the training pictures"),
    "batch_size": (int, "N", "pictures in a step"),
    "optimizer": (str, "NAME", "adam, sgd (with Nesterov momentum) or adagrad"),
    "learning_rate": (float, "X", "the schedule's peak"),
    "schedule": (str, "NAME", "constant or cosine"),
    "shift": (int, "N", "largest random shift of a training picture, in pixels"),
    "seed": (int, "N", "of weights, order, dropout and shifts"),
    "precision": (str, "NAME", "float32, mixed_bfloat16, or auto: the faster one on this device"),
    "held_out": (int, "N", "training pictures kept back and evaluated instead of the test set"),
    "dataset": (str, "NAME", "mnist or fashion_mnist"),
}

# What else `convbook.training.train` takes from the command line.
APART = ("logs", "checkpoint", "workers", "devices")

# The names in convbook.training.recipes.BOOK: to import them takes TensorFlow, and --help does not.
RECIPES = (
    "lenet", "lenet_shifted", "lenet5", "mnist_convnet", "source_start", "strided_convnet",
    "strided_convnet_pool", "mlp", "lecture", "small_convnet", "mini_inception", "garments",
    "mini_inception_garments",
)  # fmt: skip

# The book shows this one always, and the other pretrained network where its weights can be had.
NEEDED = "efficientnet_lite0"


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"error: {message}; see '{self.prog} --help'\n")


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says, or what `arguments` would say after ``python -m convbook``.

    Return 0 if it is done, 1 if it failed, 2 if the command is wrong, 130 if it was interrupted.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command == "exercises":
        return _exercises(options)
    command = _export if options.command == "export" else _train_command(parser, options)
    return _run(command, options)


def _exercises(options: argparse.Namespace) -> int:
    """List, start or check exercises, without TensorFlow; say in a line what went wrong."""
    from convbook.exercises import commands

    commands.allow_any_text()
    try:
        if options.action == "start":
            commands.start(options.id, options.hint)
        elif options.action == "check":
            return 0 if commands.check(options.id, options.answers, options.hint) else 1
        else:
            commands.show()
    except KeyboardInterrupt:
        _fail("interrupted")
        return 130
    except ValueError as error:
        return _fail(str(error), 2)
    except (RuntimeError, OSError) as error:
        return _fail(str(error))
    return 0


def _train_command(
    parser: argparse.ArgumentParser, options: argparse.Namespace
) -> Callable[[argparse.Namespace], None]:
    """Return what trains as the options say, or end the process if they contradict each other."""
    changes = {name: value for name in CHANGES if (value := getattr(options, name)) is not None}
    others = [*changes, *(name for name in APART if getattr(options, name) is not None)]
    if (options.name is None) != options.book:
        parser.error("train: expected either the name of a network or --book")
    if options.book and others:
        parser.error(f"train: --book takes no --{others[0].replace('_', '-')}")
    return _train_book if options.book else partial(_train_one, changes)


def _run(command: Callable[[argparse.Namespace], None], options: argparse.Namespace) -> int:
    """Run a command; say in a line what went wrong."""
    try:
        with silence():
            import tensorflow as tf  # Only here: it takes seconds, and --help none.
        try:
            command(options)
            sys.stdout.flush()
        except tf.errors.OpError as error:  # the memory of a GPU is full, say
            return _fail(error.message.partition("\n")[0])
    except KeyboardInterrupt as interrupt:
        if not isinstance(interrupt, SystemExit):  # which a training raises with a line of its own
            _fail("interrupted")
        return 130
    except ImportError as error:
        return _fail(f"TensorFlow cannot be imported: {error}; see the extras cpu and gpu")
    except ValueError as error:
        return _fail(str(error), 2)
    except RuntimeError as error:
        return _fail(str(error))
    except OSError as error:  # The standard output is closed, or a file on a full disk.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # Python tries again to write when it ends.
        return _fail(str(error))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(PROGRAM, description="The commands of the book's package.")
    parser.add_argument("--version", action="version", version=f"convbook {convbook.__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    train = commands.add_parser(
        "train",
        help="train a network and print its table",
        description="Train a network on MNIST, or on Fashion-MNIST, and print its table. What has "
        "been trained is kept in the cache and loaded the next time; what was interrupted goes on. "
        "The folder of the cache is moved by the environment variable CONVBOOK_CACHE.",
        epilog=f"Networks: {', '.join(models.NAMES)}. The book's recipes: {', '.join(RECIPES)}. "
        "Options that are not given are those of the recipe of this name, if there is one.",
    )
    train.add_argument("name", nargs="?", metavar="NETWORK", help="a network, or one of the "
                       "book's recipes")  # fmt: skip
    train.add_argument("--book", action="store_true", help="train all that the book shows")
    for name, (kind, value, text) in CHANGES.items():
        train.add_argument(f"--{name.replace('_', '-')}", type=kind, metavar=value, help=text)
    train.add_argument("--logs", type=Path, metavar="DIR", help="a folder for TensorBoard")
    train.add_argument("--checkpoint", type=Path, metavar="FILE", help="keep the state in this "
                       "file, not in the cache, and go on from it")  # fmt: skip
    for name, text in (
        ("workers", "train data-parallel in so many processes of this machine"),
        ("devices", "train data-parallel on so many GPUs, or parts of the processor without one"),
    ):
        train.add_argument(f"--{name}", type=int, metavar="N", help=text)
    train.add_argument("--quiet", action="store_true", help="show no progress")
    export = commands.add_parser(
        "export",
        help="write a network as a .tflite file",
        description="Write a network of the book as a .tflite file, which LiteRT runs on a phone. "
        "A network that has not been trained yet is trained first.",
        epilog=f"Networks: {', '.join(RECIPES)}, {NEEDED}.",
    )
    export.add_argument("name", metavar="NETWORK", help="one of the networks below")
    export.add_argument("file", type=Path, metavar="FILE", help="where to write")
    export.add_argument("--kind", default="int8", metavar="KIND", help="int8, the default, "
                        "'int8 weights', float16 or float32")  # fmt: skip
    _add_exercises(commands)
    return parser


def _add_exercises(commands: argparse._SubParsersAction[_Parser]) -> None:
    exercises = commands.add_parser(
        "exercises",
        help="list the book's exercises, start one, check an answer",
        description="List the exercises that can be checked, and which are solved. Answers and "
        "progress are kept in the folder exercises, in the current one.",
    )
    actions = exercises.add_subparsers(metavar="ACTION", dest="action")
    start = actions.add_parser("start", help="write the file to answer in, or ask the questions")
    check = actions.add_parser("check", help="say whether an answer is right")
    for action in (start, check):
        action.add_argument("id", metavar="ID", help="such as 01-scramble")
        action.add_argument("--hint", action="store_true", help="show the hint, and do no more")
    check.add_argument("answers", nargs="*", metavar="ANSWER", help="for paper: 42, 1/3 or 3,5,7")


def _export(options: argparse.Namespace) -> None:
    from convbook import quantization
    from convbook._files import write

    content = quantization.export(options.name, options.kind)
    write(options.file, content)
    print(f"{options.file}: {options.name}, {options.kind}, {len(content):,} bytes")


def _train_one(changes: dict[str, object], options: argparse.Namespace) -> None:
    from convbook import training
    from convbook.training import recipes
    from convbook.training.recipe import PRECISIONS

    known = dict.fromkeys([*models.NAMES, *recipes.BOOK])
    if options.name not in known:
        raise ValueError(f"no network {options.name!r}; those that are: {', '.join(known)}")
    precision = one_of("precision", changes.get("precision", "auto"), (*PRECISIONS, "auto"))
    if "precision" in changes and precision == "auto":
        changes["precision"] = training.fastest_precision()
    recipe = recipes.BOOK.get(options.name) or training.Recipe(options.name)
    trained = _train(recipe.but(**changes), options)
    print(_table(trained, options.checkpoint))


def _train_book(options: argparse.Namespace) -> None:
    from convbook.data import DownloadError
    from convbook.training import recipes

    started, there = time.perf_counter(), 0
    width = max(map(len, recipes.BOOK))
    for name, recipe in recipes.BOOK.items():
        try:
            trained = _train(recipe, options)
        except DownloadError as error:
            if recipe.dataset == "mnist":
                raise
            # Most of the book does without it. What does not says so where it needs it.
            print(f"{name:{width}}  not there: {error}", flush=True)
            continue
        there += 1
        print(
            f"{name:{width}}  {recipe.epochs:3} epochs  {recipe.evaluated} accuracy "
            f"{trained.accuracy:.4f}  {trained.seconds:7.1f} s  {_origin(trained)}",
            flush=True,
        )
    _fetch_pretrained(width)
    seconds = time.perf_counter() - started
    number = f"All {there}" if there == len(recipes.BOOK) else f"{there} of {len(recipes.BOOK)}"
    print(f"{number} networks are there after {seconds:.1f} s.")


def _fetch_pretrained(width: int) -> None:
    """Download what others have trained, before scripts that run in parallel ask for it."""
    from convbook import pretrained

    for name in pretrained.NAMES:
        try:
            with redirect_stdout(sys.stderr):
                pretrained.fetch(name)
        except pretrained.UnavailableError as error:
            if name == NEEDED:
                raise
            print(f"{name:{width}}  not there: {error}", flush=True)
        else:
            print(f"{name:{width}}  ImageNet weights, in the cache", flush=True)


def _train(recipe: Recipe, options: argparse.Namespace) -> Trained:
    from convbook import training

    apart = {name: getattr(options, name) for name in APART}
    return training.train(recipe, progress=not options.quiet, **apart)


def _table(trained: Trained, checkpoint: Path | None) -> str:
    """Return what a training gave as aligned text: a line an epoch, then where and how."""
    recipe, shown = trained.recipe, trained.recipe.evaluated
    heads = ("epoch", "loss", "accuracy", f"{shown} loss", f"{shown} accuracy", "seconds")
    widths = [max(len(head), 7) for head in heads]
    lines = ["  ".join(f"{head:>{width}}" for head, width in zip(heads, widths, strict=True))]
    for number, epoch in enumerate(trained.history, start=1):
        cells = [f"{number}", *(f"{value:.4f}" for value in epoch[:4]), f"{epoch.seconds:.1f}"]
        lines.append(
            "  ".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
        )
    facts = {
        "network": recipe.network,
        "parameters": f"{trained.model.count_params():,}",
        "precision": recipe.precision,
        "device": trained.device,
        "machine": trained.machine,
        "origin": _origin(trained, checkpoint),
    }
    return "\n".join([*lines, "", *(f"{name:11} {fact}" for name, fact in facts.items())])


def _origin(trained: Trained, checkpoint: Path | None = None) -> str:
    """Say whether a network was trained now, or loaded, or some of both."""
    if trained.found == len(trained.history):
        return f"loaded from {checkpoint or 'the cache'}"
    return f"trained now, from epoch {trained.found + 1} on" if trained.found else "trained now"


def _fail(message: str, status: int = 1) -> int:
    print(f"error: {message}", file=sys.stderr)
    return status
