"""The bibliography: what pybtex writes citations with is named once, not looked up each time."""

import pybtex_docutils
from pybtex.backends import plaintext
from pybtex.plugin import register_plugin


def register_backends() -> None:
    """Spare pybtex a search through all installed packages for each of five hundred citations."""
    register_plugin("pybtex.backends", "docutils", pybtex_docutils.Backend, force=True)
    register_plugin("pybtex.backends", "plaintext", plaintext.Backend, force=True)
