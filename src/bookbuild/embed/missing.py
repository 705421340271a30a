"""What pages say where Fashion-MNIST could not be had: see `bookbuild.gallery.missing`."""

from docutils import nodes
from sphinx.application import Sphinx

from bookbuild.embed.reference_values import FILE, script_of
from bookbuild.gallery.catalogue import EXAMPLES
from bookbuild.state import BuildState, state_of

MARK = "†"  # after a number that this build has not computed
FETCH = 'python -c "from convbook import data; data.fashion_mnist()"'


def placeholder() -> nodes.paragraph:
    """Return what stands in a figure's place."""
    text = "Without Fashion-MNIST there is no figure here."
    return nodes.paragraph("", text, classes=["missing-figure"])


def add_note(app: Sphinx, doctree: nodes.document) -> None:
    """Say below the title of a page what it lacks, and how to get it. At ``doctree-read``."""
    lacks = " ".join(_lacks(state_of(app.env), app.env.docname))
    if lacks:
        text = (
            f"The data set could not be fetched for this build. {lacks} Run `{FETCH}`: it fetches "
            "the data, or says what each source answered and where files can be put by hand. "
            "Then build again."
        )
        paragraph = nodes.paragraph()
        for number, part in enumerate(text.split("`")):
            paragraph += nodes.literal(text=part) if number % 2 else nodes.Text(part)
        title = nodes.title("", "Without Fashion-MNIST")
        next(doctree.findall(nodes.section)).insert(1, nodes.admonition("", title, paragraph))


def summary(names: list[str]) -> str:
    """Return what the colophon says of scripts and chapters that have not run, in Markdown."""
    listed = ", ".join(f"`{name}`" for name in names)
    return (
        "Fashion-MNIST, which could not be fetched. Without it these have not run: "
        f"{listed}. {_RECORDED} `{FETCH}` fetches the data, or says why it cannot."
    )


_RECORDED = (
    f"Numbers marked {MARK} are not of this build: they are reference values, recorded in "
    f"`{EXAMPLES.removeprefix('../')}/{FILE}`."
)


def _lacks(state: BuildState, page: str) -> list[str]:
    """Return in sentences what a page lacks; nothing if it has all."""
    lacks = []
    if page in state.missing.values():
        lacks.append("The code on this page has not run.")
    if state.embedded.get(page, set()) & state.missing.keys():
        lacks.append("Figures that need it are left out.")
    if any(script_of(name) in state.missing for name in state.cited.get(page, ())):
        lacks.append(_RECORDED)
    return lacks
