// The size of an output along one axis: every window of a convolution on its pixels and zeros, and
// every stamp of a transposed convolution.
"use strict";

ConvbookLive.register("size_calculator", (body) => {
  const { outputSize, samePadding, conv2d, conv2dTranspose } = ConvbookLive.engine;
  const { element } = ConvbookLive.drawing;
  const HEIGHT = 250; // pixels of the drawing, whatever it shows
  const MARGIN = 44; // pixels on its right, for the sums

  const ui = ConvbookLive.controls.panel(body, "size_calculator", update);
  const n = ui.slider("n", { label: "Pixels n", value: 8, min: 1, max: 24 });
  const k = ui.slider("k", { label: "Taps k", value: 7, min: 1, max: 11 });
  const s = ui.slider("s", { label: "Stride s", value: 2, min: 1, max: 6 });
  const d = ui.slider("d", { label: "Dilation d", value: 1, min: 1, max: 4 });
  const padding = ui.choice("padding", {
    label: "Padding",
    options: { VALID: "VALID", SAME: "SAME", explicit: "explicit" },
    value: "SAME",
  });
  const before = ui.slider("before", { label: "Zeros before", value: 3, min: 0, max: 10 });
  const after = ui.slider("after", { label: "Zeros after", value: 3, min: 0, max: 10 });
  const transposed = ui.check("transposed", { label: "transposed", value: false });
  ui.inputs.append(n, k, s, d, padding, before, after, transposed);
  ui.inputs.append(ui.button("Reset", ui.reset));

  const drawing = element("svg:svg", { class: "size-drawing", role: "img", height: HEIGHT });
  const formula = element("p", { class: "size-formula live-formula" });
  const words = element("p", { class: "size-words" });
  ui.outputs.append(drawing, formula, words, ui.code(code));

  /**
   * What the numbers of a state make of a row of ones under a kernel of ones.
   *
   * @param {any} values
   */
  function computed(values) {
    const kind = values.padding;
    const dilation = values.transposed ? 1 : values.d;
    const reach = (values.k - 1) * dilation + 1;
    const x = { data: new Float32Array(values.n).fill(1), shape: [1, 1, values.n, 1] };
    const w = { data: new Float32Array(values.k).fill(1), shape: [1, values.k, 1, 1] };
    /** @type {WindowOptions} */
    const options = { stride: [1, values.s], dilation: [1, dilation], padding: kind };
    /** @type {[number, number]} */
    let zeros = [0, 0];
    if (kind === "explicit") zeros = [values.before, values.after];
    if (kind === "explicit") options.padding = [[0, 0], zeros];
    if (!values.transposed) {
      const along = { stride: values.s, dilation };
      if (kind === "SAME") zeros = samePadding(values.n, values.k, along);
      const padded = values.n + zeros[0] + zeros[1];
      if (reach > padded)
        throw new Error(
          `No window fits: the taps reach over ${reach} pixels, and there are ${padded}.`,
        );
      const size = outputSize(values.n, values.k, { ...along, padding: zeros });
      return { reach, dilation, zeros, size, sums: conv2d(x, w, options).data };
    }
    const whole = (values.n - 1) * values.s + reach;
    if (kind === "explicit" && zeros[0] + zeros[1] >= whole)
      throw new Error(
        `Nothing is left: the stamps cover ${whole} pixels, and as many are cut off.`,
      );
    const { data } = conv2dTranspose(x, w, options);
    // SAME cuts off what the convolution that it transposes has padded.
    if (kind === "SAME") zeros = samePadding(data.length, values.k, { stride: values.s });
    return { reach, dilation, zeros, size: data.length, sums: data };
  }

  /** @param {any} values */
  function update(values) {
    for (const control of [before, after]) control.hidden = values.padding !== "explicit";
    const [dilate] = d.getElementsByTagName("input");
    dilate.disabled = values.transposed;
    const state = computed(values);
    if (values.transposed) drawStamps(values, state);
    else drawWindows(values, state);
  }

  /**
   * Draws rows of cells on as many columns: each calls `cell` for its marks.
   *
   * @param {number} columns @param {number} rows
   */
  function paper(columns, rows) {
    const width = ui.outputs.clientWidth || 320;
    const cell = Math.min(24, (width - MARGIN) / columns);
    const height = Math.min(cell, (HEIGHT - 2) / rows);
    drawing.replaceChildren();
    drawing.setAttribute("width", width);
    /** @param {string} kind @param {number} row @param {number} column @param {number} [length] */
    function mark(kind, row, column, length = 1) {
      const gap = kind === "tap" ? 0.18 : 0.06;
      drawing.append(
        element("svg:rect", {
          class: `size-${kind}`,
          x: 1 + (column + gap) * cell,
          y: 1 + (row + gap) * height,
          width: (length - 2 * gap) * cell,
          height: (1 - 2 * gap) * height,
          rx: 2,
        }),
      );
    }
    /** @param {number} row @param {number} column @param {number} value */
    function write(row, column, value) {
      if (height < 15) return; // The words below say it.
      const [x, y] = [1 + column * cell, 1 + (row + 0.5) * height];
      drawing.append(element("svg:text", { x, y, text: `${value}` }));
    }
    return { mark, write };
  }

  /** @param {any} values @param {ReturnType<typeof computed>} state */
  function drawWindows(values, { reach, dilation, zeros, size, sums }) {
    const padded = values.n + zeros[0] + zeros[1];
    const read = new Set();
    const { mark, write } = paper(padded, size + 1);
    for (let i = 0; i < size; i++) {
      mark("reach", i + 1, i * values.s, reach);
      for (let u = 0; u < values.k; u++) {
        mark("tap", i + 1, i * values.s + u * dilation);
        read.add(i * values.s + u * dilation);
      }
      write(i + 1, padded + 0.4, sums[i]);
    }
    let unread = 0;
    for (let p = 0; p < padded; p++) {
      const zero = p < zeros[0] || p >= padded - zeros[1];
      if (!zero && !read.has(p)) unread++;
      mark(zero ? "zero" : read.has(p) ? "pixel" : "unread", 0, p);
    }
    const fraction = `(${values.n} + ${zeros[0]} + ${zeros[1]} − ${reach}) / ${values.s}`;
    formula.textContent =
      values.padding === "SAME"
        ? `m = ⌈${values.n} / ${values.s}⌉ = ${size}`
        : `m = ⌊${fraction}⌋ + 1 = ${size}`;
    say(
      `${count(size, "output")}; ${count(zeros[0], "zero")} before, ${zeros[1]} after; ` +
        `${unread ? count(unread, "pixel") : "no pixel"} unread.`,
      `Pixels that each window meets: ${[...sums].join(", ")}.`,
    );
  }

  /** @param {any} values @param {ReturnType<typeof computed>} state */
  function drawStamps(values, { reach, zeros, size, sums }) {
    const all = Math.max(zeros[0] + size + zeros[1], (values.n - 1) * values.s + reach);
    const { mark } = paper(all, values.n + 1);
    for (let i = 0; i < values.n; i++) {
      mark("reach", i, i * values.s, reach);
      for (let u = 0; u < reach; u++) mark("tap", i, i * values.s + u);
    }
    for (let q = 0; q < all; q++) {
      const value = sums[q - zeros[0]];
      mark(value === undefined ? "zero" : value ? "pixel" : "unread", values.n, q);
    }
    const stamps = `(${values.n} − 1) · ${values.s}`;
    formula.textContent = {
      VALID: `m = ${stamps} + max(${reach}, ${values.s}) = ${size}`,
      SAME: `m = ${values.n} · ${values.s} = ${size}`,
      explicit: `m = ${stamps} + ${reach} − ${zeros[0]} − ${zeros[1]} = ${size}`,
    }[/** @type {"VALID"} */ (values.padding)];
    const even = new Set(sums).size === 1;
    say(
      `${count(size, "output")}; ${zeros[0]} cut off before, ${zeros[1]} after.`,
      `Stamps on each output: ${[...sums].join(", ")}${even ? "" : ", which is uneven"}.`,
    );
  }

  /** @param {number} number @param {string} noun */
  const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

  /** @param {string} result @param {string} sums */
  function say(result, sums) {
    ui.say(result);
    words.textContent = sums;
    drawing.setAttribute("aria-label", `${result} ${sums}`);
  }

  /**
   * The code that prints the size and the sums.
   *
   * @param {any} values
   */
  function code(values) {
    const { zeros, size, dilation } = computed(values);
    const [n, k, s] = [values.n, values.k, values.s];
    const explicit = values.padding === "explicit";
    const word = explicit ? "VALID" : values.padding;
    const lines = ["import tensorflow as tf", "", `x = tf.ones((1, 1, ${n}, 1))`];
    if (values.transposed) {
      lines.push(
        "layer = tf.keras.layers.Conv2DTranspose(",
        `    1, (1, ${k}), (1, ${s}), "${word.toLowerCase()}", kernel_initializer="ones"`,
        ")",
        explicit ? `y = layer(x)[:, :, ${zeros[0]}:${zeros[0] + size}]` : "y = layer(x)",
      );
    } else {
      const pads = explicit ? `[[0, 0], [0, 0], [${zeros.join(", ")}], [0, 0]]` : `"${word}"`;
      lines.push(
        `w = tf.ones((1, ${k}, 1, 1))`,
        `y = tf.nn.conv2d(x, w, (1, ${s}), ${pads}, dilations=(1, ${dilation}))`,
      );
    }
    return [...lines, "print(y.shape[2], y[0, 0, :, 0].numpy().tolist())"].join("\n");
  }

  new ResizeObserver(() => ui.refresh()).observe(ui.outputs);
  ui.start();
});
