"""The gallery lists its figures by one panel each, and no page stands below a note."""

import re

from tests.bookbuild.conftest import Book

LETTERS = """# Words

```{glossary}
bias
  A number.

Adam
  An optimizer.

adjoint
  A transpose.
```
"""


def test_each_figure_has_a_thumbnail_for_both_themes_and_its_title_as_link(book: Book) -> None:
    book.build()
    for name in ("gallery/index", "gallery/mini/index"):
        page = book.page(name)
        [listed] = re.findall(r'<ul class="thumbnails[^"]*">.*?</ul>', page, re.DOTALL)
        items = re.findall(r"<li>.*?</li>", listed, re.DOTALL)
        titles = [re.sub(r"<[^>]+>|\s+", " ", item).strip() for item in items]
        assert titles == ["The figure alpha", "The figure beta"]
        for item in items:
            images = re.findall(r'class="only-(\w+)" src="([^"]+)" alt=""', item)
            assert [theme for theme, _ in images] == ["light", "dark"]
            folder = (book.site / f"{name}.html").parent
            assert all((folder / source).is_file() for _, source in images)
        assert "sphx-glr-thumb" not in page
        assert "sg_gallery" not in page
    assert "Go to the end" not in book.page("gallery/mini/plot_alpha")


def test_letters_above_a_glossary_lead_to_their_first_terms(book: Book) -> None:
    book.edit(book.chapter, "# Mini\n", LETTERS)
    book.build()
    [letters] = re.findall(r'<p class="a-to-z">.*?</p>', book.page(), re.DOTALL)
    links = re.findall(r'href="#([^"]+)">(.)<', letters)
    assert links == [("term-Adam", "A"), ("term-bias", "B")]
    assert all(f'id="{place}"' in book.page() for place, _ in links)
