"""Mathematics as MathML, written at build time: no script, no network, one small bundled font."""

import html
import re
from functools import cache

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)


@cache
def _converter() -> LatexToMathML:
    return LatexToMathML(annotation=False)


def _convert(node: nodes.Element, display: bool) -> str:
    latex = node.astext()
    try:
        return _converter().convert_with_local_state(latex, displaystyle=display)
    except LatexError as error:
        logger.warning("cannot read the formula %r: %s", latex, error, location=node)
        return f"<code>{nodes.unescape(latex)}</code>"


def plain(node: nodes.math) -> str:
    """Return the characters of a formula, for texts that show no others."""
    return html.unescape(re.sub("<[^>]*>", "", _convert(node, display=False)))


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    """Write a formula within a line."""
    self.body.append(_convert(node, display=False))
    raise nodes.SkipNode


def visit_block(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula on lines of its own, with its number if it has one."""
    # furo puts it into a container, which has its anchor then.
    outermost = nodes.Element() if "math-wrapper" in node.parent.get("classes", ()) else node
    self.body.append(self.starttag(outermost, "div", CLASS="math-block", tabindex="0"))
    self.body.append(_convert(node, display=True))
    if node["number"]:
        number = get_node_equation_number(self, node)
        self.body.append(f'<span class="eqno">({number})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode
