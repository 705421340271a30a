// A kernel of up to 49 taps on a picture: the answer, a single window of it, and what the taps say.
// Data: pictures/chelsea_face kernels/classical
"use strict";

ConvbookLive.register("kernel_playground", (body) => {
  const { conv2d, samePadding } = ConvbookLive.engine;
  const { element, shown, dark, grey, numbers } = ConvbookLive.drawing;
  const { amplitudes, rank } = ConvbookLive.analysis;
  const presets = ConvbookLive.kernels.classical;
  const SIDE = 256; // pixels of the picture, the book's as well as a reader's own
  const WAVES = 64; // frequencies along each axis
  const SMALL = 1e-6; // what rounding to float32 leaves of nothing
  const FIRST = presets.sobel_x;
  const OWN = "own";
  // What the row of kernels on the cover stands for, as long as the playground is open.
  /** @type {Record<string, string>} */
  const ROW = {
    Blur: "box_7",
    Sharpen: "sharpen",
    Emboss: "emboss",
    Sobel: "sobel_x",
    Laplacian: "laplacian",
  };

  body.classList.add("kernel-playground");
  const ui = ConvbookLive.controls.panel(body, "kernel_playground", update);
  const description = element("p", { class: "kernel-description" });
  const divisor = ui.number("divisor", { label: "Divided by", value: FIRST.divisor });
  ui.inputs.append(
    either("preset", "Kernel", "sobel_x", Object.keys(presets).concat(OWN)),
    description,
    ui.choice("size", {
      label: "Taps",
      options: { 3: "3 × 3", 5: "5 × 5", 7: "7 × 7" },
      value: "3",
    }),
    ui.grid("taps", { label: "Weights", rows: 3, columns: 3, value: FIRST.rows.flat() }),
    element("div", { class: "kernel-division" }, divisor, ui.button("their sum", divideBySum)),
    ui.button("Reset", ui.reset),
  );

  // The pixel that the window lies on: the pictures move it.
  ui.state("row", { value: 57, read: pixel });
  ui.state("column", { value: 70, read: pixel });
  /** @type {Parameters<Panel["map"]>[0]} */
  const onAnswer = { label: "Answer", point: placeAnswer };
  const input = ui.map({ label: "Picture", point: place });
  const answers = { grey: ui.map(onAnswer), signed: ui.map({ ...onAnswer, scale: "signed" }) };
  const waves = ui.map({ label: "Frequency response, ±0.5 cycles per pixel" });
  const facts = element("div", { class: "kernel-facts" });
  ui.outputs.append(
    element(
      "div",
      { class: "live-row kernel-maps" },
      ...[input, answers.grey, answers.signed].map((map) => map.element),
    ),
    element("div", { class: "kernel-reading" }, facts, waves.element),
  );

  const picture = ui.picture("picture", { fit: { height: SIDE, width: SIDE } });
  const options = [
    ui.slider("stride", { label: "Stride", value: 1, min: 1, max: 4 }),
    ui.slider("dilation", { label: "Dilation", value: 1, min: 1, max: 4 }),
    either("operation", "Operation", "correlate", ["correlate", "convolve"]),
    either("padding", "Padding", "VALID", ["VALID", "SAME"]),
    either("colours", "Colours", "signed", ["signed", "grey"]),
    either("scale", "Scale", "fixed", ["fixed", "automatic"]),
    picture.element,
  ];
  const pixels = numbers({ label: "The pixels under the taps" });
  const products = numbers({ label: "Pixels times weights" });
  const total = element("p", { class: "kernel-total" });
  body.append(
    element(
      "div",
      { class: "kernel-window" },
      element("span", { text: "The pixels under the taps" }),
      pixels.element,
      element("span", { text: "times the weights" }),
      products.element,
      total,
    ),
    element("div", { class: "kernel-options" }, ...options),
    ui.code(code),
  );

  /** The kernel and the size that the reader has last seen. */
  const seen = { preset: "sobel_x", size: "", kernel: "", look: "" };
  /** @type {Tensor | null} */
  let tensor = null;
  /** The picture in grey. @type {Tensor} */
  let source;
  /** @type {ReturnType<typeof answered>} */
  let answer;
  /** @type {ReturnType<typeof windowOf>} */
  let at;

  /** @param {string} key @param {string} label @param {string} value @param {string[]} words */
  function either(key, label, value, words) {
    const options = Object.fromEntries(words.map((word) => [word, word]));
    return ui.choice(key, { label, options, value });
  }

  function divideBySum() {
    const sum = ui.values.taps.data.reduce(
      (/** @type {number} */ a, /** @type {number} */ b) => a + b,
      0,
    );
    if (Math.abs(sum) > SMALL) ui.set("divisor", sum);
    else ui.say("The weights sum to zero, by which nothing can be divided.");
  }

  /** @param {string} text */
  function pixel(text) {
    return ConvbookLive.controls.parsed(text, { min: 0, max: SIDE - 1, whole: true });
  }

  /** What is under a tap: a grey, or the padding. @param {number} value @param {number} place */
  function ground(value, place) {
    if (place < 0) return { ground: "var(--padding)", ink: "var(--ink)" };
    const level = Math.floor(255 * value);
    return { ground: `rgb(${level} ${level} ${level})`, ink: value > 0.5 ? "#000" : "#fff" };
  }

  /** Lets kernel, taps and size agree: what the reader has changed decides. @param {any} values */
  function agree(values) {
    const { data, shape } = values.taps;
    const { preset, size } = seen;
    const known = presets[values.preset];
    Object.assign(seen, { preset: values.preset, size: values.size });
    if (known && values.preset !== preset) {
      const { rows, divisor } = known;
      ui.set("taps", { data: rows.flat(), shape: [rows.length, rows.length] });
      ui.set("divisor", divisor);
      const sum = rows.flat().reduce((a, b) => a + b, 0);
      if (size) ui.set("colours", sum > 0 ? "grey" : "signed");
    } else if (size && values.size !== size) {
      const k = Number(values.size);
      const [rows, columns] = shape;
      const resized = Array.from({ length: k * k }, (_, i) => {
        const u = Math.floor(i / k) - Math.floor((k - rows) / 2);
        const v = (i % k) - Math.floor((k - columns) / 2);
        return u >= 0 && v >= 0 && u < rows && v < columns ? data[u * columns + v] : 0;
      });
      ui.set("taps", { data: resized, shape: [k, k] });
    }
    const [rows, columns] = values.taps.shape;
    if (rows !== columns || ![3, 5, 7].includes(rows))
      throw new Error(`The address holds ${rows} × ${columns} taps. Choose a size from 3 × 3 on.`);
    if (values.size !== `${rows}`) ui.set("size", `${rows}`);
    const kept = presets[values.preset];
    const same =
      `${kept?.rows.flat()}` === `${values.taps.data}` && kept.divisor === values.divisor;
    if (!same && kept) ui.set("preset", OWN);
    Object.assign(seen, { preset: values.preset, size: values.size });
    description.textContent = kept && same ? kept.description : "Weights of your own.";
  }

  /** The weights as TensorFlow gets them, row by row. @param {any} values */
  function weights({ taps, divisor }) {
    const kernel = Float32Array.from(taps.data, (tap) => tap / divisor);
    if (!divisor) throw new Error("Divided by: the weights cannot be divided by zero.");
    if (kernel.every(Number.isFinite)) return kernel;
    throw new Error("The weights are larger than any number that a network computes with.");
  }

  /** What can be said of a kernel before any picture is seen. @param {Float32Array} w */
  function read(w) {
    const sum = w.reduce((a, b) => a + b, 0);
    const norm = Math.hypot(...w);
    const largest = Math.max(...w.map(Math.abs));
    const turned = (/** @type {number} */ sign) =>
      w.every((tap, i) => Math.abs(tap - sign * w[w.length - 1 - i]) <= SMALL * largest);
    const times = `times ${shown(sum)}`;
    const flat = Math.abs(sum) < SMALL ? "vanish" : Math.abs(sum - 1) < SMALL ? "stay" : times;
    const noise = Math.abs(norm - 1) < SMALL ? "stays" : norm < 1 ? "shrinks" : "grows";
    const terms = rank(w);
    const separable = ["nothing but zeros", "a column times a row"];
    return {
      Sum: [Math.abs(sum) < SMALL ? "0" : shown(sum), `flat areas ${flat}`],
      Norm: [shown(norm), `independent noise ${noise}`],
      Rank: [`${terms}`, separable[terms] ?? `${terms} separable kernels, added`],
      "Half turn": turned(1)
        ? ["the same", "convolution is correlation"]
        : turned(-1)
          ? ["opposite", "convolution changes the sign"]
          : ["different", "convolution gives another"],
    };
  }

  /** @param {any} values @param {Float32Array} kernel */
  function answered({ operation, stride, dilation, padding }, kernel) {
    const k = Math.sqrt(kernel.length);
    const w = operation === "convolve" ? kernel.slice().reverse() : kernel;
    const options = { stride, dilation, padding };
    const { data, shape } = conv2d(source, { data: w, shape: [k, k, 1, 1] }, options);
    let [least, most] = [Infinity, -Infinity];
    for (const value of data) {
      if (value < least) least = value;
      if (value > most) most = value;
    }
    if (!Number.isFinite(most - least))
      throw new Error("The sums are larger than any number that a network computes with.");
    const before = padding === "SAME" ? samePadding(SIDE, k, { stride, dilation })[0] : 0;
    return { w, k, data, shape, least, most, before, reach: (k - 1) * dilation + 1 };
  }

  /** The window whose centre is nearest to the chosen pixel. @param {any} values */
  function windowOf({ row, column, stride, dilation }) {
    const { w, k, data, shape, before, reach } = answer;
    const [i, j] = [row, column].map((pixel, axis) => {
      const nearest = Math.round((pixel + before - (reach - 1) / 2) / stride);
      return Math.min(shape[axis + 1] - 1, Math.max(0, nearest));
    });
    const [top, left] = [i * stride - before, j * stride - before];
    /** The places of the taps in the picture, or -1 in the padding. */
    const places = Array.from(w, (_, tap) => {
      const p = top + dilation * Math.floor(tap / k);
      const q = left + dilation * (tap % k);
      return p < 0 || q < 0 || p >= SIDE || q >= SIDE ? -1 : p * SIDE + q;
    });
    const met = places.map((pixel) => source.data[pixel] ?? 0);
    return { i, j, top, left, places, met, sum: data[i * shape[2] + j] };
  }

  /** @param {number} i @param {number} j */
  function place(i, j) {
    ui.set("row", i);
    ui.set("column", j);
  }

  /** @param {number} i @param {number} j */
  function placeAnswer(i, j) {
    const centre = (answer.reach - 1) / 2 - answer.before;
    place(i * ui.values.stride + centre, j * ui.values.stride + centre);
  }

  /** @param {any} values */
  function update(values) {
    agree(values);
    const kernel = weights(values);
    const chosen = picture.tensor();
    if (!chosen) throw new Error("Choose a picture of this device, or drop it here.");
    if (chosen !== tensor) {
      tensor = chosen;
      source = grey(tensor);
      input.draw(source);
      seen.kernel = "";
    }
    const { operation, stride, dilation, padding, colours, scale } = values;
    const key = [kernel, operation, stride, dilation, padding].join();
    const look = [colours, scale, dark()].join();
    if (key !== seen.kernel) answer = answered(values, kernel);
    const { data, shape, least, most } = answer;
    const largest = Math.max(-least, most);
    const own = colours === "grey" ? [least, most] : [-largest, largest];
    const [low, high] = scale === "automatic" ? own : [colours === "grey" ? 0 : -1, 1];
    const map = answers[/** @type {"grey"} */ (colours)];
    if (key !== seen.kernel || look !== seen.look) {
      answers.grey.element.hidden = map !== answers.grey;
      answers.signed.element.hidden = map !== answers.signed;
      const size = `${shape[1]} × ${shape[2]}`;
      const range = `${shown(least)} to ${shown(most)}`;
      map.draw({ data, shape }, { limits: [low, high], text: `${size} pixels, ${range}` });
      map.canvas.classList.toggle("live-smooth", stride === 1);
      const beyond = data.filter((value) => value < low || value > high).length / data.length;
      const share = `${size}, ${shown(100 * beyond, beyond ? 1 : 0)} % off the scale`;
      const lines = Object.entries({ ...read(kernel), Answer: [range, share] });
      const part = (/** @type {string} */ text) => element("span", { text });
      facts.replaceChildren(...lines.map((line) => element("p", {}, ...line.flat().map(part))));
      const h = amplitudes(kernel, WAVES, dilation);
      waves.draw(h, { limits: [0, h.data.reduce((a, b) => Math.max(a, b)) || 1] });
      Object.assign(seen, { kernel: key, look });
    }
    at = windowOf(values);
    input.frame(0, at.top, at.left, answer.reach, answer.reach);
    input.cursor(values.row, values.column);
    map.frame(0, at.i, at.j, 1, 1);
    map.cursor(at.i, at.j);
    pixels.draw(at.met, answer.k, { colour: (value, tap) => ground(value, at.places[tap]) });
    const parts = at.met.map((pixel, tap) => pixel * answer.w[tap]);
    products.draw(parts, answer.k, { limit: Math.max(...parts.map(Math.abs)) || 1 });
    const sum = shown(at.sum, Math.abs(at.sum) < 1000 ? 3 : undefined);
    total.replaceChildren("add up to ", element("strong", { text: sum }));
    ui.say(`At row ${at.i}, column ${at.j} of the answer, the products add up to ${sum}.`);
  }

  /**
   * The code that prints what is read from the taps, the answer's size and limits, and the sum.
   *
   * @param {any} values
   */
  function code({ picture, taps, divisor, operation, stride, padding, dilation }) {
    const rows = (/** @type {number[]} */ row) =>
      row
        .map((value, i) => (i && i % answer.k === 0 ? `],\n    [${value}` : `${value}`))
        .join(", ");
    const array = (/** @type {number[]} */ row) =>
      `np.array([\n    [${rows(row).replaceAll(", ],", "],")}],\n], np.float32)`;
    const own = picture === OWN;
    return [
      "import numpy as np",
      "import tensorflow as tf",
      `\nfrom convbook import ${own ? "kernels" : "data, kernels"}\n`,
      own
        ? `# The pixels of your picture that the taps meet.\nx = ${array(at.met)}`
        : "x = data.chelsea_grey()",
      `w = ${array(taps.data)}${divisor === 1 ? "" : ` / ${divisor}`}`,
      "print(w.sum(), np.linalg.norm(w), kernels.rank(w))",
      ...(operation === "convolve" ? ["w = kernels.flip(w)"] : []),
      "x, w = x[None, :, :, None], kernels.to_hwio(w)",
      own
        ? `y = tf.nn.conv2d(x, w, 1, "VALID")[0, :, :, 0].numpy()`
        : `y = tf.nn.conv2d(x, w, ${stride}, "${padding}", dilations=${dilation})[0, :, :, 0].numpy()`,
      own ? "print(y[0, 0])" : `print(y.shape, y.min(), y.max(), y[${at.i}, ${at.j}])`,
    ].join("\n");
  }

  for (const link of document.querySelectorAll(".panel-links a")) {
    const name = ROW[link.textContent];
    link.addEventListener("click", (event) => {
      if (!name || !body.offsetParent) return;
      event.preventDefault();
      ui.set("preset", name);
    });
  }
  ui.start();
});
