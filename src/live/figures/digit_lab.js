// A digit, drawn or real, in the book's networks: every map, the probabilities, and the evidence.
//
// Data: networks/mini_inception networks/small_convnet networks/small_convnet_untrained pictures/digits
"use strict";

ConvbookLive.register("digit_lab", (body) => {
  const { networks, digits } = ConvbookLive;
  const { element, shown, signedColours } = ConvbookLive.drawing;
  const SIDE = 28; // pixels of a digit
  const PAD = 280; // pixels of what is drawn on
  // Grad-CAM's last maps: how far their first cell lies from the border, and how wide a cell is, in
  // pixels of the digit; and the value of the strongest colours, a fixed one for each network.
  const CELLS = {
    mini_inception: { first: 2, step: 4, limit: 2 },
    small_convnet: { first: 6, step: 4, limit: 2 },
    small_convnet_untrained: { first: 6, step: 4, limit: 0.2 },
  };
  const LAST = "relu3";
  const STAGES = /^(conv\d|relu\d|inception\d|global_pool|logits)$/;
  /** Screen pixels for each pixel of maps with so many along a side. @param {number} side */
  const zoom = (side) => [10, 4, 3, 2][[2, 6, 11].filter((n) => side >= n).length];

  /** Pixels between maps; numbers need none. @param {number} side */
  const gap = (side) => (side > 1 ? 1 : 0);

  const ui = ConvbookLive.controls.panel(body, "digit_lab", update);
  const pad = ui.map({ label: "Draw a digit" });
  pad.element.classList.add("digit-pad");
  digits.pen(ui, "strokes", pad, () => ui.set("picture", "drawing"));
  const undo = ui.button("Undo", () =>
    ui.set("strokes", ui.values.strokes.replace(/\.?[^.]*$/, "")),
  );
  const clear = ui.button("Clear", () => ui.set("strokes", ""));
  const chart = digits.chart("Probabilities", (digit) => ui.set("class", String(digit)));
  const seen = ui.map({ label: "Input" });
  const evidence = ui.map({ label: "Evidence", scale: "signed" });
  const outline = element("canvas", { class: "digit-outline", "aria-hidden": "true" });
  evidence.canvas.after(outline);
  const large = ui.map({ label: "A map", scale: "signed" });
  const source = digits.source(ui, {
    drawing: ["Drawing", () => digits.normalized(digits.ink(ui.values.strokes, PAD)).data],
  });
  const share = ui.slider("share", {
    label: "Share of another",
    value: 0,
    min: 0,
    max: 1,
    step: 0.01,
    digits: 2,
  });
  const second = ui.slider("second", { label: "The other digit", value: 1, min: 0, max: 99 });
  const network = ui.choice("network", {
    label: "Network",
    options: {
      mini_inception: "mini_inception",
      small_convnet: "small_convnet",
      small_convnet_untrained: "small_convnet, untrained",
    },
    value: "mini_inception",
  });
  const chosen = ui.choice("class", {
    label: "Evidence for",
    options: {
      answer: "the answer",
      ...Object.fromEntries([..."0123456789"].map((digit) => [digit, digit])),
    },
    value: "answer",
  });
  /** The layers whose maps are drawn: all that compute something. @param {string} name */
  const drawn = (name) => networks[name].layers.filter((l) => l.name !== "flatten");
  // The untrained network has the layers of the trained one.
  const choices = ["mini_inception", "small_convnet"].map((name) => {
    const names = drawn(name).map((layer) => layer.name);
    return ui.choice(`${name}_layer`, {
      label: "Large map, layer",
      options: Object.fromEntries(names.map((layer) => [layer, layer])),
      value: "conv1",
    });
  });
  const all = ui.check("all", { label: "every layer, below", value: false });
  const number = ui.slider("map", { label: "Large map, number", value: 1, min: 1, max: 128 });
  ui.inputs.append(...source.elements, share, second, network, chosen, ...choices, number, all);
  ui.inputs.append(ui.button("Reset", ui.reset));
  const colours = element("p", {
    class: "live-hint",
    text: "Red cells speak for the class, blue ones against it. Grad-CAM keeps the red.",
  });
  ui.outputs.append(
    element(
      "div",
      { class: "live-maps digit-desk" },
      element("div", {}, pad.element, element("div", { class: "live-buttons" }, undo, clear)),
      element("div", {}, chart.element, digits.penHint()),
    ),
    element(
      "div",
      { class: "live-row digit-three" },
      seen.element,
      evidence.element,
      large.element,
    ),
    colours,
  );
  const wall = element("div", { class: "digit-wall" });
  const scales = element("p", {
    class: "live-hint",
    text: "Each layer has a scale of its own, from blue over zero to red, up to the number beside it.",
  });
  body.append(scales, wall, ui.code(code));

  /** @param {any} values */
  const layerKey = ({ network }) => `${network.replace("_untrained", "")}_layer`;

  /** @param {any} values */
  function computed(values) {
    const other = digits.testDigit(values.second);
    const t = values.share;
    const x = {
      data: source.pixels().map((v, i) => (1 - t) * v + t * other[i]),
      shape: [1, SIDE, SIDE, 1],
    };
    const net = networks[values.network];
    const { maps, probabilities } = net.run(x);
    const answer = probabilities.indexOf(Math.max(...probabilities));
    const about = values.class === "answer" ? answer : Number(values.class);
    const one = { data: new Float32Array(10).fill(1, about, about + 1), shape: [1, 10] };
    const slopes = net.gradient(maps, "logits", one)[LAST];
    return { x, maps, probabilities, answer, about, cells: gradCam(maps[LAST], slopes) };
  }

  /**
   * Grad-CAM before its ReLU: the maps, weighted by the means of their gradients, and added up.
   *
   * @param {Tensor} maps @param {Tensor} slopes @returns {Tensor}
   */
  function gradCam({ data, shape: [, height, width, depth] }, slopes) {
    const weights = new Float64Array(depth);
    slopes.data.forEach((slope, i) => {
      weights[i % depth] += slope / (height * width);
    });
    const cells = new Float64Array(height * width);
    data.forEach((value, i) => {
      cells[Math.floor(i / depth)] += weights[i % depth] * value;
    });
    return { data: new Float32Array(cells), shape: [1, height, width, 1] };
  }

  /** @type {string | undefined} */
  let onPad;

  /** @param {any} values */
  function update(values) {
    // Read before anything is written, or the page is laid out twice.
    const room = wall.clientWidth || 320;
    const ink = getComputedStyle(body).color.match(/\d+/g) ?? [0, 0, 0];
    if (values.strokes !== onPad) {
      onPad = values.strokes;
      pad.draw(digits.ink(values.strokes, PAD));
      pad.element.classList.toggle("digit-empty", !values.strokes);
    }
    const state = computed(values);
    const { x, maps, probabilities, answer, about } = state;
    seen.draw(x, { text: `read as ${answer}` });
    drawEvidence(values, state, ink);
    chart.draw(probabilities, { marked: about });
    choices.forEach((choice, i) => {
      choice.hidden = (i === 0) !== (values.network === "mini_inception");
    });
    drawLarge(values, maps);
    drawWall(values, maps, room);
    const [sure, next] = digits.order(probabilities);
    ui.say(`The network reads ${sure}; next is ${next}.`);
  }

  /** @param {any} values @param {ReturnType<typeof computed>} state @param {Iterable<any>} ink */
  function drawEvidence(values, { x, about, cells }, ink) {
    const { first, step, limit } = CELLS[/** @type {keyof typeof CELLS} */ (values.network)];
    const [, height, width] = cells.shape;
    const data = new Float32Array(SIDE ** 2);
    for (let i = 0; i < step * height; i++)
      for (let j = 0; j < step * width; j++)
        data[(first + i) * SIDE + first + j] =
          cells.data[Math.floor(i / step) * width + Math.floor(j / step)];
    const most = cells.data.indexOf(Math.max(...cells.data));
    const place = `row ${Math.floor(most / width) + 1}, column ${(most % width) + 1}`;
    evidence.draw(
      { data, shape: x.shape },
      {
        limits: [-limit, limit],
        text: `strongest ${shown(cells.data[most])} at ${place} of ${height}`,
      },
    );
    name(evidence, `Evidence for ${about}`);
    Object.assign(outline, { width: SIDE, height: SIDE });
    const context = outline.getContext("2d");
    const image = context.createImageData(SIDE, SIDE);
    for (let i = 0; i < x.data.length; i++) image.data.set([...ink, 110 * x.data[i]], 4 * i);
    context.putImageData(image, 0, 0);
  }

  /** @type {{name: string, words: string, canvas: HTMLCanvasElement, columns: number, limit: HTMLElement, frame: HTMLElement}[]} */
  let tiles = [];
  let built = "";

  /** Makes a row for each layer: its name, and all its maps side by side. @param {any} values @param {number} room */
  function buildWall(values, room) {
    const wanted = [values.network.replace("_untrained", ""), values.all, room].join();
    if (built === wanted) return;
    built = wanted;
    const parts = drawn(values.network).filter(({ name }) => values.all || STAGES.test(name));
    tiles = parts.map(({ name, shape }) => {
      const [height, width, depth] = shape.length === 3 ? shape : [1, 1, shape[0]];
      const step = width + gap(width);
      const cell = step * zoom(width);
      const lines = Math.ceil(depth / Math.max(1, Math.floor(room / cell)));
      const columns = Math.ceil(depth / lines);
      const size = { width: columns * step - gap(width), height: lines * step - gap(width) };
      const canvas = element("canvas", { ...size, role: "img" });
      canvas.style.width = `${size.width * zoom(width)}px`;
      canvas.addEventListener("click", (/** @type {MouseEvent} */ { offsetX, offsetY }) => {
        const map = Math.floor(offsetY / cell) * columns + Math.floor(offsetX / cell);
        if (map >= depth) return;
        ui.set(layerKey(ui.values), name);
        ui.set("map", map + 1);
      });
      const limit = element("span", { class: "digit-limit" });
      const frame = element("div", { class: "live-frame", "aria-hidden": "true" });
      const words = `${depth} ${height > 1 ? `maps of ${height} × ${width}` : "numbers"}`;
      return { name, canvas, columns, limit, frame, words };
    });
    wall.replaceChildren(
      ...tiles.map(({ name, canvas, limit, frame, words }) =>
        element(
          "div",
          {},
          element("p", {}, element("b", { text: name }), element("span", { text: words }), limit),
          element("div", { class: "digit-tiles" }, canvas, frame),
        ),
      ),
    );
  }

  /** @param {any} values @param {Record<string, Tensor>} maps @param {number} room */
  function drawWall(values, maps, room) {
    buildWall(values, room);
    const table = signedColours();
    const colours = Uint32Array.from({ length: table.length / 3 }, (_, i) => {
      return (255 << 24) | (table[3 * i + 2] << 16) | (table[3 * i + 1] << 8) | table[3 * i];
    });
    const half = colours.length / 2;
    for (const { name, canvas, columns, limit, frame } of tiles) {
      const { data, height, width, depth, most } = measured(maps[name]);
      const step = width + gap(width);
      const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
      const image = context.createImageData(canvas.width, canvas.height);
      const pixels = new Uint32Array(image.data.buffer);
      for (let k = 0, p = 0; p < height * width; p++) {
        const from = Math.floor(p / width) * canvas.width + (p % width);
        for (let c = 0; c < depth; c++, k++) {
          const down = Math.floor(c / columns) * step * canvas.width;
          const level = Math.floor((data[k] / (most || 1) + 1) * half);
          pixels[from + down + (c % columns) * step] = colours[Math.min(level, 2 * half - 1)];
        }
      }
      context.putImageData(image, 0, 0);
      limit.textContent = `± ${shown(most)}`;
      canvas.setAttribute("aria-label", `${name}: ${depth} maps, strongest ${shown(most)}`);
      frame.hidden = values[layerKey(values)] !== name;
      const [i, j] = [Math.floor((values.map - 1) / columns), (values.map - 1) % columns];
      Object.assign(frame.style, {
        left: `${j * step * zoom(width)}px`,
        top: `${i * step * zoom(width)}px`,
        width: `${width * zoom(width)}px`,
        height: `${height * zoom(width)}px`,
      });
    }
  }

  /** A layer's maps, and their largest absolute value. @param {Tensor} tensor */
  function measured({ data, shape }) {
    const [height, width, depth] = shape.length === 4 ? shape.slice(1) : [1, 1, shape[1]];
    return { data, height, width, depth, most: data.reduce((a, b) => Math.max(a, Math.abs(b)), 0) };
  }

  /** @param {any} values @param {Record<string, Tensor>} maps */
  function drawLarge(values, maps) {
    const layer = values[layerKey(values)];
    const { data, height, width, depth, most } = measured(maps[layer]);
    number.getElementsByTagName("input")[0].max = String(depth);
    if (values.map > depth) ui.set("map", depth);
    const channel = values.map - 1;
    const own = data.filter((_, i) => i % depth === channel);
    const text = `from ${shown(Math.min(...own))} to ${shown(Math.max(...own))}`;
    large.draw({ data: own, shape: [1, height, width, 1] }, { limits: [-most, most], text });
    name(large, `${layer}, map ${values.map}`);
  }

  /** @param {LiveMap} map @param {string} text */
  function name({ element: figure, canvas }, text) {
    const words = canvas.getAttribute("aria-label")?.split(": ")[1];
    canvas.setAttribute("aria-label", `${text}: ${words}`);
    /** @type {HTMLElement} */ (figure.querySelector("figcaption span")).textContent = text;
  }

  /** @param {any} values */
  function code(values) {
    const { about } = computed(values);
    const trained = values.network.replace("_untrained", "");
    const lines = ["import base64", "", "import numpy as np", "import tensorflow as tf"];
    lines.push("from convbook import data, models, training", "");
    lines.push(`trained = training.load("${trained}")`);
    if (trained === values.network) lines.push("network = trained.model");
    else lines.push(`network = models.build("${trained}", seed=trained.recipe.seed)`);
    lines.push(...source.code());
    const other = `data.mnist()[1][0][${values.second}]`;
    if (values.share) lines.push(`x += ${values.share} * (${other} / 255 - x)`);
    const layer = values[layerKey(values)];
    return [
      ...lines,
      `layers = [network.get_layer(name).output for name in ("${layer}", "${LAST}", "logits")]`,
      "cut = tf.keras.Model(network.input, layers)",
      "with tf.GradientTape() as tape:",
      "    chosen, maps, logits = cut(tf.constant(x[np.newaxis, ..., np.newaxis], tf.float32))",
      `    logit = logits[0, ${about}]`,
      "weights = tf.reduce_mean(tape.gradient(logit, maps), axis=(1, 2))",
      'cells = tf.einsum("nk,nijk->ij", weights, maps)',
      "print(tf.nn.softmax(logits)[0].numpy().tolist())",
      "print(cells.numpy().tolist())",
      `print(chosen[0, ..., ${values.map - 1}].numpy().tolist())`,
    ].join("\n");
  }

  new ResizeObserver(() => ui.refresh()).observe(wall);
  ui.start();
});
