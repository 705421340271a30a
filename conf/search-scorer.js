// How Sphinx's search orders what it finds: what the book explains comes before what mentions it.
var Scorer = {
  title: 100, // what the index gets of a subject's explanation, too
  partialTitle: 50,
  term: 5,
  partialTerm: 2,
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,

  // A chapter comes before the glossary, and both before a script. Of functions, that of the name
  // comes before what chapters mention, others after it.
  score([page, , , , score]) {
    const places = { glossary: 1, gallery: 200, api: 20 };
    return score - (places[page.split("/")[0]] ?? 0);
  },
};
