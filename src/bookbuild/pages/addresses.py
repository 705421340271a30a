"""Where the book lives on the web, if the build is told: its repository and its site.

``CONVBOOK_REPOSITORY`` is the address of the repository, ``https://github.com/owner/name``: the
notebooks then install the package from it. If it is on GitHub, each page links to its source and
to a form for what is wrong with it, and the scripts' pages link to Colab and Binder too. Both read
notebooks from a Git branch, and no page of a site will do: the workflow publishes them to the
branch `BRANCH`. ``CONVBOOK_SITE`` is the address that the site will have: pages then name their own
addresses, and have cards for those who link to them.
"""

import html
import os
import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

from bookbuild.gallery.catalogue import GALLERY

REPOSITORY, SITE = "CONVBOOK_REPOSITORY", "CONVBOOK_SITE"
BRANCH = "notebooks"  # of the repository: the notebooks in their folders, and nothing else
SOURCES = "main"  # the branch on which pages are edited
HEADER = "GALLERY_HEADER.rst"  # in each folder of examples: the text above the scripts' cards
FOOTER = "sphx-glr-footer-example"  # the class of sphinx-gallery's downloads below a script's page

_GITHUB = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+)")

_INSTALLS = """\
# Installs the book's package where it is missing, and TensorFlow unless that is there already.
import sys
from importlib.metadata import packages_distributions, version
from importlib.util import find_spec

if find_spec("convbook") is None:
    owners = packages_distributions()
    extra = "" if find_spec("tensorflow") else "[cpu]"
    # Named here, the TensorFlow that is there stays, and all else has to suit it.
    keep = " ".join(f"{{name}}=={{version(name)}}" for name in {{*owners.get("tensorflow", [])}})
    used = {{name for module in owners.keys() & sys.modules for name in owners[module]}}
    before = {{name: version(name) for name in used}}
    %pip install --quiet "convbook{{extra}} @ git+{repository}" {{keep}}
    if replaced := [name for name in used if version(name) != before[name]]:
        raise RuntimeError(f"Restart the kernel, then go on: pip replaced {{replaced}} in use")
"""

_ASKS = """\
from importlib.util import find_spec

if find_spec("convbook") is None:
    raise ModuleNotFoundError(
        "The book's package is missing: run  pip install '.[cpu]'  in a checkout of the book, or  "
        "pip install 'FILE[cpu]'  with the file of its wheel, then restart the kernel."
    )
"""


def note_addresses(app: Sphinx, config: Config) -> None:
    """Hand the addresses to the extensions that need them, before they look at their configuration.

    A variable that is set and holds no address is a ConfigError.
    """
    repository = _address(REPOSITORY).removesuffix(".git")
    site = f"{_address(SITE)}/".lstrip("/")
    config.bookbuild_repository, config.bookbuild_site = repository, site
    config.sphinx_gallery_conf["first_notebook_cell"] = first_cell(repository)
    config.html_baseurl = config.ogp_site_url = site
    config.ogp_social_cards = {**config.ogp_social_cards, "enable": bool(site)}
    # A server shows the 404 page under any address, so its links begin at the root of the host.
    config.notfound_urls_prefix = urlsplit(site).path or "/"


def note_moved_pages(app: Sphinx, config: Config) -> None:
    """Let an address that a page had in an earlier edition lead to the page's new one."""
    moved = tomllib.loads(Path(app.confdir, "moved.toml").read_text(encoding="utf-8"))
    config.html_context["moved"] = moved
    config.html_additional_pages = dict.fromkeys(moved, "moved.html")


def first_cell(repository: str) -> str:
    """Return the cell with which every notebook begins.

    Examples
    --------
    >>> '"convbook{extra} @ git+https://example.org/book"' in first_cell("https://example.org/book")
    True
    >>> first_cell("").splitlines()[2]
    'if find_spec("convbook") is None:'
    """
    return (_INSTALLS.format(repository=repository) if repository else _ASKS).strip()


def link_notebook(app: Sphinx, doctree: nodes.document) -> None:
    """Let a script's page open its notebook in Colab and Binder, if the repository is on GitHub."""
    folder, _, page = app.env.docname.partition("/")
    addresses = openers(app.config.bookbuild_repository, page)
    if not addresses or folder != GALLERY:
        return
    for footer in doctree.findall(nodes.container):
        if FOOTER in footer["classes"]:
            footer += nodes.paragraph(
                "", "",
                nodes.Text("Or run the notebook on the machines of others: "),
                nodes.reference("", "open it in Colab", refuri=addresses["Colab"]),
                nodes.Text(", which asks for a Google account, or "),
                nodes.reference("", "open it in Binder", refuri=addresses["Binder"]),
                nodes.Text(", which takes some minutes to start."),
                classes=["online"],
            )  # fmt: skip


def link_source(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Let a page be edited, and its mistakes be reported, if the repository is on GitHub.

    Both are options of the theme. Connected to ``html-page-context``.
    """
    if doctree is None or _GITHUB.fullmatch(app.config.bookbuild_repository) is None:
        return
    repository = app.config.bookbuild_repository
    file = source_of(pagename, context["page_source_suffix"])
    report = {"title": f"Mistake in {file}", "body": context.get("pageurl") or pagename}
    context["theme_source_edit_link"] = f"{repository}/edit/{SOURCES}/{file}"
    context["theme_footer_icons"] = [
        {"name": "Report a mistake", "html": "Report a mistake", "class": "report",
         "url": html.escape(f"{repository}/issues/new?{urlencode(report)}")}
    ]  # fmt: skip


def source_of(page: str, suffix: str) -> str:
    """Return the file, in the repository, that a page is made from.

    Examples
    --------
    >>> source_of("kernels", ".md")
    'book/kernels.md'
    >>> source_of("gallery/kernels/plot_sobel", ".rst")
    'examples/kernels/plot_sobel.py'
    >>> source_of("gallery/kernels/index", ".rst")
    'examples/kernels/GALLERY_HEADER.rst'
    """
    folder, _, rest = page.partition("/")
    if folder != GALLERY:
        return f"book/{page}{suffix}"
    script = f"examples/{rest}.py"
    return script if Path(rest).name != "index" else script.replace("index.py", HEADER)


def openers(repository: str, page: str) -> dict[str, str]:
    """Return where a notebook of the branch can be opened, by name: nowhere if not on GitHub.

    Examples
    --------
    >>> openers("https://github.com/owner/name", "small")["Binder"]
    'https://mybinder.org/v2/gh/owner/name/notebooks?urlpath=lab/tree/small.ipynb'
    >>> openers("https://example.org/book", "small")
    {}
    """
    github = _GITHUB.fullmatch(repository)
    if github is None:
        return {}
    colab = f"https://colab.research.google.com/github/{github[1]}/blob/{BRANCH}/{page}.ipynb"
    binder = f"https://mybinder.org/v2/gh/{github[1]}/{BRANCH}?urlpath=lab/tree/{page}.ipynb"
    return {"Colab": colab, "Binder": binder}


def _address(variable: str) -> str:
    """Return an address without its last slash, or nothing if the variable is not set."""
    address = os.environ.get(variable, "").rstrip("/")
    if address and re.fullmatch(r"https?://[\w.:-]+(/[\w.~-]+)*", address) is None:
        raise ConfigError(f"{variable}: expected an address such as https://..., got {address!r}")
    return address
