// A page that was opened from disk may not fetch others, so its results show no excerpts.
if (location.protocol === "file:") {
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
}
if (new URLSearchParams(location.search).has("q")) {
  Search.loadIndex("searchindex.js");
}
