"""What readers download with a script: its notebook, and both in a zip.

sphinx-gallery leaves roles of reStructuredText in the notebook's text, where nothing resolves them,
and lets an animation stand still. Here the text becomes Markdown. The few constructs that the
scripts use are converted, and any other is refused. Pandoc, which sphinx-gallery offers for this,
does not know Sphinx's roles either.
"""

import re
from collections.abc import Callable
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx_gallery.py_source_parser import split_code_and_text_blocks

from bookbuild.archive import zipped
from bookbuild.gallery import catalogue
from bookbuild.state import state_of

_BLOCK = re.compile(
    r"^\.\. math::(?P<formula>.*(?:\n+[ ]+\S.*)*)"
    r"|^(?P<title>\S.*)\n(?P<rule>==+|--+)$"
    r"|^(?P<paragraph>\S.*(?:\n\S.*)*)",
    re.MULTILINE,
)
_INLINE = re.compile(
    r"``(?P<code>.+?)``"
    r"|:math:`(?P<math>[^`]+)`"
    r"|:doc:`/(?P<page>[\w/]+)`"
    r"|\*(?P<stress>[^*\s][^*]*)\*"
)
# In a paragraph that is otherwise text: lists, directives, other roles, escapes, references.
_OTHER = re.compile(r"^(\.\.|[-+•] |(\d+|[a-zA-Z#]|[ivx]+)[.)] |[|>])|[`*\\|]|::$|\w_(?!\w)|\]\(")
_ANIMATION = re.compile(r"^(\w+) = FuncAnimation\(", re.MULTILINE)
_SHOW = "plt.show()"
_PLAY = """\
from IPython.display import HTML

plt.close()  # else a notebook shows the figure as well, which stands still
plt.rcParams["savefig.dpi"] = "figure"  # a quarter of the pixels, for the notebook's file
HTML({animation}.to_jshtml())"""


def write_downloads(app: Sphinx, env: BuildEnvironment) -> None:
    """Once all pages are read, and their titles known: write each script's notebook and zip."""
    book, site = Path(app.srcdir), app.config.bookbuild_site
    missing = state_of(env).missing
    first_cell = app.config.sphinx_gallery_conf["first_notebook_cell"]

    def link(page: str) -> str:
        title = env.titles[page].astext() if page in env.titles else page
        return f"[{title}]({site}{page}.html)" if site else title

    for target in (catalogue.target_of(book, script) for script in catalogue.scripts(book)):
        if not catalogue.is_finished(target) and target.stem not in missing:
            continue
        file = target.with_suffix(".ipynb")
        notebook = catalogue.read_json(file)
        first, *cells = notebook["cells"]
        first["source"] = [first_cell]
        _, blocks = split_code_and_text_blocks(str(target))
        for cell, block in zip(cells, blocks, strict=True):
            try:
                cell["source"] = [
                    moving(block.content.strip())
                    if block.type == "code"
                    else markdown(block.content, link)
                ]
            except ValueError as error:
                raise ExtensionError(f"{target.name}, line {block.lineno} on: {error}") from error
        catalogue.write_changed(file, catalogue.as_json(notebook))
        archive = zipped({part.name: part for part in (target, file)})
        catalogue.write_changed(target.with_suffix(".zip"), archive)


def markdown(text: str, link: Callable[[str], str]) -> str:
    r"""Return a text cell of a script as Markdown; `link` returns that of a link to a page.

    The text is reStructuredText: titles, paragraphs and formulas on lines of their own. A paragraph
    may hold code, formulas, stressed words and links to pages. Anything else is a ValueError.

    Examples
    --------
    >>> print(markdown("Title\n=====\n\nThe sum :math:`a` of\n:doc:`/sums`.", "[A sum]({})".format))
    # Title
    <BLANKLINE>
    The sum $a$ of [A sum](sums).
    >>> markdown("By :func:`~tf.pad`.", str)
    Traceback (most recent call last):
    ...
    ValueError: a notebook cannot show 'By :func:`~tf.pad`.'
    """
    if rest := _BLOCK.sub("", text).strip():
        raise ValueError(f"a notebook cannot show {rest!r}")
    return "\n\n".join(_block(block, link) for block in _BLOCK.finditer(text))


def moving(code: str) -> str:
    r"""Return a code cell as it is, or with an animation that moves in the notebook.

    Examples
    --------
    >>> print(moving("film = FuncAnimation(fig, draw)\nplt.show()"))
    film = FuncAnimation(fig, draw)
    from IPython.display import HTML
    <BLANKLINE>
    plt.close()  # else a notebook shows the figure as well, which stands still
    plt.rcParams["savefig.dpi"] = "figure"  # a quarter of the pixels, for the notebook's file
    HTML(film.to_jshtml())
    """
    animation = _ANIMATION.search(code)
    if animation is None:
        return code
    if not code.endswith(_SHOW):
        raise ValueError(f"the cell of an animation ends with {_SHOW}")
    return code.removesuffix(_SHOW) + _PLAY.format(animation=animation[1])


def _block(block: re.Match[str], link: Callable[[str], str]) -> str:
    if formula := block["formula"]:
        lines = [line.strip() for line in formula.splitlines() if line.strip()]
        return "\n".join(("$$", *lines, "$$"))
    if title := block["title"]:
        level = "#" if block["rule"][0] == "=" else "##"
        return f"{level} {_inline(title, link)}"
    # On one line: Markdown takes a line that begins with a dash for a list, even in a paragraph.
    return _inline(" ".join(block["paragraph"].splitlines()).rstrip(), link)


def _inline(text: str, link: Callable[[str], str]) -> str:
    if _OTHER.search(_INLINE.sub("x", text)):
        raise ValueError(f"a notebook cannot show {text!r}")
    parts, end = [], 0
    for found in _INLINE.finditer(text):
        parts.append(_plain(text[end : found.start()]))
        if found["code"]:
            parts.append(f"`{found['code']}`")
        elif found["math"]:
            parts.append(f"${found['math'].strip()}$")
        elif found["page"]:
            parts.append(link(found["page"]))
        else:
            parts.append(f"*{_plain(found['stress'])}*")
        end = found.end()
    return "".join((*parts, _plain(text[end:])))


def _plain(text: str) -> str:
    return re.sub(r"[$<]", r"\\\g<0>", text)
