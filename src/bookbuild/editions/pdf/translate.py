"""Pages of the book, as Sphinx has resolved them, in Typst.

Each kind of node has a method of its name, which returns Typst's markup. What a function in this
markup looks like on paper is up to ``book.typ``, the template.
"""

import re
from collections.abc import Callable, Iterable

from docutils import nodes
from math_core import LatexError
from sphinx.util import logging

from bookbuild.editions.pdf.mathematics import formula
from bookbuild.editions.pdf.typst import call, markup, string

Translation = Callable[..., str]
HIGHLIGHTED = {"ipython3": "python", "ipython": "python", "default": "python"}
NO_PAGE = {"std-term", "cite"}  # links to the glossary and the bibliography name no page
ON_SCREEN = re.compile('Press (play|[“"]Try it[”"])')  # what paper does not do
UNEVEN = 48  # characters of code after which a line is not stretched to the margin
LONG, JOINTS = 24, re.compile(r"[/._:=,(]+(?=\w)")  # code within a line, and where it may break

logger = logging.getLogger(__name__)


class Labels:
    """Where the links of the book lead: each node with identifiers has one label, of the first."""

    def __init__(self) -> None:
        self._labels: dict[str, str] = {}

    def add(self, page: str, doctree: nodes.document) -> None:
        """Learn the places of a page, and where it begins."""
        first = next(doctree.findall(nodes.section), None)
        for node in doctree.findall(nodes.Element):
            for name in identifiers(node):
                self._labels[f"{page}#{name}"] = label(page, node)
        if first is not None:
            self._labels[page] = label(page, first)

    def add_place(self, name: str) -> None:
        """Learn a place that is no page."""
        self._labels[name] = name

    def find(self, target: str) -> str | None:
        """Return the label of a page, ``fast``, or a place on it, ``fast#ex-threads``."""
        return self._labels.get(target)

    def has_page(self, target: str) -> bool:
        """Say whether the page of a target is in the book on paper."""
        return target.partition("#")[0] in self._labels


def identifiers(node: nodes.Node) -> list[str]:
    """Return what links name a node by."""
    return list(node.get("ids", ())) if isinstance(node, nodes.Element) else []


def label(page: str, node: nodes.Node) -> str:
    """Return the label of a node that has identifiers."""
    return f"{page}#{identifiers(node)[0]}"


class Translator:
    """Translates one page.

    `numbers` has the numbers of its sections, and `figures` those of its figures, tables, equations
    and exercises, as Sphinx keeps them; `picture` copies a picture and returns the copy's name, and
    `site` is the address of the published site, if the build knows it.
    """

    def __init__(
        self,
        page: str,
        labels: Labels,
        numbers: dict[str, tuple[int, ...]],
        figures: dict[str, dict[str, tuple[int, ...]]],
        picture: Callable[[str], str],
        site: str = "",
        level: int = 0,
    ) -> None:
        self.page, self.labels, self.site = page, labels, site
        self.numbers, self.figures, self.picture = numbers, figures, picture
        self.level = level  # of the heading above the page

    def translate(self, node: nodes.Node) -> str:
        """Return a node in Typst; warn, which fails a strict build, of a kind without a method."""
        for kind in type(node).__mro__:
            method: Translation | None = getattr(self, f"_on_{kind.__name__}", None)
            if method is not None:
                written = method(node)
                return written if self.marked(node) in written else self.place(node) + written
        logger.warning("the PDF has no translation of a node '%s'", type(node).__name__,
                       location=node)  # fmt: skip
        return ""

    def inner(self, node: nodes.Node) -> str:
        """Return what stands in a node."""
        return "".join(map(self.translate, node.children))

    def content(self, node: nodes.Node) -> str:
        """Return what stands in a node as an argument of a function."""
        return f"[{self.inner(node)}]"

    def number(self, kind: str, node: nodes.Element) -> str:
        """Return the number of a figure, table, equation or exercise, such as 3.2; "" if none."""
        known = self.figures.get(kind, {})
        found = next((known[name] for name in identifiers(node) if name in known), ())
        return ".".join(map(str, found))

    def marked(self, node: nodes.Node) -> str:
        """Return the label of a node, to stand behind it; "" if it needs none."""
        return call("label", string(label(self.page, node))) if identifiers(node) else ""

    def place(self, node: nodes.Node) -> str:
        """Return a place that links lead to, to stand within or before what is no block."""
        return f"#metadata(none){self.marked(node)}" if identifiers(node) else ""

    # Text.

    def _on_Text(self, node: nodes.Text) -> str:
        return markup(ON_SCREEN.sub(r"On the site, press \1", node.astext()))

    def _on_inline(self, node: nodes.Element) -> str:
        return self.inner(node)

    _on_generated = _on_title_reference = _on_abbreviation = _on_number_reference = _on_inline

    def _on_emphasis(self, node: nodes.Element) -> str:
        return f"#emph{self.content(node)}"

    def _on_strong(self, node: nodes.Element) -> str:
        return f"#strong{self.content(node)}"

    def _on_subscript(self, node: nodes.Element) -> str:
        return f"#sub{self.content(node)}"

    def _on_superscript(self, node: nodes.Element) -> str:
        return f"#super{self.content(node)}"

    def _on_literal(self, node: nodes.Element) -> str:
        # Sphinx sets references to figures as literals, which are no code.
        if "std-numref" in node["classes"] or "eq" in node["classes"]:
            return self.inner(node)
        text = node.astext()
        if len(text) > LONG:
            text = JOINTS.sub("\\g<0>\u200b", text)
        return call("code", string(text))

    def _on_download_reference(self, node: nodes.Element) -> str:
        return self.inner(node)

    def _on_reference(self, node: nodes.Element) -> str:
        target = self.target(node)
        if "://" in target or target.startswith("mailto:"):
            return call("link", string(target), self.content(node))
        name = self.labels.find(target)
        if name is not None:
            kinds = {kind for child in node.findall(nodes.Element) for kind in child["classes"]}
            near = kinds & NO_PAGE or target.startswith("bibliography#")
            return call("near" if near else "to", string(name), self.content(node))
        if self.labels.has_page(target):
            logger.warning("the PDF has no place %r to link to", target, location=node)
        elif self.site:
            page, mark, anchor = target.partition("#")
            return call("link", string(f"{self.site}{page}.html{mark}{anchor}"), self.content(node))
        return self.inner(node)

    def target(self, node: nodes.Element) -> str:
        """Return where a link leads, as `Labels` knows it, or an address."""
        address = str(node.get("refuri") or f"{self.page}#{node.get('refid')}")
        return address.rstrip("#")

    def _on_math(self, node: nodes.Element) -> str:
        latex = node.astext()
        return call("formula", string(latex), f"${self._formula(node)}$")

    def _on_math_block(self, node: nodes.Element) -> str:
        number = self.number("displaymath", node) or str(node.get("number") or "")
        alone = f"$ {self._formula(node, display=True)} $"
        equation = call("equation", string(node.astext()), string(number), alone)
        return f"\n{equation}{self.marked(node)}\n"

    def _formula(self, node: nodes.Element, *, display: bool = False) -> str:
        try:
            return formula(node.astext(), display=display)
        except (LatexError, ValueError) as error:
            logger.warning("the PDF cannot show the formula %r: %s", node.astext(), error,
                           location=node)  # fmt: skip
            return string(node.astext())

    # Blocks.

    def _on_document(self, node: nodes.Element) -> str:
        return self.inner(node)

    def _on_section(self, node: nodes.Element) -> str:
        self.level += 1
        written = self.inner(node)
        self.level -= 1
        return written

    def _on_title(self, node: nodes.Element) -> str:
        section = node.parent
        if not isinstance(section, nodes.section):  # of a block
            return f"\n#block-title{self.content(node)}\n"
        top = isinstance(section.parent, nodes.document)
        anchors = [""] if top else [f"#{name}" for name in section["ids"]]
        number = next((self.numbers[name] for name in anchors if self.numbers.get(name)), ())
        title = call("head", str(self.level), string(".".join(map(str, number))),
                     self.content(node))  # fmt: skip
        return f"\n{title}{self.marked(section)}\n"

    def _on_paragraph(self, node: nodes.Element) -> str:
        written = self.inner(node)
        for kind in ("provenance", "study-note"):
            if kind in node["classes"]:
                return f"\n#small[{written}]\n"
        if any(len(code.astext()) > UNEVEN for code in node.findall(nodes.literal)):
            return f"\n#par(justify: false)[{written}]\n"
        return f"\n{written}\n"

    def _on_target(self, node: nodes.Element) -> str:
        return ""

    _on_index = _on_target

    def _on_container(self, node: nodes.Element) -> str:
        if "cell" in node["classes"]:
            rows = sum(text.astext().count("\n") + 2 for text in node.findall(nodes.literal_block))
            return f"\n{call('cell', str(rows), self.content(node))}\n"
        return self.inner(node)

    def _on_toctree(self, node: nodes.Element) -> str:
        return ""

    _on_compound = _on_glossary = _on_live_figure = _on_legend = _on_container

    def _on_literal_block(self, node: nodes.Element) -> str:
        text = node.astext().rstrip("\n")
        longest = max(map(len, text.splitlines()), default=0)
        kind = "output" if "output" in node["classes"] else "listing"
        language = HIGHLIGHTED.get(node.get("language", ""), node.get("language", ""))
        language = "" if kind == "output" or language in ("none", "text") else language
        return f"\n{call(kind, string(text), str(longest), string(language))}\n"

    def _on_block_quote(self, node: nodes.Element) -> str:
        return f"\n#quote(block: true)[{self.inner(node)}]\n"

    def _on_bullet_list(self, node: nodes.Element) -> str:
        return f"\n{call('list', *self._items(node))}\n"

    def _on_enumerated_list(self, node: nodes.Element) -> str:
        return f"\n{call('enum', *self._items(node), start=str(node.get('start', 1)))}\n"

    def _items(self, node: nodes.Element) -> Iterable[str]:
        return (f"[{self.place(item)}{self.inner(item)}]" for item in node.children)

    def _on_definition_list(self, node: nodes.Element) -> str:
        items = []
        for item in node.children:
            terms = [child for child in item.children if isinstance(child, nodes.term)]
            rest = [child for child in item.children if not isinstance(child, nodes.term)]
            term = ", ".join(self.place(term) + self.inner(term) for term in terms)
            items.append(f"terms.item([{term}], [{''.join(map(self.translate, rest))}])")
        return f"\n{call('terms', *items)}\n"

    _on_field_list = _on_definition_list

    def _on_definition(self, node: nodes.Element) -> str:
        return self.inner(node)

    def _on_figure(self, node: nodes.Element) -> str:
        caption = next(node.findall(nodes.caption), None)
        rest = [child for child in node.children if not isinstance(child, nodes.caption)]
        picture, *below = rest
        written = call(
            "picture-figure",
            string(self.number("figure", node)),
            f"[{self.translate(picture)}]",
            "[]" if caption is None else self.content(caption),
            f"[{''.join(map(self.translate, below))}]",
        )
        return f"\n{written}{self.marked(node)}\n"

    def _on_image(self, node: nodes.Element) -> str:
        file = self.picture(node["uri"])
        size = (str(node.get(side, "")) for side in ("width", "height"))
        pixels = (length if length.isdecimal() else "0" for length in size)
        return call("picture", string(file), string(node.get("alt", "")), *pixels)

    def _on_panel_image(self, node: nodes.Element) -> str:
        return ""

    def _on_raw(self, node: nodes.Element) -> str:
        """Of HTML, take line breaks and the heading of what a reader would unfold."""
        if re.fullmatch(r"\s*<br\s*/?>\s*", node.astext()):
            return "#linebreak()"
        summary = re.search(r"<summary[^>]*>(.*?)</summary>", node.astext(), re.DOTALL)
        return f"\n#block-title[{markup(re.sub('<[^>]*>', '', summary[1]))}]\n" if summary else ""

    def _on_table(self, node: nodes.Element) -> str:
        [group] = node.findall(nodes.tgroup)
        heads, bodies = ([row for part in group.findall(kind) for row in part.children]
                         for kind in (nodes.thead, nodes.tbody))  # fmt: skip
        cells = [f"table.header({', '.join(map(self._cells, heads))})"] if heads else []
        table = call("data-table", str(group["cols"]), *cells, *map(self._cells, bodies))
        title = next((child for child in node.children if isinstance(child, nodes.title)), None)
        if title is None:
            return f"\n{table}\n"
        number = string(self.number("table", node))
        written = call("table-figure", number, f"[{table}]", self.content(title))
        return f"\n{written}{self.marked(node)}\n"

    def _cells(self, row: nodes.Node) -> str:
        return ", ".join(map(self._cell, row.children))

    def _cell(self, entry: nodes.Node) -> str:
        assert isinstance(entry, nodes.Element)
        spans = {"rowspan": "morerows", "colspan": "morecols"}
        named = {name: str(entry[more] + 1) for name, more in spans.items() if more in entry}
        for side in ("right", "center"):
            if f"text-{side}" in entry["classes"]:
                named["align"] = side
        content = f"[{self.inner(entry).strip()}]"
        return call("table.cell", content, **named).lstrip("#") if named else content

    def _on_admonition(self, node: nodes.Element) -> str:
        return f"\n#note{self.content(node)}\n"

    def _on_exercise_enumerable_node(self, node: nodes.Element) -> str:
        number = string(self.number("exercise", node))
        title, *rest = node.children
        body = "".join(map(self.translate, rest))
        written = call("exercise", number, self.content(title), f"[{body}]")
        return f"\n{written}{self.marked(node)}\n"

    def _on_solution_node(self, node: nodes.Element) -> str:
        _, *rest = node.children
        written = f"#solution[{''.join(map(self.translate, rest))}]"
        return f"\n{written}{self.marked(node)}\n"

    def _on_citation(self, node: nodes.Element) -> str:
        _, *rest = node.children
        body = "".join(map(self.translate, rest))
        return f"\n#work[{body.strip()}]{self.marked(node)}\n"
