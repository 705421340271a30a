"""The colophon: what the book was made of, written as Markdown before Sphinx reads the pages.

The page ``book/colophon.md`` includes one file for each part; the JSON with all facts
lies beside them, for readers to download.
"""

import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from importlib import metadata
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.i18n import format_date

from bookbuild.checkout import commit_of
from bookbuild.embed import live, missing
from bookbuild.embed.study_notes import origin, outdated
from bookbuild.gallery import catalogue
from bookbuild.gallery.catalogue import Output
from bookbuild.gallery.fingerprint import LIBRARIES
from bookbuild.gallery.scraper import SEED
from bookbuild.state import state_of
from convbook import pretrained, studies
from convbook._files import cache_folder
from convbook._machine import machine, releases

FOLDER = "generated"  # in the source folder; git ignores it
DIGITS = 12  # of a commit or a fingerprint on the page; the JSON has them all


def write_colophon(app: Sphinx) -> None:
    """After the gallery: write the parts of the colophon and its JSON."""
    book = Path(app.srcdir)
    outputs = state_of(app.env).outputs
    lacking = sorted(state_of(app.env).missing)
    facts = {
        "build": {
            **commit_of(book.parent),
            "machine": machine(),
            "release": app.config.release,
            "seed": SEED,
            **({"missing": lacking} if lacking else {}),
        },
        "libraries": libraries(),
        "pretrained": {name: _missing(name) for name in pretrained.NAMES},
        "studies": {name: known for name in studies.names() if (known := _study(name))},
        "figures": {name: _figure(output) for name, output in outputs.items()},
        "live": live.sealed(book),
    }
    parts = {
        "build": _definitions(_build(facts)),
        "libraries": "\n".join(
            _table([heading, "Release"], facts["libraries"][key].items())
            for heading, key in (("What computes and draws", "computing"),
                                 ("What makes the pages", "publishing"))
        ),
        "pretrained": _definitions(
            {name: f"not at hand: {reason}" if reason else "at hand"
             for name, reason in facts["pretrained"].items()}
        ),
        "studies": _definitions({name: _origin(name) for name in facts["studies"]}),
        "figures": "\n".join(_topics(book, outputs)),
        "live": _table(
            ["File", "SHA-256"],
            [(f"`{name}`", f"`{digest[:DIGITS]}`") for name, digest in facts["live"].items()],
        ),
    }  # fmt: skip
    for name, text in parts.items():
        catalogue.write_changed(book / FOLDER / f"colophon_{name}.md", text.encode())
    catalogue.write_json(book / FOLDER / "colophon.json", facts)


def libraries() -> dict[str, dict[str, str]]:
    """Return the releases of what computes and draws, and of what makes the pages of it.

    The first are those that every fingerprint covers, the others those of the extra ``book``.
    """
    computing = releases(LIBRARIES)
    required = metadata.requires("convbook") or []
    names = [re.split(r"[^\w.-]", line)[0] for line in required if re.search(r"== .book.", line)]
    publishing = releases(sorted(set(names) - set(computing)))
    return {"computing": {"python": platform.python_version(), **computing},
            "publishing": publishing}  # fmt: skip


def _missing(name: str) -> str | None:
    """Return why a pretrained network is not at hand, without the path of anybody's cache."""
    reason = pretrained.missing(name)
    return reason and reason.replace(str(cache_folder()), "the cache")


def _figure(output: Output) -> dict[str, Any]:
    script = PurePosixPath(output.page).relative_to(catalogue.GALLERY)
    return {
        "device": output.device,
        "fingerprint": output.fingerprint,
        "machine": output.machine,
        "page": output.page,
        "script": f"examples/{script}.py",
    }


def _study(name: str) -> dict[str, Any]:
    try:
        study = studies.load(name)
    except ValueError:  # A page that cites the study says what is wrong with it.
        return {}
    return {**asdict(study.passport), "outdated": bool(outdated(study))}


def _origin(name: str) -> str:
    study = studies.load(name)
    note = outdated(study)
    return f"{origin(study.passport)}." + (f" **{note}**" if note else "")


def _build(facts: dict[str, Any]) -> dict[str, str]:
    build, figures = facts["build"], facts["figures"].values()
    commit, date = "unknown: the sources are no checkout of git", "unknown"
    if build["commit"]:
        changes = ", with uncommitted changes" if build["uncommitted_changes"] else ""
        commit = f"`{build['commit'][:DIGITS]}`{changes}"
        date = format_date("%-d %B %Y", date=datetime.fromisoformat(build["date"]), language="en")
    places = sorted({f"{figure['machine']} ({figure['device']})" for figure in figures})
    return {
        "Commit": commit,
        "Date of the commit": date,
        "Machine": build["machine"],
        "Figures": f"{len(figures)}, made on {'; '.join(places)}",
        **({"Missing": missing.summary(build["missing"])} if "missing" in build else {}),
        "Seed": f"{build['seed']}, of Python, NumPy and Keras before each script",
        "As data": f"{{download}}`colophon.json <{FOLDER}/colophon.json>`",
    }


def _topics(book: Path, outputs: Mapping[str, Output]) -> Iterable[str]:
    """Yield a table of figures for each topic of the gallery, which the reader unfolds."""
    entries = sorted(outputs.items(), key=lambda item: item[1].page)
    for folder, group in groupby(entries, lambda item: PurePosixPath(item[1].page).parent):
        rows = [
            (
                f"{{numref}}`{name}`",
                f"{{doc}}`{name}.py </{output.page}>`<br/>`{output.fingerprint[:DIGITS]}`",
            )
            for name, output in group
        ]
        header = (book / catalogue.EXAMPLES / folder.name / "GALLERY_HEADER.rst").read_text("utf-8")
        count = f"{len(rows)} figure{'s' if len(rows) > 1 else ''}"
        yield f"<details class='colophon'>\n<summary>{_title(header)}, {count}</summary>\n"
        yield _table(["Figure", "Script and fingerprint"], rows)
        yield "</details>\n"


def _title(header: str) -> str:
    """Return the title of a page of reStructuredText: the line above the first underline."""
    lines = header.splitlines()
    return next(lines[n - 1] for n, line in enumerate(lines) if n and re.match(r"([=-])\1+$", line))


def _definitions(described: Mapping[str, str]) -> str:
    return "\n".join(f"{name}\n: {text}\n" for name, text in described.items())


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table whose long names may break anywhere."""
    lines = [heads, ["---"] * len(heads), *rows]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return f":::{{rst-class}} calls colophon\n\n{table}\n:::\n"
