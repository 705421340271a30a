// What a test set says of one network, and of the best of many that are all equally good.
"use strict";

ConvbookLive.register("best_of_n", (body) => {
  const { element, shown } = ConvbookLive.drawing;
  const { panel, parsed } = ConvbookLive.controls;
  const MOST = 200; // networks
  const NETWORKS = [1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, MOST];
  const PICTURES = [1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5];
  const LINES = [1e3, 1e4, 1e5]; // pictures of the lines beside the reader's
  const ACCURACIES = [50, 70, 80, 90, 95, 97, 98, 99, 99.4, 99.7, 99.9]; // in per cent
  const REACH = 5; // standard errors on each side of the truth
  const BELLS = 120; // pixels of the height of both distributions
  const ROW = 78; // pixels of the height of a row of dots
  const CURVES = 150; // pixels of the height of the second drawing
  const BOTTOM = 24; // pixels of the axes' numbers
  const LEFT = 40; // pixels beside the second drawing
  const RIGHT = 66;

  const ui = panel(body, "best_of_n", update);
  const networks = ui.slider("n", { label: "Networks tried", stops: NETWORKS, value: 20 });
  const pictures = ui.slider("m", {
    label: "Test pictures",
    stops: PICTURES,
    value: 1e4,
    text: thousands,
  });
  const accuracy = ui.slider("accuracy", {
    label: "True accuracy",
    stops: ACCURACIES,
    value: 99.4,
    unit: " %",
  });
  ui.state("draw", {
    value: 1,
    read: (text) => parsed(text, { min: 1, max: 999, whole: true }),
  });
  const again = ui.button("Draw again", () => ui.set("draw", (ui.values.draw % 999) + 1));
  const reset = ui.button("Reset", ui.reset);
  ui.inputs.append(networks, pictures, accuracy);
  ui.inputs.append(element("div", { class: "live-buttons" }, again, reset));
  const bells = element("svg:svg", { role: "img" });
  const curves = element("svg:svg", { role: "img" });
  const drawn = element("p", { class: "best-words" });
  const title = element("p", {
    class: "best-words live-hint",
    text: "How many points the best is too good on average, by networks; on the right, test pictures.",
  });
  ui.outputs.append(bells, drawn, title, curves, ui.code(code));

  /** @param {number} value */
  function thousands(value) {
    return value.toLocaleString("en");
  }

  /**
   * The distribution of the mistakes that a network makes: the probability of each count, and that
   * of so many or more, for the counts that have any.
   *
   * @param {number} m Pictures. @param {number} truth The accuracy, in 0 to 1.
   */
  function mistakes(m, truth) {
    const odds = (1 - truth) / truth;
    const error = Math.sqrt((truth * (1 - truth)) / m);
    const mode = Math.floor((m + 1) * (1 - truth));
    const reach = Math.ceil(8 * error * m) + 12;
    const [first, last] = [Math.max(0, mode - reach), Math.min(m, mode + reach)];
    const single = new Float64Array(last - first + 1);
    single[mode - first] = 1;
    for (let k = mode; k < last; k++)
      single[k + 1 - first] = (single[k - first] * (m - k) * odds) / (k + 1);
    for (let k = mode; k > first; k--)
      single[k - 1 - first] = (single[k - first] * k) / ((m - k + 1) * odds);
    const total = single.reduce((a, b) => a + b);
    const orMore = new Float64Array(single.length + 1);
    for (let i = single.length - 1; i >= 0; i--) {
      single[i] /= total;
      orMore[i] = orMore[i + 1] + single[i];
    }
    return { m, truth, error, first, single, orMore };
  }

  /**
   * By how much the best of n is too good on average, in points: the mean of the least count is the
   * sum of the probabilities that it is at least 1, at least 2, and so on.
   *
   * @param {ReturnType<typeof mistakes>} counts @param {number} n
   */
  function optimism({ m, truth, first, orMore }, n) {
    let mean = first;
    for (let i = 1; i < orMore.length; i++) mean += orMore[i] ** n;
    return 100 * (1 - truth - mean / m);
  }

  /**
   * Mistakes of all networks on the test pictures and on as many others: for numbers in 0 to 1 of a
   * linear congruential generator, the first count that is not exceeded with that probability.
   *
   * @param {ReturnType<typeof mistakes>} counts @param {number} n @param {number} seed
   */
  function draw({ first, orMore }, n, seed) {
    let state = Math.imul(seed, 1103515245) >>> 0;
    const all = Array.from({ length: 2 * n }, () => {
      state = (Math.imul(1664525, state) + 1013904223) >>> 0;
      let [low, high] = [0, orMore.length - 2];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (1 - orMore[middle + 1] >= state / 2 ** 32) high = middle;
        else low = middle + 1;
      }
      return first + low;
    });
    const [test, other] = [all.slice(0, n), all.slice(n)];
    return { test, other, chosen: test.indexOf(Math.min(...test)) };
  }

  /** @param {any} values */
  function update({ n, m, accuracy: percent, draw: seed }) {
    const counts = mistakes(m, percent / 100);
    const gain = optimism(counts, n);
    const error = 100 * counts.error;
    const state = draw(counts, n, seed);
    const best = n === 1 ? "A single network" : `The best of ${n}`;
    ui.say(
      `${best} shows ${points(percent + gain, error)} % on average: ` +
        (n === 1
          ? "the truth."
          : `${points(gain, error)} points too good, ${(gain / error).toFixed(2)} standard errors.`),
    );
    const [seen, then] = [state.test, state.other].map((row) =>
      points(100 * (1 - row[state.chosen] / m), error),
    );
    drawn.textContent = `Draw ${seed}: ${n === 1 ? "it" : "the best"} has ${seen} % on the test set, and ${then} % on other pictures.`;
    drawBells(counts, n, state);
    drawCurves(counts, n, gain);
  }

  /**
   * A number of points, with as many digits as the standard error lets one read.
   *
   * @param {number} value @param {number} error
   */
  const points = (value, error) => value.toFixed(error < 0.05 ? 3 : 2);

  /** @param {SVGElement} drawing @param {number} height @param {string} words */
  function paper(drawing, height, words) {
    const width = ui.outputs.clientWidth || 320;
    drawing.replaceChildren();
    drawing.setAttribute("aria-label", words);
    drawing.setAttribute("width", String(width));
    drawing.setAttribute("height", String(height));
    return {
      width,
      /** @param {string} kind @param {string} d */
      path: (kind, d) => drawing.append(element("svg:path", { class: kind, d })),
      /** @param {number} cx @param {number} cy */
      ring: (cx, cy) =>
        drawing.append(element("svg:circle", { class: "live-point", cx, cy, r: 5 })),
      /** @param {string} kind @param {number} x @param {number} y @param {string} text */
      label: (kind, x, y, text) => drawing.append(element("svg:text", { class: kind, x, y, text })),
    };
  }

  /** The distance of ticks, of which there are at most five. @param {number} range */
  function tickStep(range) {
    const unit = 10 ** Math.floor(Math.log10(range / 5));
    return [1, 2, 5, 10].map((f) => f * unit).find((step) => range / step <= 5) ?? range;
  }

  /**
   * @param {ReturnType<typeof mistakes>} counts @param {number} n
   * @param {ReturnType<typeof draw>} state
   */
  function drawBells({ m, truth, error, first, single, orMore }, n, { test, other, chosen }) {
    const bottom = BELLS + 2 * ROW;
    const words = `Accuracies of ${n} networks on the test set and on other pictures`;
    const { width, path, ring, label } = paper(bells, bottom + BOTTOM, words);
    const [low, high] = [truth - REACH * error, truth + REACH * error];
    /** @param {number} count Of mistakes. */
    const across = (count) => (width * (1 - count / m - low)) / (high - low);
    const best = single.map((_, i) => orMore[i] ** n - orMore[i + 1] ** n);
    const [peak, top] = [single, best].map((all) => all.reduce((a, b) => Math.max(a, b)));
    const scale = (BELLS - 24) / Math.max(2.5 * peak, top);
    /** @param {string} kind @param {Float64Array} all */
    function bell(kind, all) {
      const steps = [...all].flatMap((p, i) => {
        if (scale * p < 0.2) return [];
        const [x, y] = [across(first + i - 0.5), BELLS - scale * p];
        return `${x.toFixed(1)} ${y.toFixed(1)}H${across(first + i + 0.5).toFixed(1)}`;
      });
      path(kind, `M${steps[0].replace(/ .*/, "")} ${BELLS}L${steps.join("L")}V${BELLS}Z`);
    }
    const centre = across((1 - truth) * m);
    path("live-axis live-dashed", `M${centre} 18V${bottom}`);
    bell("best-one", single);
    if (n > 1) bell("best-many", best);
    label("best-single", 0, 14, "one network");
    if (n > 1) label("live-end best-best", width, 14, `the best of ${n}`);
    path("live-rule", `M0 ${BELLS}H${width}M0 ${BELLS + ROW}H${width}M0 ${bottom}H${width}`);
    /** @param {number[]} row @param {number} y Of the line on which the dots lie. */
    function dots(row, y) {
      /** @type {Record<number, number>} */
      const stacks = {};
      const places = row.map((count) => {
        const column = Math.round(across(count) / 6);
        stacks[column] = (stacks[column] ?? 0) + 1;
        return [across(count), stacks[column] - 1];
      });
      const step = Math.min(6, (ROW - 14) / Math.max(...Object.values(stacks)));
      const put = places.map(([x, level]) => [x, y - 5 - step * level]);
      const others = put.filter((_, i) => i !== chosen);
      path("best-dots", others.map((place) => `M${place.join(" ")}h0`).join(""));
      return put[chosen];
    }
    const ends = [dots(test, BELLS + ROW), dots(other, bottom)];
    path("live-mark", `M${ends.map((end) => end.join(" ")).join("L")}`);
    for (const [x, y] of ends) ring(x, y);
    label("", 0, BELLS + 18, "on the test set");
    label("", 0, BELLS + ROW + 18, "on other pictures");
    const step = tickStep(100 * (high - low));
    const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    for (
      let tick = Math.ceil((100 * low) / step) * step;
      tick < Math.min(100.0001, 100 * high);
      tick += step
    ) {
      const x = across((1 - tick / 100) * m);
      if (x > 16 && x < width - 24) label("live-middle", x, bottom + 18, tick.toFixed(digits));
    }
    label("live-end", width, bottom + 18, "%");
  }

  /** @type {{percent: number, lines: {m: number, gains: number[]}[]}} */
  let known = { percent: 0, lines: [] };

  /** @param {ReturnType<typeof mistakes>} counts @param {number} n @param {number} gain */
  function drawCurves(counts, n, gain) {
    const { truth } = counts;
    if (known.percent !== truth)
      known = {
        percent: truth,
        lines: LINES.map((size) => {
          const own = mistakes(size, truth);
          return { m: size, gains: NETWORKS.map((count) => optimism(own, count)) };
        }),
      };
    const words = `The best of ${n} is ${shown(gain)} points too good on average`;
    const { width, path, ring, label } = paper(curves, CURVES, words);
    const [inner, height] = [width - LEFT - RIGHT, CURVES - BOTTOM - 8];
    const most = Math.max(...known.lines[0].gains);
    /** @param {number} count */
    const across = (count) => LEFT + (inner * Math.log(count)) / Math.log(MOST);
    /** @param {number} points */
    const down = (points) => 8 + height * (1 - points / most);
    /** @param {number[]} gains */
    const line = (gains) =>
      `M${gains.map((g, i) => `${across(NETWORKS[i])} ${down(g)}`).join("L")}`;
    const step = tickStep(most);
    for (let tick = 0; tick <= most; tick += step) {
      path("live-rule", `M${LEFT} ${down(tick)}H${LEFT + inner}`);
      label("live-end", LEFT - 8, down(tick) + 5, String(Number(tick.toFixed(3))));
    }
    for (const { m: size, gains } of known.lines) {
      path("live-axis", line(gains));
      label("", LEFT + inner + 8, down(gains[gains.length - 1]) + 5, thousands(size));
    }
    path("live-mark", line(NETWORKS.map((count) => optimism(counts, count))));
    ring(across(n), down(gain));
    for (const tick of [1, 5, 20, 100])
      label("live-middle", across(tick), CURVES - 6, String(tick));
  }

  /** @param {any} values */
  function code({ n, m, accuracy: percent, draw: seed }) {
    return [
      "import tensorflow as tf",
      "",
      `networks, pictures, accuracy = ${n}, ${m}, ${percent / 100}`,
      "k = tf.range(1, pictures + 1, dtype=tf.float64)",
      "wrong = tf.constant(1 - accuracy, tf.float64)",
      "at_least = tf.math.betainc(k, pictures - k + 1, wrong)  # k mistakes or more",
      "best = 100 * (1 - tf.reduce_sum(at_least**networks) / pictures)",
      "print(best.numpy(), best.numpy() - 100 * accuracy)",
      "",
      `state, numbers = ${seed} * 1103515245 % 2**32, []`,
      "for _ in range(2 * networks):",
      "    state = (1664525 * state + 1013904223) % 2**32",
      "    numbers.append(state / 2**32)",
      "mistakes = tf.searchsorted(1 - at_least, tf.constant(numbers, tf.float64))",
      "test, other = tf.split(100 * (1 - mistakes / pictures), 2)",
      "chosen = tf.argmax(test)",
      "print(test[chosen].numpy(), other[chosen].numpy())",
    ].join("\n");
  }

  new ResizeObserver(() => ui.refresh()).observe(ui.outputs);
  ui.start();
});
