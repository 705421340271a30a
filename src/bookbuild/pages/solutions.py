"""Solutions as ``<details>``: closed until asked for, opened by keyboard, no script needed."""

from docutils import nodes
from sphinx.writers.html5 import HTML5Translator


def visit_solution(self: HTML5Translator, node: nodes.Element) -> None:
    """Open the element. Its title is for those who do not see the exercise above it."""
    title = node.next_node(nodes.title)
    label = title.astext() if title is not None else "Solution"
    if title is not None:
        title.parent.remove(title)
    self.body.append(self.starttag(node, "details", CLASS="solution"))
    self.body.append(f'<summary aria-label="{self.attval(label)}">Solution</summary>\n')


def depart_solution(self: HTML5Translator, node: nodes.Element) -> None:
    """Close it."""
    self.body.append("</details>\n")
