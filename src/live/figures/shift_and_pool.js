// A picture that moves by pixels, and what three poolings make of its edges: how far each is from
// what the pooling of the unmoved picture foretells.
// Data: pictures/chelsea_face
"use strict";

ConvbookLive.register("shift_and_pool", (body) => {
  const { conv2d, maxPool, averagePool } = ConvbookLive.engine;
  const { element, grey } = ConvbookLive.drawing;
  const SIDE = 256; // pixels of the picture
  const FARTHEST = 12; // pixels of shift
  const MARGIN = 16; // pixels at the border, where the shifted picture wraps around
  const CUT = { first: 44, side: 60 }; // what is shown of it; all strides divide the side
  const SOBEL = { data: Float32Array.of(-1, 0, 1, -2, 0, 2, -1, 0, 1), shape: [3, 3, 1, 1] };
  const NAMES = ["Max", "Mean", "Max, then blur"];
  /** The highest line of the chart, in standard deviations. @type {Record<string, number>} */
  const TOP = { prediction: 0.75, start: 1.5 };
  const [WIDE, HIGH] = [120, 48]; // of the chart, in units of its own

  const ui = ConvbookLive.controls.panel(body, "shift_and_pool", update);
  const photo = ui.picture("photo", { fit: { height: SIDE, width: SIDE } });
  ui.inputs.append(
    ui.slider("shift", {
      label: "Shift to the right",
      value: 1,
      min: 0,
      max: FARTHEST,
      unit: " px",
    }),
    ui.slider("s", { label: "Window and stride", value: 4, min: 2, max: 4, unit: " px" }),
    ui.choice("against", {
      label: "Compare with",
      options: { prediction: "the prediction", start: "the unmoved" },
      value: "prediction",
    }),
    ui.button("Reset", ui.reset),
    photo.element,
  );

  const view = ui.map({ label: "Picture: drag it" });
  const edges = ui.map({ label: "Edges, and the windows" });
  const pooled = NAMES.map((label) => ui.map({ label }));
  const errors = NAMES.map(() => {
    return ui.map({ label: "Difference", scale: "signed" });
  });
  edges.element.firstElementChild?.append(element("div", { class: "shift-windows" }));
  const chart = element("svg:svg", { class: "shift-chart", role: "img" });
  chart.setAttribute("viewBox", `0 0 ${WIDE} ${HIGH}`);
  chart.setAttribute("preserveAspectRatio", "none");
  const here = element("svg:path", { class: "live-axis" });
  const thirds = [1, 2, 3].map((n) => (n * HIGH) / 3);
  const lines = thirds.map((y) => `M0 ${HIGH - y}H${WIDE}`).join("");
  const curves = [0, 1, 2].map((n) =>
    element("svg:path", { class: `live-curve shift-curve-${n}` }),
  );
  chart.append(element("svg:path", { class: "live-rule", d: lines }), here, ...curves);
  const marks = thirds.map((y) => element("span", { style: `bottom: ${(100 * y) / HIGH}%` }));
  const keys = NAMES.map((text, n) => {
    const value = element("span", { class: "shift-value" });
    return { value, row: element("li", { class: `shift-key-${n}` }, `${text} `, value) };
  });
  const row = (/** @type {string} */ kind, /** @type {LiveMap[]} */ maps) =>
    element("div", { class: kind }, ...maps.map((map) => map.element));
  ui.outputs.append(
    row("shift-pair", [view, edges]),
    row("live-row shift-three", pooled),
    row("live-row shift-three", errors),
    element("p", {
      class: "shift-title",
      text: "Root mean square of the difference in standard deviations, by the shift in pixels",
    }),
    element("ul", { class: "shift-keys" }, ...keys.map((key) => key.row)),
    element("div", { class: "shift-frame" }, chart, ...marks),
    element(
      "p",
      { class: "shift-axis live-hint" },
      ...[0, 4, 8, 12].map((x) =>
        element("span", { text: `${x}`, style: `left: ${(100 * x) / FARTHEST}%` }),
      ),
    ),
    ui.code(code),
  );
  body.classList.add("shift");
  letDrag(view.canvas);

  /** Lets a reader drag the picture, or move it with the arrow keys. @param {HTMLCanvasElement} canvas */
  function letDrag(canvas) {
    for (const [name, value] of Object.entries({ role: "slider", tabindex: 0, "aria-valuemin": 0 }))
      canvas.setAttribute(name, `${value}`);
    canvas.setAttribute("aria-valuemax", `${FARTHEST}`);
    canvas.classList.add("shift-drag");
    let [from, began] = [0, 0];
    const go = (/** @type {number} */ shift) =>
      ui.set("shift", Math.min(FARTHEST, Math.max(0, Math.round(shift))));
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      [from, began] = [event.clientX, ui.values.shift];
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.buttons) go(began + ((event.clientX - from) * CUT.side) / canvas.clientWidth);
    });
    canvas.addEventListener("keydown", ({ key }) => {
      if (key === "ArrowRight") go(ui.values.shift + 1);
      if (key === "ArrowLeft") go(ui.values.shift - 1);
    });
  }

  /** Moves a map to the right; what leaves it comes back on the left. @param {Tensor} map @param {number} by */
  function roll({ data, shape }, by) {
    const [rows, width] = [shape[1], shape[2]];
    const moved = new Float32Array(data.length);
    for (let from = 0; from < rows * width; from += width) {
      moved.set(data.subarray(from, from + width - by), from + by);
      moved.set(data.subarray(from + width - by, from + width), from);
    }
    return { data: moved, shape };
  }

  /** A part of a map. @param {Tensor} map @param {number} first @param {number} side @param {number} [left] */
  function cut({ data, shape }, first, side, left = first) {
    const part = new Float32Array(side * side);
    for (let i = 0; i < side; i++) {
      const from = (first + i) * shape[2] + left;
      part.set(data.subarray(from, from + side), i * side);
    }
    return { data: part, shape: [1, side, side, 1] };
  }

  /** The picture, the stride, and what has been computed of them. @type {any} */
  let known = {};

  /** @param {Tensor} picture @param {number} s */
  function prepare(picture, s) {
    if (known.picture !== picture) {
      const luma = grey(picture);
      // A picture of the reader's own goes into the code as bytes.
      if (ui.values.photo === "own")
        luma.data = luma.data.map((value) => Math.round(255 * value) / 255);
      const slopes = conv2d(luma, SOBEL, { padding: "SAME" });
      slopes.data = slopes.data.map((value) => Math.max(value, 0));
      known = { picture, luma, slopes };
    }
    if (known.s === s) return;
    // The maximum at every position is the same for all shifts, but for the margin.
    const dense = maxPool(known.slopes, s, { stride: 1, padding: "SAME" });
    let binomial = [1];
    for (let n = 1; n < 2 * s - 1; n++)
      binomial = [...binomial, 0].map((value, i) => (value + (binomial[i - 1] ?? 0)) / 2);
    const blur = {
      data: Float32Array.from(binomial.flatMap((a) => binomial.map((b) => a * b))),
      shape: [2 * s - 1, 2 * s - 1, 1, 1],
    };
    Object.assign(known, { s, dense, blur, curves: {} });
    known.start = poolings(0);
    known.deviations = known.start.map((/** @type {Tensor} */ map) => {
      const mean = meanInside(map, (p) => map.data[p]);
      return Math.sqrt(meanInside(map, (p) => (map.data[p] - mean) ** 2));
    });
    // A few of the strongest edges are beyond the scale: the others would be dark.
    const sorted = Float32Array.from(known.start[0].data).sort();
    known.most = sorted[Math.floor(0.98 * (sorted.length - 1))] || 1;
  }

  /** What the three poolings make of the edges, shifted. @param {number} shift @returns {Tensor[]} */
  function poolings(shift) {
    const { slopes, dense, blur, s } = known;
    const moved = roll(slopes, shift);
    return [
      maxPool(moved, s, { padding: "SAME" }),
      averagePool(moved, s, { padding: "SAME" }),
      conv2d(roll(dense, shift), blur, { stride: s, padding: "SAME" }),
    ];
  }

  /**
   * The mean of something over the pixels of a map, the border apart.
   *
   * @param {Tensor} map @param {(p: number) => number} what
   */
  function meanInside({ shape: [, rows, columns] }, what) {
    const margin = Math.ceil(MARGIN / known.s);
    let sum = 0;
    for (let i = margin; i < rows - margin; i++)
      for (let j = margin; j < columns - margin; j++) sum += what(i * columns + j);
    return sum / ((rows - 2 * margin) * (columns - 2 * margin));
  }

  /** What a map is compared with. @param {Tensor} start @param {number} shift @param {string} against */
  function expected(start, shift, against) {
    if (against === "start") return start;
    const [whole, part] = [Math.floor(shift / known.s), (shift % known.s) / known.s];
    const [nearer, further] = [roll(start, whole), roll(start, whole + 1)];
    const data = nearer.data.map((value, p) => value + part * (further.data[p] - value));
    return { data, shape: start.shape };
  }

  /**
   * The errors at a shift, which are kept.
   *
   * @param {number} shift @param {string} against @param {Tensor[]} [maps] Pooled at that shift.
   * @returns {number[]}
   */
  function errorsAt(shift, against, maps) {
    known.curves[`${against} ${shift}`] ??= (maps ?? poolings(shift)).map((map, n) => {
      const { data } = expected(known.start[n], shift, against);
      const square = meanInside(map, (p) => (map.data[p] - data[p]) ** 2);
      return Math.sqrt(square) / (known.deviations[n] || 1);
    });
    return known.curves[`${against} ${shift}`];
  }

  /** @param {any} values */
  function update({ shift, s, against }) {
    const picture = photo.tensor();
    if (!picture) throw new Error("Choose a picture of your own, or Chelsea.");
    prepare(picture, s);
    const { luma, slopes, start, most } = known;
    const maps = poolings(shift);
    view.draw(cut(luma, CUT.first, CUT.side, CUT.first - shift));
    edges.draw(cut(slopes, CUT.first, CUT.side, CUT.first - shift), { limits: [0, most] });
    body.style.setProperty("--windows", `${CUT.side / s}`);
    view.canvas.setAttribute("aria-valuenow", `${shift}`);
    const side = CUT.side / s;
    const first = Math.ceil(CUT.first / s); // With SAME and 3, a window begins before the picture.
    maps.forEach((map, n) => {
      pooled[n].draw(cut(map, first, side), { limits: [0, most] });
      const other = expected(start[n], shift, against);
      const data = map.data.map((value, p) => value - other.data[p]);
      errors[n].draw(cut({ data, shape: map.shape }, first, side), {
        limits: [-most / 2, most / 2],
      });
    });
    const now = errorsAt(shift, against, maps).map((error) => error.toFixed(2));
    drawChart(shift, against);
    keys.forEach(({ value }, n) => {
      value.textContent = now[n];
    });
    const what = against === "start" ? "has changed by" : "differs from its prediction by";
    ui.say(
      `Shifted by ${shift} pixel${shift === 1 ? "" : "s"}, max pooling ${what} ${now[0]} standard ` +
        `deviations, the mean by ${now[1]}, and the maximum with a blur by ${now[2]}.`,
    );
  }

  /** Draws as much of the curves as is known, and lets the next frame go on. @param {number} shift @param {string} against */
  function drawChart(shift, against) {
    const until = performance.now() + 8; // milliseconds
    /** @type {number[][]} */
    const points = [];
    let added = 0;
    for (let x = 0; x <= FARTHEST; x++) {
      const missing = !known.curves[`${against} ${x}`];
      if (missing && added++ && performance.now() > until) {
        ui.refresh();
        break;
      }
      points.push(errorsAt(x, against));
    }
    marks.forEach((mark, n) => {
      mark.textContent = `${(TOP[against] * (n + 1)) / 3}`;
    });
    const place = (/** @type {number} */ x, /** @type {number} */ y) =>
      `${(WIDE * x) / FARTHEST} ${HIGH * (1 - y / TOP[against])}`;
    curves.forEach((curve, n) => {
      curve.setAttribute("d", `M${points.map((errors, x) => place(x, errors[n])).join("L")}`);
    });
    here.setAttribute("d", `M${(WIDE * shift) / FARTHEST} 0V${HIGH}`);
    const last = points.map((errors) =>
      errors.map((/** @type {number} */ e) => e.toFixed(2)).join(", "),
    );
    chart.setAttribute(
      "aria-label",
      `Errors of the three by shift, from 0 on: ${last.join("; ")}.`,
    );
  }

  /** @param {any} values */
  function code({ shift, s, against, photo: chosen }) {
    const own = chosen === "own";
    const margin = Math.ceil(MARGIN / s);
    const lines = [
      ...(own ? ["import base64", ""] : []),
      "import numpy as np",
      "import tensorflow as tf",
      "",
    ];
    if (own) {
      const bytes = Uint8Array.from(known.luma.data, (value) => Math.round(255 * value));
      const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
      lines.push(
        `x = np.frombuffer(base64.b64decode("${btoa(text)}"), np.uint8)`,
        `x = (x / 255).astype(np.float32).reshape(1, ${SIDE}, ${SIDE}, 1)`,
      );
    } else {
      lines.push(
        "from convbook import data",
        "",
        "x = data.chelsea_grey()[np.newaxis, :, :, np.newaxis]",
      );
    }
    lines.push(
      "sobel = np.reshape([-1, 0, 1, -2, 0, 2, -1, 0, 1], (3, 3, 1, 1)).astype(np.float32)",
      'edges = tf.nn.relu(tf.nn.conv2d(x, sobel, 1, "SAME"))',
      `shift, s = ${shift}, ${s}`,
      "row = np.ones(1)",
      "for _ in range(2 * s - 2):",
      "    row = np.convolve(row, [0.5, 0.5])",
      "blur = np.outer(row, row)[:, :, np.newaxis, np.newaxis].astype(np.float32)",
      "",
      "poolings = {",
      '    "Max": lambda y: tf.nn.max_pool2d(y, s, s, "SAME"),',
      '    "Mean": lambda y: tf.nn.avg_pool2d(y, s, s, "SAME"),',
      '    "Max, then blur": lambda y: tf.nn.conv2d(tf.nn.max_pool2d(y, s, 1, "SAME"), blur, s, "SAME"),',
      "}",
      "for name, pool in poolings.items():",
      "    start = pool(edges).numpy()",
      "    pooled = pool(tf.roll(edges, shift, axis=2)).numpy()",
      ...(against === "start"
        ? ["    expected = start"]
        : [
            "    nearer, further = (np.roll(start, shift // s + step, axis=2) for step in (0, 1))",
            "    expected = nearer + shift % s / s * (further - nearer)",
          ]),
      `    inside = np.s_[:, ${margin}:-${margin}, ${margin}:-${margin}]`,
      "    error = np.sqrt(np.mean((pooled - expected)[inside] ** 2)) / start[inside].std()",
      '    print(f"{name}: {error:.4f}")',
    );
    return lines.join("\n");
  }

  ui.start();
});
