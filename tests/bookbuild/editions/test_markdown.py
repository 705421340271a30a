"""Each kind of node that a chapter has, as Markdown."""

from types import SimpleNamespace

import pytest
from docutils import nodes
from sphinx import addnodes
from sphinx.errors import ExtensionError
from sphinx_exercise.nodes import exercise_enumerable_node, exercise_title, solution_node

from bookbuild.editions.markdown import Cell, Text, Writer
from bookbuild.embed.figures import example_image
from bookbuild.embed.live import live_figure
from bookbuild.embed.panels import panel_image


@pytest.fixture
def writer() -> Writer:
    config = SimpleNamespace(
        numfig_format={"figure": "Fig. %s", "table": "Table %s"}, html_secnumber_suffix=". "
    )
    env = SimpleNamespace(
        config=config,
        toc_fignumbers={
            "page": {"figure": {"fig": (3, 2)}, "table": {"tab": (3, 1)},
                     "displaymath": {"eq": (3, 4)}}
        },
        toc_secnumbers={"page": {"": (3,), "#part": (3, 1)}},
    )  # fmt: skip
    return Writer(env, "page", lambda link: link.get("refuri"), lambda image: f"of {image['uri']}")


def paragraph(*children: nodes.Node | str) -> nodes.paragraph:
    return nodes.paragraph("", "", *(nodes.Text(c) if isinstance(c, str) else c for c in children))


def cell(index: int) -> nodes.container:
    return nodes.container(nb_element="cell_code", cell_index=index)


def test_what_stands_in_a_line(writer: Writer) -> None:
    line = paragraph(
        "a\nb ", nodes.strong(text="c"), " ", nodes.emphasis(text="d"), " ",
        nodes.literal(text="x * y"), " ", nodes.literal(text="a`b"), " ",
        nodes.math(text="x_1\n+ y"), " ", nodes.inline(text="5.0"),
        addnodes.index(), nodes.target(), panel_image(),
    )  # fmt: skip
    line += nodes.Text("\N{NO-BREAK SPACE}MB\n")
    assert writer.inline(line) == "a b **c** *d* `x * y` ``a`b`` $x_1 + y$ 5.0\N{NO-BREAK SPACE}MB"


def test_a_link_has_an_address_or_is_text(writer: Writer) -> None:
    there = nodes.reference("", "there", refuri="https://a.org/b_c")
    here = nodes.reference("", "", nodes.inline(text="Fig. 3.2"), refid="fig")
    bare = nodes.reference("", "https://a.org", refuri="https://a.org")
    line = writer.inline(paragraph(there, ", ", here, ", ", bare))
    assert line == "[there](https://a.org/b_c), Fig. 3.2, <https://a.org>"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("5 $ < 6 *", r"5 \$ \< 6 \*"),
        ("a_b and _c_", r"a_b and \_c\_"),
        ("[2018](x) [2018]", r"[2018\](x) [2018]"),
        ("R&D &amp;", r"R&D \&amp;"),
        ("`~\\", "\\`\\~\\\\"),
    ],
)
def test_markup_in_a_text_is_text(writer: Writer, text: str, shown: str) -> None:
    assert writer.inline(paragraph(text)) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("- 1", r"\- 1"), ("# 1", r"\# 1"), ("1. x", r"1\. x"), ("12) x", r"12\) x"),
        ("1.5 x", "1.5 x"), ("> 1", r"\> 1"), ("+ 1", r"\+ 1"), ("-1 is", "-1 is"),
    ],
)  # fmt: skip
def test_a_paragraph_begins_no_other_block(writer: Writer, text: str, shown: str) -> None:
    assert list(writer.blocks([paragraph(text)])) == [shown]


def test_a_formula_has_its_number_and_one_line(writer: Writer) -> None:
    plain = nodes.math_block("", "a\n= b", number=None)
    numbered = nodes.math_block("", "c", number=7, ids=["eq"])
    quotation = nodes.block_quote("", plain.deepcopy())
    assert list(writer.blocks([plain, numbered, quotation])) == [
        "$$a = b$$", r"$$c \tag{3.4}$$", "> $$a = b$$",
    ]  # fmt: skip


def test_code_is_fenced(writer: Writer) -> None:
    blocks = [
        nodes.literal_block("", "a = 1\n", language="python"),
        nodes.literal_block("", "```\na\n```", language="none"),
    ]
    assert list(writer.blocks(blocks)) == ["```python\na = 1\n```", "````\n```\na\n```\n````"]


def test_lists_nest(writer: Writer) -> None:
    inner = nodes.bullet_list("", nodes.list_item("", paragraph("b")))
    outer = nodes.enumerated_list(
        "", nodes.list_item("", paragraph("a"), inner), nodes.list_item("", paragraph("c")), start=9
    )
    assert list(writer.blocks([outer])) == ["9. a\n\n   - b\n10. c"]


def test_definitions_are_a_list(writer: Writer) -> None:
    item = nodes.definition_list_item(
        "", nodes.term(text="pool"), nodes.definition("", paragraph("to summarize"))
    )
    assert list(writer.blocks([nodes.definition_list("", item)])) == [
        "- **pool**\n\n  to summarize"
    ]


def test_a_table_has_a_head_and_keeps_its_bars(writer: Writer) -> None:
    def row(*entries: nodes.Node) -> nodes.row:
        return nodes.row("", *(nodes.entry("", paragraph(entry)) for entry in entries))

    group = nodes.tgroup(
        "",
        nodes.thead("", row(nodes.Text("a|b"), nodes.literal(text="c|d"))),
        nodes.tbody("", row(nodes.math(text="|x|"), nodes.math(text=r"\|x\|"))),
    )
    table = nodes.table("", group)
    bars = r"| $\vert x\vert $ | $\Vert x\Vert $ |"
    rows = "| a\\|b | `c\\|d` |\n| --- | --- |\n" + bars
    assert list(writer.blocks([table])) == [rows]
    table.insert(0, nodes.title(text="All"))
    table["ids"] = ["tab"]
    assert list(writer.blocks([table])) == [f"**Table 3.1** All\n\n{rows}"]


def test_a_figure_has_picture_caption_and_origin(writer: Writer) -> None:
    image = example_image(uri="a.webp", alt="A [grey] *square*\nof 4")
    figure = nodes.figure(
        "", live_figure("", image), nodes.caption("", "What to see."),
        nodes.legend("", paragraph("Made by a script")), ids=["fig"],
    )  # fmt: skip
    assert list(writer.blocks([figure])) == [
        "![A \\[grey\\] \\*square\\* of 4](of a.webp)\n\n"
        "**Fig. 3.2** What to see.\n\nMade by a script"
    ]


def test_exercises_and_admonitions_are_quoted(writer: Writer) -> None:
    exercise = exercise_enumerable_node(
        "", exercise_title(text="Exercise 1"), nodes.section("", paragraph("a"), paragraph("b"))
    )
    assert list(writer.blocks([exercise, nodes.note("", paragraph("c"))])) == [
        "> **Exercise 1**\n>\n> a\n>\n> b", "> **Note**\n>\n> c",
    ]  # fmt: skip


def test_the_parts_of_a_page_in_order(writer: Writer) -> None:
    solution = solution_node(
        "", nodes.title(text="Solution to Exercise 1"),
        nodes.section("", paragraph("So."), cell(4), paragraph("And so.")),
    )  # fmt: skip
    page = nodes.section(
        "", nodes.title(text="Page"), paragraph("a"), cell(1), addnodes.index(),
        nodes.section("", nodes.title(text="Part"), solution, ids=["part"]), ids=["page"],
    )  # fmt: skip
    page.findall(nodes.paragraph).__next__().line = 12
    assert list(writer.parts([page])) == [
        Text(["# 3. Page"], 0),
        Text(["a"], 12),
        Cell(1),
        Text(["## 3.1. Part"], 0),
        Text(["So."], 0, solution=True),
        Cell(4, solution=True),
        Text(["And so."], 0, solution=True),
    ]


@pytest.mark.parametrize("node", [nodes.footnote(), nodes.inline(text="a"), nodes.subscript()])
def test_any_other_block_is_refused(writer: Writer, node: nodes.Node) -> None:
    with pytest.raises(ExtensionError, match="a notebook cannot show"):
        list(writer.blocks([node]))
    with pytest.raises(ExtensionError, match="a notebook cannot show"):
        writer.inline(paragraph(nodes.superscript(text="2")))
