// What an output of a stack of layers sees of a picture: the square that the formula gives, and the
// gradient in it.
// Data: pictures/chelsea_face
"use strict";

ConvbookLive.register("receptive_field", (body) => {
  const { correlate, conv2dInputGradient } = ConvbookLive.engine;
  const { element, shown, grey } = ConvbookLive.drawing;
  const { panel, parsed } = ConvbookLive.controls;
  const SIDE = 256; // pixels of the picture
  const MOST = 16; // layers
  /** What a layer can be. @type {Record<string, number[]>} */
  const SIZES = {
    k: [1, 2, 3, 4, 5, 6, 7, 9, 11],
    s: [1, 2, 3, 4, 5, 6],
    d: [1, 2, 3, 4, 6, 8],
  };
  const WORDS = { k: "taps k", s: "stride s", d: "dilation d" };
  /** Taps, stride and dilation of each layer. @type {Record<string, number[][]>} */
  const STACKS = {
    "15 of 3 taps": Array(15).fill([3, 1, 1]),
    "LeNet-5": [
      [5, 1, 1],
      [2, 2, 1],
      [5, 1, 1],
      [2, 2, 1],
    ],
    "Dilations 1, 2, 4, 8": [1, 2, 4, 8].map((d) => [3, 1, d]),
    "Dilations 8": Array(4).fill([3, 1, 8]),
  };
  const FIRST = [7, 3, 3, 3, 3].map((k, l) => [k, [2, 2, 1, 2, 1][l], 1]);

  const ui = panel(body, "receptive_field", update);
  const photo = ui.picture("photo", { fit: { height: SIDE, width: SIDE } });
  const kind = ui.choice("weights", {
    label: "Weights",
    options: { equal: "equal", random: "random" },
    value: "equal",
  });
  const relu = ui.check("relu", { label: "ReLU after each layer", value: false });
  ui.state("n", {
    value: FIRST.length,
    read: (text) => parsed(text, { min: 1, max: MOST, whole: true }),
  });
  // The pixel that the reader points at; the output that is nearest to it is asked.
  for (const [key, value] of Object.entries({ i: 60, j: 74 }))
    ui.state(key, { value, read: (text) => parsed(text, { min: 0, max: SIDE - 1, whole: true }) });

  const rows = Array.from({ length: MOST }, (_, l) => {
    const choices = Object.entries(SIZES).map(([key, sizes], c) => {
      const label = `Layer ${l + 1}, ${WORDS[/** @type {"k"} */ (key)]}`;
      const options = Object.fromEntries(sizes.map((size) => [size, `${size}`]));
      return ui.choice(`${key}${l + 1}`, {
        label,
        options,
        value: `${(FIRST[l] ?? [3, 1, 1])[c]}`,
      });
    });
    return element(
      "div",
      { class: "reach-row" },
      ...choices,
      element("span", { class: "reach-sum" }),
    );
  });
  const head = element("div", { class: "reach-row", "aria-hidden": "true" });
  head.append(...["k", "s", "d", "field"].map((text) => element("span", { text })));
  const add = ui.button("Add a layer", () => ui.set("n", ui.values.n + 1));
  const remove = ui.button("Remove last", () => ui.set("n", ui.values.n - 1));
  ui.inputs.append(
    element("div", { class: "reach-stack" }, head, ...rows),
    element("div", { class: "live-buttons" }, add, remove),
    kind,
    relu,
    element(
      "div",
      { class: "live-buttons" },
      ...Object.entries(STACKS).map(([label, layers]) => ui.button(label, () => stack(layers))),
      ui.button("Reset", ui.reset),
    ),
    photo.element,
  );

  const view = ui.map({ label: "Picture: drag the frame", point: place });
  const slopes = ui.map({ label: "Gradient, share of its peak", scale: "signed" });
  const bars = element("svg:path", { class: "reach-bars" });
  const curve = element("svg:path", { class: "live-mark" });
  const profile = element("svg:svg", {
    class: "reach-profile",
    role: "img",
    preserveAspectRatio: "none",
  });
  profile.append(bars, curve);
  const formula = element("p", { class: "reach-formula" });
  const list = element("dl", { class: "reach-list" });
  const under = element("p", {
    class: "reach-under",
    text: "Weight of each column, and a Gaussian as wide",
  });
  ui.outputs.append(
    element(
      "div",
      { class: "reach-maps" },
      element("div", {}, view.element, list),
      element("div", {}, slopes.element, profile, under),
    ),
    formula,
    ui.code(code),
  );
  body.classList.add("reach");

  /** @param {number[][]} layers */
  function stack(layers) {
    layers.forEach((layer, l) => {
      ["k", "s", "d"].forEach((key, c) => {
        ui.set(`${key}${l + 1}`, `${layer[c]}`);
      });
    });
    ui.set("n", layers.length);
  }

  /** @param {number} i @param {number} j */
  function place(i, j) {
    ui.set("i", i);
    ui.set("j", j);
  }

  /** @param {any} values */
  const layersOf = (values) =>
    Array.from({ length: values.n }, (_, l) =>
      ["k", "s", "d"].map((key) => +values[key + (l + 1)]),
    );

  /**
   * The taps of each layer: equal, or from −0.5 to 1 by Lehmer's generator.
   *
   * @param {number[][]} layers @param {string} weights
   */
  function kernels(layers, weights) {
    let seed = 1;
    return layers.map(([k]) => {
      const data = Float32Array.from({ length: k * k }, () => {
        seed = (16807 * seed) % 2147483647;
        return weights === "equal" ? 1 / k ** 2 : (1.5 * seed) / 2147483647 - 0.5;
      });
      return { data, shape: [k, k, 1, 1] };
    });
  }

  /**
   * The pixels that an output sees, in −0.5 to 0.5.
   *
   * @param {Tensor} picture @param {number} top @param {number} left @param {number} side
   */
  function cut({ data, shape }, top, left, side) {
    const pixels = new Float32Array(side ** 2);
    for (let row = 0; row < side; row++) {
      const first = (top + row) * shape[2] + left;
      for (let column = 0; column < side; column++)
        pixels[row * side + column] = data[first + column] - 0.5;
    }
    return { data: pixels, shape: [1, side, side, 1] };
  }

  /**
   * The gradient of the only output that a stack has on as many pixels as the output sees.
   *
   * @param {Tensor} pixels @param {number[][]} layers @param {Tensor[]} taps
   * @param {boolean} rectified
   */
  function gradientOn(pixels, layers, taps, rectified) {
    const maps = [pixels];
    layers.forEach(([, stride, dilation], l) => {
      const map = correlate(maps[l], taps[l], { stride, dilation });
      if (rectified) map.data = map.data.map((value) => Math.max(value, 0));
      maps.push(map);
    });
    /** @type {Tensor} */
    let slope = { data: Float32Array.of(1), shape: [1, 1, 1, 1] };
    for (let l = layers.length - 1; l >= 0; l--) {
      const [, stride, dilation] = layers[l];
      if (rectified)
        slope.data = slope.data.map((value, p) => (maps[l + 1].data[p] > 0 ? value : 0));
      slope = conv2dInputGradient(slope, taps[l], maps[l].shape, { stride, dilation });
    }
    return slope;
  }

  /**
   * Where the weight of a profile lies: its mean, its deviation, and the share of what is within two
   * deviations of the mean.
   *
   * @param {number[]} weights
   */
  function spread(weights) {
    const sum = weights.reduce((a, b) => a + b, 0) || 1;
    const mean = weights.reduce((a, w, x) => a + w * x, 0) / sum;
    const deviation = Math.sqrt(weights.reduce((a, w, x) => a + w * (x - mean) ** 2, 0) / sum);
    const near = weights.filter((_, x) => Math.abs(x - mean) <= 2 * deviation + 1e-9);
    return { mean, deviation, inside: near.reduce((a, b) => a + b, 0) / sum };
  }

  /** @param {any} values */
  function update(values) {
    const layers = layersOf(values);
    /** @type {number[]} */
    const terms = [];
    let [side, jump] = [1, 1];
    rows.forEach((row, l) => {
      row.hidden = l >= layers.length;
      if (row.hidden) return;
      const [k, s, d] = layers[l];
      terms.push((k - 1) * d * jump);
      side += (k - 1) * d * jump;
      jump *= s;
      row.lastElementChild.textContent = side;
    });
    add.disabled = layers.length === MOST;
    remove.disabled = layers.length === 1;
    formula.textContent = `r = 1 + ${terms.join(" + ")} = ${side}`;
    const picture = photo.tensor();
    if (!picture) throw new Error("Choose a picture of your own, or Chelsea.");
    if (picture !== from) luma = grey(picture);
    from = picture;
    view.draw(luma);
    if (side > SIDE)
      throw new Error(
        `There is no output: it would see ${side} × ${side} pixels, and the picture has ${SIDE} × ${SIDE}.`,
      );
    const outputs = Math.floor((SIDE - side) / jump) + 1;
    const [top, left] = [values.i, values.j].map((pixel) => {
      const nearest = Math.round((pixel - (side - 1) / 2) / jump);
      return jump * Math.min(outputs - 1, Math.max(0, nearest));
    });
    at = { pixels: cut(luma, top, left, side), top, left };
    const taps = kernels(layers, values.weights);
    const { data, shape } = gradientOn(at.pixels, layers, taps, values.relu);
    draw(data, shape, side, jump);
  }

  /** The picture, and the same in grey. @type {Tensor} */
  let from;
  /** @type {Tensor} */
  let luma;
  /** What the output that is asked sees. @type {{pixels: Tensor, top: number, left: number}} */
  let at;

  /**
   * @param {Float32Array} data The gradient. @param {number[]} shape @param {number} side
   * @param {number} jump
   */
  function draw(data, shape, side, jump) {
    const peak = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const seen = data.reduce((count, value) => count + Number(value !== 0), 0);
    const [down, along] = [0, 1].map((axis) => {
      const weights = Array(side).fill(0);
      data.forEach((value, p) => {
        weights[axis ? p % side : Math.floor(p / side)] += Math.abs(value);
      });
      return weights;
    });
    const [y, x] = [down, along].map(spread);
    const columns = along.flatMap((weight, column) => (weight > 0 ? [column] : []));
    const span = peak ? columns[columns.length - 1] - columns[0] + 1 : 0;

    view.frame(0, at.top, at.left, side, side);
    slopes.draw(
      { data: data.map((value) => value / (peak || 1)), shape },
      { limits: [-1, 1], text: `${side} by ${side} pixels, ${seen} of them not zero` },
    );
    const inner = [y.mean - 2 * y.deviation + 0.5, x.mean - 2 * x.deviation + 0.5];
    const size = [4 * y.deviation, 4 * x.deviation];
    slopes.frame(1, inner[0], inner[1], size[0], size[1]);
    view.frame(1, at.top + inner[0], at.left + inner[1], size[0], size[1]);

    const most = Math.max(...along) || 1;
    profile.setAttribute("viewBox", `0 0 ${side} 1`);
    profile.setAttribute("aria-label", `Deviation along the width: ${shown(x.deviation)} pixels.`);
    bars.setAttribute("d", along.map((w, c) => `M${c} 1v${-w / most}h1V1z`).join(""));
    // As high as the bars would be if their weight followed a Gaussian.
    const sum = along.reduce((a, b) => a + b, 0) / most;
    const points = Array.from({ length: 121 }, (_, p) => {
      const place = (side * p) / 120;
      const bell = Math.exp(-(((place - 0.5 - x.mean) / x.deviation) ** 2) / 2);
      return `${place} ${1 - (sum * bell) / (x.deviation * Math.sqrt(2 * Math.PI))}`;
    });
    curve.setAttribute("d", x.deviation ? `M${points.join("L")}` : "");

    const lines = {
      "By formula": `${side} px`,
      Measured: `${span} px`,
      "Pixels read": `${seen.toLocaleString("en")} px`,
      "Two deviations": `± ${(2 * x.deviation).toFixed(1)} px`,
      "They hold": `${(100 * x.inside).toFixed(1)} %`,
      "All strides": `${jump} px`,
    };
    list.replaceChildren(
      ...Object.entries(lines).flatMap(([term, text]) => [
        element("dt", { text: term }),
        element("dd", { text }),
      ]),
    );
    ui.say(
      peak
        ? `The formula gives ${side} pixels across, the gradient spans ${span}; ` +
            `${(100 * x.inside).toFixed(1)} % of its weight lies within two deviations, ` +
            `± ${(2 * x.deviation).toFixed(1)} pixels.`
        : `The formula gives ${side} pixels across, and a ReLU is off: the gradient is zero.`,
    );
  }

  /** @param {any} values */
  function code(values) {
    const layers = layersOf(values);
    const { top, left, pixels } = at;
    const [, side] = pixels.shape;
    const lines = ["import numpy as np", "import tensorflow as tf", ""];
    if (!values.relu) {
      lines.push("# The stack is linear: the gradient is the same on every picture.");
      lines.push(`x = tf.zeros((1, ${side}, ${side}, 1))`);
    } else if (values.photo === "own") {
      const bytes = new Uint8Array(pixels.data.buffer);
      const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
      lines.unshift("import base64");
      lines.push("# The pixels of your picture that the output sees.");
      lines.push(`x = np.frombuffer(base64.b64decode("${text}"), np.float32)`);
      lines.push(`x = tf.constant(x.reshape(1, ${side}, ${side}, 1))`);
    } else {
      lines.splice(2, 1, "", "from convbook import data", "");
      lines.push(`x = data.chelsea_grey()[${top}:${top + side}, ${left}:${left + side}] - 0.5`);
      lines.push("x = tf.constant(x[np.newaxis, :, :, np.newaxis])");
    }
    lines.push(
      `layers = [${layers.map((layer) => `(${layer.join(", ")})`).join(", ")}]  # taps, stride, dilation`,
    );
    if (values.weights !== "equal") lines.push("seed = 1");
    lines.push(
      "with tf.GradientTape() as tape:",
      "    tape.watch(x)",
      "    y = x",
      "    for k, s, d in layers:",
    );
    if (values.weights === "equal") lines.push("        w = np.full(k * k, 1 / k**2, np.float32)");
    else
      lines.push(
        "        w = np.empty(k * k, np.float32)",
        "        for tap in range(k * k):",
        "            seed = 16807 * seed % 2147483647",
        "            w[tap] = 1.5 * seed / 2147483647 - 0.5",
      );
    lines.push("        w = w.reshape(k, k, 1, 1)");
    lines.push('        y = tf.nn.conv2d(y, w, s, "VALID", dilations=d)');
    if (values.relu) lines.push("        y = tf.nn.relu(y)");
    lines.push(
      "gradient = tape.gradient(y, x)[0, :, :, 0].numpy()",
      "profile = np.abs(gradient).sum(axis=0)",
      "columns = np.flatnonzero(profile)",
      "print(len(gradient), np.ptp(columns) + 1, np.count_nonzero(gradient))",
      "places = np.arange(len(profile))",
      "mean = np.average(places, weights=profile)",
      "deviation = np.average((places - mean) ** 2, weights=profile) ** 0.5",
      "near = np.abs(places - mean) <= 2 * deviation + 1e-9",
      "print(2 * deviation, profile[near].sum() / profile.sum())",
    );
    return lines.join("\n");
  }

  ui.start();
});
