"""Each kind of node becomes Typst's markup; links lead to places that are there."""

from collections.abc import Callable

import pytest
from docutils import nodes
from sphinx.util import docutils  # noqa: F401 - registers Sphinx's nodes
from sphinx_exercise.nodes import exercise_enumerable_node, solution_node

from bookbuild.editions.pdf import translate
from bookbuild.editions.pdf.translate import Labels, Translator
from bookbuild.embed.panels import panel_image

SITE = "https://example.org/"


def text(words: str) -> nodes.Text:
    return nodes.Text(words)


def paragraph(*children: nodes.Node) -> nodes.paragraph:
    return nodes.paragraph("", "", *(children or [text("Words.")]))


def section(title: str, name: str, *children: nodes.Node) -> nodes.section:
    return nodes.section("", nodes.title("", title), *children, ids=[name, f"{name}-again"])


def page(*children: nodes.Node) -> nodes.document:
    document = nodes.document(None, None)  # type: ignore[arg-type]
    document += section("A page", "a-page", *children)
    return document


@pytest.fixture
def translator() -> Translator:
    labels = Labels()
    labels.add("page", page(section("Below", "below")))
    numbers = {"": (3,), "#below": (3, 1)}
    figures = {kind: {"thing": (3, 2)} for kind in ("figure", "table", "displaymath", "exercise")}
    return Translator("page", labels, numbers, figures, lambda uri: f"/copy of {uri}", SITE)


def table(*, title: bool = False) -> nodes.table:
    def row(*words: str) -> nodes.row:
        return nodes.row("", *(nodes.entry("", paragraph(text(word))) for word in words))

    last = row("1", "2")
    last[1]["classes"].append("text-right")
    group = nodes.tgroup("", nodes.thead("", row("a", "b")), nodes.tbody("", last), cols=2)
    return nodes.table("", *([nodes.title("", "Of two")] if title else []), group, ids=["thing"])


KINDS: dict[str, tuple[Callable[[], nodes.Node], str]] = {
    "text": (lambda: text("a_b *c* #d\n[e]"), r"a\_b \*c\* \#d \[e\]"),
    "what a screen does": (
        lambda: text("Press play, or press “Try it”. Press “Try it” again."),
        "On the site\\, press play\\, or press “Try it”\\. On the site\\, press “Try it” again\\.",
    ),
    "emphasis": (lambda: nodes.emphasis("", "so"), "#emph[so]"),
    "strong": (lambda: nodes.strong("", "so"), "#strong[so]"),
    "subscript": (lambda: nodes.subscript("", "2"), "#sub[2]"),
    "superscript": (lambda: nodes.superscript("", "2"), "#super[2]"),
    "literal": (lambda: nodes.literal("", 'x["a"]'), r'#code("x[\"a\"]")'),
    "long literal": (
        lambda: nodes.literal("", "tests/book/test_errata.py::test_a"),
        '#code("tests/\u200bbook/\u200btest_\u200berrata.\u200bpy::\u200btest_\u200ba")',
    ),
    "number of a figure": (
        lambda: nodes.literal("", "Fig. 3.2", classes=["std-numref"]),
        r"Fig\. 3\.2",
    ),
    "formula": (lambda: nodes.math("", "x^2"), '#formula("x^2", $attach(x, t: "2")$)'),
    "equation": (
        lambda: nodes.math_block("", "x", ids=["thing"], number=1),
        '#equation("x", "3.2", $ x $)#label("page#thing")',
    ),
    "equation without a number": (
        lambda: nodes.math_block("", "x", number=None),
        '#equation("x", "", $ x $)',
    ),
    "paragraph": (paragraph, r"Words\."),
    "provenance": (
        lambda: nodes.paragraph("", "Words", classes=["provenance"]),
        "#small[Words]",
    ),
    "quotation": (lambda: nodes.block_quote("", paragraph()), "#quote(block: true)[\nWords\\.\n]"),
    "list": (
        lambda: nodes.bullet_list("", nodes.list_item("", paragraph())),
        "#list([\nWords\\.\n])",
    ),
    "numbered list": (
        lambda: nodes.enumerated_list("", nodes.list_item("", paragraph()), start=4),
        "#enum([\nWords\\.\n], start: 4)",
    ),
    "definition": (
        lambda: nodes.definition_list(
            "",
            nodes.definition_list_item(
                "", nodes.term("", "tap", ids=["term-tap"]), nodes.definition("", paragraph())
            ),
        ),
        '#terms(terms.item([#metadata(none)#label("page#term-tap")tap], [\nWords\\.\n]))',
    ),
    "code": (
        lambda: nodes.literal_block("", "a = 1\n", language="ipython3"),
        '#listing("a = 1", 5, "python")',
    ),
    "what code prints": (
        lambda: nodes.literal_block("", "[1\n 22]", language="none", classes=["output"]),
        r'#output("[1\n 22]", 4, "")',
    ),
    "cell": (
        lambda: nodes.container("", nodes.literal_block("", "a"), classes=["cell"]),
        '#cell(2, [\n#listing("a", 1, "")\n])',
    ),
    "image": (
        lambda: nodes.image(uri="/a.webp", alt='Two "maps"', width="640", height="320"),
        r'#picture("/copy of /a.webp", "Two \"maps\"", 640, 320)',
    ),
    "figure": (
        lambda: nodes.figure(
            "",
            nodes.image(uri="a", alt="A", width="1", height="2"),
            nodes.caption("", "What it shows"),
            nodes.legend("", nodes.paragraph("", "By whom", classes=["provenance"])),
            ids=["thing"],
        ),
        '#picture-figure("3.2", [#picture("/copy of a", "A", 1, 2)], [What it shows], '
        '[\n#small[By whom]\n])\n#label("page#thing")'.replace("\n#label", "#label"),
    ),
    "table": (
        table,
        '#metadata(none)#label("page#thing")\n#data-table(2, table.header([a], [b]), '
        "[1], table.cell([2], align: right))",
    ),
    "table with a title": (
        lambda: table(title=True),
        '#table-figure("3.2", [#data-table(2, table.header([a], [b]), '
        '[1], table.cell([2], align: right))], [Of two])#label("page#thing")',
    ),
    "admonition": (
        lambda: nodes.admonition("", nodes.title("", "Trap"), paragraph()),
        "#note[\n#block-title[Trap]\n\nWords\\.\n]",
    ),
    "exercise": (
        lambda: exercise_enumerable_node(
            "", nodes.title("", " (Warm-up)"), paragraph(), ids=["thing"]
        ),
        '#exercise("3.2", [ \\(Warm\\-up\\)], [\nWords\\.\n])#label("page#thing")',
    ),
    "solution": (
        lambda: solution_node("", nodes.title("", "Solution to"), paragraph(), ids=["solution-1"]),
        '#solution[\nWords\\.\n]#label("page#solution-1")',
    ),
    "work": (
        lambda: nodes.citation("", nodes.label("", "A01"), paragraph(), ids=["id2"]),
        '#work[Words\\.]#label("page#id2")',
    ),
    "summary": (
        lambda: nodes.raw("", "<details><summary>7 <b>figures</b></summary>", format="html"),
        "#block-title[7 figures]",
    ),
    "line break": (lambda: nodes.raw("", "<br />", format="html"), "#linebreak()"),
    "other HTML": (lambda: nodes.raw("", "<hr>", format="html"), ""),
    "picture of a panel": (panel_image, ""),
    "place in a line": (
        lambda: nodes.target("", "", ids=["index-0"]),
        '#metadata(none)#label("page#index-0")',
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_node_is_translated(kind: str, translator: Translator) -> None:
    make, expected = KINDS[kind]
    assert translator.translate(make()).strip("\n") == expected


LINKS = {
    "page": '#to("page#a-page", [so])',
    "page#below": '#to("page#below", [so])',
    "page#below-again": '#to("page#below", [so])',
    "https://example.com/a?b": '#link("https://example.com/a?b", [so])',
    "gallery/kernels/plot_sobel": f'#link("{SITE}gallery/kernels/plot_sobel.html", [so])',
    "api/pictures#x": f'#link("{SITE}api/pictures.html#x", [so])',
}


@pytest.mark.parametrize(("target", "expected"), LINKS.items())
def test_a_link_leads_into_the_book_or_to_the_site(
    target: str, expected: str, translator: Translator
) -> None:
    assert translator.translate(nodes.reference("", "so", refuri=target)) == expected
    if target.startswith("page#"):
        near = nodes.reference("", "so", refid=target.partition("#")[2])
        assert translator.translate(near) == expected


def test_a_link_to_a_page_that_is_nowhere_is_its_words(translator: Translator) -> None:
    translator.site = ""
    link = nodes.reference("", "so", refuri="gallery/kernels/plot_sobel")
    assert translator.translate(link) == "so"


def test_a_term_and_a_work_are_linked_without_their_page(translator: Translator) -> None:
    term = nodes.reference("", "", nodes.inline("", "tap", classes=["std-term"]), refuri="page")
    assert translator.translate(term) == '#near("page#a-page", [tap])'


def test_headings_have_the_numbers_and_levels_of_the_site(translator: Translator) -> None:
    translator.level = 1
    written = translator.translate(page(section("Below", "below")))
    assert '#head(2, "3", [A page])#label("page#a-page")' in written
    assert '#head(3, "3.1", [Below])#label("page#below")' in written


class Strange(nodes.Element):
    """A node that nobody has translated."""


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (Strange(), "no translation of a node 'Strange'"),
        (nodes.reference("", "so", refuri="page#nowhere"), "no place 'page#nowhere'"),
        (nodes.math("", r"\nosuchcommand"), r"cannot show the formula '\\nosuchcommand'"),
        (nodes.math("", r"\cancel{x}"), "<menclose>"),
    ],
)
def test_what_cannot_be_shown_is_reported(
    node: nodes.Node, words: str, translator: Translator, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(
        translate.logger, "warning", lambda text, *args, **_: said.append(text % args)
    )
    translator.translate(node)
    [message] = said
    assert words in message
