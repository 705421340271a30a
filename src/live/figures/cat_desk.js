// A photograph, cut out, turned, blurred and covered, and all that EfficientNet-Lite0 says to it.
//
// Data: networks/efficientnet_lite0 classes/imagenet pictures/chelsea pictures/coffee_seen pictures/astronaut_seen
"use strict";

ConvbookLive.register("cat_desk", (body) => {
  const { digits, photograph } = ConvbookLive;
  const { ARROWS, element, shown } = ConvbookLive.drawing;
  const { parsed } = ConvbookLive.controls;
  const names = ConvbookLive.classes.imagenet;
  const network = ConvbookLive.networks.efficientnet_lite0;
  const SIZE = network.shape[0]; // pixels along each side of what the network takes
  const RANGE = { centre: 127, scale: 128 }; // of its pixels
  const FIRST = 5;
  const CAT = 285;
  const DECADES = 7; // below 1, that the strip has room for
  const SLICE = 24; // milliseconds, after which the page may do something else
  const STEP = 8; // pixels that an arrow key moves a frame, and one with Shift
  const HOT = [0.125, 0.18, 0.25, 0.35, 0.5, 0.71, 1, 1.41, 2, 2.83, 4, 5.66, 8];
  const CHELSEA = { side: 299, row: 149, column: 249 }; // the middle of the chapter's square
  /** @type {Record<string, string>} */
  const PYTHON = {
    chelsea: "data.chelsea()",
    coffee_seen: "network.restore(network.preprocess(data.coffee()))[0]",
    astronaut_seen: "network.restore(network.preprocess(data.astronaut()))[0]",
  };

  const ui = ConvbookLive.controls.panel(body, "cat_desk", update);
  const photo = ui.picture("photo", {
    label: "Photograph",
    pictures: { chelsea: "Chelsea", coffee_seen: "A cup", astronaut_seen: "An astronaut" },
  });
  const px = { unit: " px" };
  const side = ui.slider("side", {
    label: "Cut out",
    value: CHELSEA.side,
    min: 16,
    max: 512,
    ...px,
  });
  const angle = ui.slider("angle", { label: "Turn", value: 0, min: -180, max: 180, unit: "°" });
  const disc = ui.check("disc", { label: "corners in grey", value: false });
  const blur = ui.slider("blur", {
    label: "Blur, σ",
    value: 0,
    min: 0,
    max: 10,
    step: 0.5,
    digits: 1,
    ...px,
  });
  const cover = ui.slider("cover", {
    label: "Cover",
    value: 0,
    min: 0,
    max: 160,
    step: STEP,
    ...px,
  });
  const temperature = ui.slider("t", { label: "Temperature", value: 1, stops: HOT });
  const range = /** @type {HTMLInputElement} */ (side.querySelector("input"));
  ui.inputs.append(photo.element, side, angle, disc, blur, cover, temperature);
  ui.inputs.append(element("div", { class: "live-buttons" }, ui.button("Reset", ui.reset)));

  const whole = ui.map({ label: "The photograph", scale: "colour" });
  const seen = ui.map({ label: "What the network sees", scale: "colour" });
  const maps = element("div", { class: "cat-maps" }, whole.element, seen.element);
  movable(whole, ["row", "column"], [CHELSEA.row, CHELSEA.column], () => last.place.side);
  movable(seen, ["down", "across"], [SIZE / 2, SIZE / 2], () => ui.values.cover);

  const progress = element("progress", { max: network.layers.length, "aria-label": "Layers done" });
  const rows = Array.from({ length: FIRST }, () => {
    const [name, value, bar] = ["span", "span", "div"].map((tag) => element(tag));
    return { name, value, bar, row: element("li", {}, bar, name, value) };
  });
  const list = element(
    "ol",
    { class: "cat-top", "aria-label": "The five most probable classes" },
    ...rows.map(({ row }) => row),
  );

  const [bars, best, mark] = ["cat-all", "live-curve", "cat-mark"].map((part) =>
    element("svg:path", { class: part }),
  );
  const grid = element("svg:path", {
    class: "live-rule",
    d: [0, 2, 4, 6].map((decade) => `M0 ${decade}H1000`).join(""),
  });
  const strip = element(
    "svg:svg",
    {
      viewBox: `0 0 1000 ${DECADES}`,
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": "All 1,000 probabilities",
    },
    ...[grid, bars, best, mark],
  );
  digits.grip(strip, (across) => ui.set("class", within(Math.floor(1000 * across), 999)));
  const words = (/** @type {string[]} */ ...texts) =>
    texts.map((text) => element("span", { text }));
  const [powers, kinds] = [words("1", "10⁻²", "10⁻⁴", "10⁻⁶"), words("animals", "all else")];
  const reader = ui.slider("class", {
    label: "Class",
    value: CAT,
    min: 0,
    max: 999,
    text: (index) => `${index}, ${names[index]}`,
  });
  const reading = element("p", { class: "cat-reading" });
  ui.outputs.append(
    progress,
    maps,
    element("p", {
      class: "live-hint cat-hint",
      text: "Drag the frame, or drag on the right to cover.",
    }),
    list,
    element(
      "div",
      { class: "cat-strip" },
      element("div", { class: "cat-powers", "aria-hidden": "true" }, ...powers),
      strip,
      element("div", { class: "cat-kinds", "aria-hidden": "true" }, ...kinds),
      reader,
      reading,
    ),
    ui.code(code),
  );
  body.classList.add("cat-desk");

  /** What was drawn last, and its logits. */
  const last = {
    picture: /** @type {Tensor | null} */ (null),
    pictures: 0, // how many
    place: { top: 0, left: 0, side: CHELSEA.side },
    cut: "",
    square: /** @type {Tensor | null} */ (null),
    input: "",
    logits: /** @type {Float32Array | null} */ (null),
  };
  let asked = 0; // questions

  /**
   * Lets a reader drag the frame on a map, whose middle two keys have; or move it with arrow keys.
   *
   * @param {LiveMap} map @param {[string, string]} keys @param {number[]} initial
   * @param {() => number} length The frame's side, in pixels of the map.
   */
  function movable({ canvas }, keys, initial, length) {
    /** @type {number[] | null} */
    let held = null; // where the frame is held, from its middle
    const read = (/** @type {string} */ text) => parsed(text, { min: 0, max: 512, whole: true });
    keys.forEach((key, axis) => {
      ui.state(key, { value: initial[axis], read });
    });
    canvas.setAttribute("role", "application");
    canvas.tabIndex = 0;
    /** @param {number[]} middle */
    const move = (middle) =>
      keys.forEach((key, axis) => {
        const [n, half] = [[canvas.height, canvas.width][axis], length() >> 1];
        const most = n - length();
        ui.set(key, Math.round(half + within(middle[axis] - half, most)));
      });
    digits.grip(
      canvas,
      (across, below) => {
        const at = [below * canvas.height, across * canvas.width];
        const from = at.map((v, axis) => v - ui.values[keys[axis]]);
        held ??= from.every((v) => Math.abs(v) <= length() / 2) ? from : [0, 0];
        if (!length() && canvas === seen.canvas) ui.set("cover", 6 * STEP);
        move(at.map((v, axis) => v - /** @type {number[]} */ (held)[axis]));
      },
      () => {
        held = null;
      },
    );
    canvas.addEventListener("keydown", (event) => {
      if (!(event.key in ARROWS)) return;
      event.preventDefault();
      const step = event.shiftKey ? 1 : STEP;
      move(keys.map((key, axis) => ui.values[key] + step * ARROWS[event.key][axis]));
    });
  }

  /** A number within limits. @param {number} v @param {number} most */
  const within = (v, most) => Math.min(most, Math.max(0, v));

  /** @param {any} values */
  function update(values) {
    const picture = photo.tensor();
    if (!picture) {
      stop();
      [last.input, last.logits] = ["", null];
      throw new Error("Choose a file, or drop a photograph on this figure.");
    }
    const [, height, width] = picture.shape;
    if (picture !== last.picture) {
      const longest = Math.min(height, width);
      range.max = String(longest);
      if (last.picture) frameMiddle(picture);
      else if (values.side > longest) ui.set("side", longest);
      last.picture = picture;
      last.pictures++;
      whole.draw(picture);
      maps.style.gridTemplateColumns = `${Math.min(2, Math.max(0.6, width / height))}fr 1fr`;
    }
    const length = Math.min(values.side, height, width);
    const top = within(values.row - (length >> 1), height - length);
    const left = within(values.column - (length >> 1), width - length);
    last.place = { top, left, side: length };
    whole.frame(0, top, left, length, length);
    const cut = [last.pictures, top, left, length].join();
    if (!last.square || cut !== last.cut)
      last.square = photograph.square(picture, last.place, SIZE, RANGE);
    last.cut = cut;
    body.classList.toggle("cat-bare", !values.cover);
    const { angle, disc, blur, cover, down, across } = values;
    const input = [cut, angle, disc, blur, cover, cover && [down, across]].join();
    if (input !== last.input) {
      last.input = input;
      const x = changed(last.square, values);
      const levels = x.data.map((v) => (v * RANGE.scale + RANGE.centre) / 255);
      seen.draw({ data: levels, shape: [1, SIZE, SIZE, 3] });
      const [above, before] = covered(cover, down, across);
      seen.frame(0, above, before, cover, cover);
      ask(x);
    } else if (!body.hasAttribute("aria-busy")) show(values);
  }

  /** Frames as much of a new photograph as the chapter does. @param {Tensor} picture */
  function frameMiddle({ shape: [, height, width] }) {
    const length = Math.min(height, width);
    const [row, column] = [height, width].map((n) => ((n - length) >> 1) + (length >> 1));
    const middle = ui.values.photo === "chelsea" ? CHELSEA : { side: length, row, column };
    for (const [key, value] of Object.entries(middle)) ui.set(key, value);
  }

  /** What the reader does to a square. @param {Tensor} square @param {any} values @returns {Tensor} */
  function changed(square, { angle, disc, blur, cover, down, across }) {
    let x = angle ? photograph.turned(square, angle) : square;
    const half = (SIZE - 1) / 2;
    /** @param {(i: number, j: number) => boolean} inside Where it becomes grey. */
    const grey = (inside) => {
      const pixels = x.data.map((v, k) => {
        const p = Math.floor(k / 3);
        return inside(Math.floor(p / SIZE), p % SIZE) ? 0 : v;
      });
      x = { data: pixels, shape: x.shape };
    };
    if (disc) grey((i, j) => Math.hypot(i - half, j - half) > SIZE / 2);
    if (blur) x = photograph.blurred(x, blur);
    const [top, left] = covered(cover, down, across);
    if (cover) grey((i, j) => i >= top && j >= left && i < top + cover && j < left + cover);
    return x;
  }

  /** The corner of the cover. @param {number} size @param {number[]} middle */
  const covered = (size, ...middle) => middle.map((v) => within(v - (size >> 1), SIZE - size));

  /** Lets the page draw, and listen to the reader. */
  const pause = () => new Promise((resume) => setTimeout(resume));

  /**
   * Asks the network, layer by layer. A later question takes the place of this one.
   *
   * @param {Tensor} x
   */
  async function ask(x) {
    const mine = ++asked;
    if (!last.logits) ui.say("The network is at work.");
    body.setAttribute("aria-busy", "true");
    progress.value = 0;
    await pause();
    const work = network.steps(x);
    let since = performance.now();
    while (mine === asked) {
      const { done, value } = work.next();
      if (done) {
        last.logits = value.maps.logits.data;
        stop();
        show(ui.values);
        return;
      }
      progress.value++;
      if (performance.now() - since < SLICE) continue;
      await pause();
      since = performance.now();
    }
  }

  /** Lets the last question go, if it has not been answered. */
  function stop() {
    asked++;
    body.removeAttribute("aria-busy");
  }

  /** The softmax at a temperature. @param {Float32Array} logits @param {number} t */
  function softmax(logits, t) {
    const most = logits.reduce((a, b) => Math.max(a, b));
    const powers = Array.from(logits, (z) => Math.exp((z - most) / t));
    const total = powers.reduce((a, b) => a + b);
    return powers.map((power) => power / total);
  }

  /** Shows what the network has said. @param {any} values */
  function show({ t, class: index }) {
    if (!last.logits) return;
    const p = softmax(last.logits, t);
    const order = [...p.keys()].sort((a, b) => p[b] - p[a]);
    rows.forEach(({ name, value, bar }, rank) => {
      name.textContent = names[order[rank]];
      value.textContent = shown(p[order[rank]], 3);
      bar.style.width = `${100 * p[order[rank]]}%`;
    });
    const height = p.map((v) => Math.min(DECADES, -Math.log10(v)).toFixed(2));
    bars.setAttribute("d", `M0 ${DECADES}${height.map((y, k) => `V${y}H${k + 1}`).join("")}V7Z`);
    const stroke = (/** @type {number} */ k) => `M${k + 0.5} ${DECADES}V${height[k]}`;
    best.setAttribute("d", order.slice(0, FIRST).map(stroke).join(""));
    mark.setAttribute("d", `M${index + 0.5} 0V${DECADES}`);
    const rank = order.indexOf(index) + 1;
    reading.textContent = `${digits.probability(p[index])}, rank ${rank} of 1,000`;
    const effective = Math.exp(-p.reduce((sum, v) => sum + (v && v * Math.log(v)), 0));
    const first = `${names[order[0]]} with ${shown(p[order[0]], 3)}`;
    const count = effective < 10 ? shown(effective, 1) : shown(effective, 0);
    ui.say(`${first[0].toUpperCase()}${first.slice(1)}. Effective number of classes: ${count}.`);
  }

  /** @param {any} values */
  function code({ photo: key, angle, disc, blur, cover, down, across, t }) {
    const { top, left, side: length } = last.place;
    const [, height, width] = last.picture?.shape ?? [];
    const own = [
      'picture = ImageOps.exif_transpose(Image.open("photograph.jpg")).convert("RGB")',
      `picture = np.asarray(picture.resize((${width}, ${height})))  # nearly as the page reads it`,
    ];
    const lines = ["import numpy as np", "import tensorflow as tf"];
    if (key === "own") lines.push("from PIL import Image, ImageOps");
    if (angle || blur) lines.push("from scipy import ndimage");
    lines.push("from convbook import data, pretrained", "");
    lines.push('network = pretrained.load("efficientnet_lite0")  # the page rounds its weights');
    lines.push(...(key === "own" ? own : [`picture = ${PYTHON[key]}`]));
    const square = `picture[${top}:${top + length}, ${left}:${left + length}]`;
    lines.push(`x = network.preprocess(${square})[0]`);
    if (angle)
      lines.push(`x = ndimage.rotate(x, ${angle}, reshape=False, order=1, mode="nearest")`);
    if (disc)
      lines.push(
        `i, j = np.indices((${SIZE}, ${SIZE})) - ${(SIZE - 1) / 2}`,
        `x = x * (np.hypot(i, j) <= ${SIZE / 2})[..., np.newaxis]`,
      );
    if (blur) lines.push(`x = ndimage.gaussian_filter(x, (${blur}, ${blur}, 0))`);
    const [y, z] = covered(cover, down, across);
    if (cover) lines.push(`x[${y}:${y + cover}, ${z}:${z + cover}] = 0`);
    lines.push(
      "logits = network.model(x[np.newaxis], training=False)[0]",
      `p = tf.nn.softmax(logits / ${t}).numpy()`,
      `for index in np.argsort(-p)[:${FIRST}]:`,
      '    print(f"{p[index]:.3f} {pretrained.classes()[index].name}")',
    );
    return lines.join("\n");
  }

  ui.start();
});
