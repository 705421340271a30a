// A window on a picture of five by five pixels, and what three conventions call its output: VALID,
// SAME and true convolution.
"use strict";

ConvbookLive.register("sliding_window", (body) => {
  const { conv2d } = ConvbookLive.engine;
  const { element, brief, legend, numbers } = ConvbookLive.drawing;
  const { panel, parsed, rowsOf } = ConvbookLive.controls;
  const PIXELS = 5;
  const TAPS = 3;
  const PI = [..."3141592653589793238462643"].map(Number);
  const EMBOSS = [-2, -1, 0, -1, 1, 1, 0, 1, 2];
  /** Pictures and kernels to begin with. @type {Record<string, [number[], number[]]>} */
  const EXAMPLES = {
    "Digits of π": [PI, EMBOSS],
    "Zeros and ones": [[..."1110001110001110011001100"].map(Number), [1, 0, 1, 0, 1, 0, 1, 0, 1]],
    Impulse: [PI.map((_, i) => Number(i === 12)), [1, 2, 3, 4, 5, 6, 7, 8, 9]],
  };
  /** @type {Record<string, string>} */
  const ANSWERS = { VALID: "VALID", SAME: "SAME", convolution: "true convolution" };

  const ui = panel(body, "sliding_window", update);
  const square = { rows: PIXELS, columns: PIXELS, min: -99, max: 99, fixed: true };
  const taps = { rows: TAPS, columns: TAPS, min: -9, max: 9, fixed: true };
  const picture = ui.grid("x", { label: "Picture", value: PI, plain: true, ...square });
  const kernel = ui.grid("w", { label: "Kernel", value: EMBOSS, ...taps });
  const answer = ui.choice("answer", { label: "Window of", options: ANSWERS, value: "SAME" });
  const limits = { min: 0, max: PIXELS - 1, whole: true };
  for (const key of ["i", "j"]) ui.state(key, { value: 1, read: (text) => parsed(text, limits) });

  // The picture stands in a rim of zeros; the window's frame and its taps lie on both.
  const frame = element("div", { class: "sliding-frame" });
  const marks = EMBOSS.map(() => element("span", { class: "sliding-tap" }));
  const stage = element("div", { class: "sliding-stage" });
  for (let p = 0; p < (PIXELS + 2) ** 2; p++) {
    const [row, column] = [Math.floor(p / (PIXELS + 2)), p % (PIXELS + 2)];
    if ([0, PIXELS + 1].includes(row) || [0, PIXELS + 1].includes(column))
      stage.append(place(element("span", { class: "sliding-zero", text: "0" }), row, column));
  }
  const [name, table] = picture.children;
  stage.append(place(/** @type {HTMLElement} */ (table), 1, 1, PIXELS), frame, ...marks);
  picture.replaceChildren(name, stage);

  const products = numbers({ label: "Products" });
  const outputs = Object.entries(ANSWERS).map(([kind, words]) => {
    const label = words[0].toUpperCase() + words.slice(1);
    const grid = numbers({ label: `${label}, output`, point: (i, j) => visit(kind, i, j) });
    const value = element("span");
    const caption = element("figcaption", {}, element("strong", { text: label }), value);
    return { kind, grid, value, element: element("figure", {}, caption, grid.element) };
  });
  const scale = legend("signed");
  outputs[0].element.append(scale.element);

  const sum = element("strong");
  const total = element("p", {}, "Sum ", sum);
  const three = element("div", { class: "live-control" }, element("span", { text: "Products" }));
  three.append(products.element, total);
  const examples = Object.entries(EXAMPLES).map(([label, [x, w]]) =>
    ui.button(label, () => {
      ui.set("x", { data: x, shape: [PIXELS, PIXELS] });
      ui.set("w", { data: w, shape: [TAPS, TAPS] });
    }),
  );
  const buttons = element(
    "div",
    { class: "live-buttons" },
    ui.button("Next window", step),
    ui.button("Turn the kernel", () =>
      ui.set("w", { data: [...ui.values.w.data].reverse(), shape: [TAPS, TAPS] }),
    ),
    ...examples,
    ui.button("Reset", ui.reset),
  );
  const desk = element("div", { class: "sliding-desk" }, kernel, three, answer, buttons);
  ui.inputs.remove();
  ui.outputs.append(
    element("div", { class: "sliding-row" }, picture, desk),
    element("div", { class: "sliding-row" }, ...outputs.map((output) => output.element)),
    ui.code(code),
  );
  ui.outputs.classList.add("sliding");

  /**
   * Puts an element on the stage.
   *
   * @param {HTMLElement} node @param {number} row @param {number} column @param {number} [side]
   */
  function place(node, row, column, side = 1) {
    node.style.gridArea = `${row + 1} / ${column + 1} / span ${side} / span ${side}`;
    return node;
  }

  /** @param {string} kind @param {number} i @param {number} j */
  function visit(kind, i, j) {
    ui.set("answer", kind);
    ui.set("i", i);
    ui.set("j", j);
  }

  /** How many outputs a convention has along each axis. @param {string} kind */
  const sideOf = (kind) => (kind === "VALID" ? PIXELS - TAPS + 1 : PIXELS);

  /** Goes on to the next window, along the rows, and from the last to the first. */
  function step() {
    const { answer: kind, i, j } = ui.values;
    const side = sideOf(kind);
    const next = i >= side || j >= side ? 0 : (i * side + j + 1) % side ** 2;
    visit(kind, Math.floor(next / side), next % side);
  }

  /** @param {any} values */
  function update({ x, w, answer: kind, i, j }) {
    const image = { data: Float32Array.from(x.data), shape: [1, PIXELS, PIXELS, 1] };
    const [straight, turned] = [w.data, [...w.data].reverse()].map(
      (/** @type {number[]} */ data) => {
        return { data: Float32Array.from(data), shape: [TAPS, TAPS, 1, 1] };
      },
    );
    const maps = [
      conv2d(image, straight),
      conv2d(image, straight, { padding: "SAME" }),
      conv2d(image, turned, { padding: "SAME" }),
    ].map(({ data }) => data);
    const limit = Math.max(...maps.flatMap((map) => [...map].map(Math.abs))) || 1;
    scale.draw(-limit, limit);
    const words = outputs.map(({ kind: own, grid, value, element: node }, a) => {
      const side = sideOf(own);
      const there = i < side && j < side;
      const result = exact(maps[a][i * side + j]);
      const text = there ? `[${i}, ${j}] is ${result}` : `has no [${i}, ${j}]`;
      node.className = `live-map ${own === kind ? "sliding-chosen" : ""} ${there ? "" : "sliding-none"}`;
      grid.draw(maps[a], side, { limit, text });
      grid.frame(0, there ? i : 0, there ? j : 0, 1, 1);
      grid.cursor(there ? i : 0, there ? j : 0);
      value.textContent = text;
      return `${ANSWERS[own]} ${there ? result : "has none"}`;
    });
    drawWindow(image.data, kind === "convolution" ? turned.data : straight.data, kind, i, j);
    ui.say(`Output [${i}, ${j}]: ${words.join(", ")}.`);
  }

  /** As many digits as a float32 has. @param {number} value */
  const exact = (value) => String(Number(value?.toPrecision(7))).replace("-", "−");

  /**
   * @param {Float32Array} x @param {Float32Array} w As it meets the window. @param {string} kind
   * @param {number} i @param {number} j
   */
  function drawWindow(x, w, kind, i, j) {
    const offset = kind === "VALID" ? 0 : 1; // The zeros before the picture.
    const there = Math.max(i, j) < sideOf(kind);
    stage.classList.toggle("sliding-bare", kind === "VALID");
    stage.classList.toggle("sliding-none", !there);
    place(frame, i + 1 - offset, j + 1 - offset, TAPS);
    const terms = marks.map((mark, t) => {
      const [row, column] = [i - offset + Math.floor(t / TAPS), j - offset + (t % TAPS)];
      place(mark, row + 1, column + 1);
      mark.textContent = `×${brief(w[t])}`;
      const inside = Math.min(row, column) >= 0 && Math.max(row, column) < PIXELS;
      return there ? (inside ? x[row * PIXELS + column] : 0) * w[t] : Number.NaN;
    });
    const limit = Math.max(...terms.map(Math.abs)) || 1;
    products.draw(terms, TAPS, { limit, text: there ? terms.map(brief).join(", ") : "none" });
    sum.textContent = there ? exact(terms.reduce((a, b) => a + b)) : "–";
  }

  /** @param {any} values */
  function code({ x, w }) {
    const rows = (/** @type {any} */ grid) => rowsOf(grid).map((row) => `    [${row.join(", ")}],`);
    return [
      "import tensorflow as tf",
      "",
      "picture = tf.constant([",
      ...rows(x),
      "], tf.float32)",
      "kernel = tf.constant([",
      ...rows(w),
      "], tf.float32)",
      "x, w = picture[tf.newaxis, :, :, tf.newaxis], kernel[:, :, tf.newaxis, tf.newaxis]",
      "for y in (",
      '    tf.nn.conv2d(x, w, strides=1, padding="VALID"),',
      '    tf.nn.conv2d(x, w, strides=1, padding="SAME"),',
      '    tf.nn.conv2d(x, tf.reverse(w, axis=[0, 1]), strides=1, padding="SAME"),',
      "):",
      "    print(y[0, :, :, 0].numpy().tolist())",
    ].join("\n");
  }

  ui.start();
});
