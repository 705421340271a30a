"use strict";

// Sphinx's search and its index are most of the page's weight: they come once there is a word to find.
if (new URLSearchParams(location.search).has("q")) {
  // A page that was opened from disk may not fetch others, so its results show no excerpts.
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = location.protocol !== "file:";
  for (const name of ["doctools", "sphinx_highlight", "language_data", "searchtools"]) {
    load(`_static/${name}.js`);
  }
  load("searchindex.js");
}

function load(file) {
  const script = document.createElement("script");
  script.src = file;
  script.async = false; // in this order
  document.body.append(script);
}
