"""The glossary's terms are linked where a chapter first uses them."""

import re

from tests.bookbuild.conftest import Book

GLOSSARY = """# Glossary

```{glossary}
kernel
  The weights.

separable kernel
  The outer product of two.

SAME
  A padding.

stride
  A step.

rate
  A number.
```
"""

PROSE = """
Kernels, separable
kernels and another kernel of `stride` 1, $stride$ or the same, at any rate.

- A list with SAME.

A kernel under SAME, **stride** in bold, subkernel and stride-two. The author's
{term}`rate` is linked.
"""


def test_terms_are_linked_once_and_only_in_prose(book: Book) -> None:
    book.chapter.with_name("glossary.md").write_text(GLOSSARY, encoding="utf-8")
    index = book.chapter.with_name("index.md")
    book.edit(index, "mini\n", "mini\nglossary\n")
    book.edit(book.chapter, "# Mini\n", f"# Mini\n{PROSE}")
    book.build()
    page = book.page()
    links = re.findall(r'href="glossary.html#term-([\w-]+)"[^>]*><span[^>]*>([\w\s]+)</span>', page)
    assert links == [
        ("kernel", "Kernels"), ("separable-kernel", "separable\nkernels"), ("SAME", "SAME"),
        ("stride", "stride"), ("rate", "rate"),
    ]  # fmt: skip
    assert "A list with SAME." in page
    assert "<strong><a" in page
