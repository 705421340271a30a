"""Highlighted code without markup around names and punctuation: a third of the weight."""

from __future__ import annotations

from typing import Any

from pygments.formatters import HtmlFormatter
from pygments.token import Name, Operator, Punctuation, Text, Whitespace

PLAIN = frozenset({Name, Operator, Punctuation, Text, Whitespace})
"""Tokens left in the colour of text. Keywords, strings, numbers and comments keep theirs."""


class LeanFormatter(HtmlFormatter):  # type: ignore[misc]
    """Writes no span around a plain token."""

    def _get_css_classes(self, ttype: Any) -> str:
        return "" if ttype in PLAIN else str(super()._get_css_classes(ttype))
