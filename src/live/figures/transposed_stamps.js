// A transposed convolution: the stamp of each input, the sources of each output, and what the stamps
// make of a picture beside what repeating and convolving makes of it.
// Data: pictures/chelsea_face
"use strict";

ConvbookLive.register("transposed_stamps", (body) => {
  const { conv2d, conv2dTranspose } = ConvbookLive.engine;
  const { element, brief, grey, legend, numbers } = ConvbookLive.drawing;
  const { panel, parsed, rowsOf } = ConvbookLive.controls;
  const N = 3; // inputs along each axis
  const TAPS = 5; // at most
  const STRIDES = 3; // at most
  const CELLS = (N - 1) * STRIDES + TAPS; // outputs along each axis, at most
  const EYE = { side: 32, top: 36, left: 34 }; // every other pixel, as in the chapter
  const ROWS = [[1], [1, 1], [1, 2, 1], [1, 3, 3, 1], [1, 4, 6, 4, 1]];
  const NINE = [1, 2, 3, 4, 5, 6, 7, 8, 9];

  const ui = panel(body, "transposed_stamps", update);
  const k = ui.slider("k", { label: "Taps k", value: 3, min: 1, max: TAPS });
  const s = ui.slider("s", { label: "Stride s", value: 2, min: 1, max: STRIDES });
  const kind = ui.choice("weights", {
    label: "Weights",
    options: { hill: "hill", equal: "equal", own: "typed" },
    value: "hill",
  });
  const square = { rows: N, columns: N, min: -9, max: 9, fixed: true };
  const input = ui.grid("x", { label: "Input", value: NINE, ...square });
  const kernel = ui.grid("w", {
    label: "Kernel",
    rows: 3,
    columns: 3,
    value: weightsOf("hill", 3),
    min: -36,
    max: 36,
  });
  const photo = ui.picture("photo", {
    pictures: { chelsea_face: "Chelsea’s eye" },
    fit: { height: EYE.side, width: EYE.side },
  });
  ui.state("at", { value: "output", read: (text) => oneOf(text, ["input", "output"]) });
  for (const key of ["i", "j"])
    ui.state(key, {
      value: 2,
      read: (text) => parsed(text, { min: 0, max: CELLS - 1, whole: true }),
    });
  const count = ui.button("Count the stamps", () => {
    ui.set("x", { data: NINE.map(() => 1), shape: [N, N] });
    ui.set("weights", "equal");
  });
  ui.inputs.append(
    k,
    s,
    kind,
    element("div", { class: "live-buttons" }, count, ui.button("Reset", ui.reset)),
    photo.element,
  );

  // A reader points at an input by going into its field, or with the mouse.
  const fields = [.../** @type {any} */ (input).querySelectorAll("input")];
  fields.forEach((field, p) => {
    const [i, j] = [Math.floor(p / N), p % N];
    field.addEventListener("focus", () => point("input", i, j));
    field.addEventListener("pointerenter", () => point("input", i, j));
  });
  const output = numbers({
    label: "Output",
    hover: true,
    point: (i, j) => point("output", i, j),
  });
  const [table] = /** @type {any} */ (input).getElementsByClassName("live-grid");
  const sources = over(input, table);
  const stamp = over(output.element);
  const scale = legend("signed");
  const size = element("span");
  const title = element(
    "p",
    { class: "stamps-title" },
    element("span", { text: "Output, " }),
    size,
  );
  title.append(scale.element);

  const labels = ["Transposed", "Repeated, then convolved"];
  const views = labels.map((label) => ui.map({ label }));
  const ripple = element("p", { class: "stamps-ripple" });
  ui.outputs.append(
    element("div", { class: "stamps-desk" }, input, kernel),
    title,
    element("div", { class: "stamps-room" }, output.element),
    ripple,
    element("div", { class: "stamps-views" }, ...views.map((view) => view.element)),
    ui.code(code),
  );
  body.classList.add("stamps");

  /** @param {string} text @param {string[]} words */
  function oneOf(text, words) {
    if (!words.includes(text)) throw new Error(text);
    return text;
  }

  /** @param {string} word @param {number} taps @returns {number[]} */
  function weightsOf(word, taps) {
    const row = word === "hill" ? ROWS[taps - 1] : Array(taps).fill(1);
    return row.flatMap((a) => row.map((b) => a * b));
  }

  /** @param {string} at @param {number} i @param {number} j */
  function point(at, i, j) {
    ui.set("at", at);
    ui.set("i", i);
    ui.set("j", j);
  }

  /**
   * Returns a function that lays small words over the cells of a table.
   *
   * @param {HTMLElement} parent @param {HTMLElement} [grid] That they lie on, in place of the parent.
   */
  function over(parent, grid) {
    const layer = element("div", { class: "stamps-layer", "aria-hidden": true });
    if (grid) {
      const stage = element("div", { class: "live-stage" });
      grid.replaceWith(stage);
      stage.append(grid, layer);
    } else parent.append(layer);
    /** @param {number} side @param {{i: number, j: number, text: string}[]} marks */
    return (side, marks) => {
      layer.style.setProperty("--columns", side);
      layer.replaceChildren(
        ...marks.map(({ i, j, text }) =>
          element("span", { text, style: `grid-area: ${i + 1} / ${j + 1}` }),
        ),
      );
    };
  }

  let shape = ui.values.w; // The weights that this figure has set itself.
  let setAs = "hill 3";

  /** Lets the slider, the choice and the grid of the weights agree. @param {any} values */
  function agree(values) {
    if (values.w !== shape) {
      const [rows, columns] = values.w.shape;
      if (rows !== columns || rows > TAPS)
        throw new Error(
          `The kernel has ${rows} × ${columns} taps, and not up to ${TAPS} × ${TAPS}.`,
        );
      if (rows !== values.k) ui.set("k", rows);
      const same = `${weightsOf(values.weights, rows)}` === `${values.w.data}`;
      if (!same && values.weights !== "own") ui.set("weights", "own");
    } else if (setAs !== `${values.weights} ${values.k}`) {
      const old = values.w;
      const data = weightsOf(values.weights, values.k);
      if (values.weights === "own")
        data.forEach((_, t) => {
          const [u, v] = [Math.floor(t / values.k), t % values.k];
          data[t] = (u < old.shape[0] && v < old.shape[1] && old.data[u * old.shape[1] + v]) || 0;
        });
      if (`${data}` !== `${old.data}`) ui.set("w", { data, shape: [values.k, values.k] });
    }
    shape = values.w;
    setAs = `${values.weights} ${values.k}`;
  }

  /** @param {any} values */
  function update(values) {
    agree(values);
    const { x, w, k: taps, s: stride, at } = values;
    const image = { data: Float32Array.from(x.data), shape: [1, N, N, 1] };
    const weights = { data: Float32Array.from(w.data), shape: [taps, taps, 1, 1] };
    const { data, shape: whole } = conv2dTranspose(image, weights, { stride });
    const side = whole[1];
    const limit = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
    output.draw(narrow(data, side), side, { limit, text: `${side} by ${side}` });
    scale.draw(-limit, limit);
    size.textContent = `${side} × ${side}`;
    const last = at === "input" ? N - 1 : side - 1;
    const [i, j] = [Math.min(values.i, last), Math.min(values.j, last)];
    if (at === "input") showStamp(values, side, i, j);
    else showSources(values, data, side, i, j);
    compare(weights, stride);
  }

  /**
   * Shows what an input adds to the output.
   *
   * @param {any} values @param {number} side Of the output. @param {number} i @param {number} j
   */
  function showStamp({ x, w, k: taps, s: stride }, side, i, j) {
    const value = x.data[i * N + j];
    const marks = w.data.map((/** @type {number} */ tap, /** @type {number} */ t) => {
      const [row, column] = [stride * i + Math.floor(t / taps), stride * j + (t % taps)];
      const product = value * tap;
      return { i: row, j: column, text: `${product < 0 ? "" : "+"}${brief(product)}` };
    });
    sources(N, []);
    stamp(side, marks);
    outline([i * N + j], w.data.keys());
    output.frame(0, stride * i, stride * j, taps, taps);
    const rows = (/** @type {number} */ from) => `${from * stride} to ${from * stride + taps - 1}`;
    ui.say(
      `Input [${i}, ${j}] is ${brief(value)}: its stamp lies on rows ${rows(i)} and columns ${rows(j)}.`,
    );
  }

  /**
   * Shows from which inputs an output comes, and with which taps.
   *
   * @param {any} values @param {Float32Array} data The output. @param {number} side Of it.
   * @param {number} i @param {number} j
   */
  function showSources({ x, w, k: taps, s: stride }, data, side, i, j) {
    const [down, along] = [i, j].map((place) => {
      const first = Math.max(0, Math.ceil((place - taps + 1) / stride));
      const count = Math.min(N - 1, Math.floor(place / stride)) - first + 1;
      return Array.from({ length: Math.max(0, count) }, (_, p) => first + p);
    });
    const met = down.flatMap((a) =>
      along.map((b) => ({ a, b, tap: (i - stride * a) * taps + j - stride * b })),
    );
    stamp(side, []);
    sources(
      N,
      met.map(({ a, b, tap }) => ({ i: a, j: b, text: `×${brief(w.data[tap])}` })),
    );
    outline(
      met.map(({ a, b }) => a * N + b),
      met.map(({ tap }) => tap),
    );
    output.frame(0, i, j, 1, 1);
    output.cursor(i, j);
    const terms = met.map(({ a, b, tap }) => `${brief(x.data[a * N + b])} · ${brief(w.data[tap])}`);
    const stamps = `${met.length} stamp${met.length > 1 ? "s" : ""}`;
    ui.say(
      met.length
        ? `Output [${i}, ${j}] is ${terms.join(" + ")} = ${brief(data[i * side + j])}, from ${stamps}.`
        : `Output [${i}, ${j}] is 0: no stamp reaches it.`,
    );
  }

  /** @param {Iterable<number>} inputs @param {Iterable<number>} taps That are shown to take part. */
  function outline(inputs, taps) {
    for (const [grid, used] of /** @type {const} */ ([
      [input, new Set(inputs)],
      [kernel, new Set(taps)],
    ]))
      grid.querySelectorAll("input").forEach((field, p) => {
        field.classList.toggle("stamps-used", used.has(p));
      });
  }

  /** In a table of many cells a number has less room. @param {Float32Array} data @param {number} side */
  const narrow = (data, side) =>
    side > 8 ? data.map((value) => Number(value.toFixed(Math.abs(value) < 10 ? 1 : 0))) : data;

  /** The kernel with another gain, if it has any. @param {Tensor} kernel @param {number} gain */
  function scaled({ data, shape }, gain) {
    const sum = data.reduce((a, b) => a + b, 0);
    const factor = Math.abs(sum) < 1e-6 ? 1 : gain / sum;
    return { data: data.map((tap) => tap * factor), shape };
  }

  /** Each pixel, s × s times. @param {Tensor} image @param {number} s */
  function repeated({ data, shape: [, rows, columns] }, s) {
    const pixels = Float32Array.from({ length: rows * columns * s * s }, (_, p) => {
      const row = Math.floor(p / (columns * s * s));
      return data[row * columns + Math.floor((p % (columns * s)) / s)];
    });
    return { data: pixels, shape: [1, rows * s, columns * s, 1] };
  }

  /**
   * The least and the largest of what both ways make of a map of ones, away from its border.
   *
   * @param {Tensor} kernel @param {number} s @returns {number[][]}
   */
  function ripples(kernel, s) {
    const ones = { data: new Float32Array(81).fill(1), shape: [1, 9, 9, 1] };
    const maps = [
      conv2dTranspose(ones, scaled(kernel, s * s), { stride: s, padding: "SAME" }),
      conv2d(repeated(ones, s), scaled(kernel, 1), { padding: "SAME" }),
    ];
    return maps.map(({ data }) => {
      const inside = data.filter((_, p) => {
        return [Math.floor(p / (9 * s)), p % (9 * s)].every((q) => q >= 3 * s && q < 6 * s);
      });
      return [Math.min(...inside), Math.max(...inside)];
    });
  }

  /** What has been drawn last: pointing at a number changes no picture. @type {any} */
  let drawn = {};

  /** Draws both ways to a larger picture. @param {Tensor} kernel @param {number} s */
  function compare(kernel, s) {
    const picture = photo.tensor();
    const weights = `${s}: ${kernel.data}`;
    if (weights !== drawn.weights) {
      const [stamps, resized] = ripples(kernel, s);
      const range = (/** @type {number[]} */ [low, high]) =>
        high - low < 1e-5 ? digits(low) : `${digits(low)} to ${digits(high)}`;
      ripple.textContent =
        `With weights of gain one, a map of ones becomes ${range(stamps)} by stamps, and ` +
        `${range(resized)} where its values are repeated first.`;
    }
    if (!picture) throw new Error("Choose a picture of your own, or Chelsea’s eye.");
    if (weights !== drawn.weights || picture !== drawn.picture) {
      const small = eyeOf(grey(picture));
      views[0].draw(conv2dTranspose(small, scaled(kernel, s * s), { stride: s, padding: "SAME" }));
      views[1].draw(conv2d(repeated(small, s), scaled(kernel, 1), { padding: "SAME" }));
    }
    drawn = { weights, picture };
  }

  /** @param {number} value */
  const digits = (value) => String(Number(value.toFixed(4))).replace("-", "−");

  /** Chelsea's eye of her face; a reader's own picture has its size. @param {Tensor} image */
  function eyeOf({ data, shape }) {
    const { side, top, left } = EYE;
    if (shape[1] === side) return { data, shape };
    const pixels = Float32Array.from({ length: side ** 2 }, (_, p) => {
      const row = top + 2 * Math.floor(p / side);
      return data[row * shape[2] + left + 2 * (p % side)];
    });
    return { data: pixels, shape: [1, side, side, 1] };
  }

  /** @param {any} values */
  function code({ x, w, k: taps, s: stride }) {
    const side = (N - 1) * stride + Math.max(taps, stride);
    const rows = (/** @type {any} */ grid) => rowsOf(grid).map((row) => `    [${row.join(", ")}],`);
    return [
      "import tensorflow as tf",
      "",
      "x = tf.constant([",
      ...rows(x),
      "], tf.float32)[tf.newaxis, :, :, tf.newaxis]",
      "w = tf.constant([",
      ...rows(w),
      "], tf.float32)[:, :, tf.newaxis, tf.newaxis]",
      `y = tf.nn.conv2d_transpose(x, w, (1, ${side}, ${side}, 1), ${stride}, "VALID")`,
      "print(y[0, :, :, 0].numpy().tolist())",
      "",
      "# A map of ones, enlarged in both ways, away from its border.",
      "total = tf.reduce_sum(w)",
      "w = w / total if abs(total) > 1e-6 else w",
      "ones = tf.ones((1, 9, 9, 1))",
      `gain = ${stride ** 2} if abs(total) > 1e-6 else 1`,
      `stamps = tf.nn.conv2d_transpose(ones, gain * w, (1, ${9 * stride}, ${9 * stride}, 1), ${stride}, "SAME")`,
      `resized = tf.nn.conv2d(tf.keras.layers.UpSampling2D(${stride})(ones), w, 1, "SAME")`,
      "for y in (stamps, resized):",
      `    inside = y[0, ${3 * stride}:${6 * stride}, ${3 * stride}:${6 * stride}, 0].numpy()`,
      "    print(float(inside.min()), float(inside.max()))",
    ].join("\n");
  }

  ui.start();
});
