// How Sphinx's search orders what it finds: what the book explains comes before what mentions it.
var Scorer = {
  // Sphinx's own numbers; an entry of the index gets 100.
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,

  // Before all else a section of that name, then what the index has, the glossary, pages with the
  // word in a heading, a function of that name, pages that mention it, and scripts.
  score([page, , , , score, , kind]) {
    const behind = { glossary: 1, gallery: 200, api: 8 };
    const weight = kind === "title" ? 10 : 1;
    return weight * score - (behind[page.split("/")[0]] ?? 0);
  },
};
