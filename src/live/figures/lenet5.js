// LeNet-5 of 1998: which maps of S2 a map of C3 is computed from, and the sum at a place of it.
//
// Data: networks/lenet5 pictures/digits
"use strict";

ConvbookLive.register("lenet5", (body) => {
  const { networks, digits } = ConvbookLive;
  const { element, legend, shown, signedColour, signedColours } = ConvbookLive.drawing;
  const { panel, parsed } = ConvbookLive.controls;
  const SIDE = 28; // pixels of a digit
  const PAD = 280; // pixels of what is drawn on
  const MOST = 1.7159; // what the squashing function stays below
  const DIGITS = 3; // of sums, after the point
  // What a value of C3 depends on: pixels of the digit, and how far it begins before twice its place.
  const FIELD = { size: 14, before: 2 };

  const network = networks.lenet5;
  const layer = (/** @type {string} */ name) =>
    /** @type {LoadedLayer} */ (network.layers.find((one) => one.name === name));
  const { kernel, bias } = layer("C3").weights;
  const [TAPS, , INPUTS, MAPS] = kernel.shape;
  const SIZE = layer("C3").shape[0]; // pixels of a map of C3
  /** Where nothing is connected, all taps of a slice are zero. */
  const sources = Array.from({ length: MAPS }, (_, m) =>
    [...Array(INPUTS).keys()].filter((c) => slice(m, c).some((w) => w !== 0)),
  );

  /** The taps from a map of S2 to a map of C3. @param {number} m @param {number} c */
  function slice(m, c) {
    return Float32Array.from(
      { length: TAPS ** 2 },
      (_, tap) => kernel.data[(tap * INPUTS + c) * MAPS + m],
    );
  }

  const ui = panel(body, "lenet5", update);
  const whole = (/** @type {number} */ most) => (/** @type {string} */ text) =>
    parsed(text, { min: 0, max: most, whole: true });
  const pad = ui.map({ label: "Draw a digit" });
  pad.element.classList.add("lenet-pad");
  digits.pen(ui, "strokes", pad, () => {
    if (ui.values.picture !== "drawing") ui.set("strokes", "");
    ui.set("picture", "drawing");
  });
  const source = digits.source(ui, {
    drawing: ["Drawing", () => digits.normalized(digits.ink(ui.values.strokes, PAD)).data],
  });
  ui.state("map", { value: 7, read: whole(MAPS - 1) });
  ui.state("i", { value: 6, read: whole(SIZE - 1) });
  ui.state("j", { value: 7, read: whole(SIZE - 1) });
  const chart = digits.chart("Probabilities");
  const clear = ui.button("Clear", () => {
    ui.set("picture", "drawing");
    ui.set("strokes", "");
  });

  /** A row of six pictures, one for each map of S2, below a title. @param {string} title */
  function six(title) {
    const tiles = Array.from({ length: INPUTS }, () => {
      const canvas = element("canvas");
      return { canvas, box: element("div", { class: "lenet-tile" }, canvas) };
    });
    const name = element(
      "div",
      { class: "lenet-title live-hint" },
      element("span", { text: title }),
    );
    const grid = element("div", { class: "live-row lenet-six" }, ...tiles.map((tile) => tile.box));
    return {
      tiles,
      name,
      element: element("div", { role: "group", "aria-label": title }, name, grid),
    };
  }
  const heads = element("div", {
    class: "live-row lenet-six lenet-heads live-hint",
    "aria-hidden": "true",
  });
  for (let c = 0; c < INPUTS; c++) heads.append(element("span", { text: c }));
  const c1 = six("C1: convolution, 28 × 28");
  const s2 = six("S2: subsampled, 14 × 14");
  const windows = six("Windows of 5 × 5 in S2");
  const kernels = six("Slices of the kernel");
  const scales = [c1, kernels].map(({ name }) => {
    const scale = legend("signed");
    name.append(scale.element);
    return scale;
  });
  const frames = s2.tiles.map(({ box }) =>
    box.appendChild(element("div", { class: "live-frame" })),
  );
  const sums = element("div", { class: "live-row lenet-six lenet-sums" });
  const cells = Array.from({ length: INPUTS }, () => sums.appendChild(element("span")));
  const [total, squashed] = ["p", "p"].map((tag) =>
    element(tag, { class: "lenet-formula live-formula" }),
  );

  const choices = sources.map((seen, m) => {
    const radio = element("input", {
      type: "radio",
      name: "lenet-map",
      "aria-label": `Map ${m} of C3, of ${seen.join(", ")}`,
      onchange: () => ui.set("map", m),
    });
    const canvas = element("canvas");
    const dots = [...Array(INPUTS).keys()].map((c) =>
      element("i", { class: seen.includes(c) ? "lenet-on" : "" }),
    );
    const name = element("span", { text: m });
    const code = element("span", { class: "lenet-dots" }, ...dots);
    return {
      radio,
      canvas,
      label: element("label", { class: "lenet-choice" }, radio, name, canvas, code),
    };
  });
  const all = element(
    "div",
    { role: "radiogroup", "aria-label": "Maps of C3" },
    element("div", {
      class: "lenet-title live-hint",
      text: "C3: choose a map; dots are what it sees.",
    }),
    element("div", { class: "live-row lenet-maps" }, ...choices.map(({ label }) => label)),
  );
  const large = ui.map({
    label: "Point at a place",
    scale: "signed",
    point: (i, j) => {
      ui.set("i", i);
      ui.set("j", j);
    },
  });
  const field = ui.map({ label: "What it depends on" });

  ui.inputs.remove();
  ui.outputs.append(
    element(
      "div",
      { class: "lenet-desk" },
      element(
        "div",
        { class: "lenet-digit" },
        element(
          "div",
          {},
          pad.element,
          element("div", { class: "live-buttons" }, clear, ui.button("Reset", ui.reset)),
        ),
        chart.element,
        ...source.elements,
        digits.penHint(),
      ),
      element(
        "div",
        { class: "lenet-layers" },
        heads,
        ...[c1, s2, windows, kernels].map((row) => row.element),
        element("div", { class: "lenet-title live-hint", text: "Sums of the products" }),
        sums,
        total,
        squashed,
        all,
        element("div", { class: "live-row lenet-places" }, large.element, field.element),
      ),
    ),
    ui.code(code),
  );

  /** Where a map of S2 meets the window of a place, row by row. @param {Tensor} maps */
  const windowOf = ({ data, shape }, /** @type {number} */ c, /** @type {number[]} */ [i, j]) =>
    Float32Array.from({ length: TAPS ** 2 }, (_, tap) => {
      const [row, column] = [i + Math.floor(tap / TAPS), j + (tap % TAPS)];
      return data[(row * shape[2] + column) * INPUTS + c];
    });

  /** What the pad shows. @type {string | Float32Array} */
  let onPad = "none";
  /** @type {{pixels: Float32Array, result: ReturnType<Network["run"]>} | null} */
  let known = null;
  /** What the network makes of a digit; the same digit again takes no time. @param {Float32Array} pixels */
  function run(pixels) {
    if (!known?.pixels.every((v, p) => v === pixels[p]))
      known = { pixels, result: network.run({ data: pixels, shape: [1, SIDE, SIDE, 1] }) };
    return known.result;
  }

  /** @param {any} values */
  function update(values) {
    const { map: m, i, j } = values;
    const drawing = values.picture === "drawing";
    const pixels = source.pixels();
    const image = { data: pixels, shape: [1, SIDE, SIDE, 1] };
    const { maps, probabilities } = run(pixels);
    const picture = drawing ? values.strokes : pixels;
    if (onPad !== picture) pad.draw(drawing ? digits.ink(values.strokes, PAD) : image);
    onPad = picture;
    pad.element.classList.toggle("digit-empty", drawing && !values.strokes);
    pad.element.classList.toggle("live-smooth", drawing);
    chart.draw(probabilities);

    const terms = drawColumns(maps, m, [i, j]);
    const sum = terms.reduce((a, b) => a + b);
    const weighted = sum + bias.data[m];
    const value = maps.C3.data[(i * SIZE + j) * MAPS + m];
    const [w, y] = [weighted, value].map((v) => shown(v, DIGITS));
    total.textContent = `Sum ${shown(sum, DIGITS)}, bias ${shown(bias.data[m], DIGITS)}: ${w}`;
    squashed.textContent = `1.7159 tanh(2/3 · ${w}) = ${y}`;

    choices.forEach(({ radio, canvas }, other) => {
      radio.checked = other === m;
      paint(canvas, maps.C3, other);
    });
    large.draw(maps.C3, { channel: m, limits: [-MOST, MOST], text: `row ${i}, column ${j}: ${y}` });
    large.frame(0, i, j, 1, 1);
    large.cursor(i, j);
    field.draw(image);
    const [top, left] = [2 * i - FIELD.before, 2 * j - FIELD.before].map((v) => Math.max(0, v));
    const [bottom, right] = [i, j].map((v) => Math.min(SIDE, 2 * v - FIELD.before + FIELD.size));
    field.frame(0, top, left, bottom - top, right - left);
    const seen = sources[m];
    const list = `${seen.slice(0, -1).join(", ")} and ${seen[seen.length - 1]}`;
    ui.say(
      `LeNet-5 reads ${digits.order(probabilities)[0]}. Map ${m} of C3 sees maps ${list} of S2; ` +
        `in row ${i}, column ${j} it has ${y}.`,
    );
  }

  /**
   * Draws a column for each map of S2, and returns what each of the connected ones adds to the sum.
   *
   * @param {Record<string, Tensor>} maps @param {number} m @param {number[]} at
   */
  function drawColumns(maps, m, at) {
    const columns = sources[m].map((c) => {
      const [taps, window] = [slice(m, c), windowOf(maps.S2, c, at)];
      return { c, taps, window, term: taps.reduce((sum, w, tap) => sum + w * window[tap], 0) };
    });
    const limit = Math.max(...columns.map(({ term }) => Math.abs(term))) || 1;
    const strongest = Math.max(...columns.flatMap(({ taps }) => [...taps].map(Math.abs)));
    scales[0].draw(-MOST, MOST);
    scales[1].draw(-strongest, strongest);
    for (let c = 0; c < INPUTS; c++) {
      const column = columns.find((one) => one.c === c);
      const side = column ? TAPS : 0;
      paint(c1.tiles[c].canvas, maps.C1, c);
      paint(s2.tiles[c].canvas, maps.S2, c);
      square(windows.tiles[c].canvas, side, (p) => column?.window[p] ?? 0, MOST);
      square(kernels.tiles[c].canvas, side, (p) => column?.taps[p] ?? 0, strongest);
      for (const { box } of [c1.tiles[c], s2.tiles[c]]) box.classList.toggle("lenet-off", !column);
      place(frames[c], at[0], at[1], TAPS, maps.S2.shape[1]);
      const colours = column && signedColour(column.term, limit);
      cells[c].textContent = column ? shown(column.term, DIGITS) : "–";
      cells[c].style.background = colours?.ground ?? "";
      cells[c].style.color = colours?.ink ?? "";
    }
    return columns.map(({ term }) => term);
  }

  /** @param {HTMLElement} frame @param {number} i @param {number} j @param {number} size @param {number} side */
  function place(frame, i, j, size, side) {
    const [top, left, length] = [i, j, size].map((v) => `${(100 * v) / side}%`);
    Object.assign(frame.style, { top, left, width: length, height: length });
  }

  /**
   * Paints a channel of maps.
   *
   * @param {HTMLCanvasElement} canvas @param {Tensor} maps @param {number} channel
   */
  function paint(canvas, { data, shape: [, side, , depth] }, channel) {
    square(canvas, side, (p) => data[p * depth + channel], MOST);
  }

  /**
   * Paints a square of numbers; one of no pixels is empty.
   *
   * @param {HTMLCanvasElement} canvas @param {number} side @param {(p: number) => number} value
   * @param {number} limit Of the strongest colours.
   */
  function square(canvas, side, value, limit) {
    const size = side || 1;
    if (canvas.width !== size) Object.assign(canvas, { width: size, height: size });
    const context = canvas.getContext("2d");
    if (!context) throw new Error("This browser cannot draw on a canvas.");
    const image = context.createImageData(size, size);
    const table = signedColours();
    const half = table.length / 6;
    for (let p = 0; p < side ** 2; p++) {
      const level = Math.floor((value(p) / limit + 1) * half);
      const from = 3 * Math.min(2 * half - 1, Math.max(0, level));
      for (let c = 0; c < 3; c++) image.data[4 * p + c] = table[from + c];
      image.data[4 * p + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  }

  /** @param {any} values */
  function code({ map: m, i, j }) {
    const [bottom, right] = [i, j].map((v) => v + TAPS);
    const pixels = source.code();
    return [
      ...(pixels.length > 1 ? ["import base64", ""] : []),
      "import numpy as np",
      "import tensorflow as tf",
      "",
      `from convbook import ${pixels.length > 1 ? "" : "data, "}training`,
      "",
      'network = training.load("lenet5").model',
      ...pixels,
      'layers = [network.get_layer(name) for name in ("S2", "C3", "logits")]',
      "cut = tf.keras.Model(network.input, [layer.output for layer in layers])",
      "s2, c3, logits = cut(tf.constant(x[np.newaxis, ..., np.newaxis], tf.float32))",
      "# Where nothing is connected, the kernel of C3 is zero.",
      "kernel = tf.tensordot(layers[1].slices, layers[1].places, axes=1)",
      `window = s2[0, ${i}:${bottom}, ${j}:${right}, :, tf.newaxis]`,
      `terms = tf.reduce_sum(window * kernel, axis=(0, 1))[:, ${m}]`,
      `weighted = tf.reduce_sum(terms) + layers[1].bias[${m}]`,
      "print(terms.numpy().tolist())",
      `print(weighted.numpy(), c3[0, ${i}, ${j}, ${m}].numpy())`,
      "print(tf.nn.softmax(logits)[0].numpy().tolist())",
    ].join("\n");
  }

  ui.start();
});
