"""What papers report about the networks for photographs, each number with its source.

The numbers lie in ``published.toml`` beside this module, read once. None of them is measured here:
what the book's own models have, `convbook.models.tables` counts.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from convbook._checks import one_of

__all__ = ["PROTOCOLS", "Count", "Published", "Report", "load", "names"]

DATA = ("published.toml",)  # a figure depends on it
FILE = Path(__file__).with_name(*DATA)

PROTOCOLS = ("single crop", "10 crops", "many crops", "dense", "ensemble")
"""How a picture was shown: its middle; that, the corners and their mirror images; more; the whole
picture at every place; several networks."""

COMPARABLE = "single crop", "ILSVRC 2012, validation"  # all of these pictures, or nearly all


@dataclass(frozen=True)
class Count:
    """A number of parameters or of multiply-accumulates, as a source gives it."""

    value: int
    """The number, in ones."""
    unit: int
    """The last digit that the source gives: 1,000,000 for "138 million"."""
    source: str
    """Where it stands; in the network's paper unless another is named."""
    checked: str
    """How the entry was verified."""
    below: bool = False
    """Whether the source gives a bound instead of a number."""

    def agrees(self, counted: int) -> bool:
        """Say whether a counted number is the reported one, but for how the source rounded it.

        Rounding down counts as well: papers do both.

        Examples
        --------
        >>> Count(138_000_000, 1_000_000, "Table 2", "").agrees(138_357_544)
        True
        """
        if self.below:
            return counted < self.value
        return self.value - self.unit / 2 <= counted < self.value + self.unit


@dataclass(frozen=True)
class Report:
    """An error that was measured once, with how."""

    protocol: str
    """One of `PROTOCOLS`."""
    pictures: str
    """The set of pictures."""
    by: str
    """Who measured."""
    source: str
    """Where it stands."""
    checked: str
    """How the entry was verified."""
    top1: float | None = None
    """Share of pictures whose true class is not the most probable one, in per cent."""
    top5: float | None = None
    """Share of pictures whose true class is not among the five most probable ones, in per cent."""


@dataclass(frozen=True)
class Published:
    """What is reported about one network."""

    name: str
    """As in `convbook.models.IMAGENET`, or ``"lenet5"``."""
    title: str
    """As the chapter writes it."""
    year: int
    """When it became public."""
    citation: str
    """The key of its paper in the book's bibliography."""
    reports: tuple[Report, ...]
    """The paper's own first."""
    parameters: Count | None = None
    macs: Count | None = None

    def single_crop(self) -> Report | None:
        """Return the report that compares best: the picture's middle, once, on validation pictures.

        It has a top-1 error. None says that nobody has reported it.
        """
        protocol, pictures = COMPARABLE
        for report in self.reports:
            same = report.protocol == protocol and report.pictures.startswith(pictures)
            if same and report.top1 is not None:
                return report
        return None


@cache
def _read() -> dict[str, Published]:
    content = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {name: _published(name, entry) for name, entry in content.items()}


def _published(name: str, entry: dict[str, Any]) -> Published:
    counts: dict[str, Any] = {
        key: Count(**entry[key]) for key in ("parameters", "macs") if key in entry
    }
    counts["reports"] = reports = tuple(Report(**report) for report in entry["reports"])
    for report in reports:
        one_of(f"{FILE.name}: {name}: protocol", report.protocol, PROTOCOLS)
    return Published(name, **(entry | counts))


def names() -> tuple[str, ...]:
    """Return the names of the networks, by the years of their papers.

    Examples
    --------
    >>> names()[:2]
    ('lenet5', 'alexnet')
    """
    return tuple(_read())


def load(name: str) -> Published:
    """Return what is reported about a network of `names`, as `Published`.

    Examples
    --------
    >>> vgg = load("vgg16")
    >>> vgg.parameters.value, vgg.single_crop().top1
    (138000000, 28.5)
    """
    return _read()[one_of("name", name, names())]
