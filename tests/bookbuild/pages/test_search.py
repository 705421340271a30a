"""The index that the search loads: explanations under all names, scripts by their titles."""

import json
import re
from typing import Any

from tests.bookbuild.conftest import Book

GLOSSARY = """# Glossary

```{glossary}
dilation
atrous convolution
  The distance between taps.

stride
  A step.
```
"""
INDEXED = """
```{index} single: dilation; of a kernel
```

The taps lie apart.
"""


def searched(book: Book) -> dict[str, Any]:
    """Return the index of the published site, its pages by their numbers."""
    text = (book.site / "searchindex.js").read_text(encoding="utf-8")
    index: dict[str, Any] = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    return index


def test_an_explanation_is_found_by_all_names(book: Book) -> None:
    book.chapter.with_name("glossary.md").write_text(GLOSSARY, encoding="utf-8")
    book.edit(book.chapter.with_name("index.md"), "mini\n", "mini\nglossary\n")
    book.edit(book.chapter, "# Mini\n", f"# Mini\n{INDEXED}")
    book.build()
    index = searched(book)
    chapter, glossary = (index["docnames"].index(page) for page in ("mini", "glossary"))
    for name in ("dilation", "atrous convolution"):
        found = {tuple(entry) for entry in index["indexentries"][name]}
        term = f"term-{name.replace(' ', '-')}"
        assert found == {(chapter, "mini", True), (glossary, term, True)}  # its section, its term
    assert {page for page, *_ in index["indexentries"]["stride"]} == {glossary}
    # The printed index has the chapter's entry as its author wrote it, and none of another name.
    printed = re.search(r"atrous convolution.*?(?=<table|$)", book.page("genindex"), re.DOTALL)
    assert printed is not None
    assert "mini.html" not in printed[0].split("dilation")[0]


def test_a_script_is_found_by_its_title_once_there_is_a_word(book: Book) -> None:
    book.build()
    index = searched(book)
    script = index["docnames"].index("gallery/mini/plot_alpha")
    assert index["titles"][script] == "The figure alpha (script)"
    assert index["terms"]["alpha"] == script
    assert "claim" not in index["terms"]  # stands in the scripts' descriptions
    page = book.page("search")
    loaded = re.findall(r'<script defer src="_static/([\w./-]+)', page)
    assert loaded == ["documentation_options.js", "scripts/furo.js", "search-page.js"]
    assert "this browser runs none" in page
