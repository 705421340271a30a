// What a reader moves in a live figure: controls, the state in the address, the line that says what
// has happened, a picture of one's own, and the code that gives the same numbers.
//
// CONTRIBUTING.md, "A live figure", says how a figure uses it.
"use strict";

(() => {
  const { ARROWS, element, shown, signedColour, readPicture, map } = ConvbookLive.drawing;
  const PAUSE = 300; // milliseconds without a change before the address is written

  /**
   * Reads a number that a reader has typed, with a point or a comma.
   *
   * @param {string} text @param {{min?: number, max?: number, whole?: boolean}} [limits]
   * @returns {number}
   * @throws {Error} A sentence for the reader.
   */
  function parsed(text, { min = -Infinity, max = Infinity, whole = false } = {}) {
    const typed = text.trim();
    if (!typed) throw new Error("The field is empty: it takes a number, such as 0.5.");
    if (!/^[+\-−]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i.test(typed))
      throw new Error(`“${typed}” is not a number, such as −0.5 or 3.`);
    const value = Number(typed.replace(",", ".").replace("−", "-"));
    if (!Number.isFinite(Math.fround(value)))
      throw new Error(`${typed} is larger than any number that a network computes with.`);
    if (whole && !Number.isInteger(value)) throw new Error(`${typed} is not a whole number.`);
    if (value < min || value > max)
      throw new Error(`${typed} is not between ${shown(min)} and ${shown(max)}.`);
    return value;
  }

  /** The rows of a grid. @param {{data: number[], shape: number[]}} grid @returns {number[][]} */
  const rowsOf = ({ data, shape: [rows, columns] }) =>
    Array.from({ length: rows }, (_, i) => data.slice(i * columns, (i + 1) * columns));

  /**
   * Fills a live figure's element with controls on one side and what they change on the other.
   *
   * Each control has a key, under which `values` holds what the reader has chosen and the address
   * names it. `update(values)` is called once the figure starts and, at most once a frame, after
   * each change. An Error that it throws is a sentence for the reader, and the outputs turn pale.
   *
   * @param {HTMLElement} body @param {string} name Of the figure. @param {(values: any) => void} update
   * @returns {Panel}
   */
  function panel(body, name, update) {
    /** @type {Record<string, any>} */
    const values = {};
    /** @type {Record<string, {initial: any, write: (value: any) => void, text: (value: any) => string | null, read: (text: string) => any}>} */
    const keys = {};
    /** @type {{details: HTMLDetailsElement, refresh: () => void}[]} */
    const codes = [];
    const inputs = element("div", { class: "live-inputs" });
    const outputs = element("div", { class: "live-outputs" });
    const status = element("p", { class: "live-status", role: "status" });
    outputs.append(status);
    body.append(element("div", { class: "live-columns" }, inputs, outputs));

    /** What has the colours of the theme. @type {(() => void)[]} */
    const themed = [];
    let waiting = 0;
    let writing = 0;
    let said = ""; // by the figure, of its state
    let note = ""; // of the address, until the reader changes something
    let problem = ""; // of a field

    function showStatus() {
      const text = problem || [note, said].filter(Boolean).join(" ");
      if (status.textContent !== text) status.textContent = text;
    }

    /** Says something to all readers, in a line above the outputs. @param {string} text */
    function say(text) {
      said = text;
      showStatus();
    }

    function run() {
      waiting = 0;
      const started = performance.now();
      try {
        update(values);
        body.classList.remove("live-refused");
      } catch (error) {
        body.classList.add("live-refused");
        say(/** @type {Error} */ (error).message);
      }
      performance.measure(`live ${name}`, { start: started, end: performance.now() });
      for (const { details, refresh } of codes) if (details.open) refresh();
    }

    /** Lets the figure be drawn anew in the next frame. */
    function refresh() {
      if (!waiting) waiting = requestAnimationFrame(run);
    }

    /** @param {string} key @param {any} value */
    function changed(key, value) {
      values[key] = value;
      note = "";
      refresh();
      clearTimeout(writing);
      writing = setTimeout(writeAddress, PAUSE);
    }

    function writeAddress() {
      const parts = new URLSearchParams();
      for (const [key, { initial, text }] of Object.entries(keys)) {
        const word = text(values[key]);
        if (word !== null && word !== text(initial)) parts.set(key, word);
      }
      const hash = `${parts}` ? `#${name}?${parts}` : "";
      const others = location.hash && !location.hash.startsWith(`#${name}?`) && !hash;
      if (!others) history.replaceState(null, "", location.href.replace(/#.*/, "") + hash);
    }

    /** Takes a state from the address; what it does not know there is left as it is. */
    function readAddress() {
      if (!location.hash.startsWith(`#${name}?`)) return true;
      let known = true;
      for (const [key, text] of new URLSearchParams(location.hash.slice(name.length + 2))) {
        try {
          set(key, keys[key].read(text));
        } catch {
          known = false;
        }
      }
      return known;
    }

    /**
     * Changes what a control shows, as a reader would.
     *
     * @param {string} key @param {any} value
     */
    function set(key, value) {
      keys[key].write(value);
      changed(key, value);
    }

    /** Puts every control back to where it was in the beginning. */
    function reset() {
      for (const [key, { initial }] of Object.entries(keys)) set(key, initial);
    }

    /**
     * @param {string} key @param {any} initial @param {(value: any) => void} write
     * @param {(text: string) => any} read @param {(value: any) => string | null} [text]
     */
    function keyed(key, initial, write, read, text = String) {
      values[key] = initial;
      keys[key] = { initial, write, read, text };
      write(initial);
    }

    /** Marks a field as wrong, with a sentence, or as right. @param {HTMLElement} field @param {string} [text] */
    function mark(field, text = "") {
      if (text) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
      problem = text;
      showStatus();
    }

    /** @type {Panel["slider"]} */
    function slider(key, { label, value, stops, unit = "", digits, text, ...limits }) {
      const { min = 0, max = (stops?.length ?? 0) - 1, step = 1 } = limits;
      const range = element("input", { type: "range", min, max, step });
      const output = element("span", { class: "live-value", "aria-hidden": true });
      /** @param {number} number */
      const write = (number) => {
        range.value = String(stops ? stops.indexOf(number) : number);
        output.textContent = text?.(number) ?? shown(number, digits) + unit;
        range.setAttribute("aria-valuetext", output.textContent);
      };
      range.addEventListener("input", () => {
        const at = Number(range.value);
        set(key, stops ? stops[at] : at);
      });
      /** @param {string} word */
      const read = (word) => {
        if (!stops)
          return parsed(word, { min, max, whole: Number.isInteger(step) && Number.isInteger(min) });
        const number = parsed(word);
        if (!stops.includes(number)) throw new Error(word);
        return number;
      };
      keyed(key, value, write, read);
      return element(
        "label",
        { class: "live-control live-slider" },
        element("span", { text: label }),
        output,
        range,
      );
    }

    /** @type {Panel["number"]} */
    function number(key, { label, value, min, max, whole }) {
      const field = element("input", {
        type: "text",
        inputmode: "decimal",
        autocomplete: "off",
        size: 6,
      });
      const limits = { min, max, whole };
      field.addEventListener("input", () => {
        try {
          changed(key, parsed(field.value, limits));
          mark(field);
        } catch (error) {
          mark(field, `${label}: ${/** @type {Error} */ (error).message}`);
        }
      });
      keyed(
        key,
        value,
        (number) => {
          field.value = String(number).replace("-", "−");
        },
        (text) => parsed(text, limits),
      );
      return element(
        "label",
        { class: "live-control live-number" },
        element("span", { text: label }),
        field,
      );
    }

    /** @type {Panel["choice"]} */
    function choice(key, { label, options, value }) {
      /** @param {string} text */
      const read = (text) => {
        if (!Object.hasOwn(options, text)) throw new Error(text);
        return text;
      };
      const entries = Object.entries(options);
      if (entries.length > 5) {
        const select = element(
          "select",
          {},
          ...entries.map(([word, text]) => element("option", { value: word, text })),
        );
        select.addEventListener("change", () => set(key, select.value));
        keyed(
          key,
          value,
          (word) => {
            select.value = word;
          },
          read,
        );
        return element(
          "label",
          { class: "live-control" },
          element("span", { text: label }),
          select,
        );
      }
      const group = `${name}-${key}`;
      const radios = entries.map(([word]) =>
        element("input", { type: "radio", name: group, value: word }),
      );
      for (const radio of radios) radio.addEventListener("change", () => set(key, radio.value));
      keyed(
        key,
        value,
        (word) => {
          for (const radio of radios) radio.checked = radio.value === word;
        },
        read,
      );
      return element(
        "fieldset",
        { class: "live-control live-choice" },
        element("legend", { text: label }),
        ...entries.map(([, text], i) => element("label", {}, radios[i], element("span", { text }))),
      );
    }

    /** @type {Panel["check"]} */
    function check(key, { label, value }) {
      const box = element("input", { type: "checkbox" });
      box.addEventListener("change", () => set(key, box.checked));
      keyed(
        key,
        value,
        (on) => {
          box.checked = on;
        },
        (text) => text === "true",
      );
      return element(
        "label",
        { class: "live-control live-check" },
        box,
        element("span", { text: label }),
      );
    }

    /** Keeps a value without a control of its own. @type {Panel["state"]} */
    const state = (key, { value, read }) => keyed(key, value, () => {}, read);

    /** @type {Panel["grid"]} */
    function grid(key, { label, rows, columns, value, min, max, plain = false, fixed = false }) {
      const table = element("div", { class: "live-grid", role: "group", "aria-label": label });
      /** @type {HTMLInputElement[]} */
      let fields = [];
      let size = [rows, columns];

      function colour() {
        if (plain) return;
        const numbers = values[key].data;
        const limit = Math.max(...numbers.map(Math.abs), Number.MIN_VALUE);
        fields.forEach((field, i) => {
          const { ground, ink } = signedColour(numbers[i], limit);
          field.style.background = ground;
          field.style.color = ink;
        });
      }

      /** @param {number} i */
      function typed(i) {
        try {
          const data = values[key].data.slice();
          data[i] = parsed(fields[i].value, { min, max });
          changed(key, { data, shape: size });
          mark(fields[i]);
          colour();
        } catch (error) {
          const place = `Row ${Math.floor(i / size[1]) + 1}, column ${(i % size[1]) + 1}`;
          mark(fields[i], `${place}: ${/** @type {Error} */ (error).message}`);
        }
      }

      /** @param {KeyboardEvent} event @param {number} i */
      function move(event, i) {
        const { selectionStart, selectionEnd, value: text } = fields[i];
        const whole = selectionStart === 0 && selectionEnd === text.length;
        const [row, column] = [Math.floor(i / size[1]), i % size[1]];
        const along =
          event.key === "ArrowLeft" ? selectionEnd === 0 : selectionStart === text.length;
        const [down, right] = event.key === "Enter" ? [1, 0] : (ARROWS[event.key] ?? [0, 0]);
        if (right && !whole && !along) return; // The caret moves within the number.
        const [to, at] = [row + down, column + right];
        if ((!down && !right) || to < 0 || at < 0 || to >= size[0] || at >= size[1]) return;
        event.preventDefault();
        fields[to * size[1] + at].focus();
      }

      /** @param {{data: number[], shape: number[]}} grid */
      function write({ data, shape }) {
        if (fields.length !== data.length || shape[1] !== size[1] || !fields.length) {
          size = shape;
          table.style.setProperty("--columns", String(shape[1]));
          fields = data.map((_, i) => {
            const place = `${label}, row ${Math.floor(i / shape[1]) + 1}, column ${(i % shape[1]) + 1}`;
            const field = element("input", {
              type: "text",
              inputmode: "text",
              autocomplete: "off",
              "aria-label": place,
            });
            field.addEventListener("input", () => typed(i));
            field.addEventListener("focus", () => field.select());
            field.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) =>
              move(event, i),
            );
            return field;
          });
          table.replaceChildren(...fields);
        }
        values[key] = { data, shape };
        fields.forEach((field, i) => {
          const digits = Number.isInteger(data[i]) ? 0 : undefined;
          if (field !== document.activeElement) field.value = shown(data[i], digits);
          mark(field);
        });
        colour();
      }
      keyed(
        key,
        { data: value, shape: size },
        write,
        (text) => {
          const lines = text
            .split(";")
            .map((line) => line.split(" ").map((word) => parsed(word, { min, max })));
          if (
            lines.length > 9 ||
            lines.some((line) => line.length !== lines[0].length || line.length > 9) ||
            (fixed && (lines.length !== rows || lines[0].length !== columns))
          )
            throw new Error(text);
          return { data: lines.flat(), shape: [lines.length, lines[0].length] };
        },
        (value) =>
          rowsOf(value)
            .map((row) => row.join(" "))
            .join(";"),
      );
      themed.push(colour);
      return element(
        "div",
        { class: "live-control" },
        element("span", { text: label, "aria-hidden": "true" }),
        table,
      );
    }
    /** @type {Panel["button"]} */
    const button = (label, action) =>
      element("button", { type: "button", text: label, onclick: action });

    /** @type {Panel["picture"]} */
    function picture(
      key,
      {
        label = "Picture",
        pictures = { chelsea_face: "Chelsea" },
        value = Object.keys(pictures)[0],
        fit,
      } = {},
    ) {
      /** @type {Tensor | null} */
      let own = null;
      const file = element("input", { type: "file", accept: "image/*" });
      const chosen = choice(key, { label, options: { ...pictures, own: "Your own" }, value });
      const { write } = keys[key];
      keys[key].text = (word) => (word === "own" ? null : word);
      keys[key].read = (text) => {
        if (!Object.hasOwn(pictures, text)) throw new Error(text);
        return text;
      };
      keys[key].write = (word) => {
        write(word);
        ownLine.hidden = word !== "own";
      };
      /** @param {Blob} blob */
      async function take(blob) {
        ownLine.setAttribute("aria-busy", "true");
        try {
          own = await readPicture(blob, fit);
          set(key, "own");
        } catch (error) {
          say(/** @type {Error} */ (error).message);
        }
        ownLine.removeAttribute("aria-busy");
      }
      file.addEventListener("change", () => file.files[0] && take(file.files[0]));
      body.addEventListener("dragover", (event) => event.preventDefault());
      body.addEventListener("drop", (event) => {
        event.preventDefault();
        const dropped = event.dataTransfer?.files[0];
        if (dropped) take(dropped);
        else say("What was dropped here is not a file.");
      });
      const ownLine = element(
        "label",
        { class: "live-own", hidden: value !== "own" },
        element("span", {
          text: "A picture from this device. It stays on it: the page sends nothing.",
        }),
        file,
      );
      return {
        element: element("div", { class: "live-control" }, chosen, ownLine),
        /** The picture that is chosen, or null as long as a reader has not named a file. */
        tensor: () => (values[key] === "own" ? own : ConvbookLive.pictures[values[key]]),
      };
    }

    /** @type {Panel["code"]} */
    function code(text) {
      const pre = element("pre", { tabindex: 0 });
      const summary = element("summary", { text: "The same in TensorFlow" });
      const details = element("details", {}, summary, pre);
      const refreshCode = () => {
        try {
          pre.textContent = text(values);
        } catch (error) {
          pre.textContent = `# ${/** @type {Error} */ (error).message}`;
        }
      };
      const copy = button("Copy as TensorFlow", async () => {
        refreshCode();
        try {
          await navigator.clipboard.writeText(pre.textContent);
          say("The code is copied.");
        } catch {
          details.open = true;
          getSelection()?.selectAllChildren(pre);
          say("The code is selected: copy it with your keyboard.");
        }
      });
      details.addEventListener("toggle", () => details.open && refreshCode());
      codes.push({ details, refresh: refreshCode });
      return element("div", { class: "live-code" }, copy, details);
    }

    /** Takes the state from the address, if there is one, and draws the figure. */
    function start() {
      const known = readAddress();
      if (!known)
        note = "The address holds a state that this figure does not know, which is left out.";
      clearTimeout(writing);
      run();
      showStatus();
      const redraw = () => {
        for (const colour of themed) colour();
        refresh();
      };
      new MutationObserver(redraw).observe(document.body, { attributeFilter: ["data-theme"] });
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
    }

    return {
      values,
      inputs,
      outputs,
      say,
      set,
      refresh,
      reset,
      start,
      slider,
      number,
      choice,
      check,
      state,
      grid,
      button,
      map,
      picture,
      code,
    };
  }

  ConvbookLive.controls = Object.freeze({ panel, parsed, rowsOf });
})();
