"""Configuration of Sphinx. What needs a function lives in the package bookbuild."""

import os
from importlib.metadata import version as installed_version
from pathlib import Path

project = "Convolutions in TensorFlow"
author = "The authors of Convolutions in TensorFlow"
copyright = f"2026, {author}"
release = version = installed_version("convbook")

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "myst_nb",
    "sphinx_gallery.gen_gallery",
    "sphinx_exercise",
    "sphinx_copybutton",
    "sphinxcontrib.bibtex",
    "sphinxext.opengraph",
    "notfound.extension",
    "bookbuild.extension",
]

# The kernels that run chapters, and the workers that run scripts, inherit these.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")

# Chapters: their cells run once for each state of the package, see bookbuild.pages.notebooks.
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "cache"
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_execution_show_tb = True
nb_merge_streams = True
nb_output_stderr = "remove"  # TensorFlow's start-up notes; an error still stops the build
exclude_patterns = ["gallery/**/*.ipynb", "gallery/**/*.json", "generated", "jupyter_execute"]
exclude_patterns += [] if tags.has("live") else ["maintainers"]  # noqa: F821 - Sphinx's

# Figures: one script each, run in parallel. How long a run took differs from build to build.
sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "gallery",
    "filename_pattern": r"/plot_",
    "image_scrapers": ("bookbuild.gallery.scraper.scrape",),
    "reset_modules": ("matplotlib", "bookbuild.gallery.scraper.reset"),
    "within_subsection_order": "FileNameSortKey",
    "parallel": os.cpu_count(),
    "copyfile_regex": r"(?!)",
    "min_reported_time": float("inf"),
    "write_computation_times": False,
    "show_signature": False,
    "remove_config_comments": True,
    "download_all_examples": False,
}

suppress_warnings = ["sphinx_gallery.space_in_filename"]  # a space in the checkout's path is fine

# Pages.
html_theme = "furo"
html_title = project
html_static_path, templates_path = ["static"], ["templates", "css"]
html_favicon = "static/favicon.svg"
html_css_files = ["css/book.css", "css/cover.css"]  # the first holds all of conf/css
html_js_files = [("figures.js", {"defer": "defer"}), ("pencil.js", {"defer": "defer"})]
html_search_scorer = str(Path(__file__).with_name("search-scorer.js"))
html_math_renderer = "mathml"
numfig, html_show_sourcelink, html_copy_source = True, False, False
html_domain_indices = False  # the package has an appendix of its own
pygments_style, pygments_dark_style = "a11y-high-contrast-light", "a11y-high-contrast-dark"
html_theme_options = {"navigation_with_keys": True}

# What others show of a page, and a server where there is none. See bookbuild.pages.addresses.
ogp_social_cards = {"image": "../conf/readme-figure.webp", "line_color": "#1f6fb2"}
notfound_template, notfound_context = "404.html", {"title": "Page not found"}

# The EPUB, whose files bookbuild.editions.epub writes.
epub_basename, epub_css_files = "book", ["book.css"]
epub_contributor = author
epub_description = (
    "What convolution does to a picture, how a network learns its kernels, and what a network sees "
    "in a photograph of a cat. Every figure is made by a script, and every chapter executes."
)
epub_uid, epub_identifier = "book-id", "urn:uuid:298e74d9-276b-53a2-a499-0243f789afda"
epub_show_urls, epub_tocdup = "no", False

# References. The types of other projects cannot be linked offline: only our own are looked up.
bibtex_bibfiles = ["../book/references.bib"]
bibtex_reference_style = "author_year"
autodoc_mock_imports = ["keras", "tensorflow"]  # seconds in each of Sphinx's processes
autodoc_typehints = "none"
autodoc_member_order = "bysource"
napoleon_use_ivar = True
napoleon_google_docstring = napoleon_use_param = napoleon_use_rtype = False
nitpick_ignore_regex = [("py:class", r"(?!convbook).*")]
