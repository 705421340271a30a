"""The colophon: what this build was made of, on a page and as JSON beside it."""

from __future__ import annotations

import platform
import re
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import metadata
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.i18n import format_date
from sphinx.util.nodes import make_refnode
from sphinx.writers.html5 import HTML5Translator

from bookbuild.gallery import fingerprint
from convbook import pretrained, studies
from convbook._files import cache_folder
from convbook._machine import machine
from bookbuild.gallery import catalogue
from bookbuild.gallery.catalogue import Entry
from bookbuild.embed.figures import script_link, seconds
from bookbuild.pages.outdated import ALWAYS
from bookbuild.gallery.scraper import SEED
from bookbuild.embed.study_notes import CHANGED, origin
from bookbuild.embed.numbers import catalogue_of, usage_of
from bookbuild.pages.verify import SITE

FILE = "colophon.json"
DIGITS = 12  # of a commit or a fingerprint on the page; the JSON has them all
MEASURED = (
    "Run times are those of the run that made the figure, in seconds. Memory is the peak, in "
    "megabytes, of the process that ran the script: it holds the libraries that earlier scripts "
    "have loaded too, and not the process that encodes an animation."
)
LEFT_OUT = (
    "This build was asked to be reproducible, by SOURCE_DATE_EPOCH. Run times and peaks of memory, "
    "which differ from run to run, are left out, and the date is the one that was given."
)


class colophon_part(nodes.General, nodes.Element):
    """Stands where a part of the colophon will, until all pages have been read."""


class folded(nodes.General, nodes.Element):
    """What a reader unfolds, below its summary; laid open where there is no HTML."""


class Colophon(SphinxDirective):
    """One part of the colophon: ``{colophon} build``, and so on."""

    required_arguments = 1
    parts: ClassVar = ("build", "libraries", "pretrained", "studies", "figures")

    def run(self) -> list[nodes.Node]:
        """Return a placeholder: which page embeds which figure is not known yet."""
        part = directives.choice(self.arguments[0], self.parts)
        self.env.metadata[self.env.docname][ALWAYS] = part
        return [colophon_part(part=part)]


class FillColophon(SphinxPostTransform):
    """Put the parts of the colophon in their places, each time that the page is written.

    That is in every build that has changed anything. A build that has changed nothing leaves the
    page and its date as they are.
    """

    default_priority = 5  # before the links are resolved

    def run(self, **kwargs: Any) -> None:
        """Replace the placeholders of a page."""
        for node in list(self.document.findall(colophon_part)):
            facts = facts_of(self.app)
            self.app.convbook_colophon = self.env.docname, facts  # type: ignore[attr-defined]
            node.replace_self(getattr(self, f"_{node['part']}")(facts))

    def _build(self, facts: dict[str, Any]) -> list[nodes.Node]:
        build = facts["build"]
        commit: list[nodes.Node] = [nodes.Text("unknown: the sources are no checkout of git")]
        if build["commit"]:
            commit = [nodes.literal(text=build["commit"][:DIGITS])]
            if build["uncommitted_changes"]:
                commit += [nodes.Text(", with uncommitted changes")]
        day = format_date(
            "%-d %B %Y, %H:%M", date=datetime.fromisoformat(build["date"]), language="en"
        )
        count = len(facts["figures"])
        figures = f"{count}, each made by this build or verified by its seal"
        if "scripts_run" in build:
            made = build["scripts_run"]
            figures = f"{made} made by this build, {count - made} verified by their seals"
        made_on = {f"{one['machine']} ({one['device']})" for one in facts["figures"].values()}
        fields: dict[str, str | list[nodes.Node]] = {
            "Commit": commit,
            "Date": f"{day} UTC",
            "Machine": build["machine"],
            "Figures": figures,
            "Made on": "; ".join(sorted(made_on)),
            "Seed": f"{build['seed']}, of Python, NumPy and Keras before each script",
        }
        if self.app.builder.name == SITE:
            link = nodes.reference("", FILE, refuri=FILE, internal=True)
            fields["As data"] = [link]
        made_of: list[nodes.Node] = [_fields(fields)]
        if build["reproducible"]:
            made_of += [nodes.paragraph(text=LEFT_OUT)]
        return made_of

    def _libraries(self, facts: dict[str, Any]) -> list[nodes.Node]:
        tables: list[nodes.Node] = []
        for does, key in (("computes and draws", "computing"), ("makes the pages", "publishing")):
            releases = facts["libraries"][key].items()
            rows = [[_cell(name), _cell(release)] for name, release in releases]
            tables += [_table([f"What {does}", "Release"], rows)]
        return tables

    def _pretrained(self, facts: dict[str, Any]) -> list[nodes.Node]:
        return [
            _fields(
                {
                    name: "at hand" if reason is None else f"not at hand: {reason}"
                    for name, reason in facts["pretrained"].items()
                }
            )
        ]

    def _studies(self, facts: dict[str, Any]) -> list[nodes.Node]:
        described: dict[str, str | list[nodes.Node]] = {}
        for name, one in facts["studies"].items():
            sentence = nodes.Text(f"{origin(studies.load(name).passport)}.")
            described[name] = [sentence]
            if one["outdated"]:
                described[name] = [sentence, nodes.Text(" "), nodes.strong(text=CHANGED)]
        return [_fields(described)]

    def _figures(self, facts: dict[str, Any]) -> list[nodes.Node]:
        measured = not facts["build"]["reproducible"]
        heads = ["Figure", "Script", *(["s", "MB"] if measured else [])]
        made: list[nodes.Node] = [nodes.paragraph(text=MEASURED)] if measured else []
        entries = sorted(catalogue_of(self.env).items(), key=lambda item: item[1].page)
        for folder, group in groupby(entries, lambda item: PurePosixPath(item[1].page).parent):
            rows = [self._row(name, entry, measured) for name, entry in group]
            title = self.env.titles[f"{folder}/index"].astext()
            count = f"{len(rows)} figure{'s' if len(rows) > 1 else ''}"
            made += [folded("", _table(heads, rows), summary=f"{title}, {count}")]
        return made

    def _row(self, name: str, entry: Entry, measured: bool) -> list[list[nodes.Node]]:
        script = nodes.paragraph("", "", script_link(entry, self.env.docname))
        row = [[self._figure(name)], [script, *_cell(entry.fingerprint[:DIGITS])]]
        if measured:
            peak = "not measured" if entry.memory is None else str(entry.memory)
            row += [_cell(seconds(entry)), _cell(peak)]
        return row

    def _figure(self, name: str) -> nodes.Node:
        """Return the figure's number, linked to where a chapter embeds it."""
        labels = self.env.domains.standard_domain.anonlabels
        if name not in labels:  # of which the build complains elsewhere
            return nodes.paragraph(text="none")
        chapter, anchor = labels[name]
        numbers = self.env.toc_fignumbers.get(chapter, {}).get("figure", {})
        text = self.env.titles[chapter].astext()
        if anchor in numbers:
            number = ".".join(map(str, numbers[anchor]))
            text = self.config.numfig_format["figure"] % number
        here, builder = self.env.docname, self.app.builder
        link = make_refnode(builder, here, chapter, anchor, nodes.Text(text))
        return nodes.paragraph("", "", link)


def write_facts(app: Sphinx, exception: Exception | None) -> None:
    """Write the JSON beside the page, if the page has been written."""
    if exception is None and app.builder.name == SITE and hasattr(app, "convbook_colophon"):
        page, facts = app.convbook_colophon
        published = Path(app.outdir) / app.builder.get_target_uri(page)
        catalogue.write_json(published.with_name(FILE), facts)


def facts_of(app: Sphinx) -> dict[str, Any]:
    """Return all that the colophon tells, found out once in a build."""
    if hasattr(app, "convbook_colophon"):
        known: dict[str, Any] = app.convbook_colophon[1]
        return known
    epoch: int | None = app.config.convbook_epoch
    ran, _ = app.convbook_run  # type: ignore[attr-defined]
    commit, changed = commit_of((Path(app.srcdir) / "..").resolve()) or (None, None)
    date = datetime.now(UTC) if epoch is None else datetime.fromtimestamp(epoch, UTC)
    build = {
        "commit": commit,
        "uncommitted_changes": changed,
        "date": date.isoformat(timespec="seconds"),
        "machine": machine(),
        "release": app.config.release,
        "reproducible": epoch is not None,
        "seed": SEED,
    }
    if epoch is None:
        build["scripts_run"] = len(ran)
    looked = app.convbook_studies  # type: ignore[attr-defined]
    return {
        "build": build,
        "libraries": libraries(),
        "pretrained": {name: _missing(name) for name in pretrained.NAMES},
        "studies": {name: _study(name, outdated) for name, (_, outdated) in looked.items()},
        "figures": _figures(app, measured=epoch is None),
    }


def commit_of(checkout: Path) -> tuple[str, bool] | None:
    """Return the commit of a checkout of git, and whether anything has changed since.

    A file that git neither knows nor ignores is a change. None if the folder is no checkout.
    """
    git = ["git", "--no-optional-locks", f"--git-dir={checkout}/.git", f"--work-tree={checkout}"]
    told = []
    for question in (["rev-parse", "HEAD"], ["status", "--porcelain"]):
        try:
            answer = subprocess.run(
                [*git, *question], capture_output=True, text=True, check=True, timeout=60
            )
        except (OSError, subprocess.SubprocessError):
            return None
        told.append(answer.stdout.strip())
    return told[0], bool(told[1])


def libraries() -> dict[str, dict[str, str]]:
    """Return the releases of what computes and draws, and of what makes the pages of it.

    The first are those that every fingerprint covers, the others those of the extra ``book``.
    """
    computing = fingerprint.releases(fingerprint.LIBRARIES)
    required = metadata.requires(fingerprint.PACKAGE) or []
    names = [re.split(r"[^\w.-]", one)[0] for one in required if re.search(r"extra == .book", one)]
    publishing = fingerprint.releases(sorted(set(names) - set(computing)))
    return {"computing": {"python": platform.python_version(), **computing},
            "publishing": publishing}  # fmt: skip


def _missing(name: str) -> str | None:
    """Return why a pretrained network is not at hand, without the path of anybody's cache."""
    reason = pretrained.missing(name)
    return reason and reason.replace(str(cache_folder()), "the cache")


def _study(name: str, outdated: bool) -> dict[str, Any]:
    passport = studies.load(name).passport
    return {
        "date": passport.date,
        "device": passport.device,
        "fingerprint": passport.fingerprint,
        "machine": passport.machine,
        "outdated": outdated,
        "seconds": passport.seconds,
        "versions": passport.versions,
    }


def _figures(app: Sphinx, measured: bool) -> dict[str, dict[str, Any]]:
    figures: dict[str, dict[str, Any]] = {}
    for name, entry in catalogue_of(app.env).items():
        embedding = usage_of(app.env).figures.items()
        figures[name] = {
            "chapters": sorted(page for page, embedded in embedding if name in embedded),
            "device": entry.device,
            "fingerprint": entry.fingerprint,
            "machine": entry.machine,
            "page": entry.page,
            "script": f"examples/{PurePosixPath(entry.page).relative_to(catalogue.GALLERY)}.py",
        }
        if measured:
            figures[name] |= {"peak_memory_mb": entry.memory, "seconds": round(entry.seconds, 2)}
    return figures


def _cell(text: str) -> list[nodes.Node]:
    return [nodes.paragraph(text=text)]


def _fields(described: dict[str, Any]) -> nodes.field_list:
    """Return names with their descriptions, each a text or nodes in a line."""
    fields = nodes.field_list()
    for name, told in described.items():
        line = nodes.paragraph("", "", *([nodes.Text(told)] if isinstance(told, str) else told))
        fields += nodes.field("", nodes.field_name(text=name), nodes.field_body("", line))
    return fields


def _table(heads: Sequence[str], rows: Sequence[Sequence[Sequence[nodes.Node]]]) -> nodes.table:
    """Return a table whose long names may break anywhere."""
    lines = [
        nodes.row("", *(nodes.entry("", *cell) for cell in row))
        for row in [[_cell(head) for head in heads], *rows]
    ]
    columns = (nodes.colspec(colwidth=1) for _ in heads)
    top, body = nodes.thead("", lines[0]), nodes.tbody("", *lines[1:])
    group = nodes.tgroup("", *columns, top, body, cols=len(heads))
    return nodes.table("", group, classes=["calls", "colophon"])


def visit_folded(self: HTML5Translator, node: folded) -> None:
    """Open the element, its summary being what the reader clicks."""
    self.body.append(self.starttag(node, "details", CLASS="colophon"))
    self.body.append(f"<summary>{self.encode(node['summary'])}</summary>\n")


def depart_folded(self: HTML5Translator, node: folded) -> None:
    """Close it."""
    self.body.append("</details>\n")


def visit_laid_open(self: Any, node: folded) -> None:
    """Write nothing around it where there is no HTML."""


depart_laid_open = visit_laid_open
