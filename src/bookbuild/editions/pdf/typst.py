"""The few ways to write Typst that every translation uses."""

from string import punctuation

_SYNTAX = str.maketrans({character: f"\\{character}" for character in punctuation})


def markup(text: str) -> str:
    r"""Return text that is read as text, whatever it holds.

    Examples
    --------
    >>> print(markup("a_b #1"))
    a\_b \#1
    """
    return text.translate(_SYNTAX).replace("\n", " ")


def string(text: str) -> str:
    r"""Return text as a string of Typst's code.

    Examples
    --------
    >>> print(string('a "b"'))
    "a \"b\""
    """
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + quoted.replace("\n", "\\n").replace("\t", "\\t") + '"'


def call(name: str, *arguments: str, **named: str) -> str:
    """Return the call of a function, from within text, with arguments that are code.

    Examples
    --------
    >>> call("link", string("a"), "[b]", level="1")
    '#link("a", [b], level: 1)'
    """
    settings = (f"{key.replace('_', '-')}: {value}" for key, value in named.items())
    return f"#{name}({', '.join([*arguments, *settings])})"
