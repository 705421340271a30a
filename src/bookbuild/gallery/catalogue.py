"""What the gallery has made: which script must run again, and what each one left for the pages.

A script's output is valid if it carries a seal. The seal holds the script's fingerprint, taken
before it ran, the hash of every file that the run wrote, and, for a script that may load weights
from elsewhere, which of them were at hand; it is the last file written. So an edited module, a
damaged cache and a build killed half-way all read the same: no valid seal, run it again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import Any, TypeVar

from convbook import pretrained
from convbook._files import write
from convbook.results import Result

AnyPath = TypeVar("AnyPath", bound=PurePath)

EXAMPLES, GALLERY = "../examples", "gallery"  # from the source folder on


@dataclass(frozen=True)
class Entry:
    """One script's figure and numbers, as the pages embed them."""

    page: str
    """The name of the script's page, without suffix, from the source folder on."""
    image: PurePosixPath
    """On light pages; `dark` tells where that for dark ones is."""
    moves: bool
    """Whether it is the last frame of an animation; `video_of` tells where that is."""
    alt: str
    width: int
    height: int
    fingerprint: str
    seconds: float
    memory: int | None
    """The peak while the script ran, in megabytes; None if it was not measured."""
    machine: str
    device: str
    results: dict[str, Result]
    file: Path
    """The file that changes whenever any of this does."""


def scripts(examples: Path) -> list[Path]:
    """Return the gallery scripts in their order of appearance."""
    return sorted(examples.glob("*/plot_*.py"))


def target_of(book: Path, stem: str) -> Path:
    """Return the copy of a script that sphinx-gallery makes; all its output lies around it.

    Raises
    ------
    FileNotFoundError
        If no such script was announced by `announce`.
    """
    for file in (book / GALLERY).glob(f"*/{stem}.pending.json"):
        return file.with_name(f"{stem}.py")
    raise FileNotFoundError(f"{stem} was not announced before it ran")


def announce(target: Path, fingerprint: str, *, tensorflow: bool, pretrained: bool) -> None:
    """Clear a script's old output away, and note what it needs and will be sealed with."""
    _delete(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    needs = {"tensorflow": tensorflow, "pretrained": pretrained}
    write_json(_pending(target), {"fingerprint": fingerprint, **needs})


def pending(target: Path) -> dict[str, Any]:
    """Return what `announce` noted about a script."""
    noted: dict[str, Any] = json.loads(_pending(target).read_text(encoding="utf-8"))
    return noted


def seal(target: Path) -> None:
    """Seal a script's output if the script ran to its end and made its figure."""
    passed = target.with_name(target.name + ".md5").exists()
    figure = _read(target.with_suffix(".results.json"))["figure"] if passed else None
    if figure:
        _drop_times(target.with_suffix(".zip"))
        noted = pending(target)
        content: dict[str, Any] = {"fingerprint": noted["fingerprint"]}
        content["files"] = {file.name: _sha256(file) for file in outputs(target)}
        if noted["pretrained"]:
            content["weights"] = weights_at_hand()
        write_json(_seal(target), content)
        _pending(target).unlink()


def weights_at_hand() -> list[str]:
    """Return the names of the pretrained weights that a script would find now."""
    return [name for name in pretrained.NAMES if pretrained.missing(name) is None]


def reason_to_run(target: Path, fingerprint: str, weights: list[str]) -> str | None:
    """Say why a script must run again; None if its sealed output is whole and current.

    ``weights`` are those at hand.
    """
    try:
        sealed = _read(_seal(target))
        if sealed["fingerprint"] != fingerprint:
            return "changed"
        if "weights" in sealed and sealed["weights"] != weights:
            return "weights"
        hashes = {file.name: _sha256(file) for file in outputs(target)}
    except FileNotFoundError:
        return "new"
    except (OSError, ValueError, KeyError, TypeError):
        return "damaged"
    return None if sealed.get("files") == hashes else "damaged"


def sealed(target: Path, fingerprint: str, weights: list[str]) -> dict[str, str]:
    """Return the hash of each file of a script's output; none if its seal does not hold."""
    hashes: dict[str, str] = {}
    if reason_to_run(target, fingerprint, weights) is None:
        hashes = _read(_seal(target))["files"]
    return hashes


def outputs(target: Path) -> list[Path]:
    """Return every file that a run of the script writes, but for the seal.

    The md5, by which sphinx-gallery knows what it has run, is one of them.
    """
    ours = {_seal(target), _pending(target)}
    images = target.parent / "images"
    return sorted(
        {file for file in target.parent.glob(f"{target.stem}.*") if file not in ours}
        | set(images.glob(f"sphx_glr_{target.stem}_[0-9][0-9][0-9].*"))
        | set(images.glob(f"thumb/sphx_glr_{target.stem}_thumb.*"))
    )


def dark(image: AnyPath) -> AnyPath:
    """Return where the twin of a figure is that pages with a dark ground show."""
    return image.with_suffix(f".dark{image.suffix}")


def video_of(image: AnyPath) -> AnyPath:
    """Return where the animation is whose last frame a figure shows."""
    return image.with_suffix(".mp4")


def unfinished(book: Path) -> list[str]:
    """Return the scripts that were to run and have not ended with a figure."""
    files = (book / GALLERY).glob("*/plot_*.pending.json")
    return sorted(file.name.removesuffix(".pending.json") for file in files)


def clear_orphans(book: Path, current: Iterable[Path]) -> None:
    """Delete the output of scripts and folders that are no longer there."""
    kept = set(current)
    for file in (book / GALLERY).glob("*/plot_*.seal.json"):
        target = file.with_name(file.name.replace(".seal.json", ".py"))
        if target not in kept:
            _delete(target)
    for folder in {index.parent for index in (book / GALLERY).glob("*/index.rst")}:
        if folder not in {target.parent for target in kept}:
            shutil.rmtree(folder)


def load(book: Path) -> dict[str, Entry]:
    """Return the sealed output of every script, by the script's name without ``.py``."""
    entries = {}
    for file in sorted((book / GALLERY).glob("*/plot_*.seal.json")):
        target = file.with_name(file.name.replace(".seal.json", ".py"))
        made = _read(target.with_suffix(".results.json"))
        run = _read(target.with_suffix(".run.json"))
        page = target.relative_to(book).with_suffix("").as_posix()
        figure = made["figure"]
        entries[target.stem] = Entry(
            page=page,
            image=PurePosixPath("/", page).parent / "images" / figure["image"],
            moves=figure["moves"],
            alt=figure["alt"],
            width=figure["width"],
            height=figure["height"],
            fingerprint=_read(file)["fingerprint"],
            seconds=_read(target.with_suffix(".cost.json"))["time"],
            memory=run["memory"],
            machine=run["machine"],
            device=run["device"],
            results={name: Result(**one) for name, one in made["results"].items()},
            file=file,
        )
    return entries


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write JSON whose bytes depend on its content alone."""
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False)
    write(path, f"{text}\n".encode())


def _delete(target: Path) -> None:
    for file in [*outputs(target), _seal(target)]:
        file.unlink(missing_ok=True)


def _read(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


def _drop_times(archive: Path) -> None:
    """Write an archive again without the times of its files: in each build they are others."""
    with zipfile.ZipFile(archive) as old:
        contents = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(archive, "w") as new:
        for name, content in contents.items():
            new.writestr(zipfile.ZipInfo(name), content)


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _seal(target: Path) -> Path:
    return target.with_suffix(".seal.json")


def _pending(target: Path) -> Path:
    return target.with_suffix(".pending.json")
