// Ten logits, their probabilities, the loss, and its gradient with respect to each logit.
"use strict";

ConvbookLive.register("logits_to_loss", (body) => {
  const { element, shown } = ConvbookLive.drawing;
  const { panel, parsed } = ConvbookLive.controls;
  const LOGITS = [-1, 2.5, 0.5, 0, -0.5, -1.5, -2, 2, 0, 1]; // of a 7 that looks like a 1
  const TRUE = 7;
  const MOST = 8; // of a logit
  const CHART = { width: 250, height: 132, left: 28, bottom: 22, top: 6, right: 6 }; // in pixels
  const HIGH = 5; // nats at the top of the chart
  const DIGITS = 3; // of probabilities and gradients, after the point

  const ui = panel(body, "logits_to_loss", update);
  const kind = ui.choice("loss", {
    label: "Loss",
    options: { entropy: "cross-entropy", squared: "squared error" },
    value: "entropy",
  });
  ui.state("y", {
    value: TRUE,
    read: (text) => parsed(text, { min: 0, max: LOGITS.length - 1, whole: true }),
  });
  const head = ["true", "logit z", "p", "p − y"].map((text) => element("span", { text }));
  const rows = LOGITS.map((value, digit) => {
    const [name, number, range] = ui.slider(`z${digit}`, {
      label: `Logit of ${digit}`,
      value,
      min: -MOST,
      max: MOST,
      step: 0.1,
      digits: 1,
    }).children;
    range.setAttribute("aria-label", name.textContent ?? "");
    const radio = element("input", {
      type: "radio",
      name: "logits-true",
      "aria-label": `${digit} is true`,
      onchange: () => ui.set("y", digit),
    });
    const [p, g] = ["p", "g"].map((key) => {
      const [bar, text] = ["bar", "number"].map((part) =>
        element("span", { class: `logits-${part}` }),
      );
      return { cell: element("span", { class: `logits-${key}` }, bar, text), bar, text };
    });
    const label = element("label", { class: "logits-true" }, radio, element("b", { text: digit }));
    const row = element("div", { class: "logits-row" }, label, range, number, p.cell, g.cell);
    return { row, radio, p, g };
  });
  const table = element(
    "div",
    { class: "logits-table" },
    element("div", { class: "logits-row logits-head live-hint", "aria-hidden": "true" }, ...head),
    ...rows.map(({ row }) => row),
  );

  const formula = element("p", { class: "logits-formula live-formula" });
  const factor = element("p", { class: "logits-words" });
  const chart = element("svg:svg", { role: "img", ...box() });
  const add = ui.button("Add 1 to all", () => change((z) => z + 1));
  const buttons = element(
    "div",
    { class: "live-buttons" },
    ui.button("Step downhill", downhill),
    add,
    ui.button("All equal", () => change(() => 0)),
    ui.button("Sure and wrong", () =>
      change((_, digit) => (digit === (ui.values.y === 1 ? 0 : 1) ? MOST : 0)),
    ),
    ui.button("Reset", ui.reset),
  );
  ui.inputs.remove();
  ui.outputs.append(
    table,
    buttons,
    element("div", { class: "logits-loss" }, element("div", {}, kind, formula, factor), chart),
    ui.code(code),
  );

  function box() {
    const { width, height } = CHART;
    return { width, height, viewBox: `0 0 ${width} ${height}` };
  }

  /** The ten logits. @param {any} values @returns {number[]} */
  const logitsOf = (values) => LOGITS.map((_, digit) => values[`z${digit}`]);

  /** Sets every logit, within its limits. @param {(z: number, digit: number) => number} make */
  function change(make) {
    logitsOf(ui.values).forEach((z, digit) => {
      const next = Math.min(MOST, Math.max(-MOST, make(z, digit)));
      ui.set(`z${digit}`, Number(next.toFixed(4)));
    });
  }

  /** Takes a step of gradient descent on the logits, with a rate of 1. */
  function downhill() {
    const { gradient } = computed(ui.values);
    change((z, digit) => z - gradient[digit]);
  }

  /** Softmax, the loss and its gradient. @param {any} values */
  function computed(values) {
    const z = logitsOf(values);
    const { y, loss } = values;
    const largest = Math.max(...z);
    const powers = z.map((value) => Math.exp(value - largest));
    const sum = powers.reduce((a, b) => a + b);
    const p = powers.map((power) => power / sum);
    const entropy = largest - z[y] + Math.log(sum);
    // The squared error of the probability has the same gradient, times a factor.
    const slope = loss === "squared" ? 2 * p[y] * (1 - p[y]) : 1;
    const gradient = p.map((value, digit) => slope * (value - Number(digit === y)));
    return { p, slope, gradient, loss: loss === "squared" ? (1 - p[y]) ** 2 : entropy };
  }

  /** @param {any} values */
  function update(values) {
    const state = computed(values);
    const { p, slope, gradient, loss } = state;
    const { y } = values;
    const squared = values.loss === "squared";
    add.disabled = Math.max(...logitsOf(values)) > MOST - 1;
    rows.forEach(({ row, radio, p: share, g }, digit) => {
      radio.checked = digit === y;
      row.classList.toggle("logits-chosen", digit === y);
      share.bar.style.width = `${100 * p[digit]}%`;
      share.text.textContent = shown(p[digit], DIGITS);
      const pull = gradient[digit];
      g.bar.style.left = `${50 + 50 * Math.min(0, pull)}%`;
      g.bar.style.width = `${50 * Math.abs(pull)}%`;
      g.text.textContent = shown(pull, DIGITS);
      g.cell.classList.toggle("logits-down", pull < 0);
    });
    head[3].textContent = squared ? "gradient" : "p − y";
    const number = shown(p[y], DIGITS);
    formula.textContent = squared
      ? `L = (1 − ${number})² = ${shown(loss, DIGITS)}`
      : `L = −ln ${number} = ${shown(loss, DIGITS)}`;
    factor.textContent = squared
      ? `The gradient is p − y times 2 p (1 − p), which is ${shown(slope)} here.`
      : "The gradient is p − y. Its ten numbers add up to zero.";
    const best = p.indexOf(Math.max(...p));
    const most = best === y ? "the most of all" : `the ${best} has ${shown(p[best], DIGITS)}`;
    ui.say(
      `The ${y} is true and has probability ${number}, ${most}: the loss is ${shown(loss, DIGITS)}.`,
    );
    drawChart(p[y], loss, squared);
  }

  /** @param {number} probability Of the true class. @param {number} loss @param {boolean} squared */
  function drawChart(probability, loss, squared) {
    const { width, height, left, bottom, top, right } = CHART;
    const high = squared ? 1 : HIGH;
    /** @param {number} p */
    const across = (p) => left + (width - left - right) * p;
    /** @param {number} l */
    const down = (l) => top + (height - top - bottom) * (1 - Math.min(l, high) / high);
    const places = Array.from({ length: 101 }, (_, i) => i / 100);
    const curve = places.map((p) => {
      const l = squared ? (1 - p) ** 2 : p ? -Math.log(p) : high;
      return `${across(p).toFixed(1)} ${down(l).toFixed(1)}`;
    });
    const [floor, ceiling] = [down(0), down(high)];
    chart.replaceChildren(
      element("svg:path", {
        class: "live-axis",
        d: `M${across(0)} ${ceiling}V${floor}H${across(1)}`,
      }),
      element("svg:path", { class: "live-curve", d: `M${curve.join("L")}` }),
      element("svg:circle", {
        class: "live-point",
        cx: across(probability),
        cy: down(loss),
        r: 5,
      }),
      ...[0, 0.5, 1].map((p) =>
        element("svg:text", {
          x: across(p),
          y: height - 4,
          "text-anchor": p === 1 ? "end" : p ? "middle" : "start",
          text: shown(p),
        }),
      ),
      ...[0, high].map((l) =>
        element("svg:text", {
          x: left - 8,
          y: down(l) + (l ? 11 : 0),
          "text-anchor": "end",
          text: l,
        }),
      ),
      element("svg:text", {
        x: across(1),
        y: ceiling + 14,
        "text-anchor": "end",
        text: "loss, by the true class's p",
      }),
    );
    const words = `The loss, ${shown(loss, DIGITS)}, on its curve over the probability`;
    chart.setAttribute("aria-label", words);
  }

  /** @param {any} values */
  function code(values) {
    const { y } = values;
    const z = logitsOf(values).map((value) => String(value));
    const squared = values.loss === "squared";
    return [
      "import tensorflow as tf",
      "",
      `z = tf.Variable([[${z.join(", ")}]], dtype=tf.float32)`,
      "with tf.GradientTape() as tape:",
      "    p = tf.nn.softmax(z)",
      squared
        ? `    loss = (1 - p[0, ${y}]) ** 2`
        : `    [loss] = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[${y}], logits=z)`,
      "print(loss.numpy())",
      "print(p[0].numpy().tolist())",
      "print(tape.gradient(loss, z)[0].numpy().tolist())",
    ].join("\n");
  }

  ui.start();
});
