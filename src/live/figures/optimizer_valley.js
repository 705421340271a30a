// A valley, the path of an optimizer through it, and the loss at every step.
"use strict";

ConvbookLive.register("optimizer_valley", (body) => {
  const { ARROWS, element, shown } = ConvbookLive.drawing;
  const { panel, parsed } = ConvbookLive.controls;
  const TARGET = 1e-3; // of the first loss
  const WINDOW = { left: -4.6, right: 1.6, top: 1.6, bottom: -1.6 };
  const LEVELS = [0.1, 0.5, 2, 5, 10, 18, 28, 45, 70, 100]; // of the contours
  const POWERS = [0.5, -6]; // of ten, between which the chart shows the loss
  const MARGIN = { left: 40, right: 10, top: 8, bottom: 24 }; // of both drawings, in pixels
  const CHART = 150; // pixels of the chart's height
  /** A rate and a momentum that suit each rule. @type {Record<string, [string, number, number]>} */
  const RULES = {
    sgd: ["plain descent", 0.07, 0],
    momentum: ["momentum", 0.02, 0.8],
    nesterov: ["Nesterov", 0.02, 0.8],
    adagrad: ["Adagrad", 0.8, 0],
    adam: ["Adam", 0.3, 0.9],
  };
  /** From 0.001 to 2, with two digits. */
  const RATES = Array.from({ length: 281 }, (_, i) =>
    Number((10 ** (Math.floor(i / 90) - 3) * (1 + (i % 90) / 10)).toFixed(4)),
  );

  const ui = panel(body, "optimizer_valley", update);
  const names = Object.entries(RULES).map(([key, [name]]) => [key, name]);
  const rule = ui.choice("rule", {
    label: "Rule",
    options: Object.fromEntries(names),
    value: "sgd",
  });
  const rate = ui.slider("rate", {
    label: "Rate η",
    stops: RATES,
    value: RULES.sgd[1],
    text: String,
  });
  const momentum = ui.slider("momentum", {
    label: "Momentum β",
    value: 0,
    min: 0,
    max: 0.99,
    step: 0.01,
    digits: 2,
  });
  const kappa = ui.slider("kappa", { label: "Condition number", value: 25, min: 1, max: 100 });
  const steps = ui.slider("steps", { label: "Steps", value: 60, min: 10, max: 200, step: 10 });
  const { left: least, right: most, bottom, top } = WINDOW;
  ui.state("a", { value: -4, read: (text) => parsed(text, { min: least, max: most }) });
  ui.state("b", { value: 1.2, read: (text) => parsed(text, { min: bottom, max: top }) });
  ui.inputs.append(rule, rate, momentum, kappa, steps, ui.button("Reset", ui.reset));
  // Only a reader's choice of a rule brings its numbers along; an address has its own.
  rule.addEventListener("change", () => {
    const [, suits, fades] = RULES[ui.values.rule];
    ui.set("rate", suits);
    ui.set("momentum", fades);
  });

  const valley = element("svg:svg", {
    class: "valley-stage",
    role: "application",
    tabindex: 0,
  });
  const chart = element("svg:svg", { role: "img", height: CHART });
  const [title, facts, end] = ["title live-hint", "facts", "end"].map((part) =>
    element("p", { class: `valley-${part}` }),
  );
  ui.outputs.append(valley, title, chart, facts, end, ui.code(code));
  let scale = 1; // pixels of a unit of the valley

  /** @param {number} a @param {number} b */
  function begin(a, b) {
    ui.set("a", Number(clamp(a, least, most).toFixed(2)));
    ui.set("b", Number(clamp(b, bottom, top).toFixed(2)));
  }
  /** @param {PointerEvent} event */
  const follow = ({ clientX, clientY }) => {
    const { left, top } = valley.getBoundingClientRect();
    begin(
      (clientX - left - MARGIN.left) / scale + WINDOW.left,
      WINDOW.top - (clientY - top - MARGIN.top) / scale,
    );
  };
  for (const type of ["pointerdown", "pointermove"])
    valley.addEventListener(type, (/** @type {PointerEvent} */ event) => {
      if (type === "pointerdown") valley.setPointerCapture(event.pointerId);
      if (valley.hasPointerCapture(event.pointerId)) follow(event);
    });
  valley.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (!(event.key in ARROWS)) return;
    event.preventDefault();
    const [down, right] = ARROWS[event.key];
    begin(ui.values.a + right / 10, ui.values.b - down / 10);
  });

  /**
   * Walks from a point by a rule: equations of the chapter, on f(a, b) = (a² + κ b²) / 2.
   *
   * @param {any} values
   * @returns {{path: number[][], losses: number[], rates: number[]}} Where each step ends, the loss
   *   there, and the last rate along each axis.
   */
  function walk({ rule: kind, rate: eta, momentum: beta, kappa: condition, steps: count, a, b }) {
    const curvature = [1, condition];
    const path = [[a, b]];
    const m = [0, 0];
    const v = kind === "adagrad" ? [0.1, 0.1] : [0, 0];
    for (let t = 1; t <= count; t++) {
      path.push(
        path[t - 1].map((w, i) => {
          const g = curvature[i] * w;
          if (kind === "sgd") return w - eta * g;
          if (kind === "adagrad") {
            v[i] += g ** 2;
            return w - (eta * g) / Math.sqrt(v[i] + 1e-7);
          }
          if (kind === "adam") {
            m[i] = beta * m[i] + (1 - beta) * g;
            v[i] = 0.999 * v[i] + 0.001 * g ** 2;
            const root = Math.sqrt(v[i] / (1 - 0.999 ** t));
            return w - (eta * m[i]) / (1 - beta ** t) / (root + 1e-7);
          }
          m[i] = beta * m[i] - eta * g;
          return w + (kind === "nesterov" ? beta * m[i] - eta * g : m[i]);
        }),
      );
    }
    const losses = path.map(([x, y]) => (x ** 2 + condition * y ** 2) / 2);
    const rates = v.map(
      (sum) => eta / Math.sqrt(kind === "adam" ? sum / (1 - 0.999 ** count) : sum),
    );
    return { path, losses, rates };
  }

  /**
   * By which factor a step changes the distance along an axis in the long run: the larger eigenvalue
   * of the matrix that takes place and momentum on.
   *
   * @param {any} values @param {number} curvature
   */
  function factor({ rule: kind, rate: eta, momentum: beta }, curvature) {
    const own = 1 - eta * curvature;
    if (kind === "sgd") return Math.abs(own);
    const ahead = kind === "nesterov";
    const [trace, product] = ahead ? [(1 + beta) * own, beta * own] : [beta + own, beta];
    const root = trace ** 2 / 4 - product;
    return root < 0 ? Math.sqrt(product) : Math.abs(trace) / 2 + Math.sqrt(root);
  }

  /** @param {any} values */
  function update(values) {
    const fades = values.rule !== "sgd" && values.rule !== "adagrad";
    momentum.getElementsByTagName("input")[0].disabled = !fades;
    const state = walk(values);
    const { path, losses, rates } = state;
    drawValley(values, path);
    if (!losses[0]) throw new Error("The path begins at the lowest point: move its start.");
    const count = values.steps;
    const needed = losses.map((loss) => !(loss <= TARGET * losses[0])).lastIndexOf(true) + 1;
    const [name] = RULES[values.rule];
    const who = name[0].toUpperCase() + name.slice(1);
    const gone = !(losses[count] <= losses[0]);
    if (needed <= count) ui.say(`${who}: ${needed} steps to a thousandth of the first loss.`);
    else if (gone)
      ui.say(`${who} diverges: after ${count} steps the loss is larger than at first.`);
    else ui.say(`${who}: a thousandth of the first loss is not reached in ${count} steps.`);
    drawChart(values, losses, needed);
    const [along, across] = rates.map((r) => shown(r));
    facts.textContent = /ada/.test(values.rule)
      ? `Its rates at the end: ${along} along the valley, ${across} across it.`
      : `A step multiplies, in the long run, by ${shown(factor(values, 1))} along the valley ` +
        `and by ${shown(factor(values, values.kappa))} across it.`;
    const [a, b] = path[count].map(brief);
    end.textContent = `After ${count} steps: a = ${a}, b = ${b}, loss ${brief(losses[count])}.`;
  }

  /** @param {number} value Of any size. */
  function brief(value) {
    if (!Number.isFinite(value)) return "beyond all numbers";
    const size = Math.abs(value);
    if (size === 0 || (size >= 1e-3 && size < 1e5)) return shown(value);
    const [digits, power] = value.toExponential(1).split("e");
    return `${digits.replace("-", "−")}\u00a0·\u00a010${raised(Number(power))}`;
  }

  /** @param {number} power */
  const raised = (power) =>
    [...String(power)].map((c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]).join("");

  /** Empties a drawing. @param {SVGElement} drawing @param {number} width @param {number} height */
  function paper(drawing, width, height) {
    drawing.replaceChildren();
    drawing.setAttribute("width", String(width));
    drawing.setAttribute("height", String(height));
    const inside = element("svg:svg", {
      x: MARGIN.left,
      y: MARGIN.top,
      width: width - MARGIN.left - MARGIN.right,
      height: height - MARGIN.top - MARGIN.bottom,
    });
    drawing.append(inside);
    return {
      /** @param {string} tag @param {Record<string, any>} attributes */
      add: (tag, attributes) => inside.appendChild(element(`svg:${tag}`, attributes)),
      /** @param {number} x @param {number} y @param {string} text @param {string} side */
      label: (x, y, text, side) =>
        drawing.append(element("svg:text", { x, y, text, class: `live-${side}` })),
    };
  }

  /** @param {number} value @param {number} low @param {number} high */
  function clamp(value, low, high) {
    return Math.min(high, Math.max(low, value));
  }

  /**
   * The part of a line that does not reach beyond the window's right side.
   *
   * @param {number[]} from @param {number[]} to @param {number} right
   */
  function within(from, to, right) {
    if (from[0] > right && to[0] > right) return "";
    const part = (right - from[0]) / (to[0] - from[0]);
    const edge = [right, from[1] + part * (to[1] - from[1])];
    const [start, end] = [from, to].map((point) => (point[0] > right ? edge : point));
    return `M${start.join(" ")}L${end.join(" ")}`;
  }

  /** @param {any} values @param {number[][]} path */
  function drawValley({ a, b, kappa: condition }, path) {
    const width = ui.outputs.clientWidth || 320;
    const inner = width - MARGIN.left - MARGIN.right;
    scale = inner / (WINDOW.right - WINDOW.left);
    const height = scale * (WINDOW.top - WINDOW.bottom);
    const { add, label } = paper(valley, width, height + MARGIN.top + MARGIN.bottom);
    /** @param {number} x */
    const across = (x) => clamp((x - WINDOW.left) * scale, -1e4, 1e4);
    /** @param {number} y */
    const down = (y) => clamp((WINDOW.top - y) * scale, -1e4, 1e4);
    for (const level of [...LEVELS].reverse()) {
      const ring = Array.from({ length: 121 }, (_, i) => {
        const [p, q] = [Math.cos((i * Math.PI) / 60), Math.sin((i * Math.PI) / 60)];
        const x = clamp(across(Math.sqrt(2 * level) * p), -2, inner + 2);
        const y = clamp(down(Math.sqrt((2 * level) / condition) * q), -2, height + 2);
        return `${x.toFixed(1)} ${y.toFixed(1)}`;
      });
      add("path", { class: "valley-contour", d: `M${ring.join("L")}Z` });
    }
    const [x, y] = [across(0), down(0)];
    add("path", { class: "valley-lowest", d: `M${x - 5} ${y}h10M${x} ${y - 5}v10` });
    const points = path
      .filter((point) => point.every(Number.isFinite))
      .map(([p, q]) => [across(p), down(q)]);
    const lines = points.slice(1).map((end, t) => within(points[t], end, inner));
    add("path", { class: "valley-path", d: lines.join("") });
    const dots = points.filter(([p]) => p <= inner).map((point) => `M${point.join(" ")}h0`);
    add("path", { class: "valley-dots", d: dots.join("") });
    add("circle", { class: "valley-begin", cx: across(a), cy: down(b), r: 7 });
    for (let tick = -4; tick <= 1; tick++)
      label(MARGIN.left + across(tick), MARGIN.top + height + 17, shown(tick), "middle");
    for (const tick of [-1, 0, 1])
      label(MARGIN.left - 8, MARGIN.top + down(tick) + 5, shown(tick), "end");
    valley.setAttribute("aria-label", `Valley, path from a = ${shown(a)}, b = ${shown(b)}`);
  }

  /** @param {any} values @param {number[]} losses @param {number} needed */
  function drawChart({ kappa: condition, steps: count }, losses, needed) {
    const width = ui.outputs.clientWidth || 320;
    const { add, label } = paper(chart, width, CHART);
    const [inner, height] = [
      width - MARGIN.left - MARGIN.right,
      CHART - MARGIN.top - MARGIN.bottom,
    ];
    const [high, low] = POWERS;
    /** @param {number} step */
    const across = (step) => (inner * step) / count;
    /** @param {number} share Of the first loss. */
    const down = (share) => {
      const power = Math.log10(Math.min(1e300, Math.max(share, 1e-300)));
      return (height * (high - power)) / (high - low);
    };
    add("path", {
      class: "live-rule",
      d: `M0 ${down(1)}H${inner}M0 ${down(TARGET)}H${inner}M0 ${height}H${inner}`,
    });
    title.textContent =
      "Loss by step, as a share of the first. Dashed: plain descent at its best rate here, " +
      `${shown(2 / (1 + condition))}.`;
    const best = ((condition - 1) / (condition + 1)) ** 2;
    const shares = losses.map((loss) => loss / losses[0]).filter(Number.isFinite);
    /** @param {number[]} all */
    const line = (all) => all.map((s, t) => `${across(t).toFixed(1)} ${down(s).toFixed(1)}`);
    add("path", {
      class: "live-axis live-dashed",
      d: `M${line(losses.map((_, t) => best ** t)).join("L")}`,
    });
    add("path", { class: "valley-path", d: `M${line(shares).join("L")}` });
    if (needed <= count)
      add("circle", {
        class: "live-point",
        cx: across(needed),
        cy: down(shares[needed]),
        r: 5,
      });
    for (const power of [0, -3, -6])
      label(
        MARGIN.left - 8,
        MARGIN.top + down(10 ** power) + 5,
        power ? `10${raised(power)}` : "1",
        "end",
      );
    for (const part of [0, 0.5, 1])
      label(
        MARGIN.left + across(part * count),
        CHART - 6,
        shown(part * count),
        part === 1 ? "end" : "middle",
      );
    const last = shares[shares.length - 1];
    chart.setAttribute("aria-label", `Loss by step, to ${brief(last)} of the first loss`);
  }

  /** @param {any} values */
  function code({ rule: kind, rate: eta, momentum: beta, kappa: condition, steps: count, a, b }) {
    const optimizer = {
      sgd: `SGD(${eta})`,
      momentum: `SGD(${eta}, momentum=${beta})`,
      nesterov: `SGD(${eta}, momentum=${beta}, nesterov=True)`,
      adagrad: `Adagrad(${eta})`,
      adam: `Adam(${eta}, beta_1=${beta})`,
    }[/** @type {"sgd"} */ (kind)];
    return [
      "import numpy as np",
      "import tensorflow as tf",
      "",
      `curvature = np.array([1.0, ${condition}])`,
      `place = tf.keras.Variable([${a}, ${b}], dtype="float64")`,
      `optimizer = tf.keras.optimizers.${optimizer}`,
      "path = [place.numpy()]",
      `for _ in range(${count}):`,
      "    optimizer.apply([curvature * place], [place])",
      "    path.append(place.numpy())",
      "losses = 0.5 * np.square(path) @ curvature",
      "print(path[-1].tolist(), losses[-1])",
      `print(np.flatnonzero(losses > ${TARGET} * losses[0])[-1] + 1, "steps")`,
    ].join("\n");
  }

  new ResizeObserver(() => ui.refresh()).observe(ui.outputs);
  ui.start();
});
