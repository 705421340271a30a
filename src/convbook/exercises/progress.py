"""What a reader has solved, in one small file beside the reader's answers."""

import json
from pathlib import Path

import convbook
from convbook._files import write

NAME = "progress.json"


def solved(folder: Path) -> tuple[set[str], str]:
    """Return the ids of what is solved, and what a reader must know about the file, mostly "".

    A file that is damaged, or of another edition of the book, is set aside and not deleted.
    """
    file = folder / NAME
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return set(), ""
    except UnicodeDecodeError:
        return set(), _set_aside(file, "damaged", "is damaged")
    try:
        kept = json.loads(text)
        edition, ids = kept["edition"], kept["solved"]
        if not isinstance(edition, str) or not all(isinstance(each, str) for each in ids):
            raise TypeError(kept)
    except (ValueError, KeyError, TypeError):
        return set(), _set_aside(file, "damaged", "is damaged")
    if edition != convbook.__version__:
        reason = f"is of edition {edition} of the book, and this is {convbook.__version__}"
        return set(), _set_aside(file, "other-edition", reason)
    return set(ids), ""


def note(folder: Path, name: str) -> str:
    """Add an exercise to what is solved; return what `solved` says about the file."""
    known, message = solved(folder)
    kept = {"edition": convbook.__version__, "solved": sorted(known | {name})}
    write(folder / NAME, (json.dumps(kept, indent=1) + "\n").encode())
    return message


def _set_aside(file: Path, suffix: str, reason: str) -> str:
    aside = file.with_name(f"{file.stem}.{suffix}.json")
    file.replace(aside)
    return (
        f"{file} {reason}. It is now {aside}; what you have solved counts again "
        "once it is checked again."
    )
