// Exercises for paper, answered in the page: a field for each question. What is typed is kept in
// this browser alone. Reads numbers as src/convbook/exercises/pencil.py does.
{
  const KEPT = "convbook.exercises.";

  // A browser may refuse to keep anything, for pages from disk above all.
  const load = (id) => {
    try {
      return JSON.parse(localStorage.getItem(KEPT + id)) ?? [];
    } catch {
      return [];
    }
  };
  const keep = (id, answers) => {
    try {
      localStorage.setItem(KEPT + id, JSON.stringify(answers));
    } catch {}  // then it is gone with the page
  };

  // A number, or for a shape a list of whole numbers; null if it is neither.
  const read = (text, like) => {
    const typed = text.replaceAll("\u2212", "-").trim();
    if (Array.isArray(like)) {
      const numbers = typed.replace(/^[([\s]+|[)\],\s]+$/g, "").split(/[\s,x×]+/);
      return numbers.every((number) => /^[-+]?\d+$/.test(number)) ? numbers.map(Number) : null;
    }
    const [above, below = "1", ...rest] = typed.replace(/[\s,_]/g, "").split("/");
    const number = above && below && !rest.length ? Number(above) / Number(below) : NaN;
    return Number.isFinite(number) ? number : null;
  };

  const same = (answer, other, tolerance) =>
    Array.isArray(answer) || Array.isArray(other)
      ? String(answer) === String(other)
      : Math.abs(answer - other) <= tolerance;

  // What is wrong with an answer, without saying the right one; "" if nothing is.
  const wrong = (part, text) => {
    const answer = read(text, part.answer);
    if (answer === null) {
      return Array.isArray(part.answer) ? "Numbers such as 3,5,7." : "A number is expected.";
    }
    if (same(answer, part.answer, part.tolerance)) return "";
    const mistake = part.mistakes.find(([other]) => same(answer, other, part.tolerance));
    if (mistake) return mistake[1];
    if (!Array.isArray(answer)) return "That is not it.";
    if (answer.length !== part.answer.length) {
      return `It has ${answer.length} numbers, expected ${part.answer.length}.`;
    }
    const right = answer.filter((number, place) => number === part.answer[place]).length;
    return `${right} of the ${answer.length} numbers are right.`;
  };

  const judge = (part, { value, nextElementSibling: said }) => {
    const message = value.trim() && wrong(part, value);
    said.textContent = value.trim() && (message || "Right.");
    said.classList.toggle("right", said.textContent === "Right.");
  };

  const set = (exercise) => {
    const { id, parts } = JSON.parse(exercise.dataset.pencil);
    const form = document.createElement("form");
    const fields = parts.map((part, place) => {
      const row = document.createElement("p");
      const label = Object.assign(document.createElement("label"), { textContent: part.asked });
      const field = Object.assign(document.createElement("input"), { autocomplete: "off" });
      field.id = `${id}-${place}`;
      label.htmlFor = field.id;
      field.value = load(id)[place] ?? "";
      row.append(label, field, document.createElement("output"));
      form.append(row);
      judge(part, field);
      return field;
    });
    form.append(Object.assign(document.createElement("button"), { textContent: "Check" }));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      keep(id, fields.map((field) => field.value));
      fields.forEach((field, place) => {
        judge(parts[place], field);
      });
    });
    // Sphinx takes an arrow key for the way to the next page.
    form.addEventListener("keydown", (event) => event.stopPropagation());
    exercise.append(form);
    exercise.hidden = false;
  };

  for (const exercise of document.querySelectorAll(".pencil")) set(exercise);
}
