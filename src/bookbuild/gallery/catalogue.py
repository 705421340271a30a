"""What the gallery's scripts have left beside their pages: one figure and the numbers of each."""

import json
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import Any, TypeVar

from convbook._files import write
from convbook.results import Result

AnyPath = TypeVar("AnyPath", bound=PurePath)

EXAMPLES, GALLERY = "../examples", "gallery"  # from the source folder on


Box = tuple[int, int, int, int]  # left, top, right and bottom in pixels of an image


@dataclass(frozen=True)
class Panel:
    """Where a panel stands in its figure."""

    frame: Box
    whole: Box
    """With the labels around it."""
    kind: str
    """A "picture" is an array of pixels, a "grid" of cells; all else is a "drawing"."""


@dataclass(frozen=True)
class Output:
    """One script's figure and numbers, as the pages embed them."""

    page: str
    """The name of the script's page, without suffix, from the source folder on."""
    image: PurePosixPath
    """On light pages; `dark` tells where that for dark ones is."""
    moves: bool
    """Whether it is the last frame of an animation; `video_of` tells where that is."""
    alt: str
    letters: str
    """Of its panels, to which captions refer."""
    width: int
    height: int
    panels: list[Panel]
    fingerprint: str
    machine: str
    device: str
    results: dict[str, Result]
    file: Path
    """The file that all this was read from."""


def chapters(book: Path) -> list[str]:
    """Return the pages that have a folder of scripts, in the order of the contents."""
    topics = {folder.name for folder in (book / EXAMPLES).iterdir()}
    lines = (book / "index.md").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line in topics]


def scripts(book: Path) -> list[Path]:
    """Return the gallery scripts in the order of their folders and names."""
    return sorted((book / EXAMPLES).resolve().glob("*/plot_*.py"))


def target_of(book: Path, script: Path) -> Path:
    """Return the copy of a script that sphinx-gallery makes; all its output lies around it."""
    return book / GALLERY / script.parent.name / script.name


def page_of(book: Path, file: Path) -> str:
    """Return the name of the page of a chapter, or of the copy of a script, without suffix."""
    return file.relative_to(book).with_suffix("").as_posix()


def results_file(target: Path) -> Path:
    """Return the file with a script's figure and numbers, which the scraper writes."""
    return target.with_suffix(".results.json")


def fingerprint_file(target: Path) -> Path:
    """Return the file with the fingerprint that a script's output belongs to."""
    return target.with_suffix(".fingerprint.json")


def is_finished(target: Path) -> bool:
    """Say whether sphinx-gallery has written all that belongs to a script that passed."""
    passed = target.with_name(f"{target.name}.md5").exists()
    if not passed or not target.with_suffix(".zip").exists():
        return False
    figure = read_json(results_file(target))["figure"]
    return bool(figure) and (target.parent / "images" / figure["image"]).exists()


def dark(image: AnyPath) -> AnyPath:
    """Return where the twin of a figure is that pages with a dark ground show."""
    return image.with_suffix(f".dark{image.suffix}")


def video_of(image: AnyPath) -> AnyPath:
    """Return where the animation is whose last frame a figure shows."""
    return image.with_suffix(".mp4")


def load(book: Path) -> dict[str, Output]:
    """Return, by name, the output of every script that ended with a figure."""
    outputs = {}
    for script in scripts(book):
        target = target_of(book, script)
        if not is_finished(target):
            continue
        content = read_json(results_file(target))
        figure = content.pop("figure")
        page = page_of(book, target)
        panels = [Panel(**fields) for fields in figure.pop("panels")]
        numbers = {name: Result(**fields) for name, fields in content.pop("results").items()}
        outputs[target.stem] = Output(
            page=page,
            image=PurePosixPath("/", page).parent / "images" / figure.pop("image"),
            panels=panels,
            results=numbers,
            fingerprint=read_json(fingerprint_file(target))["fingerprint"],
            file=results_file(target),
            **figure,
            **content,
        )
    return outputs


def read_json(file: Path) -> dict[str, Any]:
    """Return what a file of JSON holds."""
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


def write_json(file: Path, content: dict[str, Any]) -> None:
    """Write JSON whose bytes depend on its content alone."""
    write(file, as_json(content))


def write_changed(file: Path, content: bytes) -> None:
    """Leave a file alone that is as it should be: Sphinx compares times when it builds live."""
    if not file.is_file() or file.read_bytes() != content:
        write(file, content)


def as_json(content: dict[str, Any]) -> bytes:
    """Return JSON as files hold it."""
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False)
    return f"{text}\n".encode()
