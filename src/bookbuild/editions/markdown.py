"""A page that Sphinx has resolved, as the Markdown that a notebook's cells hold.

What the site's builder has resolved is plain text by now: the numbers of chapters, figures and
equations, citations, recorded numbers. Left are some thirty kinds of nodes, and any other is
refused. Writers of Markdown for Sphinx exist, as builders of their own: they would resolve the book
once more, and know neither formulas nor cells unless one overrides what they keep private.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeGuard

from docutils import nodes
from sphinx import addnodes
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx_exercise.nodes import exercise_enumerable_node, exercise_node, solution_node

from bookbuild.embed.live import live_figure
from bookbuild.embed.panels import panel_image

SKIPPED = (
    addnodes.index, nodes.citation, nodes.comment, nodes.raw, nodes.substitution_definition,
    nodes.system_message, nodes.target, panel_image,
)  # fmt: skip
TRANSPARENT = (
    addnodes.glossary, nodes.compound, nodes.container, nodes.definition, nodes.legend,
    nodes.section, live_figure,
)  # fmt: skip
QUOTED = (nodes.Admonition, exercise_node, exercise_enumerable_node)

# What Markdown, or Jupyter's mathematics, would take for markup within a text.
_MARKUP = re.compile(r"[\\`*$<~]|(?<![^\W_])_|_(?![^\W_])|\](?=\()|&(?=#?\w+;)")
_BEGINS_BLOCK = re.compile(r"^(\d*)([#>]|[+-](?=\s)|(?<=\d)[.)](?=\s))")
_FORMULA = re.compile(r"\$[^$]+\$")


@dataclass(frozen=True)
class Text:
    """Blocks of Markdown, one below the other."""

    blocks: list[str]
    line: int
    """Of the page's source."""
    solution: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell of code, by its place among all cells of the page's source."""

    index: int
    solution: bool = False


class Writer:
    """Writes a page's nodes as Markdown.

    `link` returns the address of a link of the page, or nothing where a notebook has no use for it;
    the text then stands alone. `image` returns the address of a figure.
    """

    def __init__(
        self,
        env: BuildEnvironment,
        page: str,
        link: Callable[[nodes.reference], str | None],
        image: Callable[[nodes.image], str],
    ) -> None:
        self.link, self.image = link, image
        self.suffix = env.config.html_secnumber_suffix
        self.formats = {**env.config.numfig_format, "displaymath": "%s"}
        self.numbers = env.toc_fignumbers.get(page, {})
        self.sections = env.toc_secnumbers.get(page, {})

    def parts(self, children: Iterable[nodes.Node], level: int = 0) -> Iterator[Text | Cell]:
        """Return the texts and cells of a page's nodes in order; a heading begins a text."""
        for node in children:
            if isinstance(node, nodes.title):
                yield Text([self._heading(node, level)], node.line or 0)
            elif isinstance(node, nodes.section):
                yield from self.parts(node.children, level + 1)
            elif isinstance(node, solution_node):
                for part in self.parts(_content(node)):
                    yield replace(part, solution=True)
            elif is_cell(node):
                yield Cell(node["cell_index"])
            elif blocks := list(self.blocks([node])):
                yield Text(blocks, node.line or 0)

    def _heading(self, title: nodes.title, level: int) -> str:
        anchor = "" if level == 1 else f"#{title.parent['ids'][0]}"
        number = ".".join(map(str, self.sections.get(anchor) or ()))
        suffix = self.suffix if number else ""
        return f"{'#' * level} {number}{suffix}{self.inline(title)}"

    # Blocks.

    def blocks(self, children: Iterable[nodes.Node]) -> Iterator[str]:
        """Return blocks of Markdown for nodes that stand one below the other."""
        for node in children:
            if isinstance(node, TRANSPARENT):
                yield from self.blocks(node.children)
            elif isinstance(node, QUOTED):
                yield self._quoted(node)
            elif not isinstance(node, SKIPPED):
                write = getattr(self, f"_block_{type(node).__name__}", None)
                if write is None:
                    raise _refused(node)
                yield write(node)

    def _block_paragraph(self, node: nodes.Element) -> str:
        return _BEGINS_BLOCK.sub(r"\1\\\2", self.inline(node))

    _block_rubric = _block_paragraph

    def _block_math_block(self, node: nodes.Element) -> str:
        # On one line: Jupyter looks for formulas before it looks for quotations, whose mark would
        # stand in the formula.
        latex = " ".join(node.astext().split())
        number = self._label("displaymath", node)
        return f"$${latex} \\tag{{{number}}}$$" if number else f"$${latex}$$"

    def _block_literal_block(self, node: nodes.Element) -> str:
        code, language = node.astext().rstrip("\n"), node.get("language", "none")
        fence = "````" if "```" in code else "```"
        return f"{fence}{'' if language == 'none' else language}\n{code}\n{fence}"

    def _block_bullet_list(self, node: nodes.Element) -> str:
        return "\n".join(self._item("- ", item.children) for item in node.children)

    def _block_enumerated_list(self, node: nodes.Element) -> str:
        numbered = enumerate(node.children, start=node.get("start", 1))
        return "\n".join(self._item(f"{number}. ", item.children) for number, item in numbered)

    def _block_definition_list(self, node: nodes.Element) -> str:
        return "\n".join(self._item("- ", item.children) for item in node.children)

    def _block_term(self, node: nodes.Element) -> str:
        return f"**{self.inline(node)}**"

    def _item(self, mark: str, children: Iterable[nodes.Node]) -> str:
        text = "\n\n".join(self.blocks(children)).replace("\n", "\n" + " " * len(mark))
        return mark + re.sub(r"\n +(?=\n)", "\n", text)

    def _block_block_quote(self, node: nodes.Element) -> str:
        return _quote("\n\n".join(self.blocks(node.children)))

    def _block_transition(self, node: nodes.Element) -> str:
        return "---"

    def _quoted(self, node: nodes.Element) -> str:
        title = node.next_node(nodes.title)
        name = self.inline(title) if title is not None else type(node).__name__.capitalize()
        name = f"{self._label('exercise', node)} {name}".strip()
        return _quote("\n\n".join([f"**{name}**", *self.blocks(_content(node))]))

    def _block_figure(self, node: nodes.Element) -> str:
        return "\n\n".join(self.blocks(node.children))

    def _block_example_image(self, node: nodes.image) -> str:
        alt = re.sub(r"[][*_`$<\\]", r"\\\g<0>", " ".join(node["alt"].split()))
        return f"![{alt}]({self.image(node)})"

    def _block_caption(self, node: nodes.Element) -> str:
        return self._numbered("figure", node.parent, self.inline(node))

    def _block_table(self, node: nodes.Element) -> str:
        title = node.next_node(nodes.title)
        rows = [
            f"| {' | '.join(self._entry(entry) for entry in row.findall(nodes.entry))} |"
            for row in node.findall(nodes.row)
        ]
        columns = len(next(node.findall(nodes.row)))
        rows.insert(1, "|" + " --- |" * columns)
        table = "\n".join(rows)
        if title is None:
            return table
        return f"{self._numbered('table', node, self.inline(title))}\n\n{table}"

    def _entry(self, node: nodes.Element) -> str:
        """Return a cell of a table, which a bar would end, even one in code or in a formula."""
        text = "<br>".join(self.blocks(node.children))
        text = _FORMULA.sub(_name_bars, text)
        return text.replace("|", r"\|")

    def _label(self, kind: str, node: nodes.Element) -> str:
        """Return the number that Sphinx has given to a node, as the site writes it, or nothing."""
        numbers = self.numbers.get(kind, {}).get((node["ids"] or [""])[0])
        return self.formats[kind] % ".".join(map(str, numbers)) if numbers else ""

    def _numbered(self, kind: str, node: nodes.Element, text: str) -> str:
        label = self._label(kind, node)
        return f"**{label}** {text}" if label else text

    # What stands in a line.

    def inline(self, node: nodes.Element) -> str:
        """Return the children of a node, which stand in a line, as a line of Markdown."""
        # A space that breaks no line stays one.
        return re.sub(r"[ \n]+", " ", "".join(map(self._span, node.children))).strip(" \n")

    def _span(self, node: nodes.Node) -> str:
        if isinstance(node, nodes.Text):
            return _MARKUP.sub(r"\\\g<0>", node.astext())
        if isinstance(node, SKIPPED):
            return ""
        if isinstance(node, nodes.math):
            return f"${' '.join(node.astext().split())}$"
        if isinstance(node, nodes.literal):
            marks = "``" if "`" in node.astext() else "`"
            return f"{marks}{node.astext()}{marks}"
        if not isinstance(node, nodes.Element):
            raise _refused(node)
        text = "".join(map(self._span, node.children))
        if isinstance(node, nodes.emphasis | nodes.strong):
            mark = "*" if isinstance(node, nodes.emphasis) else "**"
            return f"{mark}{text}{mark}"
        if isinstance(node, nodes.reference):
            address = self.link(node)
            if address == node.astext():
                return f"<{address}>"
            return f"[{text}]({address})" if address else text
        if isinstance(node, nodes.inline):
            return text
        raise _refused(node)


def is_cell(node: nodes.Node) -> TypeGuard[nodes.container]:
    """Say whether a node holds a cell of code."""
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def _content(node: nodes.Element) -> list[nodes.Node]:
    """Return what stands in a block below its title."""
    children = [child for child in node.children if not isinstance(child, nodes.title)]
    if len(children) == 1 and isinstance(children[0], nodes.section):
        return list(children[0].children)
    return children


def _name_bars(formula: re.Match[str]) -> str:
    return formula[0].replace(r"\|", r"\Vert ").replace("|", r"\vert ")


def _quote(text: str) -> str:
    return re.sub(r"^", "> ", text, flags=re.MULTILINE).replace("> \n", ">\n")


def _refused(node: nodes.Node) -> ExtensionError:
    return ExtensionError(f"line {node.line}: a notebook cannot show {str(node)[:80]}")
