// A small change of every pixel that misleads a network, ink, and a square that covers a part.
//
// Data: networks/small_convnet pictures/digits
"use strict";

ConvbookLive.register("adversarial_desk", (body) => {
  const { digits } = ConvbookLive;
  const { ARROWS, element, shown } = ConvbookLive.drawing;
  const SIDE = 28; // pixels of a digit
  const MOST = 0.5; // strongest change that can be chosen, in units of a pixel
  const NETWORK = "small_convnet";

  const ui = ConvbookLive.controls.panel(body, "adversarial_desk", update);
  const source = digits.source(ui);
  const epsilon = ui.slider("epsilon", {
    label: "Strength ε",
    value: 0.15,
    min: 0,
    max: MOST,
    step: 0.01,
    digits: 2,
  });
  const signs = ui.choice("signs", {
    label: "Signs",
    options: { gradient: "of the gradient", random: "random" },
    value: "gradient",
  });
  const aim = ui.choice("aim", {
    label: "Direction",
    options: {
      away: "away from the answer",
      ...Object.fromEntries([..."0123456789"].map((digit) => [digit, `towards ${digit}`])),
    },
    value: "away",
  });
  const steps = ui.slider("steps", { label: "Steps", value: 1, min: 1, max: 10 });
  const seed = ui.slider("seed", { label: "Draw of the signs", value: 1, min: 1, max: 20 });
  const size = ui.slider("size", { label: "Square, pixels", value: 0, min: 0, max: 14 });
  const full = ui.check("full", { label: "square of ink", value: false });
  ui.inputs.append(...source.elements, epsilon, signs, aim, steps, seed, size, full);
  const wipe = ui.button("Wipe the ink", () => ui.set("strokes", ""));
  const reset = ui.button("Reset", ui.reset);
  ui.inputs.append(element("div", { class: "live-buttons" }, wipe, reset));

  const before = ui.map({ label: "Draw on the digit" });
  digits.pen(ui, "strokes", before);
  const change = ui.map({ label: "What is added", scale: "signed" });
  const after = ui.map({ label: "Drag the square" });
  const chart = digits.chart("Probabilities, and ticks where they were before");
  const words = element("p", { class: "live-hint" });
  ui.outputs.append(
    element(
      "div",
      { class: "live-row desk-maps" },
      ...[before.element, change.element, after.element, element("div", {}, chart.element, words)],
    ),
    ui.code(code),
  );

  ui.state("corner", { value: [11, 11], read: readCorner });
  after.canvas.setAttribute("role", "application");
  after.canvas.tabIndex = 0;
  digits.grip(after.canvas, (across, below) => {
    const half = ui.values.size / 2;
    place(Math.round(below * SIDE - half), Math.round(across * SIDE - half));
  });
  after.canvas.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (!(event.key in ARROWS)) return;
    event.preventDefault();
    const [top, left] = ui.values.corner;
    place(top + ARROWS[event.key][0], left + ARROWS[event.key][1]);
  });

  /** @param {string} text */
  function readCorner(text) {
    const corner = text.split(",").map((part) => ConvbookLive.controls.parsed(part));
    if (corner.length !== 2 || corner.some((v) => !Number.isInteger(v) || v < 0 || v >= SIDE))
      throw new Error(text);
    return corner;
  }

  /** Puts the square's corner somewhere, within the picture. @param {number} top @param {number} left */
  function place(top, left) {
    if (!ui.values.size) ui.set("size", 7);
    const last = SIDE - ui.values.size;
    ui.set(
      "corner",
      [top, left].map((v) => Math.min(last, Math.max(0, v))),
    );
  }

  /** @param {Float32Array} data @returns {Tensor} */
  const picture = (data) => ({ data, shape: [1, SIDE, SIDE, 1] });

  /** The digit and the reader's ink. @param {any} values */
  function inked({ strokes }) {
    const pixels = source.pixels();
    if (!strokes) return pixels;
    const { data } = digits.ink(strokes, SIDE);
    return pixels.map((v, i) => Math.max(v, data[i]));
  }

  /**
   * The signs of a linear congruential generator, as of Numerical Recipes: its highest bit.
   *
   * @param {number} state
   */
  function randomSigns(state) {
    return Float32Array.from({ length: SIDE ** 2 }, () => {
      state = (Math.imul(1664525, state) + 1013904223) >>> 0;
      return state >= 2 ** 31 ? 1 : -1;
    });
  }

  /**
   * The gradient of how far a logit lies below the others, the logarithm of the sum of whose
   * exponentials is taken. It has the signs of the gradient of the cross-entropy, but is not rounded
   * away where the network is sure.
   *
   * @param {Float32Array} pixels @param {number} label
   */
  function gradient(pixels, label) {
    const network = ConvbookLive.networks[NETWORK];
    const { maps } = network.run(picture(pixels));
    const logits = [...maps.logits.data];
    const most = Math.max(...logits.filter((_, digit) => digit !== label));
    const powers = logits.map((z, digit) => (digit === label ? 0 : Math.exp(z - most)));
    const total = powers.reduce((a, b) => a + b);
    const weights = powers.map((power, digit) => (digit === label ? -1 : power / total));
    const sum = { data: new Float32Array(weights), shape: [1, 10] };
    return network.gradient(maps, "logits", sum)[network.input].data;
  }

  /**
   * The digit before and after the change. Without the square it is computed once.
   *
   * @param {any} values
   */
  function attacked(values) {
    const x = inked(values);
    const { epsilon: reach, aim, signs, steps, seed } = values;
    const wanted = [reach, aim, signs, steps, seed, x].join();
    if (attack?.wanted === wanted) return attack;
    const old = ConvbookLive.networks[NETWORK].run(picture(x)).probabilities;
    const answer = old.indexOf(Math.max(...old));
    const random = signs === "random";
    const label = aim === "away" ? answer : Number(aim);
    const times = random ? 1 : steps;
    const length = Math.min(reach, (2.5 * reach) / times) * (aim === "away" || random ? 1 : -1);
    let changed = x;
    for (let step = 0; step < times && reach; step++) {
      const slopes = random ? randomSigns(seed) : gradient(changed, label);
      changed = changed.map((v, i) => {
        const moved = v + length * Math.sign(slopes[i]);
        return Math.min(1, x[i] + reach, Math.max(0, x[i] - reach, moved));
      });
    }
    attack = { wanted, x, old, answer, label, times, length, changed };
    return attack;
  }
  /** @type {undefined | {wanted: string, x: Float32Array, old: Float32Array, answer: number, label: number, times: number, length: number, changed: Float32Array}} */
  let attack;

  /** @param {any} values */
  function computed(values) {
    const state = attacked(values);
    const seen = state.changed.slice();
    const [top, left] = values.corner;
    for (let i = top; i < Math.min(SIDE, top + values.size); i++)
      for (let j = left; j < Math.min(SIDE, left + values.size); j++)
        seen[i * SIDE + j] = values.full ? 1 : 0;
    const { probabilities } = ConvbookLive.networks[NETWORK].run(picture(seen));
    return { ...state, seen, probabilities };
  }

  /** @param {any} values */
  function update(values) {
    const random = values.signs === "random";
    aim.hidden = steps.hidden = random;
    seed.hidden = !random;
    full.hidden = !values.size;
    after.element.classList.toggle("desk-bare", !values.size);
    const { x, old, answer, changed, seen, probabilities } = computed(values);
    before.draw(picture(x), { text: `read as ${answer}` });
    const added = changed.map((v, i) => v - x[i]);
    const mean = added.reduce((sum, v) => sum + Math.abs(v), 0) / added.length;
    change.draw(picture(added), { limits: [-MOST, MOST], text: `${shown(mean, 3)} in the mean` });
    const now = probabilities.indexOf(Math.max(...probabilities));
    after.draw(picture(seen), { text: `read as ${now}` });
    const [top, left] = values.corner;
    after.frame(0, top, left, values.size, values.size);
    chart.draw(probabilities, { before: old });
    words.textContent = `A pixel changes by ${shown(mean, 3)} in the mean. A tick is the probability before.`;
    const [first] = digits.order(old);
    const [second] = digits.order(probabilities);
    ui.say(`Before, the network reads ${first}; now it reads ${second}.`);
  }

  /** @param {any} values */
  function code(values) {
    const { answer, label, times, length } = computed(values);
    const drawn = values.strokes ? inked(values) : undefined;
    const lines = ["import base64", "", "import numpy as np", "import tensorflow as tf"];
    lines.push("from convbook import data, training", "");
    lines.push(`network = training.load("${NETWORK}").model`, ...source.code(drawn));
    lines.push(
      "x = tf.constant(x[np.newaxis, ..., np.newaxis], tf.float32)",
      `epsilon, answer = ${values.epsilon}, ${answer}`,
      "low, high = tf.maximum(x - epsilon, 0), tf.minimum(x + epsilon, 1)",
      "changed = x",
    );
    if (values.signs === "random")
      lines.push(
        `signs, state = [], ${values.seed}`,
        "for _ in range(28 * 28):",
        "    state = (1664525 * state + 1013904223) % 2**32",
        "    signs.append(1.0 if state >= 2**31 else -1.0)",
        "changed = tf.clip_by_value(x + epsilon * tf.reshape(signs, x.shape), low, high)",
      );
    else
      lines.push(
        `label, length = ${label}, ${length}  # with the sign of the direction`,
        `for _ in range(${times}):`,
        "    with tf.GradientTape() as tape:",
        "        tape.watch(changed)",
        "        logits = network(changed, training=False)[0]",
        "        others = tf.boolean_mask(logits, np.arange(10) != label)",
        "        # It grows with the cross-entropy, and is not rounded where the network is sure.",
        "        loss = tf.reduce_logsumexp(others) - logits[label]",
        "    changed += length * tf.sign(tape.gradient(loss, changed))",
        "    changed = tf.clip_by_value(changed, low, high)",
      );
    const [top, left] = values.corner;
    const [bottom, right] = [top + values.size, left + values.size];
    lines.push("seen = changed.numpy()");
    if (values.size)
      lines.push(`seen[:, ${top}:${bottom}, ${left}:${right}] = ${values.full ? 1 : 0}`);
    return [
      ...lines,
      "print(tf.nn.softmax(network(x))[0].numpy().tolist())",
      "print(tf.nn.softmax(network(seen))[0].numpy().tolist())",
      "print(float(tf.reduce_mean(abs(changed - x))))",
    ].join("\n");
  }

  ui.start();
});
